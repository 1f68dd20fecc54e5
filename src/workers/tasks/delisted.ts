import { BUILTIN_CATALOGUE } from '../../catalogue/builtin.ts';
import type { CatalogueEntry } from '../../protocol/catalogue.ts';
import { marketOf } from '../../protocol/symbols.ts';
import type { CachedList, CachedLists } from './cache.ts';
import { LISTS, type SymbolList } from './finnhub-lists.ts';

/**
 * `chosen` with what is in its lists no longer but was before (in the cache or the built-in list), where the tape has history of
 * it. A symbol that no list ever had is not called delisted: Finnhub's lists are not complete.
 */
export function keepDelisted(cached: CachedLists, chosen: CachedLists, recorded: ReadonlySet<string>): CachedLists {
  const kept = new Map<string, CachedList>();
  for (const list of LISTS) {
    const now = chosen.get(list.name);
    if (!now) continue;
    const gone = goneFrom(list, cached.get(list.name), now, recorded);
    const { asOf, entries, figis } = now;
    kept.set(list.name, { asOf, entries, ...(figis ? { figis } : {}), ...(gone.length > 0 ? { gone } : {}) });
  }
  return kept;
}

function goneFrom(
  list: SymbolList,
  old: CachedList | undefined,
  now: CachedList,
  recorded: ReadonlySet<string>,
): CatalogueEntry[] {
  // Nothing is gone from a list that could not be had.
  if (recorded.size === 0 || now.entries.length === 0) return [];
  const listed = new Set(now.entries.map((entry) => entry.symbol));
  const builtin = BUILTIN_CATALOGUE.filter((entry) => isOf(list, entry));
  const gone = new Map<string, CatalogueEntry>();
  for (const entry of [...(old?.entries ?? []), ...(old?.gone ?? []), ...builtin]) {
    const { symbol } = entry;
    if (!gone.has(symbol) && !listed.has(symbol) && recorded.has(symbol))
      gone.set(symbol, { ...entry, delisted: true });
  }
  return [...gone.values()];
}

function isOf({ market, name }: SymbolList, { symbol, type }: CatalogueEntry): boolean {
  return market === 'us' ? marketOf(symbol) === 'us' : type === name;
}
