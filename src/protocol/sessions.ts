import type { Market } from './symbols.ts';

/** What part of its day a market is in. Forex and crypto know only `regular` and `closed`. */
export type Session = 'pre' | 'regular' | 'post' | 'closed';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

/** US stocks, minutes after midnight in New York. */
const PRE_OPEN = 4 * 60;
const REGULAR_OPEN = 9 * 60 + 30;
const REGULAR_CLOSE = 16 * 60;
const POST_CLOSE = 20 * 60;
const HALF_DAY_CLOSE = 13 * 60;
const HALF_DAY_POST_CLOSE = 17 * 60;
/** Forex weeks and days turn at 17:00 in New York. */
const FOREX_TURN = 17 * 60;

const SUNDAY = 0;
const FRIDAY = 5;
const SATURDAY = 6;

/** The session of `market` at `t` (ms since 1970 UTC). Markets whose hours are not known count as open. */
export function sessionAt(market: Market, t: number): Session {
  switch (market) {
    case 'crypto':
    case 'other':
      return 'regular';
    case 'forex':
      return forexSession(t);
    case 'us':
      return usSession(t);
  }
}

/** Open around the clock from Sunday 17:00 to Friday 17:00 in New York. */
function forexSession(t: number): Session {
  const { weekday, minute } = newYork(t);
  const closed =
    weekday === SATURDAY || (weekday === FRIDAY && minute >= FOREX_TURN) || (weekday === SUNDAY && minute < FOREX_TURN);
  return closed ? 'closed' : 'regular';
}

function usSession(t: number): Session {
  const { day, weekday, minute } = newYork(t);
  if (weekday === SATURDAY || weekday === SUNDAY || isUsHoliday(day)) return 'closed';
  const half = isUsHalfDay(day);
  if (minute < PRE_OPEN) return 'closed';
  if (minute < REGULAR_OPEN) return 'pre';
  if (minute < (half ? HALF_DAY_CLOSE : REGULAR_CLOSE)) return 'regular';
  return minute < (half ? HALF_DAY_POST_CLOSE : POST_CLOSE) ? 'post' : 'closed';
}

/** A stretch of time, ms since 1970 UTC; `end` is not part of it. */
export interface Span {
  readonly start: number;
  readonly end: number;
}

/**
 * The trading day of `market` that `t` falls on: US stocks have their regular hours (`t` may lie before or after them),
 * forex days turn at 17:00 in New York, crypto days are UTC's. `undefined` on a day without regular hours.
 */
export function tradingDayOf(market: Market, t: number): Span | undefined {
  switch (market) {
    case 'crypto':
    case 'other': {
      const start = Math.floor(t / DAY) * DAY;
      return { start, end: start + DAY };
    }
    case 'forex': {
      const { day, minute } = newYork(t);
      const first = minute < FOREX_TURN ? day - 1 : day;
      return { start: newYorkMinute(first, FOREX_TURN), end: newYorkMinute(first + 1, FOREX_TURN) };
    }
    case 'us': {
      const { day, weekday } = newYork(t);
      if (weekday === SATURDAY || weekday === SUNDAY || isUsHoliday(day)) return undefined;
      const close = isUsHalfDay(day) ? HALF_DAY_CLOSE : REGULAR_CLOSE;
      return { start: newYorkMinute(day, REGULAR_OPEN), end: newYorkMinute(day, close) };
    }
  }
}

/**
 * When `market` is open on `day` (counted from 1970-01-01, in New York), before and after the regular hours too. Of forex
 * it is the trading day that ends on that day; the five of a week adjoin. `undefined` on a day without.
 */
export function openHours(market: 'us' | 'forex', day: number): Span | undefined {
  const weekday = weekdayOf(day);
  if (weekday === SATURDAY || weekday === SUNDAY) return undefined;
  if (market === 'forex') {
    const start = newYorkMinute(day - 1, FOREX_TURN);
    return { start, end: start + DAY };
  }
  if (isUsHoliday(day)) return undefined;
  const start = newYorkMinute(day, PRE_OPEN);
  const close = isUsHalfDay(day) ? HALF_DAY_POST_CLOSE : POST_CLOSE;
  return { start, end: start + (close - PRE_OPEN) * MINUTE };
}

/** The day of `t` in New York, counted from 1970-01-01. */
export function newYorkDay(t: number): number {
  return Math.floor((t + newYorkOffset(t)) / DAY);
}

/** When New York's clock shows `minute` after midnight on `day` (days since 1970-01-01); not for the hours in which it is set. */
function newYorkMinute(day: number, minute: number): number {
  const local = day * DAY + minute * MINUTE;
  return local - newYorkOffset(local + 5 * HOUR);
}

/** A moment on New York's clock: `day` counts from 1970-01-01, `weekday` 0 is Sunday, `minute` after midnight. */
interface NewYorkTime {
  readonly day: number;
  readonly weekday: number;
  readonly minute: number;
}

function newYork(t: number): NewYorkTime {
  const local = t + newYorkOffset(t);
  const day = Math.floor(local / DAY);
  return { day, weekday: weekdayOf(day), minute: Math.floor((local - day * DAY) / MINUTE) };
}

/**
 * New York's offset from UTC in ms: daylight-saving time from the second Sunday of March to the first of November, both at
 * 2:00 (the rule since 2007; 15 U.S.C. § 260a).
 */
export function newYorkOffset(t: number): number {
  const year = new Date(t).getUTCFullYear();
  const begins = nthWeekday(year, 3, SUNDAY, 2) * DAY + 7 * HOUR;
  const ends = nthWeekday(year, 11, SUNDAY, 1) * DAY + 6 * HOUR;
  return t >= begins && t < ends ? -4 * HOUR : -5 * HOUR;
}

/** Days the exchanges closed outside the calendar: mourning and weather. */
const SPECIAL_CLOSURES = new Set([dayOf(2012, 10, 29), dayOf(2012, 10, 30), dayOf(2018, 12, 5), dayOf(2025, 1, 9)]);

/** The New York Stock Exchange's full holidays (https://www.nyse.com/markets/hours-calendars). */
function isUsHoliday(day: number): boolean {
  const year = new Date(day * DAY).getUTCFullYear();
  return holidaysOf(year).includes(day) || SPECIAL_CLOSURES.has(day);
}

const holidayCache = new Map<number, readonly number[]>();

function holidaysOf(year: number): readonly number[] {
  let days = holidayCache.get(year);
  if (!days) {
    days = [
      // New Year's Day on a Saturday is not made up for: the Friday before belongs to another year's books.
      ...(weekdayOf(dayOf(year, 1, 1)) === SATURDAY ? [] : [observed(dayOf(year, 1, 1))]),
      nthWeekday(year, 1, 1, 3), // Martin Luther King Jr. Day
      nthWeekday(year, 2, 1, 3), // Washington's Birthday
      easter(year) - 2, // Good Friday
      lastMonday(year, 5), // Memorial Day
      ...(year >= 2022 ? [observed(dayOf(year, 6, 19))] : []), // Juneteenth
      observed(dayOf(year, 7, 4)), // Independence Day
      nthWeekday(year, 9, 1, 1), // Labor Day
      nthWeekday(year, 11, 4, 4), // Thanksgiving
      observed(dayOf(year, 12, 25)), // Christmas
    ];
    holidayCache.set(year, days);
  }
  return days;
}

/** 13:00 closes: the day after Thanksgiving, and the eves of Independence Day and Christmas on Monday to Thursday. */
function isUsHalfDay(day: number): boolean {
  const year = new Date(day * DAY).getUTCFullYear();
  const weekday = weekdayOf(day);
  if (day === nthWeekday(year, 11, 4, 4) + 1) return true;
  return weekday >= 1 && weekday <= 4 && (day === dayOf(year, 7, 3) || day === dayOf(year, 12, 24));
}

/** A holiday on a Saturday is kept on the Friday before, one on a Sunday on the Monday after. */
function observed(day: number): number {
  const weekday = weekdayOf(day);
  if (weekday === SATURDAY) return day - 1;
  return weekday === SUNDAY ? day + 1 : day;
}

function dayOf(year: number, month: number, date: number): number {
  return Date.UTC(year, month - 1, date) / DAY;
}

/** 1970-01-01 was a Thursday. */
function weekdayOf(day: number): number {
  return (((day + 4) % 7) + 7) % 7;
}

function nthWeekday(year: number, month: number, weekday: number, nth: number): number {
  const first = dayOf(year, month, 1);
  return first + ((weekday - weekdayOf(first) + 7) % 7) + 7 * (nth - 1);
}

function lastMonday(year: number, month: number): number {
  const last = dayOf(year, month + 1, 1) - 1;
  return last - ((weekdayOf(last) - 1 + 7) % 7);
}

/** Easter Sunday, Gregorian (Meeus, Astronomical Algorithms, chapter 8). */
function easter(year: number): number {
  const a = year % 19;
  const b = Math.floor(year / 100);
  const c = year % 100;
  const d = Math.floor(b / 4);
  const e = b % 4;
  const g = Math.floor((8 * b + 13) / 25);
  const h = (19 * a + b - d - g + 15) % 30;
  const i = Math.floor(c / 4);
  const k = c % 4;
  const l = (32 + 2 * e + 2 * i - h - k) % 7;
  const m = Math.floor((a + 11 * h + 19 * l) / 433);
  const month = Math.floor((h + l - 7 * m + 90) / 25);
  const date = (h + l - 7 * m + 33 * month + 19) % 32;
  return dayOf(year, month, date);
}
