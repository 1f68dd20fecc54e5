import type { Duplex } from 'node:stream';
import type { RawData, WebSocket } from 'ws';
import { encodeFinnhubTrade } from '../../protocol/finnhub.ts';
import type { Trade } from '../../protocol/trade.ts';
import { MAX_BUFFERED_BYTES } from './limits.ts';

/** One client of the simulator: its symbols, and a socket that can be made to hang. */
export class Connection {
  readonly id: number;
  readonly key: string;
  readonly symbols = new Set<string>();
  readonly #socket: WebSocket;
  readonly #stream: Duplex;
  #hung = false;

  constructor(id: number, key: string, socket: WebSocket, stream: Duplex) {
    this.id = id;
    this.key = key;
    this.#socket = socket;
    this.#stream = stream;
  }

  get hung(): boolean {
    return this.#hung;
  }

  get bufferedBytes(): number {
    return this.#socket.bufferedAmount;
  }

  /** A string goes as a text message; bytes as a binary one, or as text (valid or not) with `asText`. */
  send(data: string | Uint8Array, asText = typeof data === 'string'): void {
    if (this.#hung || this.#socket.readyState !== this.#socket.OPEN) return;
    this.#socket.send(data, { binary: !asText });
    if (this.#socket.bufferedAmount > MAX_BUFFERED_BYTES) this.#socket.terminate();
  }

  /** Bytes straight onto the TCP stream, for half frames and worse. */
  sendBytes(bytes: Uint8Array): void {
    if (!this.#hung) this.#stream.write(bytes);
  }

  sendTrades(trades: readonly Trade[]): void {
    // Finnhub writes `data` before `type`.
    const encoded = trades.map((trade) => encodeFinnhubTrade(trade, JSON.stringify(trade.symbol)));
    this.send(`{"data":[${encoded.join(',')}],"type":"trade"}`);
  }

  /** Reads nothing and says nothing any more, not even a pong; the socket stays open. */
  hang(): void {
    this.#hung = true;
    this.#socket.pause();
  }

  recover(): void {
    this.#hung = false;
    this.#socket.resume();
  }

  drop(): void {
    this.#socket.terminate();
  }
}

/** A message as text, whichever way `ws` hands it over. */
export function textOf(data: RawData): string {
  if (Array.isArray(data)) return Buffer.concat(data).toString();
  return data instanceof ArrayBuffer ? Buffer.from(data).toString() : data.toString();
}
