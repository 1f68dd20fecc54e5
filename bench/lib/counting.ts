import type { Framing } from './messages.ts';

const BRACE = 0x7b;
const BRACKET = 0x5b;
const COMMA = 0x2c;
const ZERO = 0x30;

/**
 * How many trades a frame holds, without parsing it. Both framings open one bracket for the frame and one a trade that
 * occurs nowhere else: `[` in `tickcast.v1`, whose other messages begin with `{`, and `{` in Finnhub's.
 */
export function countTrades(framing: Framing, bytes: Uint8Array, start: number, end: number): number {
  const opener = framing === 'tickcast' ? BRACKET : BRACE;
  if (bytes[start] !== opener) return 0;
  let trades = -1;
  for (let i = start; i < end; i += 1) if (bytes[i] === opener) trades += 1;
  return trades;
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
