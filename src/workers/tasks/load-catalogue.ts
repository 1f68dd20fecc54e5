import { BUILTIN_CATALOGUE } from '../../catalogue/builtin.ts';
import { type CatalogueEntry, compactCatalogue } from '../../protocol/catalogue.ts';
import type { LoadCatalogue, LoadedCatalogue } from '../../protocol/catalogue-task.ts';
import { joinFigis } from '../../protocol/figis.ts';
import { type CachedLists, readCache, writeCache } from './cache.ts';
import { type ChosenLists, chooseLists, dueLists } from './choose-lists.ts';
import { keepDelisted } from './delisted.ts';
import { encodeCatalogue } from './encode-catalogue.ts';
import { fetchLists } from './fetch-list.ts';
import { LISTS } from './finnhub-lists.ts';
import { LIST_PACE_MS, LIST_TIMEOUT_MS } from './limits.ts';
import { recordedSymbols } from './recorded.ts';

/** Task: the catalogue; each list from a young cache, else from Finnhub, else from an old cache; else the built-in one. */
export async function loadCatalogue(task: LoadCatalogue): Promise<LoadedCatalogue> {
  try {
    return await load(task);
  } finally {
    task.progress?.close();
  }
}

async function load(task: LoadCatalogue): Promise<LoadedCatalogue> {
  const { source, cacheDir, maxAgeMs, maxCalls, now, timeoutMs = LIST_TIMEOUT_MS, paceMs = LIST_PACE_MS } = task;
  const cached = await readCache(cacheDir, source);
  const due = dueLists(cached, now, maxAgeMs).slice(0, maxCalls);
  if (due.length === 0)
    return loaded(task, cached, { lists: cached, fetched: 0, refused: 0, dropped: 0, problems: [] });

  const fetched = await fetchLists(due, { ...task, timeoutMs, paceMs }, (each) => task.progress?.postMessage(each));
  const chosen = chooseLists(cached, fetched, now);
  const problems = [...chosen.problems];
  const { lists, problem } = withDelisted(cached, chosen.lists, task.tape);
  if (problem !== undefined) problems.push(problem);
  // Lists that are all empty are not kept: they would count as fresh for a day.
  const isWorthKeeping = [...lists.values()].some((list) => list.entries.length > 0);
  if (!isWorthKeeping || chosen.fetched + chosen.refused === 0) {
    if (problems.length === 0) problems.push('Finnhub gave no list with a symbol in it');
    return loaded(task, cached, { ...chosen, lists, problems });
  }
  try {
    await writeCache(cacheDir, source, lists);
    return await loaded(task, lists, { ...chosen, lists, problems });
  } catch (error) {
    problems.push(`the cache could not be written (${codeOf(error)})`);
    return loaded(task, cached, { ...chosen, lists, problems });
  }
}

/** A tape that cannot be read costs no more than what is delisted. */
function withDelisted(
  cached: CachedLists,
  chosen: CachedLists,
  tape: string,
): { readonly lists: CachedLists; readonly problem?: string } {
  try {
    return { lists: keepDelisted(cached, chosen, recordedSymbols(tape)) };
  } catch (error) {
    return { lists: chosen, problem: `the tape could not be read (${codeOf(error)})` };
  }
}

/** `kept` is what the cache has from now on. */
async function loaded(
  { source }: LoadCatalogue,
  kept: CachedLists,
  { lists, fetched, dropped, problems }: ChosenLists,
): Promise<LoadedCatalogue> {
  const had = [...lists.values()].filter((list) => list.entries.length > 0);
  const delisted = had.flatMap((list) => list.gone ?? []);
  const listed = had.flatMap((list) => list.entries);
  const isBuiltin = listed.length === 0;
  const entries = isBuiltin ? BUILTIN_CATALOGUE : [...withBuiltinMarkets(listed), ...delisted];
  const asOf = isBuiltin ? 0 : Math.min(...had.map((list) => list.asOf));
  const from = isBuiltin ? 'builtin' : source;
  return {
    catalogue: await encodeCatalogue(compactCatalogue(from, entries), asOf),
    figis: joinFigis(had.flatMap((list) => list.figis ?? [])),
    source: from,
    count: entries.length,
    delisted: delisted.length,
    from: isBuiltin ? 'builtin' : fetched > 0 ? 'network' : 'cache',
    dropped,
    lists: LISTS.map(({ name }) => ({ name, asOf: kept.get(name)?.asOf })),
    ...(problems.length > 0 ? { problem: problems.join('; ') } : {}),
  };
}

/** A market of which no list could be had is better searched in the built-in one than not at all. */
function withBuiltinMarkets(listed: readonly CatalogueEntry[]): readonly CatalogueEntry[] {
  const markets = new Set(listed.map((entry) => entry.market));
  return [...listed, ...BUILTIN_CATALOGUE.filter((entry) => !markets.has(entry.market))];
}

function codeOf(error: unknown): string {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : 'unknown error';
}
