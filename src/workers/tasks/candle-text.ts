import type { Candle } from '../../protocol/candles.ts';
import { ByteText } from './byte-text.ts';

const encoder = new TextEncoder();
const T = encoder.encode('{"t":');
const NEXT_T = encoder.encode(',{"t":');
const O = encoder.encode(',"o":');
const H = encoder.encode(',"h":');
const L = encoder.encode(',"l":');
const C = encoder.encode(',"c":');
const V = encoder.encode(',"v":');
const N = encoder.encode(',"n":');
const END = encoder.encode('}');

/** One for the thread, which answers one query after the other: each of their own would be a megabyte to make. */
const body = new ByteText();

/** `before`, the candles (given newest first) as JSON with the oldest first, and `after`, in a buffer of their own. */
export function candleBody(before: string, candles: readonly Candle[], after: string): Uint8Array<ArrayBuffer> {
  body.clear();
  body.text(before);
  for (let i = candles.length - 1; i >= 0; i -= 1) {
    const candle = candles[i];
    if (candle) write(candle, i === candles.length - 1 ? T : NEXT_T);
  }
  body.text(after);
  return body.copy();
}

function write({ t, o, h, l, c, v, n }: Candle, begin: Uint8Array): void {
  body.bytes(begin);
  body.number(t);
  body.bytes(O);
  body.number(o);
  body.bytes(H);
  body.number(h);
  body.bytes(L);
  body.number(l);
  body.bytes(C);
  body.number(c);
  body.bytes(V);
  body.number(v);
  body.bytes(N);
  body.number(n);
  body.bytes(END);
}
