import type { PlacedTrade } from '../../src/protocol/candles.ts';
import { flagsOf } from '../../src/protocol/conditions.ts';
import { isCount, isFiniteNumber, isJsonObject } from '../../src/protocol/json.ts';
import { getJson } from './loader.ts';

/** One page of the API: as many as it gives at once. */
const PAGE = 10_000;
/** More trades than this are not fetched for one look at the past. */
const MAX_FETCHED = 30_000;

/** Reads `/api/trades` out of parsed JSON; `next` is where the following page begins. `undefined` where it is none. */
export function decodeTrades(value: unknown): { trades: PlacedTrade[]; next: string | undefined } | undefined {
  if (!isJsonObject(value) || !Array.isArray(value.trades)) return undefined;
  const trades: PlacedTrade[] = [];
  for (const item of value.trades as readonly unknown[]) {
    if (!isJsonObject(item)) return undefined;
    const { epoch, seq, t, p, v, c } = item;
    if (!isCount(epoch) || !isCount(seq) || !isFiniteNumber(t) || !isFiniteNumber(p) || !isFiniteNumber(v)) {
      return undefined;
    }
    const codes = Array.isArray(c) ? c.filter((code): code is string => typeof code === 'string') : undefined;
    trades.push({ epoch, seq, t, p, v, flags: flagsOf(codes) });
  }
  return { trades, next: typeof value.next === 'string' ? value.next : undefined };
}

/**
 * Every trade of `symbol` whose time is in [`from`, `to`), ms since 1970 UTC, in the order Finnhub sent them; `undefined` where
 * they cannot be had.
 */
export async function loadTrades(
  symbol: string,
  from: number,
  to: number,
): Promise<PlacedTrade[] | 'too-many' | undefined> {
  const found: PlacedTrade[] = [];
  let after: string | undefined;
  do {
    const query = new URLSearchParams({
      symbol,
      from: String(Math.floor(from)),
      to: String(Math.floor(to)),
      limit: String(PAGE),
    });
    if (after !== undefined) query.set('after', after);
    const page = decodeTrades(await getJson(`/api/trades?${query}`));
    if (!page) return undefined;
    for (const trade of page.trades) found.push(trade);
    after = page.next;
  } while (after !== undefined && found.length < MAX_FETCHED);
  return after === undefined ? found : 'too-many';
}
