import { decodeServerFrame } from '../../src/protocol/decode-server.ts';
import type { ResetReason, ServerMessage, Since } from '../../src/protocol/wire.ts';
import { stampedUs } from './clock.ts';
import { countTrades, readHead } from './counting.ts';

const BRACKET = 0x5b;

/** Where a client is with one symbol. */
interface Position {
  readonly symbol: string;
  id: number | undefined;
  /** Where it began, and where it is; 0 before the first word. */
  epoch: number;
  first: number;
  seq: number;
  trades: number;
}

/** When each trade was sent, by symbol and number: clients that share it are held to the same. */
export type Contents = Map<string, number[]>;

/**
 * Holds one client of `tickcast.v1` to its promise over any number of connections: of each symbol every trade exactly once,
 * by the numbers. It only looks into trades where it is given `contents` to compare them with.
 */
export class Tracker {
  readonly resets: ResetReason[] = [];
  /** What the protocol does not allow, or was lost: one text each. */
  readonly faults: string[] = [];
  /** Answers to this connection's subscriptions. */
  answered = 0;
  readonly #positions: readonly Position[];
  readonly #contents: Contents | undefined;

  constructor(symbols: readonly string[], contents?: Contents) {
    this.#positions = symbols.map((symbol) => ({ symbol, id: undefined, epoch: 0, first: 0, seq: 0, trades: 0 }));
    this.#contents = contents;
  }

  get positions(): readonly Readonly<Position>[] {
    return this.#positions;
  }

  get trades(): number {
    return this.#positions.reduce((sum, { trades }) => sum + trades, 0);
  }

  /** What to say on a new connection. */
  subscribe(): string[] {
    this.answered = 0;
    return this.#positions.map((position) => {
      const { symbol, epoch, seq } = position;
      position.id = undefined;
      const since: Since | undefined = epoch > 0 ? { epoch, seq } : undefined;
      return JSON.stringify({ type: 'subscribe', symbol, ...(since ? { since } : {}) });
    });
  }

  /** Takes a text frame, at [start, end) of `bytes`; how many trades it holds. */
  receive(bytes: Uint8Array, start: number, end: number): number {
    if (bytes[start] !== BRACKET) {
      this.#message(textOf(bytes, start, end));
      return 0;
    }
    const trades = countTrades('tickcast', bytes, start, end);
    const { id, seq } = readHead(bytes, start);
    const position = this.#positions.find((each) => each.id === id);
    if (!position) {
      this.faults.push(`trades with the unknown id ${id}`);
      return trades;
    }
    if (seq !== position.seq + 1) this.faults.push(`${position.symbol}: ${seq} after ${position.seq}`);
    position.seq = seq + trades - 1;
    position.trades += trades;
    if (this.#contents) this.#compare(position.symbol, textOf(bytes, start, end), this.#contents);
    return trades;
  }

  #message(text: string): void {
    const message = decodeServerFrame(text);
    if (!message || message.type === 'trades' || message.type === 'bars') {
      this.faults.push(`cannot be decoded: ${text.slice(0, 100)}`);
      return;
    }
    const position = 'symbol' in message ? this.#positions.find(({ symbol }) => symbol === message.symbol) : undefined;
    if (message.type === 'error') this.faults.push(`${message.code}: ${message.message}`);
    else if (position) this.#position(position, message);
  }

  #position(position: Position, message: ServerMessage): void {
    switch (message.type) {
      case 'subscribed': {
        const { id, epoch, seq, recovered } = message;
        if (position.id === undefined) this.answered += 1;
        position.id = id;
        if (position.epoch === 0) Object.assign(position, { epoch, first: seq, seq });
        else if (recovered && (position.epoch !== epoch || position.seq !== seq)) {
          this.faults.push(`${position.symbol}: goes on at ${epoch}.${seq} after ${position.epoch}.${position.seq}`);
        }
        return;
      }
      case 'reset': {
        const { epoch, seq, reason } = message;
        this.resets.push(reason);
        Object.assign(position, { epoch, seq });
        return;
      }
      case 'gap':
        this.faults.push(`${position.symbol}: a gap, ${message.cause}`);
        return;
      default:
    }
  }

  #compare(symbol: string, text: string, contents: Contents): void {
    const frame = decodeServerFrame(text);
    if (frame?.type !== 'trades') {
      this.faults.push(`cannot be decoded: ${text.slice(0, 100)}`);
      return;
    }
    let sent = contents.get(symbol);
    if (!sent) {
      sent = [];
      contents.set(symbol, sent);
    }
    for (const [i, { t, v }] of frame.trades.entries()) {
      const seq = frame.seq + i;
      const at = stampedUs(t, v);
      sent[seq] ??= at;
      if (sent[seq] !== at) this.faults.push(`${symbol}: ${seq} is another trade than the others got`);
    }
  }
}

function textOf(bytes: Uint8Array, start: number, end: number): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset + start, end - start).toString('latin1');
}
