/** What the simulator allows and how it paces itself, with units. */

/** How often new trades are sent. Trades of a slot (see `trades.ts`) leave once it is over. */
export const TICK_MS = 50;
/** After a stall, trades this much older than now are skipped. */
export const MAX_BACKLOG_MS = 10 * 60_000;
/** How many slots are caught up with in one tick: 10 s. */
export const MAX_SLOTS_PER_TICK = 200;
/** Finnhub's messages hold up to a few dozen trades. */
export const MAX_TRADES_PER_MESSAGE = 30;
/** How many trades a replay without speed puts into one message, and how much may wait in a socket before it pauses. */
export const REPLAY_TRADES_PER_MESSAGE = 20;
export const REPLAY_PAUSE_BYTES = 1024 * 1024;
/** A client that leaves this much unread is dropped. */
export const MAX_BUFFERED_BYTES = 32 * 1024 * 1024;
/** The longest message taken from a client. */
export const MAX_PAYLOAD_BYTES = 64 * 1024;
/** The longest body of a control request. */
export const MAX_CONTROL_BYTES = 16 * 1024;
/** How many subscribe and unsubscribe messages are remembered for tests. */
export const MAX_REMEMBERED = 100_000;
/** How long two connections on one key both live. */
export const SHARED_KEY_DROP_MS = 400;
/** Finnhub's own pace of `{"type":"ping"}`. */
export const PING_MS = 60_000;
/** Finnhub's free tier: symbols a connection, REST calls a minute and a second. */
export const FREE_SYMBOLS = 50;
export const FREE_CALLS_A_MINUTE = 60;
export const FREE_CALLS_A_SECOND = 30;
