/** Times and sizes of the connection to Finnhub, with their units. Tests pass shorter times; nothing else does. */
export interface Timing {
  /** How often the socket is probed by a WebSocket ping; no pong by the next one means it is dead. */
  readonly pingMs: number;
  readonly handshakeMs: number;
  readonly backoffMinMs: number;
  readonly backoffMaxMs: number;
  /** A connection this old is healthy: the backoff starts anew. */
  readonly healthyMs: number;
  /** A connection that ends sooner than this was dropped "right after connecting". */
  readonly earlyDropMs: number;
  /** How long a refused key waits for its next try. */
  readonly unauthorizedMs: number;
  /** Silence of all busy symbols of a connection in an open session that makes it `stale`. */
  readonly silentMs: number;
  /** How long a connection may be stale before it is made anew. */
  readonly staleReconnectMs: number;
  /** How often health is looked at. */
  readonly checkMs: number;
  /** The pause between two symbols while the cap is being learned, at least: Finnhub must also have answered a ping. */
  readonly probeMs: number;
}

export const TIMING: Timing = {
  pingMs: 20_000,
  handshakeMs: 10_000,
  backoffMinMs: 500,
  backoffMaxMs: 60_000,
  healthyMs: 60_000,
  earlyDropMs: 10_000,
  unauthorizedMs: 300_000,
  silentMs: 60_000,
  staleReconnectMs: 300_000,
  checkMs: 1_000,
  probeMs: 500,
};

/**
 * Messages to Finnhub that one key may send at once, and then a second. The burst lets everything pass that one program
 * does in earnest (50 symbols anew, hundreds tried one after another); the pace is what nobody can make the key exceed.
 */
export const SEND_BURST = 500;
export const SENDS_PER_SECOND = 20;
/** So many drops in a row right after connecting mean that another program is probably using the key. */
export const EARLY_DROPS_UNTIL_SUSPECT = 3;
/** The largest message accepted from Finnhub. */
export const MAX_MESSAGE_BYTES = 8 * 1024 * 1024;
/** A frame for clients is closed at this length: uWebSockets.js copies messages under 16 KB once, larger ones per client. */
export const MAX_FRAME_CHARS = 12_000;
/** A flush is forced when so much is gathered, whatever the window says. */
export const MAX_BATCH_CHARS = 1024 * 1024;
/** Bars of a symbol leave no sooner after the last than this share of their length, unless they must. */
export const BARS_SPACING = 0.75;
/** So many bars of a symbol leave at once, that their message stays below the same 16 KB. */
export const MAX_BARS = 60;
/** Bytes a consumer may leave unacknowledged before it is sent nothing more until it has caught up. */
export const MAX_UNACKED_BYTES = 8 * 1024 * 1024;
/** Trades later than this (median) are told as `delayMs`. */
export const DELAYED_MS = 5_000;
/** How often the log speaks of the same trouble with what Finnhub sends, at most, and how much of a message it shows. */
export const REPEATED_LOG_MS = 60_000;
export const LOGGED_CHARS = 200;
/** Symbols numbered before those that never traded are forgotten; Finnhub lists some 35,000 in all. */
export const MAX_NUMBERED = 40_000;
