/** Times of the supervisor, in ms. */
/** How often main looks whether every worker's event loop turns. */
export const WATCH_MS = 1_000;
/** So many looks in a row without a heartbeat mean that a worker hangs. (Looks, not time: a suspended host skips both.) */
export const HUNG_AFTER_LOOKS = 10;
/** A worker that has not shown its first heartbeat may still be loading from a slow disk. */
export const NEVER_BEGAN_AFTER_LOOKS = 60;
/** A crashed worker is started again after this, doubled at every crash in a row, at most the other. */
export const RESTART_MIN_MS = 50;
export const RESTART_MAX_MS = 1_500;
/** A worker that has lived this long has recovered: the next crash counts as the first. */
export const RECOVERED_AFTER_MS = 30_000;
/** How long the shards have to close their clients before the process ends anyway. */
export const STOP_WITHIN_MS = 4_000;
/** How long the feed waits for the recorder at the start; then prices go first. */
export const RECORDER_START_MS = 5_000;
/** How long trades may wait on their way to the recorder: waking its thread for every flush costs more than writing them. */
export const RECORDER_PATIENCE_MS = 100;
/** How long the recorder has to write what it holds when the server stops. */
export const RECORDER_STOP_MS = 3_000;
/** How long the other shards have when the process must end because one hangs. */
export const LAST_WORDS_MS = 500;
/** How old a list of symbols may be; a refresh that failed is tried again after the next, doubled each time, at most the last. */
export const CATALOGUE_MAX_AGE_MS = 24 * 3_600_000;
export const CATALOGUE_RETRY_MIN_MS = 5_000;
export const CATALOGUE_RETRY_MAX_MS = 3_600_000;

/** Exit codes. */
export const EXIT_OK = 0;
export const EXIT_FAILED = 1;
export const EXIT_BAD_CONFIG = 2;
/** A part of the server hung (EX_SOFTWARE of sysexits.h). */
export const EXIT_HUNG = 70;

/** One call to Finnhub's REST API: how long it may take, ms, and how long its answer may be (a quote is 100 bytes). */
export const REST_TIMEOUT_MS = 10_000;
export const MAX_REST_BYTES = 1024 * 1024;
/** How long answers are kept, ms. */
export const QUOTE_AGE_MS = 15_000;
export const MARKET_AGE_MS = 60_000;
export const HOLIDAYS_AGE_MS = 24 * 3_600_000;
/** Quotes kept, of as many symbols. */
export const MAX_QUOTES = 1_000;
/** A daily close may be so old and still be told from one before a split, ms: a long weekend, and then some. */
export const SPLIT_WITHIN_MS = 7 * 24 * 3_600_000;
