import type { Rate } from '../../../src/protocol/wire.ts';

/** What the page shows that needs prices. */
export interface Interests {
  /** The symbol of the chart; empty before there is one. */
  readonly selected: string;
  /** The rows of the watchlist, the most important first. */
  readonly rows: readonly string[];
  /** Symbols of which somebody wants to be told something. */
  readonly alerts: readonly string[];
  /** The page has been out of sight for so long that it gives its slots back. */
  readonly isAway: boolean;
  /** How many people are in line for a slot before the chart, itself counted; 0 where it has one. */
  readonly chartWaits: number;
  /** Those that have a slot now. */
  readonly served: ReadonlySet<string>;
  /** The rows that have given theirs up for this chart already. */
  readonly given: ReadonlySet<string>;
}

export interface Wants {
  readonly rates: ReadonlyMap<string, Rate>;
  /** The rows that give their slots up as long as the chart waits. */
  readonly given: ReadonlySet<string>;
}

/**
 * Which symbols to subscribe to, at what rate, the most important first. Only the chart gets every trade. While it waits for a
 * slot, as many rows as are in line before it give theirs up, the last of them first; alerts keep theirs, and are all that
 * is left of a page that is away.
 */
export function wantsOf({ selected, rows, alerts, isAway, chartWaits, served, given }: Interests): Wants {
  const rates = new Map<string, Rate>();
  if (selected !== '' && !isAway) rates.set(selected, 'full');
  for (const symbol of alerts) if (!rates.has(symbol)) rates.set(symbol, '1hz');
  if (isAway) return { rates, given: NONE };
  const others = rows.filter((symbol) => !rates.has(symbol));
  const givable = others.filter((symbol) => served.has(symbol) || given.has(symbol));
  // The place in line gets better as slots become free: what was given for it counts.
  const giving = new Set(chartWaits > 0 ? givable.slice(-Math.max(chartWaits, given.size)) : []);
  for (const symbol of others) if (!giving.has(symbol)) rates.set(symbol, '1hz');
  return { rates, given: giving };
}

const NONE: ReadonlySet<string> = new Set();
