/** Sizes and times of the recorder, with their units. */

/** How long trades are gathered here before they are written in one transaction; they may have been 100 ms on their way. */
export const WINDOW_MS = 150;
/** Trades held while the disk refuses; what comes beyond is lost, and becomes a gap. About 60 MB. */
export const MAX_HELD_TRADES = 200_000;
/** Gaps and changes of what is being seen that are held meanwhile. */
export const MAX_HELD_OTHERS = 20_000;
/** Symbols followed before those that never traded are forgotten; as many as the upstream worker numbers. */
export const MAX_SYMBOLS = 40_000;
/** Trades that one transaction writes at most, so that others get their turn while a backlog is worked off. */
export const MAX_COMMIT_ROWS = 20_000;
/** A disk that refuses is tried again after so long, doubled each time up to the other. */
export const RETRY_MIN_MS = 500;
export const RETRY_MAX_MS = 10_000;
/** How often main is told how it goes, where something has changed. */
export const REPORT_MS = 1_000;
/** Candles kept in memory so that a trade need not read its row; a symbol has two at a time. */
export const MAX_CACHED_CANDLES = 4_000;
/** How often there is looked for what may be deleted, how many trades one step deletes, and how many pages it gives back. */
export const TIDY_MS = 500;
export const TIDY_ROWS = 2_000;
export const TIDY_PAGES = 64;
/** Where space is short, a step deletes no more than so long a stretch, so that all symbols' trades go by age. */
export const TIDY_SPAN_MS = 3_600_000;
/** Deleting for want of space goes on until so much of the allowed size is used. */
export const DISK_TARGET = 0.95;
/** Trades in one page of a recall: about as much text as a frame may have. */
export const MAX_RECALLED_TRADES = 400;
/** Trades in one frame of it, as in the live stream: uWebSockets.js copies messages under 16 KB once. The rest is id, number and time. */
export const MAX_FRAME_CHARS = 11_900;
/** How long a recall waits for the recorder to hear what the shard has heard. */
export const RECALL_WAIT_MS = 2_000;
/** How often the log speaks of the same trouble, at most. */
export const REPEATED_LOG_MS = 60_000;
