/** A stretch of the price axis. */
export interface Range {
  readonly low: number;
  readonly high: number;
}

/** Free room above and below the line, as a part of the line's height. */
const PADDING = 0.14;
/** The axis follows a line that needs less room only when it would fill less than this part of the axis. */
const TOO_LOOSE = 0.45;
/** A line that does not move gets an axis this wide, as a part of its price. */
const FLAT_PART = 0.0005;

/**
 * The price axis for a line between `low` and `high`. It stays as it is as long as the line fits and fills enough of it:
 * an axis that shifts at every trade cannot be read.
 */
export function fitRange(current: Range | undefined, low: number, high: number, decimals: number): Range {
  if (low > high) return current ?? { low: 0, high: 1 };
  // Never finer than a few of the market's smallest steps, or one tick would fill the screen.
  const least = Math.max(Math.abs(high) * FLAT_PART, 4 * 10 ** -decimals);
  const height = Math.max(high - low, least);
  if (current && low >= current.low && high <= current.high && height >= (current.high - current.low) * TOO_LOOSE) {
    return current;
  }
  const middle = (low + high) / 2;
  const half = height * (0.5 + PADDING);
  return { low: middle - half, high: middle + half };
}

/** The least the time axis shows of a chart that has just begun. */
const YOUNG_SPAN_MS = 20_000;

/** How much time to show where what is known is `ageMs` old (NaN: nothing is): it fills the chart from the first seconds on. */
export function growingSpan(spanMs: number, ageMs: number): number {
  return Math.min(spanMs, Math.max(YOUNG_SPAN_MS, ageMs || 0));
}
