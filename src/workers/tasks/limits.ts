/** What loading the catalogue may take, with units. */

/** How long one list may take: Finnhub's US list is several megabytes. */
export const LIST_TIMEOUT_MS = 20_000;
/** How long between two lists: Finnhub allows 30 calls a second, and quotes are among them. */
export const LIST_PACE_MS = 100;
/** The longest list read; the US one was 8 MB in 2025. */
export const MAX_LIST_BYTES = 64 * 1024 * 1024;
/** After so many lists in a row that could not be had the others are not asked for either. */
export const MAX_FAILURES_IN_A_ROW = 2;
/** A list with less than this part of its symbols is a fault of Finnhub's, unless it has been so for long, ms. */
export const MAX_SHRINKING = 0.5;
export const SHRUNK_BELIEVED_MS = 7 * 24 * 3_600_000;
/** How many symbols one list may bring, and how long a name may be. */
export const MAX_ROWS = 200_000;
export const MAX_DESCRIPTION_LENGTH = 200;
/** Brotli's 9 of 11: 30,000 symbols take a fraction of a second, 11 takes several. */
export const BROTLI_QUALITY = 9;
export const GZIP_LEVEL = 9;

/** SQLite's page cache of one reader, KiB: a year of one symbol's minutes, and then some. */
export const TAPE_CACHE_KIB = 16 * 1024;
/** Rows taken out of the file at once. */
export const ROWS_AT_ONCE = 20_000;
/** How long a query for nobody is: a week of minutes, the longest that the page asks for. */
export const WARM_UP_CANDLES = 10_080;
/** The last moment a `Date` can show, ms since 1970 UTC: what "no end" is. */
export const MAX_TIME = 8_640_000_000_000_000;

/** How much the pools' threads give way to others, 0 to 19: one that serves gets about ten times as much of a core. */
export const POOL_NICENESS = 10;
