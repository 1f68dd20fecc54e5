import { callFinnhub, RestError } from '../../runtime/finnhub-rest.ts';
import { LISTS, type MappedList, mapList, type SymbolList } from './finnhub-lists.ts';
import { LIST_TIMEOUT_MS, MAX_LIST_BYTES } from './limits.ts';

/** Every list by its name, or why it could not be had. */
export type FetchedLists = ReadonlyMap<string, MappedList | { readonly problem: string }>;

/** Fetches all lists at once. */
export async function fetchLists(restUrl: string, key: string, timeoutMs = LIST_TIMEOUT_MS): Promise<FetchedLists> {
  const results = await Promise.all(
    LISTS.map(async (list): Promise<[string, MappedList | { readonly problem: string }]> => {
      try {
        return [list.name, await fetchList(list, restUrl, key, timeoutMs)];
      } catch (error) {
        return [list.name, { problem: `${list.name}: ${error instanceof RestError ? error.message : String(error)}` }];
      }
    }),
  );
  return new Map(results);
}

async function fetchList(list: SymbolList, restUrl: string, key: string, timeoutMs: number): Promise<MappedList> {
  const answer = await callFinnhub({ restUrl, key, path: list.path, timeoutMs, maxBytes: MAX_LIST_BYTES });
  const mapped = mapList(list, answer);
  if (!mapped) throw new RestError('the answer is not a list');
  return mapped;
}
