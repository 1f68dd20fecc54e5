import type { Entry } from './ledger-entry.ts';

/** A symbol that Finnhub calls invalid is tried again after a minute, then twice as long, at most an hour. */
export const INVALID_RETRY_MIN_MS = 60_000;
const INVALID_RETRY_MAX_MS = 3_600_000;
/** A symbol that has been live for so long was valid after all: the next refusal counts as the first. */
export const FORGIVEN_AFTER_MS = 600_000;

/** Notes on a live `entry` that Finnhub refuses it at `now` (ms since 1970 UTC), and when it is to be tried again. */
export function noteRefusal(entry: Entry, now: number): void {
  if (now - entry.liveSince >= FORGIVEN_AFTER_MS) entry.refusals = 0;
  entry.retryAt = now + Math.min(INVALID_RETRY_MAX_MS, INVALID_RETRY_MIN_MS * 2 ** entry.refusals);
  entry.refusals += 1;
}
