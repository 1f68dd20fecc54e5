import type { Candle } from '../../src/protocol/candles.ts';

/** What a stretch of candles shows in numbers. */
export interface Summary {
  /** The first price, and its candle's beginning in ms since 1970 UTC. */
  readonly base: number;
  readonly baseAt: number;
  readonly low: number;
  readonly high: number;
  readonly close: number;
  /** The volume this feed has seen. */
  readonly volume: number;
}

/**
 * Sums up the candles (oldest first) that begin at `from` (ms since 1970 UTC) or later, or the last one where none does;
 * `undefined` when there are none.
 */
export function summarize(candles: readonly Candle[], from: number): Summary | undefined {
  const shown = candles.filter(({ t }) => t >= from);
  const [first] = shown.length > 0 ? shown : candles.slice(-1);
  const last = candles.at(-1);
  if (!first || !last) return undefined;
  let { l: low, h: high } = first;
  let volume = 0;
  for (const candle of shown) {
    low = Math.min(low, candle.l);
    high = Math.max(high, candle.h);
    volume += candle.v;
  }
  return { base: first.o, baseAt: first.t, low, high, close: last.c, volume };
}
