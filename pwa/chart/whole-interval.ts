import { INTERVALS, type Interval } from '../../src/protocol/candles.ts';
import type { Tape } from './tape.ts';

/** The finest candles that are kept for ever. */
export const WHOLE: Interval = '1m';

/** Whether candles of seconds are kept for less time than is looked at: their trades are deleted, minutes stay. */
export function isCut(tape: Tape, interval: Interval, left: number): boolean {
  const series = tape.series(interval);
  const first = series?.candles[0]?.t;
  if (!series?.reachesBack || INTERVALS[interval] >= INTERVALS[WHOLE]) return false;
  return first === undefined || first > Math.max(left, tape.recordingSince ?? left) + INTERVALS[WHOLE];
}

/** `interval`, or minutes where candles of seconds are kept for less time than is looked at and minutes are not. */
export function wholeInterval(tape: Tape, interval: Interval, left: number): Interval {
  if (!isCut(tape, interval, left)) return interval;
  const minutes = tape.series(WHOLE)?.candles[0]?.t ?? Number.POSITIVE_INFINITY;
  const first = tape.series(interval)?.candles[0]?.t ?? Number.POSITIVE_INFINITY;
  return minutes + INTERVALS[WHOLE] < first ? WHOLE : interval;
}
