import type { Interval } from './candles.ts';

/** What a shard asks its pool for. All times are ms since 1970 UTC, `to` is not part of a stretch. */
export interface Query {
  /** The recorder's SQLite file. */
  readonly file: string;
  readonly symbol: string;
}

/** The recorder's SQLite file is to be read for nobody. */
export interface WarmUp {
  readonly file: string;
}

/** The newest `limit` candles that begin in [`from`, `to`). */
export interface CandleQuery extends Query {
  readonly interval: Interval;
  readonly from: number | undefined;
  readonly to: number | undefined;
  readonly limit: number;
  /** A gap that has not ended is told up to now. */
  readonly now: number;
}

/** A place on the tape: after trade `seq` of `epoch`. */
export interface Place {
  readonly epoch: number;
  readonly seq: number;
}

/** The first `limit` trades after `after` (from the first kept one on without it) whose time is in [`from`, `to`). */
export interface TradeQuery extends Query {
  readonly after: Place | undefined;
  /** A later page of one answer: it is an error where trade `after` is not kept any more, since others may be missing with it. */
  readonly isContinued?: boolean;
  readonly from: number | undefined;
  readonly to: number | undefined;
  readonly limit: number;
  readonly format: 'json' | 'csv';
  readonly now: number;
}

/** The best `limit` symbols for what somebody typed. */
export interface SearchQuery {
  /** The catalogue as JSON in UTF-8, in shared memory: a task is handed it without a copy. */
  readonly catalogue: Uint8Array;
  /** A catalogue's index is built once and found again by this. */
  readonly etag: string;
  readonly q: string;
  readonly limit: number;
}

/** An answer's body in UTF-8, in a buffer of its own. `next`: where the following page begins; `undefined` after the last. */
export interface Answer {
  readonly bytes: Uint8Array;
  /** How many candles, trades or results are in it. */
  readonly count: number;
  readonly next?: Place;
}

/** `undefined`: there is no file (yet). */
export type QueryResult = Answer | undefined;

/** The last daily close that begins in [`from`, `to`). */
export interface DailyCloseQuery extends Query {
  readonly from: number;
  readonly to: number;
}

/** `t` is the daily candle's beginning. */
export interface DailyClose {
  readonly t: number;
  readonly close: number;
}
