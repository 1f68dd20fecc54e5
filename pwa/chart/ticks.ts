import { formatDay, formatMinute, formatMonth, formatSecond, formatYear } from './formats.ts';
import type { TimeAxis } from './time-map.ts';

const SECOND = 1000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

const STEPS_MS: readonly number[] = [
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
  2 * HOUR,
  4 * HOUR,
  12 * HOUR,
];
const STEPS_DAYS: readonly number[] = [1, 2, 7, 14];
const STEPS_MONTHS: readonly number[] = [1, 3, 6, 12, 24, 60];
const MONTH_DAYS = 30;
/** So many days before 1970-01-01 there was a Monday. */
const MONDAY = 3;

/** `value`: a place on the time axis. */
export interface Tick {
  readonly value: number;
  readonly label: string;
}

interface Mark extends Tick {
  /** Of two marks that are too close the heavier one stays, else the first. */
  readonly weight: number;
}

/**
 * Round times between the places `from` and `to` of the time axis, so far apart that at most `most` of them would fit, on the
 * viewer's clock. Closed hours have no marks, and a day whose market has not opened at `now` (ms since 1970 UTC) has none yet.
 */
export function timeTicks(
  axis: TimeAxis,
  from: number,
  to: number,
  most: number,
  now = Number.POSITIVE_INFINITY,
): Tick[] {
  const least = (to - from) / Math.max(1, most);
  const [begin, end] = [axis.t(from), axis.t(to)];
  const step = STEPS_MS.find((ms) => ms >= least);
  const marks = step === undefined ? dateMarks(axis, begin, end, least) : clockMarks(axis, begin, end, step);
  const ticks: Mark[] = [];
  for (const mark of marks) {
    if (mark.value < from || mark.value > to || isStillClosed(axis, mark.value, now)) continue;
    const before = ticks.at(-1);
    if (before && mark.value - before.value < least * 0.7) {
      if (mark.weight > before.weight) ticks[ticks.length - 1] = mark;
      continue;
    }
    ticks.push(mark);
  }
  return ticks.map(({ value, label }) => ({ value, label }));
}

/** Whether a place stands for closed hours that have not ended. */
function isStillClosed(axis: TimeAxis, value: number, now: number): boolean {
  return axis.t(value) > now && axis.x(now) === value;
}

/** Marks every `step` ms of the viewer's clock; where days are in sight, each begins with its date. */
function clockMarks(axis: TimeAxis, begin: number, end: number, step: number): Mark[] {
  const marks: Mark[] = [];
  let clock = Math.ceil((begin + zoneAt(begin)) / step) * step;
  for (let next = timeOf(clock); next <= end; next = timeOf(clock)) {
    const value = axis.x(next);
    const isMidnight = clock % DAY === 0;
    const shown = axis.t(value);
    // A day that begins closed begins where the market opens; other marks within closed hours are none.
    if (isMidnight) {
      marks.push({ value, label: step >= HOUR || shown !== next ? formatDay(shown) : formatMinute(next), weight: 2 });
    } else if (shown === next) {
      marks.push({ value, label: step < MINUTE ? formatSecond(next) : formatMinute(next), weight: 1 });
    }
    clock += step;
  }
  return marks;
}

/** What the viewer's clock is ahead of UTC at `t`, ms. */
function zoneAt(t: number): number {
  return -new Date(t).getTimezoneOffset() * MINUTE;
}

/** When the viewer's clock shows `clock`, ms since 1970 UTC. The zone may change on the way. */
function timeOf(clock: number): number {
  return clock - zoneAt(clock - zoneAt(clock));
}

/** Marks at the beginnings of days, months and years. */
function dateMarks(axis: TimeAxis, begin: number, end: number, leastMs: number): Mark[] {
  const days = STEPS_DAYS.find((each) => each * DAY >= leastMs);
  const months = STEPS_MONTHS.find((each) => each * MONTH_DAYS * DAY >= leastMs) ?? 120;
  const marks: Mark[] = [];
  const date = new Date(begin);
  date.setHours(0, 0, 0, 0);
  const year = date.getFullYear();
  // Counted from fixed days and years, so that the marks stay where they are while the chart is moved.
  if (days !== undefined) date.setDate(date.getDate() - (dayNumber(date) % days));
  else date.setFullYear(year - (year % Math.max(1, months / 12)), date.getMonth() - (date.getMonth() % months), 1);
  while (date.getTime() <= end) {
    const value = axis.x(date.getTime());
    const isYear = date.getMonth() === 0 && date.getDate() === 1;
    const isMonth = date.getDate() === 1;
    const label = isYear
      ? formatYear(axis.t(value))
      : days === undefined
        ? formatMonth(axis.t(value))
        : formatDay(axis.t(value));
    marks.push({ value, label, weight: isYear ? 3 : isMonth ? 2 : 1 });
    if (days === undefined) date.setMonth(date.getMonth() + months);
    else date.setDate(date.getDate() + days);
  }
  return marks;
}

/** A day of the viewer's calendar as a number, that of every Monday being a multiple of 7. */
function dayNumber(date: Date): number {
  return Date.UTC(date.getFullYear(), date.getMonth(), date.getDate()) / DAY + MONDAY;
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
