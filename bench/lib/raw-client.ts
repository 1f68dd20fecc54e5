import { connect, type Socket } from 'node:net';
import { SUBPROTOCOL } from '../../src/protocol/wire.ts';
import { FrameReader, OPCODE_CLOSE, OPCODE_PING, OPCODE_TEXT, pongFrame, textFrame, upgradeRequest } from './frames.ts';

const HEAD_END = Buffer.from('\r\n\r\n');
/** Sockets that read as fast as they can share one buffer; what is in it is used up before the next one reads. */
const shared = Buffer.alloc(256 * 1024);

export interface RawEvents {
  /** The connection is upgraded: what to say first. */
  readonly onOpen: () => readonly string[];
  /** A text frame, at [start, end) of `bytes`, which is not kept. */
  readonly onText: (bytes: Uint8Array, start: number, end: number) => void;
  /** However it ended, once; with the code where the server said one. */
  readonly onClosed: (code: number | undefined) => void;
}

/** A WebSocket client of `tickcast.v1` on a plain TCP socket, as cheap as one can be. */
export class RawClient {
  readonly #socket: Socket;
  readonly #events: RawEvents;
  readonly #reader: FrameReader;
  #head: Buffer | undefined = Buffer.alloc(0);
  #code: number | undefined;
  #isPaused = false;
  #allowance = 0;

  /** `slowest`: the bytes that one read takes at most, for a client that is to be slow. */
  constructor(port: number, events: RawEvents, slowest?: number) {
    this.#events = events;
    this.#reader = new FrameReader((opcode, data, start, end) => this.#onFrame(opcode, data, start, end));
    const buffer = slowest === undefined ? shared : Buffer.alloc(slowest);
    this.#socket = connect({
      port,
      host: '127.0.0.1',
      noDelay: true,
      onread: {
        buffer,
        callback: (size) => {
          this.#receive(buffer.subarray(0, size));
          if (!this.#isPaused) return true;
          this.#allowance -= size;
          return this.#allowance > 0;
        },
      },
    });
    this.#socket.on('connect', () => this.#socket.write(upgradeRequest(port, '/', SUBPROTOCOL)));
    this.#socket.on('error', () => this.#socket.destroy());
    this.#socket.on('close', () => events.onClosed(this.#code));
  }

  /** Reads no more. */
  pause(): void {
    this.#isPaused = true;
    this.#socket.pause();
  }

  /** Reads again, but only so many bytes before it pauses again. */
  sip(bytes: number): void {
    this.#allowance = bytes;
    this.#socket.resume();
  }

  /** Leaves without a word, as when the network has gone. */
  drop(): void {
    this.#socket.resetAndDestroy();
  }

  #receive(bytes: Uint8Array): void {
    if (!this.#head) {
      this.#reader.push(bytes);
      return;
    }
    this.#head = Buffer.concat([this.#head, bytes]);
    const end = this.#head.indexOf(HEAD_END);
    if (end < 0) return;
    if (!this.#head.toString('latin1', 0, 12).startsWith('HTTP/1.1 101')) {
      this.#socket.destroy();
      return;
    }
    const rest = this.#head.subarray(end + HEAD_END.length);
    this.#head = undefined;
    for (const text of this.#events.onOpen()) this.#socket.write(textFrame(text));
    this.#reader.push(rest);
  }

  #onFrame(opcode: number, data: Uint8Array, start: number, end: number): void {
    if (opcode === OPCODE_TEXT) this.#events.onText(data, start, end);
    else if (opcode === OPCODE_PING) this.#socket.write(pongFrame(data.slice(start, end)));
    else if (opcode === OPCODE_CLOSE) {
      this.#code = end - start >= 2 ? ((data[start] ?? 0) << 8) | (data[start + 1] ?? 0) : undefined;
      this.#socket.end();
    }
  }
}
