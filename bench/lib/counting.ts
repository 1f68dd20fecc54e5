import type { Framing } from './messages.ts';

const BRACE = 0x7b;
const BRACKET = 0x5b;
const COMMA = 0x2c;
const ZERO = 0x30;
const TWO = 0x32;
const FOUR = 0x34;

/**
 * How many trades a frame holds, without parsing it: each opens a bracket that occurs nowhere else. In `tickcast.v1` that is
 * `[`, and its other messages begin with `{`; in Finnhub's framing and in Socket.IO's events, `42["trade",{…}]`, it is `{`.
 * The frame itself opens one more, but for Socket.IO.
 */
export function countTrades(framing: Framing, bytes: Uint8Array, start: number, end: number): number {
  if (framing === 'socket.io') {
    return bytes[start] === FOUR && bytes[start + 1] === TWO ? count(BRACE, bytes, start, end) : 0;
  }
  const opener = framing === 'tickcast' ? BRACKET : BRACE;
  return bytes[start] === opener ? count(opener, bytes, start + 1, end) : 0;
}

function count(byte: number, bytes: Uint8Array, start: number, end: number): number {
  let found = 0;
  for (let i = start; i < end; i += 1) if (bytes[i] === byte) found += 1;
  return found;
}

/** The id and the number of the first trade, out of the first bytes of a `tickcast.v1` frame `[id,seq,…`. */
export function readHead(bytes: Uint8Array, start: number): { readonly id: number; readonly seq: number } {
  let at = start + 1;
  let id = 0;
  for (; bytes[at] !== COMMA; at += 1) id = id * 10 + ((bytes[at] ?? ZERO) - ZERO);
  let seq = 0;
  for (at += 1; bytes[at] !== COMMA; at += 1) seq = seq * 10 + ((bytes[at] ?? ZERO) - ZERO);
  return { id, seq };
}
