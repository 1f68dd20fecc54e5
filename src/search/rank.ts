import type { CatalogueEntry } from '../../src/protocol/catalogue.ts';

/** An entry with the lower-case texts that matching looks at, made once. */
export interface Indexed {
  readonly entry: CatalogueEntry;
  readonly symbol: string;
  /** The symbol without its venue: `btcusdt` of `BINANCE:BTCUSDT`. */
  readonly ticker: string;
  readonly description: string;
}

export function indexEntries(entries: readonly CatalogueEntry[]): Indexed[] {
  return entries.map((entry) => {
    const symbol = entry.symbol.toLowerCase();
    return {
      entry,
      symbol,
      ticker: symbol.slice(symbol.indexOf(':') + 1),
      description: entry.description.toLowerCase(),
    };
  });
}

/** How well `item` matches, 0 best; `undefined` when it does not by its letters (a fuzzy match may still). */
export function matchRank(item: Indexed, query: string): number | undefined {
  if (item.symbol === query) return 0;
  if (item.ticker === query) return 1;
  if (item.ticker.startsWith(query)) return 2;
  if (item.description.startsWith(query)) return 3;
  if (item.symbol.startsWith(query)) return 4;
  if (item.description.includes(` ${query}`)) return 5;
  return undefined;
}

/**
 * What matches `query` by its letters, best first: the symbol itself, symbols and then names that begin with it, then words
 * in names. Among equals the shortest name: it is the plain share, not one of its many kin.
 */
export function rank(items: readonly Indexed[], query: string, limit: number): CatalogueEntry[] {
  const wanted = query.trim().toLowerCase();
  if (wanted === '') return [];
  const ranked: { readonly item: Indexed; readonly at: number }[] = [];
  for (const item of items) {
    const at = matchRank(item, wanted);
    if (at !== undefined) ranked.push({ item, at });
  }
  ranked.sort((a, b) => a.at - b.at || weight(a.item) - weight(b.item) || (a.item.symbol < b.item.symbol ? -1 : 1));
  return ranked.slice(0, limit).map(({ item }) => item.entry);
}

/** Common shares before other kinds, then by the length of the name. */
function weight({ entry }: Indexed): number {
  const plain = entry.type === 'Common Stock' ? 0 : 1000;
  return plain + entry.description.length + entry.symbol.length;
}

/** `first`, then what `more` has beyond it, no symbol twice. */
export function mergeMatches(
  first: readonly CatalogueEntry[],
  more: readonly CatalogueEntry[],
  limit: number,
): CatalogueEntry[] {
  const seen = new Set(first.map((entry) => entry.symbol));
  const merged = [...first];
  for (const entry of more) {
    if (merged.length >= limit) break;
    if (!seen.has(entry.symbol)) merged.push(entry);
    seen.add(entry.symbol);
  }
  return merged.slice(0, limit);
}
