import type { CachedList, CachedLists } from './cache.ts';
import type { FailedList, FetchedLists } from './fetch-list.ts';
import { LISTS, type MappedList, type SymbolList } from './finnhub-lists.ts';
import { MAX_SHRINKING, SHRUNK_BELIEVED_MS } from './limits.ts';

/** The lists that are not in the cache or not younger than `maxAgeMs`. One from the future is not trusted. */
export function dueLists(cached: CachedLists, now: number, maxAgeMs: number): readonly SymbolList[] {
  return LISTS.filter(({ name }) => {
    const asOf = cached.get(name)?.asOf;
    return asOf === undefined || asOf > now || now - asOf >= maxAgeMs;
  });
}

export interface ChosenLists {
  readonly lists: CachedLists;
  /** How many lists are new. */
  readonly fetched: number;
  /** How many the key's tier does not have. */
  readonly refused: number;
  /** How many rows were no symbols. */
  readonly dropped: number;
  readonly problems: readonly string[];
}

/** Each list as fetched, else as cached. */
export function chooseLists(cached: CachedLists, fetched: FetchedLists, now: number): ChosenLists {
  const lists = new Map<string, CachedList>();
  const problems: string[] = [];
  let count = 0;
  let refused = 0;
  let dropped = 0;
  for (const { name } of LISTS) {
    const old = cached.get(name);
    const result = fetched.get(name);
    if (!result) {
      if (old) lists.set(name, old);
      continue;
    }
    const problem = problemOf(name, result, old, now);
    if (problem === undefined && !('problem' in result)) {
      const { entries, figis } = result;
      lists.set(name, { asOf: now, entries, ...(figis ? { figis } : {}) });
      count += 1;
      dropped += result.dropped;
    } else if ('problem' in result && result.status === 403) {
      // The key's tier does not have this list: that is an answer, which holds for a day as others do.
      lists.set(name, { ...(old ?? { entries: [] }), asOf: now });
      refused += 1;
    } else {
      if (problem !== undefined) problems.push(problem);
      if (old) lists.set(name, old);
    }
  }
  return { lists, fetched: count, refused, dropped, problems };
}

/** Why a list is not to be taken as it is. One that has lost most of its symbols is a fault of Finnhub's, not news, unless it stays so. */
function problemOf(
  name: string,
  result: MappedList | FailedList,
  old: CachedList | undefined,
  now: number,
): string | undefined {
  if ('problem' in result) return result.problem;
  if (!old || now - old.asOf >= SHRUNK_BELIEVED_MS) return undefined;
  const [before, after] = [old.entries.length, result.entries.length];
  if (after === 0 && before > 0) return `${name}: the list is empty`;
  return after < before * MAX_SHRINKING ? `${name}: the list has ${after} symbols instead of ${before}` : undefined;
}
