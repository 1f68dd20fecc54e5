import { BUILTIN_CATALOGUE } from '../../catalogue/builtin.ts';
import { type CatalogueEntry, type CatalogueSource, compactCatalogue } from '../../protocol/catalogue.ts';
import type { LoadCatalogue, LoadedCatalogue } from '../../protocol/catalogue-task.ts';
import { type CachedLists, readCache, writeCache } from './cache.ts';
import { chooseLists, isFresh } from './choose-lists.ts';
import { encodeCatalogue } from './encode-catalogue.ts';
import { fetchLists } from './fetch-list.ts';
import { LIST_TIMEOUT_MS } from './limits.ts';

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
  const figis = [...lists.values()].flatMap((list) => list.figis ?? []);
  if (listed.length === 0)
    return { ...(await encoded('builtin', 0, BUILTIN_CATALOGUE)), figis, from: 'builtin', ...about };
  const asOf = Math.min(...[...lists.values()].map((list) => list.asOf));
  return { ...(await encoded(source, asOf, entries)), figis, from, ...about };
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
): Promise<Omit<LoadedCatalogue, 'from' | 'figis' | 'dropped' | 'problem'>> {
  const catalogue = await encodeCatalogue(compactCatalogue(source, asOf, entries));
  return { catalogue, source, asOf, count: entries.length };
}

function codeOf(error: unknown): string {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : 'unknown error';
}
