import type { Bar } from '../../src/protocol/bars.ts';
import type { ErrorCode } from '../../src/protocol/errors.ts';
import type { FrameTrade } from '../../src/protocol/frame.ts';
import type {
  FeedKind,
  LastPrice,
  Rate,
  ResetReason,
  Since,
  Stretch,
  UpstreamStatus,
} from '../../src/protocol/wire.ts';
import type { SocketConstructor } from './socket.ts';

/** One trade: `t` in ms since 1970 UTC, price `p`, volume `v` (0: a price update), `flags` as in docs/PROTOCOL.md. */
export interface FeedTrade extends FrameTrade {
  readonly symbol: string;
  /** With `epoch` the trade's number, the same for all clients: 1, 2, 3 … within an epoch. */
  readonly seq: number;
  readonly epoch: number;
}

/** What some trades of one second do to a candle: see "Bars instead of trades" in docs/CLIENT.md. */
export interface FeedBar extends Bar {
  readonly symbol: string;
  readonly epoch: number;
}

/** A stretch of time, ms since 1970 UTC, of which the server saw nothing. `fromSeq` and `toSeq` only within an epoch. */
export interface FeedGap extends Stretch {
  readonly symbol: string;
}

/** It cannot be said what was missed: the next trade is the one after `seq` of `epoch`. */
export interface FeedReset extends Since {
  readonly symbol: string;
  /** `unsaid`: the server went on somewhere else without a word. No server should; if one does, it is not kept silent. */
  readonly reason: ResetReason | 'unsaid';
}

export interface FeedError {
  readonly code: ErrorCode;
  /** In words, for people. */
  readonly message: string;
  /** Which symbol it is about, where it is one. */
  readonly symbol?: string;
}

/** Where a symbol stands: its trades come from the one after `seq` on, or it is `position`th in line for a slot. */
export type FeedStanding =
  | ({ readonly symbol: string; readonly state: 'live'; readonly last?: LastPrice } & Since)
  | { readonly symbol: string; readonly state: 'waiting'; readonly position: number };

export interface FeedStatus {
  /**
   * `lost`: tried again at `retryAt`. `locked`: the access token is missing or wrong, and nothing is tried any more.
   * `closed`: by `close()`.
   */
  readonly connection: 'connecting' | 'open' | 'lost' | 'locked' | 'closed';
  /** ms since 1970 UTC by this machine's clock. */
  readonly retryAt?: number;
  /** `simulated` trades are made up, and never to be mixed with real ones. */
  readonly feed?: FeedKind;
  /** How the server's own connection to Finnhub is doing. */
  readonly upstream?: UpstreamStatus;
}

/** Callbacks come in the order in which things happened. What one throws is not caught. */
export interface FeedOptions {
  /** The server's access token, where it has one. */
  readonly token?: string;
  /** One or more consecutive trades of one symbol and epoch. Each trade comes once. */
  readonly onTrades?: (trades: readonly FeedTrade[]) => void;
  /** Bars of consecutive trades of one symbol and epoch, in place of these. Each trade is in one bar, or comes itself. */
  readonly onBars?: (bars: readonly FeedBar[]) => void;
  readonly onGap?: (gap: FeedGap) => void;
  readonly onReset?: (reset: FeedReset) => void;
  /** A symbol is served, also after every reconnect, or has to wait. */
  readonly onStanding?: (standing: FeedStanding) => void;
  readonly onStatus?: (status: FeedStatus) => void;
  readonly onError?: (error: FeedError) => void;
  /** For where there is no global one, such as Node 20: the class of the package `ws`. */
  readonly WebSocket?: SocketConstructor;
}

export interface WatchOptions {
  /** The last trade the program has, as `position` gave it before it ended. Left out: from now on. */
  readonly since?: Since | undefined;
  /** `full` where it is left out: every trade. Else bars of them, about 4 times or once a second. */
  readonly rate?: Rate | undefined;
}

export interface Feed {
  /**
   * Begins to follow a symbol. One that was left before goes on where it was left, whatever `since` says; one that is followed
   * goes on where it is, at the rate that is named now.
   */
  watch(symbol: string, options?: WatchOptions): void;
  /** Stops following a symbol. Its position is kept. */
  leave(symbol: string): void;
  /** Stops following a symbol and forgets its position. */
  forget(symbol: string): void;
  /** The last trade told (inside `onTrades`: the last of those), or what the server said stands in its place. */
  position(symbol: string): Since | undefined;
  /** Asks again for every symbol, such as one that was refused for want of capacity. */
  retry(): void;
  /** Looks at once whether the connection is still alive, and does not wait for `retryAt`: the network is back, say. */
  check(): void;
  /** Ends the connection and every timer. Nothing is called back after the last `onStatus`. */
  close(): void;
}
