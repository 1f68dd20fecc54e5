import type { Market } from '../../src/protocol/symbols.ts';

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const DAY_MS = 24 * HOUR_MS;
const YEAR_MS = 366 * DAY_MS;

/** A button's stretch of time, up to the present. A chart of which less is known shows what there is. */
export interface Range {
  readonly label: string;
  /** In full. Not the button's name: that has to hold what is seen on it, for those who say what to press. */
  readonly name: string;
  readonly ms: number;
}

export const RANGES: readonly Range[] = [
  { label: '1m', name: '1 minute', ms: MINUTE_MS },
  { label: '5m', name: '5 minutes', ms: 5 * MINUTE_MS },
  { label: '15m', name: '15 minutes', ms: 15 * MINUTE_MS },
  { label: '1h', name: '1 hour', ms: HOUR_MS },
  { label: '1D', name: '1 day', ms: DAY_MS },
  { label: '1W', name: '1 week', ms: 7 * DAY_MS },
  { label: 'All', name: 'Everything that is recorded', ms: 20 * YEAR_MS },
];

/** How many hours a day and how many days a week a market trades: closed time has no width on the chart. */
const OPEN: Readonly<Record<Market, { readonly dayMs: number; readonly days: number }>> = {
  us: { dayMs: 16 * HOUR_MS, days: 5 },
  forex: { dayMs: DAY_MS, days: 5 },
  crypto: { dayMs: DAY_MS, days: 7 },
  other: { dayMs: DAY_MS, days: 7 },
};

/** How much of the time axis a range takes, ms: a week of a stock is five days of its open hours. */
export function spanOf({ ms }: Range, market: Market, closes: boolean): number {
  const { dayMs, days } = OPEN[closes ? market : 'other'];
  if (ms < DAY_MS) return ms;
  return ms < 7 * DAY_MS ? (ms / DAY_MS) * dayMs : (ms / (7 * DAY_MS)) * days * dayMs;
}
