import type { ListState } from '../protocol/catalogue-task.ts';
import { CATALOGUE_MAX_AGE_MS, CATALOGUE_RETRY_MAX_MS, CATALOGUE_RETRY_MIN_MS } from './limits.ts';

/** How many lists are older than `maxAgeMs` or were never had: so many calls a refresh takes. */
export function dueCount(lists: readonly ListState[], now: number, maxAgeMs: number): number {
  return lists.filter(({ asOf }) => asOf === undefined || asOf > now || now - asOf >= maxAgeMs).length;
}

/** In how many ms the lists are to be looked at again: when the oldest is a day old, or sooner after `failures` in a row. */
export function nextLookMs(lists: readonly ListState[], now: number, failures: number): number {
  if (failures > 0) return Math.min(CATALOGUE_RETRY_MAX_MS, CATALOGUE_RETRY_MIN_MS * 2 ** (failures - 1));
  const oldest = Math.min(...lists.map(({ asOf }) => asOf ?? 0));
  // (A clock that was set back must not mean to wait for weeks.)
  return Math.max(CATALOGUE_RETRY_MIN_MS, Math.min(CATALOGUE_MAX_AGE_MS, oldest + CATALOGUE_MAX_AGE_MS - now));
}
