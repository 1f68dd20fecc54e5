import type { ErrorCode } from './errors.ts';

/** The WebSocket subprotocol that the page and new programs speak. Without it a connection speaks Finnhub's framing. */
export const SUBPROTOCOL = 'tickcast.v1';
export const WIRE_VERSION = 1;

/** How a subscription wants to hear: of every trade, or of what they do to candles, in bars about 4 times or once a second. */
export type Rate = 'full' | '4hz' | '1hz';
export type ConflatedRate = Exclude<Rate, 'full'>;

/** The last trade a client has, so that the server can go on from there. */
export interface Since {
  readonly epoch: number;
  readonly seq: number;
}

// ── client → server ─────────────────────────────────────────────────────────────────────────────────────────────────

export interface Auth {
  readonly type: 'auth';
  readonly token: string;
}
export interface Subscribe {
  readonly type: 'subscribe';
  readonly symbol: string;
  readonly since?: Since;
  readonly rate?: Rate;
}
export interface Unsubscribe {
  readonly type: 'unsubscribe';
  readonly symbol: string;
}
export type ClientMessage = Auth | Subscribe | Unsubscribe;

// ── server → client ─────────────────────────────────────────────────────────────────────────────────────────────────

export type FeedKind = 'finnhub' | 'simulated';

export interface Hello {
  readonly type: 'hello';
  readonly version: number;
  readonly feed: FeedKind;
  /** How many symbols the Finnhub connection carries at once. */
  readonly limit: number;
  /** The server's clock, ms since 1970 UTC. */
  readonly time: number;
}

/**
 * From here on trades of `symbol` come as frames with this `id`, numbered `seq + 1` and on within `epoch`. It comes again
 * for a live subscription when the epoch changes (after the `gap` that says what lies between).
 */
export interface Subscribed {
  readonly type: 'subscribed';
  readonly symbol: string;
  readonly id: number;
  readonly epoch: number;
  readonly seq: number;
  /** Whether everything after the client's `since` follows, but for the gaps that are told. */
  readonly recovered: boolean;
  /** The last price-forming trade, where one is known. */
  readonly last?: LastPrice;
}
export interface LastPrice {
  readonly t: number;
  readonly p: number;
}

export const GAP_CAUSES = ['upstream', 'unwatched', 'restart', 'overrun'] as const;
/**
 * Why the server did not see a stretch: the connection to Finnhub was down; the symbol was not subscribed (nobody watched,
 * refused, waiting); the server or its upstream worker was not running; a part of the server could not keep up.
 */
export type GapCause = (typeof GAP_CAUSES)[number];

/** A stretch of time, ms since 1970 UTC, that the server did not see. */
export interface Stretch {
  readonly cause: GapCause;
  readonly from: number;
  readonly to: number;
  /** The last trade before, and the first one after; left out where the epoch changes in between. */
  readonly fromSeq?: number;
  readonly toSeq?: number;
}
export interface Gap extends Stretch {
  readonly type: 'gap';
  readonly symbol: string;
}

/** The server cannot say what lies between what the client has and `seq` in `epoch`: forget, and go on from here. */
export interface Reset {
  readonly type: 'reset';
  readonly symbol: string;
  readonly epoch: number;
  readonly seq: number;
  readonly reason: ResetReason;
}
export const RESET_REASONS = ['too-old', 'ahead', 'other-epoch', 'overrun', 'slow'] as const;
/**
 * `too-old`: the trades after `since` are no longer kept; `ahead`: `since` is beyond what the server has; `other-epoch`:
 * `since` is of a numbering the server does not have; `overrun`: a part of the server could not keep up; `slow`: the
 * client could not.
 */
export type ResetReason = (typeof RESET_REASONS)[number];

/** All slots are taken; the subscription is served as one frees. `position` 1 is next. */
export interface Waiting {
  readonly type: 'waiting';
  readonly symbol: string;
  readonly position: number;
}

export const UPSTREAM_STATES = ['live', 'connecting', 'stale', 'unauthorized', 'closed'] as const;
/**
 * `live`: connected and healthy; `connecting`: not connected, trying; `stale`: connected, but symbols that are normally
 * busy are silent in an open session; `unauthorized`: Finnhub refuses the key; `closed`: connected, and every subscribed
 * symbol's market is closed.
 */
export type UpstreamState = (typeof UPSTREAM_STATES)[number];

export interface UpstreamStatus {
  readonly upstream: UpstreamState;
  /** Since when, ms since 1970 UTC. */
  readonly since: number;
  /** When the next attempt to connect is made, ms since 1970 UTC. */
  readonly retryAt?: number;
  /** How late trades arrive (median), where that is over 5 s. */
  readonly delayMs?: number;
  /** `key-in-use`: repeated drops right after connecting; another program is probably using the key. */
  readonly reason?: 'key-in-use';
}
export interface Status extends UpstreamStatus {
  readonly type: 'status';
}
export interface ErrorMessage {
  readonly type: 'error';
  readonly code: ErrorCode;
  readonly message: string;
  readonly symbol?: string;
}
export interface Ping {
  readonly type: 'ping';
}
export type ServerMessage = Hello | Subscribed | Gap | Reset | Waiting | Status | ErrorMessage | Ping;

/** Closing codes the server uses (RFC 6455 and IANA's registry). */
export const CLOSE_UNAUTHORIZED = 1008;
export const CLOSE_RESTART = 1012;
export const CLOSE_TRY_AGAIN = 1013;

/** After this long without any frame a client may take the connection for dead: twice the server's `ping` interval. */
export const CLIENT_SILENCE_MS = 30_000;
/** How long the server lets a connection be without a frame before it sends `ping`. */
export const PING_AFTER_MS = 15_000;
