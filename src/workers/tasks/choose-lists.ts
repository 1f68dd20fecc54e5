import type { CachedList, CachedLists } from './cache.ts';
import type { FetchedLists } from './fetch-list.ts';
import { LISTS } from './finnhub-lists.ts';

/** Whether every list is in the cache and younger than `maxAgeMs`. One from the future is not trusted. */
export function isFresh(cached: CachedLists, now: number, maxAgeMs: number): boolean {
  return LISTS.every(({ name }) => {
    const asOf = cached.get(name)?.asOf;
    return asOf !== undefined && asOf <= now && now - asOf < maxAgeMs;
  });
}

export interface ChosenLists {
  readonly lists: CachedLists;
  /** How many lists are new. */
  readonly fetched: number;
  /** How many rows were no symbols. */
  readonly dropped: number;
  readonly problems: readonly string[];
}

/** Each list as fetched, else as cached. An empty list where there was a full one is a fault of Finnhub's, not news. */
export function chooseLists(cached: CachedLists, fetched: FetchedLists, now: number): ChosenLists {
  const lists = new Map<string, CachedList>();
  const problems: string[] = [];
  let count = 0;
  let dropped = 0;
  for (const { name } of LISTS) {
    const old = cached.get(name);
    const result = fetched.get(name) ?? { problem: `${name}: not asked for` };
    const emptied = 'entries' in result && result.entries.length === 0 && (old?.entries.length ?? 0) > 0;
    if ('entries' in result && !emptied) {
      const { entries, figis } = result;
      lists.set(name, { asOf: now, entries, ...(figis ? { figis } : {}) });
      count += 1;
      dropped += result.dropped;
      continue;
    }
    problems.push('problem' in result ? result.problem : `${name}: the list is empty`);
    if (old) lists.set(name, old);
  }
  return { lists, fetched: count, dropped, problems };
}
