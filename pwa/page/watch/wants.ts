import type { Rate } from '../../../src/protocol/wire.ts';

/** Where a row stands: it has a slot, is so far back in line for one, or neither. */
export type RowPlace = { readonly state: 'served' } | { readonly state: 'waiting'; readonly position: number };

/** What rows have given up for a chart that waits: a slot, or a place in line. */
export type Given = ReadonlyMap<string, 'slot' | 'place'>;

/** What the page shows that needs prices. */
export interface Interests {
  /** The symbol of the chart; empty before there is one. */
  readonly selected: string;
  /** The rows of the watchlist, the most important first. */
  readonly rows: readonly string[];
  /** Symbols of which somebody wants to be told something. */
  readonly alerts: readonly string[];
  /** How many symbols the server lets one connection have. */
  readonly limit: number;
  /** The page has been out of sight for so long that it gives its slots back. */
  readonly isAway: boolean;
  /** The chart's place in line for a slot, 1 is next; 0 where it has one. */
  readonly chartWaits: number;
  readonly places: ReadonlyMap<string, RowPlace>;
  /** What was given up for this chart already. */
  readonly given: Given;
}

export interface Wants {
  readonly rates: ReadonlyMap<string, Rate>;
  readonly given: Given;
}

const NONE: Given = new Map();

/**
 * Which symbols to subscribe to, at what rate, the most important first. Only the chart gets every trade. Alerts keep their
 * slots, and are all that is left of a page that is away; the last rows go without where there are more than the limit.
 */
export function wantsOf(interests: Interests): Wants {
  const { selected, rows, alerts, isAway, limit, chartWaits } = interests;
  const rates = new Map<string, Rate>();
  if (selected !== '' && !isAway) rates.set(selected, 'full');
  for (const symbol of alerts) if (rates.size < limit && !rates.has(symbol)) rates.set(symbol, '1hz');
  if (isAway) return { rates, given: NONE };
  const others = rows.filter((symbol) => !rates.has(symbol));
  const given = chartWaits > 0 ? givenUp(others, interests) : NONE;
  for (const symbol of others) if (rates.size < limit && !given.has(symbol)) rates.set(symbol, '1hz');
  return { rates, given };
}

/**
 * Rows step out of the line in front of the chart, and then as many as there are others before it give it their slots, the last
 * rows first. What was given stays given: the place in line gets better for it.
 */
function givenUp(others: readonly string[], { chartWaits, places, given }: Interests): Given {
  const giving = new Map(given);
  let ahead = chartWaits;
  for (const symbol of others) {
    const place = places.get(symbol);
    if (place?.state !== 'waiting') continue;
    if (place.position < chartWaits && !given.has(symbol)) ahead -= 1;
    giving.set(symbol, 'place');
  }
  const missing = ahead - [...giving.values()].filter((what) => what === 'slot').length;
  if (missing <= 0) return giving;
  const slots = others.filter((symbol) => places.get(symbol)?.state === 'served' && !giving.has(symbol));
  for (const symbol of slots.slice(-missing)) giving.set(symbol, 'slot');
  return giving;
}
