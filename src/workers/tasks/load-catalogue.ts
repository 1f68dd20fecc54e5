import { BUILTIN_CATALOGUE } from '../../catalogue/builtin.ts';
import { type CatalogueEntry, type CatalogueSource, compactCatalogue } from '../../protocol/catalogue.ts';
import type { EncodedCatalogue } from '../../protocol/threads.ts';
import { type CachedLists, readCache, writeCache } from './cache.ts';
import { chooseLists, isFresh } from './choose-lists.ts';
import { encodeCatalogue } from './encode-catalogue.ts';
import { fetchLists } from './fetch-list.ts';
import { LIST_TIMEOUT_MS } from './limits.ts';

export interface LoadCatalogue {
  /** `https://finnhub.io/api/v1`, or the simulator's. */
  readonly restUrl: string;
  readonly key: string;
  readonly source: 'finnhub' | 'simulated';
  readonly cacheDir: string;
  /** A cache younger than this is not refreshed. */
  readonly maxAgeMs: number;
  /** ms since 1970 UTC. */
  readonly now: number;
  /** How long one list may take. */
  readonly timeoutMs?: number;
}

export interface LoadedCatalogue {
  readonly catalogue: EncodedCatalogue;
  readonly source: CatalogueSource;
  /** When its oldest list was fetched, ms since 1970 UTC; 0: built in. */
  readonly asOf: number;
  readonly count: number;
  /** `network` when at least one list is new. */
  readonly from: 'network' | 'cache' | 'builtin';
  /** How many rows of the new lists were no symbols, or repeated. */
  readonly dropped: number;
  /** What could not be done, in one line without the key; the catalogue is the best there is all the same. */
  readonly problem?: string;
}

/** The catalogue: from a young cache, else from Finnhub's lists, else from an old cache, else the built-in one. */
export async function loadCatalogue(task: LoadCatalogue): Promise<LoadedCatalogue> {
  const { restUrl, key, source, cacheDir, maxAgeMs, now, timeoutMs = LIST_TIMEOUT_MS } = task;
  const cached = await readCache(cacheDir, source);
  if (isFresh(cached, now, maxAgeMs)) return loaded(source, cached, 'cache', 0, []);

  const { lists, fetched, dropped, problems } = chooseLists(cached, await fetchLists(restUrl, key, timeoutMs), now);
  const said = [...problems];
  // Lists that are all empty are not kept: they would count as fresh for a day.
  if (fetched > 0 && [...lists.values()].some((list) => list.entries.length > 0)) {
    try {
      await writeCache(cacheDir, source, lists);
    } catch (error) {
      said.push(`the cache could not be written (${codeOf(error)})`);
    }
  }
  return loaded(source, lists, fetched > 0 ? 'network' : 'cache', dropped, said);
}

async function loaded(
  source: CatalogueSource,
  lists: CachedLists,
  from: 'network' | 'cache',
  dropped: number,
  problems: readonly string[],
): Promise<LoadedCatalogue> {
  const about = { dropped, ...(problems.length > 0 ? { problem: problems.join('; ') } : {}) };
  const listed = [...lists.values()].flatMap((list) => list.entries);
  const entries = withBuiltinMarkets(listed);
  if (listed.length === 0) return { ...(await encoded('builtin', 0, BUILTIN_CATALOGUE)), from: 'builtin', ...about };
  const asOf = Math.min(...[...lists.values()].map((list) => list.asOf));
  return { ...(await encoded(source, asOf, entries)), from, ...about };
}

/** A market of which no list could be had is better searched in the built-in one than not at all. */
function withBuiltinMarkets(listed: readonly CatalogueEntry[]): readonly CatalogueEntry[] {
  const markets = new Set(listed.map((entry) => entry.market));
  return [...listed, ...BUILTIN_CATALOGUE.filter((entry) => !markets.has(entry.market))];
}

async function encoded(
  source: CatalogueSource,
  asOf: number,
  entries: readonly CatalogueEntry[],
): Promise<Omit<LoadedCatalogue, 'from' | 'dropped' | 'problem'>> {
  const catalogue = await encodeCatalogue(compactCatalogue(source, asOf, entries));
  return { catalogue, source, asOf, count: entries.length };
}

function codeOf(error: unknown): string {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : 'unknown error';
}
