import { isFiniteNumber, isJsonObject } from '../protocol/json.ts';
import { holidaysFrom, marketStatus } from '../protocol/market-calendar.ts';

/** Whether the US exchanges are open: a part of `/api/market`. `t` in ms since 1970 UTC. */
export interface MarketState {
  readonly isOpen: boolean;
  /** `pre-market`, `regular`, `post-market`; `null`: closed. */
  readonly session: string | null;
  readonly holiday: string | null;
  readonly timezone: string;
  readonly t: number;
}

/** `date` as YYYY-MM-DD in New York; `tradingHour` such as `09:30-13:00`, empty on a full holiday. */
export interface MarketHoliday {
  readonly date: string;
  readonly name: string;
  readonly tradingHour: string;
}

/** Reads Finnhub's `/stock/market-status`; `undefined` where it is none. */
export function parseMarketState(value: unknown): MarketState | undefined {
  if (!isJsonObject(value) || typeof value.isOpen !== 'boolean' || !isFiniteNumber(value.t)) return undefined;
  const { isOpen, session, holiday, timezone, t } = value;
  const [sessionName, holidayName] = [session, holiday].map((each) => (typeof each === 'string' ? each : null));
  return {
    isOpen,
    session: sessionName ?? null,
    holiday: holidayName ?? null,
    timezone: typeof timezone === 'string' ? timezone : 'America/New_York',
    t: t * 1_000,
  };
}

/** Reads Finnhub's `/stock/market-holiday`, in order of the days; `undefined` where it is none. */
export function parseHolidays(value: unknown): readonly MarketHoliday[] | undefined {
  if (!isJsonObject(value) || !Array.isArray(value.data)) return undefined;
  const holidays: MarketHoliday[] = [];
  for (const item of value.data as readonly unknown[]) {
    if (!isJsonObject(item)) continue;
    const { atDate, eventName, tradingHour } = item;
    if (typeof atDate !== 'string' || typeof eventName !== 'string') continue;
    holidays.push({ date: atDate, name: eventName, tradingHour: typeof tradingHour === 'string' ? tradingHour : '' });
  }
  return holidays.sort((a, b) => (a.date < b.date ? -1 : 1));
}

/** The same by our own calendar, where Finnhub cannot be asked. */
export function calendarState(now: number): MarketState {
  const { isOpen, session, holiday, timezone } = marketStatus(now, false);
  return { isOpen, session, holiday, timezone, t: now };
}

export function calendarHolidays(now: number): readonly MarketHoliday[] {
  return holidaysFrom(now).map(({ atDate, eventName, tradingHour }) => ({
    date: atDate,
    name: eventName,
    tradingHour,
  }));
}
