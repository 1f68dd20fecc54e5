/** The client's side of RFC 6455, as much as a receiver that only counts needs. */

export const OPCODE_TEXT = 1;
export const OPCODE_CLOSE = 8;
export const OPCODE_PING = 9;
const OPCODE_PONG = 10;

/** Any key will do: nothing is cached or proxied here. */
const KEY = Buffer.from('tickcast-bench-0').toString('base64');

export function upgradeRequest(port: number, path: string, subprotocol: string | undefined): string {
  const lines = [
    `GET ${path} HTTP/1.1`,
    `Host: 127.0.0.1:${port}`,
    'Connection: Upgrade',
    'Upgrade: websocket',
    'Sec-WebSocket-Version: 13',
    `Sec-WebSocket-Key: ${KEY}`,
  ];
  if (subprotocol !== undefined) lines.push(`Sec-WebSocket-Protocol: ${subprotocol}`);
  return `${lines.join('\r\n')}\r\n\r\n`;
}

const FIN = 0x80;
const MASKED = 0x80;
const MAX_SHORT = 125;

/** A short frame from client to server, masked with zeros: the payload stays as it is. */
function clientFrame(opcode: number, payload: Uint8Array): Buffer {
  if (payload.byteLength > MAX_SHORT) throw new Error('longer than this bench ever sends');
  return Buffer.concat([Buffer.from([FIN | opcode, MASKED | payload.byteLength, 0, 0, 0, 0]), payload]);
}

export function textFrame(text: string): Buffer {
  return clientFrame(OPCODE_TEXT, Buffer.from(text));
}

export function pongFrame(payload: Uint8Array): Buffer {
  return clientFrame(OPCODE_PONG, payload);
}

/** A whole frame: its payload lies at [start, end) of `bytes`, which is not kept. */
export type OnFrame = (opcode: number, bytes: Uint8Array, start: number, end: number) => void;

/** Cuts a byte stream into frames. Fragmented messages do not occur here and are not joined. */
export class FrameReader {
  readonly #onFrame: OnFrame;
  #rest: Uint8Array | undefined;

  constructor(onFrame: OnFrame) {
    this.#onFrame = onFrame;
  }

  /** Takes the next bytes of the stream; `bytes` may be used again afterwards. */
  push(bytes: Uint8Array): void {
    const data = this.#rest ? Buffer.concat([this.#rest, bytes]) : bytes;
    let at = 0;
    for (;;) {
      const start = payloadStart(data, at);
      const end = start + payloadLength(data, at);
      // Comparisons with NaN are false: an incomplete header is an incomplete frame.
      if (!(end <= data.length)) break;
      this.#onFrame((data[at] ?? 0) & 0x0f, data, start, end);
      at = end;
    }
    this.#rest = at < data.length ? Uint8Array.from(data.subarray(at)) : undefined;
  }
}

const LENGTH_16 = 126;
const LENGTH_64 = 127;

function payloadStart(data: Uint8Array, at: number): number {
  const length = data[at + 1] ?? Number.NaN;
  return at + (length === LENGTH_16 ? 4 : length === LENGTH_64 ? 10 : 2);
}

/** NaN while the header is not complete. */
function payloadLength(data: Uint8Array, at: number): number {
  const length = data[at + 1] ?? Number.NaN;
  if (length < LENGTH_16 || Number.isNaN(length)) return length;
  const bytes = length === LENGTH_16 ? 2 : 8;
  let value = 0;
  for (let i = 0; i < bytes; i += 1) value = value * 256 + (data[at + 2 + i] ?? Number.NaN);
  return value;
}
