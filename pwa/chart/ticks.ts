import { formatDay, formatMinute, formatSecond } from './formats.ts';

const SECOND = 1000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

const TIME_STEPS_MS: readonly number[] = [
  SECOND,
  5 * SECOND,
  10 * SECOND,
  15 * SECOND,
  30 * SECOND,
  MINUTE,
  2 * MINUTE,
  5 * MINUTE,
  10 * MINUTE,
  15 * MINUTE,
  30 * MINUTE,
  HOUR,
  4 * HOUR,
  12 * HOUR,
  DAY,
  2 * DAY,
];

export interface Tick {
  readonly value: number;
  readonly label: string;
}

/**
 * Round times between `from` and `to` (ms since 1970 UTC), at most `most` of them, on the viewer's clock:
 * `zoneOffsetMs` is what is added to UTC there, since zones are not all whole hours.
 */
export function timeTicks(from: number, to: number, most: number, zoneOffsetMs: number): Tick[] {
  const least = (to - from) / Math.max(1, most);
  const step = TIME_STEPS_MS.find((ms) => ms >= least) ?? 2 * DAY;
  const label = (t: number): string => {
    if (step < MINUTE) return formatSecond(t);
    // Where days are in sight, each begins with its date.
    return step >= HOUR && (t + zoneOffsetMs) % DAY === 0 ? formatDay(t) : formatMinute(t);
  };
  const ticks: Tick[] = [];
  for (let t = Math.ceil((from + zoneOffsetMs) / step) * step - zoneOffsetMs; t <= to; t += step) {
    ticks.push({ value: t, label: label(t) });
  }
  return ticks;
}

/** Round prices between `low` and `high`, about `most` of them at 1, 2 or 5 times a power of ten. */
export function priceTicks(low: number, high: number, most: number): number[] {
  const rough = (high - low) / Math.max(1, most);
  if (!(rough > 0)) return [];
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = ([1, 2, 5].find((n) => n * power >= rough) ?? 10) * power;
  const ticks: number[] = [];
  // (Zero is 0, not the −0 that a negative half-step rounds up to.) Counted in whole steps: adding up a step such as 0.1 would drift.
  for (let n = Math.ceil(low / step); n * step <= high; n += 1) ticks.push(n * step || 0);
  return ticks;
}
