import { setTimeout as wait } from 'node:timers/promises';
import type { ListProgress } from '../../protocol/catalogue-task.ts';
import { callFinnhub, RestError } from '../../runtime/finnhub-rest.ts';
import { type MappedList, mapList, type SymbolList } from './finnhub-lists.ts';
import { MAX_FAILURES_IN_A_ROW, MAX_LIST_BYTES } from './limits.ts';

/** A list that could not be had, and why: in one line, and Finnhub's HTTP status where it answered. */
export interface FailedList {
  readonly problem: string;
  readonly status: number | undefined;
}
/** Every list that was asked for, by its name. */
export type FetchedLists = ReadonlyMap<string, MappedList | FailedList>;

export interface ListSource {
  readonly restUrl: string;
  readonly key: string;
  readonly timeoutMs: number;
  /** How long between the beginnings of two calls at least. */
  readonly paceMs: number;
}

/**
 * Fetches lists one after the other: each is megabytes, and Finnhub allows few calls a second. Where it refuses the key or
 * does not answer at all the rest is not asked for: it would be refused as well, and every call counts.
 */
export async function fetchLists(
  lists: readonly SymbolList[],
  source: ListSource,
  tell: (progress: ListProgress) => void,
): Promise<FetchedLists> {
  const results = new Map<string, MappedList | FailedList>();
  let failures = 0;
  for (const list of lists) {
    const started = performance.now();
    const result = await fetchList(list, source);
    results.set(list.name, result);
    const ms = performance.now() - started;
    tell(progressOf(list, result, Math.round(ms)));
    failures = 'problem' in result && result.status !== 403 ? failures + 1 : 0;
    if (failures >= MAX_FAILURES_IN_A_ROW || ('problem' in result && isFinal(result))) break;
    if (list !== lists.at(-1)) await wait(Math.max(0, source.paceMs - ms));
  }
  return results;
}

/** A wrong key, or too many calls: the next one has the same answer. */
function isFinal({ status }: FailedList): boolean {
  return status === 401 || status === 429;
}

function progressOf(list: SymbolList, result: MappedList | FailedList, ms: number): ListProgress {
  if ('problem' in result) return { type: 'failed', list: list.name, ...result, ms };
  return { type: 'fetched', list: list.name, symbols: result.entries.length, dropped: result.dropped, ms };
}

async function fetchList(list: SymbolList, source: ListSource): Promise<MappedList | FailedList> {
  try {
    const answer = await callFinnhub({ ...source, path: list.path, maxBytes: MAX_LIST_BYTES });
    return mapList(list, answer) ?? { problem: `${list.name}: the answer is not a list`, status: undefined };
  } catch (error) {
    if (!(error instanceof RestError)) throw error;
    return { problem: `${list.name}: ${error.message}`, status: error.status };
  }
}
