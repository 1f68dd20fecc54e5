import { isJsonObject } from './json.ts';
import type { Market } from './symbols.ts';

/** One listed symbol as search shows it. `type` is Finnhub's word for a stock's kind, or the venue of a pair. */
export interface CatalogueEntry {
  readonly symbol: string;
  readonly description: string;
  readonly market: Market;
  readonly type: string;
  /** Finnhub lists it no longer, but the tape has history of it. */
  readonly delisted?: true;
}

/** Where a catalogue is from: Finnhub's lists, the simulator's, or the one built in (nothing else could be had). */
export type CatalogueSource = 'finnhub' | 'simulated' | 'builtin';

/** What many symbols have in common. The third word is new: a page that does not know it shows the symbol as any other. */
export type CatalogueKind = readonly [Market, string] | readonly [Market, string, typeof DELISTED];
const DELISTED = 'delisted';

/**
 * The compact form of `/api/symbols`: each symbol is a row `[symbol, description, index into kinds]`, each kind
 * `[market, type]` or `[market, type, "delisted"]`. How old it is stands beside it: the same symbols are the same text on any day.
 */
export interface CompactCatalogue {
  readonly source: CatalogueSource;
  readonly kinds: readonly CatalogueKind[];
  readonly symbols: readonly (readonly [string, string, number])[];
}

export function compactCatalogue(source: CatalogueSource, entries: readonly CatalogueEntry[]): CompactCatalogue {
  const kinds: CatalogueKind[] = [];
  const indexOf = new Map<string, number>();
  const symbols = entries.map((entry): [string, string, number] => {
    const key = `${entry.market}|${entry.type}|${entry.delisted ?? false}`;
    let kind = indexOf.get(key);
    if (kind === undefined) {
      kind = kinds.length;
      indexOf.set(key, kind);
      kinds.push(entry.delisted ? [entry.market, entry.type, DELISTED] : [entry.market, entry.type]);
    }
    return [entry.symbol, entry.description, kind];
  });
  return { source, kinds, symbols };
}

/** The entries of a compact catalogue; rows that are none are left out, `undefined` when it is no catalogue at all. */
export function expandCatalogue(value: unknown): CatalogueEntry[] | undefined {
  if (!isJsonObject(value) || !Array.isArray(value.kinds) || !Array.isArray(value.symbols)) return undefined;
  const { kinds } = value;
  const entries: CatalogueEntry[] = [];
  for (const row of value.symbols as readonly unknown[]) {
    if (!Array.isArray(row)) continue;
    const [symbol, description, index] = row as readonly unknown[];
    const kind: unknown = typeof index === 'number' ? kinds[index] : undefined;
    if (typeof symbol !== 'string' || typeof description !== 'string' || !Array.isArray(kind)) continue;
    const [market, type, state] = kind as readonly unknown[];
    if (!isMarket(market) || typeof type !== 'string') continue;
    const entry = { symbol, description, market, type };
    entries.push(state === DELISTED ? { ...entry, delisted: true } : entry);
  }
  return entries;
}

export function isMarket(value: unknown): value is Market {
  return value === 'us' || value === 'forex' || value === 'crypto' || value === 'other';
}

export function isSource(value: unknown): value is CatalogueSource {
  return value === 'finnhub' || value === 'simulated' || value === 'builtin';
}
