/** Rows in the list of results: what fits on a phone above its keyboard, and a little to scroll. */
export const MAX_HITS = 12;

/** A server that does not answer for so long cannot be reached, ms. */
export const FETCH_WITHIN_MS = 20_000;
/** How long a server that is still loading its own list is left alone, ms: at first, and at most. */
export const RETRY_FIRST_MS = 1_000;
export const RETRY_MOST_MS = 15_000;
/** So often it is asked; after some two minutes only when the search is opened again. */
export const RETRIES = 12;

/** A list that the server has confirmed is taken for current so long, ms: a server that has just started gets its lists one by one. */
export const CURRENT_MS = 600_000;
/** A server that has only the built-in list may have just started: so often it is asked again soon, as one that is still loading. */
export const BUILTIN_SOON_TRIES = 5;
/** From then on it is asked after this, ms, until it has Finnhub's. */
export const BUILTIN_AGAIN_MS = 60_000;

/** A browser's storage that does not answer for so long is done without, ms. */
export const STORAGE_WITHIN_MS = 2_000;
