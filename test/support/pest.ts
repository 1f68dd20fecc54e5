import { randomBytes } from 'node:crypto';
import { connect } from 'node:net';
import { WebSocket } from 'ws';
import { SUBPROTOCOL } from '../../src/protocol/wire.ts';

/** The two protocols a client can speak. */
export type Kind = 'tickcast' | 'finnhub';

/** A client that sends anything, and counts what comes back. */
export class Pest {
  readonly #ws: WebSocket;
  readonly #closed: Promise<number>;
  answers = 0;
  errors = 0;
  rateLimited = 0;

  private constructor(ws: WebSocket) {
    this.#ws = ws;
    ws.on('error', () => undefined);
    this.#closed = new Promise((resolve) => ws.once('close', resolve));
    ws.on('message', (data) => {
      const text = String(data);
      this.answers += 1;
      if (text.includes('"type":"error"')) this.errors += 1;
      if (text.includes('rate-limited') || text.includes('Too many messages')) this.rateLimited += 1;
    });
  }

  static async connect(url: string, kind: Kind): Promise<Pest> {
    const ws = new WebSocket(url, kind === 'tickcast' ? [SUBPROTOCOL] : [], { perMessageDeflate: false });
    const pest = new Pest(ws);
    await new Promise((resolve, reject) => ws.once('open', resolve).once('error', reject));
    return pest;
  }

  get isOpen(): boolean {
    return this.#ws.readyState === WebSocket.OPEN;
  }

  /** A string goes as text, bytes as binary, or as text (valid or not) with `asText`. */
  send(message: string | Uint8Array, asText = typeof message === 'string'): void {
    this.#ws.send(message, { binary: !asText });
  }

  /** Waits until the server has dealt with everything sent so far: it answers a ping after all of it, or closes. */
  async settled(): Promise<void> {
    if (!this.isOpen) return;
    const pong = new Promise((resolve) => this.#ws.once('pong', resolve));
    this.#ws.ping();
    await Promise.race([pong, this.#closed]);
  }

  /** The code it is closed with. */
  get closed(): Promise<number> {
    return this.#closed;
  }

  async leave(): Promise<void> {
    this.#ws.terminate();
    await this.#closed;
  }
}

/** One WebSocket frame as a client sends it, every bit to choose. `declared` is the length the header claims. */
export function rawFrame(
  firstByte: number,
  payload: Uint8Array | string,
  { masked = true, declared }: { readonly masked?: boolean; readonly declared?: bigint } = {},
): Buffer {
  const body = Buffer.from(typeof payload === 'string' ? Buffer.from(payload) : payload);
  const length = declared ?? BigInt(body.length);
  const maskBit = masked ? 0x80 : 0;
  const header = Buffer.alloc(length > 65_535n ? 10 : length > 125n ? 4 : 2);
  header[0] = firstByte;
  if (header.length === 2) {
    header[1] = maskBit | Number(length);
  } else if (header.length === 4) {
    header[1] = maskBit | 126;
    header.writeUInt16BE(Number(length), 2);
  } else {
    header[1] = maskBit | 127;
    header.writeBigUInt64BE(length, 2);
  }
  if (!masked) return Buffer.concat([header, body]);
  const mask = Buffer.from([1, 2, 3, 4]);
  for (const [i, byte] of body.entries()) body[i] = byte ^ (mask[i % 4] ?? 0);
  return Buffer.concat([header, mask, body]);
}

/**
 * Upgrades a bare TCP connection and writes `bytes` onto it, with the request or after the answer. Then it hangs up, half
 * of the time by a reset. Resolves once the connection is gone, to whether it was upgraded.
 */
export function vandalise(port: number, kind: Kind, bytes: Uint8Array, variant: number): Promise<boolean> {
  const subprotocol = kind === 'tickcast' ? `Sec-WebSocket-Protocol: ${SUBPROTOCOL}\r\n` : '';
  const request =
    `GET / HTTP/1.1\r\nHost: 127.0.0.1:${port}\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n` +
    `Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: ${randomBytes(16).toString('base64')}\r\n${subprotocol}\r\n`;
  const atOnce = variant % 2 === 0;
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1');
    let answer = '';
    socket.on('error', () => undefined);
    socket.on('close', () => resolve(answer.startsWith('HTTP/1.1 101')));
    socket.write(atOnce ? Buffer.concat([Buffer.from(request), bytes]) : request);
    socket.on('data', (chunk) => {
      const isFirst = answer === '';
      answer += chunk.toString('latin1');
      if (!isFirst) return;
      const hangUp = (): void => {
        if (variant % 4 < 2) socket.end();
        else socket.resetAndDestroy();
      };
      if (atOnce) hangUp();
      else socket.write(bytes, hangUp);
    });
  });
}
