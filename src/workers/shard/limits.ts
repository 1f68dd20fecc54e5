/** Sizes and times of a shard, with their units. */

/** The largest message a client may send; a subscribe takes about 100 bytes. A larger frame closes the connection. */
export const MAX_PAYLOAD_BYTES = 1024;
/** Bytes kept for a client whose socket takes no more; what comes after is dropped and told by `reset`. */
export const MAX_BACKPRESSURE_BYTES = 64 * 1024;
/** A client whose socket takes nothing for so long is closed. */
export const STUCK_MS = 30_000;
/** Errors kept for a client whose socket takes no more. */
export const MAX_UNTOLD = 100;
/** A replay pauses while so much is waiting for the client's socket, well below the limit above. */
export const REPLAY_PAUSE_BYTES = 32 * 1024;
/**
 * Clients that the recorder serves at once, with up to 16 kB on its way for each; the others wait their turn. In a storm an answer is
 * taken once in a turn of a busy event loop: with 64 the recorder stood still most of the time.
 */
export const MAX_RECALLS = 512;
/** How long clients that came back wait for a recorder that is not there. */
export const RECORDER_WITHIN_MS = 5_000;
/** uWebSockets.js closes a connection that has not even answered a WebSocket ping for so long; 0 or 8 to 960. */
export const IDLE_TIMEOUT_S = 120;
/** How often clients without any frame are looked for. */
export const SWEEP_MS = 5_000;
/** How long a `tickcast.v1` client that needs a token may take to send it. */
export const AUTH_WITHIN_MS = 10_000;
/** Finnhub pings its clients about once a minute, and programs rely on it. */
export const FINNHUB_PING_MS = 60_000;

/** A client may send so many messages at once, and so many a second for ever. */
export const MESSAGE_BURST = 1_000;
export const MESSAGES_PER_SECOND = 200;

/** Recent trades kept for one symbol, in bytes of frames and what it takes to keep each. */
export const RING_BYTES = 512 * 1024;
/** Symbols whose recent trades are kept after they were closed. */
export const CLOSED_RINGS = 100;

/** While draining, new connections still learn by /readyz that they should go elsewhere. */
export const DRAIN_MS = 300;
/** How long the closing frames have to leave before the App is closed. */
export const CLOSE_GRACE_MS = 300;

/** How many candles one answer has at most, and how many where none is said: a week of minutes is 10,080. */
export const CANDLES_MAX = 20_000;
export const CANDLES_DEFAULT = 500;
/** The same of trades. */
export const TRADES_MAX = 10_000;
export const TRADES_DEFAULT = 1_000;
/** Queries a shard's pool may have before it (running ones too); more are told to come back. */
export const MAX_QUERIES = 64;
/** How many results a search has at most, and how many where none is said; and how long what is searched may be. */
export const SEARCH_MAX = 50;
export const SEARCH_DEFAULT = 10;
export const MAX_SEARCH_LENGTH = 64;
/** Searches a shard's thread may have before it (the running one too), a few ms each; more are told to come back. */
export const MAX_SEARCHES = 32;
/** Different `Accept-Encoding` headers of which is kept what is in them. */
export const MAX_KEPT_HEADERS = 100;
/** Answers of searches that are kept, some 100 bytes a result. */
export const MAX_KEPT_SEARCHES = 500;
/** The thread that searches, and its index of megabytes, end when nobody has searched for so long. */
export const SEARCH_IDLE_MS = 10 * 60_000;
/** After so many long answers a new thread is as fast as it gets (measured: the first takes 4 times as long as the eighth). */
export const WARM_UP_QUERIES = 8;
/** When they are begun after a start, ms: its clients come first. */
export const WARM_UP_AFTER_MS = 2_000;
/** A pool's thread beyond the first that has had nothing to do for so long ends. */
export const POOL_IDLE_MS = 60_000;
/** Trades of one piece of a CSV download, about 80 bytes each. */
export const CSV_ROWS_AT_ONCE = 5_000;
/** When a download that found the pool busy asks again, ms. */
export const CSV_BUSY_MS = 200;
