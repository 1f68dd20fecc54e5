import { newYorkOffset, sessionAt } from './sessions.ts';

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const DAY_MS = 24 * HOUR_MS;
/** How far ahead holidays are listed. */
const HOLIDAY_DAYS = 400;

/** `/stock/market-status`: `t` in seconds since 1970 UTC, as Finnhub sends it. */
export interface MarketStatus {
  readonly exchange: 'US';
  readonly holiday: string | null;
  readonly isOpen: boolean;
  readonly session: 'pre-market' | 'regular' | 'post-market' | null;
  readonly t: number;
  readonly timezone: 'America/New_York';
}

const SESSION_NAMES = { pre: 'pre-market', regular: 'regular', post: 'post-market', closed: null } as const;

export function marketStatus(now: number, forcedClosed: boolean): MarketStatus {
  const session = forcedClosed ? 'closed' : sessionAt('us', now);
  const { holiday, half } = tradingDay(Math.floor((now + newYorkOffset(now)) / DAY_MS));
  return {
    exchange: 'US',
    holiday: half ? null : holiday,
    isOpen: session === 'regular',
    session: SESSION_NAMES[session],
    t: Math.floor(now / 1000),
    timezone: 'America/New_York',
  };
}

/** One row of `/stock/market-holiday`; `tradingHour` is empty on a full holiday. */
export interface Holiday {
  readonly eventName: string;
  readonly atDate: string;
  readonly tradingHour: string;
}

/** The holidays and half days from `now` on, in time order. */
export function holidaysFrom(now: number): Holiday[] {
  const today = Math.floor((now + newYorkOffset(now)) / DAY_MS);
  const holidays: Holiday[] = [];
  for (let day = today; day < today + HOLIDAY_DAYS; day += 1) {
    const { holiday, half } = tradingDay(day);
    if (holiday === null) continue;
    const atDate = new Date(day * DAY_MS).toISOString().slice(0, 10);
    holidays.push({ eventName: holiday, atDate, tradingHour: half ? '09:30-13:00' : '' });
  }
  return holidays;
}

/** Whether `day` (counted from 1970-01-01, in New York) is a holiday or a half day, asked of the sessions themselves. */
function tradingDay(day: number): { readonly holiday: string | null; readonly half: boolean } {
  const date = new Date(day * DAY_MS);
  const weekday = date.getUTCDay();
  if (weekday === 0 || weekday === 6) return { holiday: null, half: false };
  const closed = sessionInNewYork(day, 11) === 'closed';
  const half = !closed && sessionInNewYork(day, 14) !== 'regular';
  return { holiday: closed || half ? holidayName(date) : null, half };
}

function sessionInNewYork(day: number, hour: number): ReturnType<typeof sessionAt> {
  const local = day * DAY_MS + hour * HOUR_MS;
  return sessionAt('us', local - newYorkOffset(local));
}

/** Each month has one holiday at most, but for January and December's turn of the year. */
function holidayName(date: Date): string {
  const dayOfMonth = date.getUTCDate();
  switch (date.getUTCMonth() + 1) {
    case 1:
      return dayOfMonth <= 2 ? "New Year's Day" : 'Birthday of Martin Luther King, Jr';
    case 2:
      return "Washington's Birthday";
    case 3:
    case 4:
      return 'Good Friday';
    case 5:
      return 'Memorial Day';
    case 6:
      return 'Juneteenth';
    case 7:
      return 'Independence Day';
    case 9:
      return 'Labor Day';
    case 11:
      return 'Thanksgiving Day';
    case 12:
      return 'Christmas';
    default:
      return 'Special closure';
  }
}
