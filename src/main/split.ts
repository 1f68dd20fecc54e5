/** What a stock is split into, or joined from: 2:1 up to 50:1, and the common fractions. */
const RATIOS: readonly number[] = [
  ...Array.from({ length: 49 }, (_, index) => index + 2),
  100,
  3 / 2,
  4 / 3,
  5 / 4,
  5 / 2,
];
/** How near a ratio must be. */
const TOLERANCE = 0.02;

/**
 * Whether a quote's previous close fits the stored close of that day only if the stock was split in between: the one is a
 * multiple of the other by a ratio that stocks are split (or joined) by.
 */
export function isSplitSuspected(close: number, previousClose: number): boolean {
  if (!(close > 0 && previousClose > 0)) return false;
  const ratio = Math.max(close, previousClose) / Math.min(close, previousClose);
  return RATIOS.some((each) => Math.abs(ratio / each - 1) <= TOLERANCE);
}
