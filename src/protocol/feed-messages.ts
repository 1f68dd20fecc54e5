import type { Epoch, Seq, SymbolId } from './brand.ts';
import type { Stretch, UpstreamStatus } from './wire.ts';

/** A symbol that is subscribed upstream, and the last number given. */
export interface OpenSymbol {
  readonly symbol: string;
  readonly id: SymbolId;
  readonly seq: Seq;
  /** The last price-forming trade. */
  readonly last?: { readonly t: number; readonly p: number };
}

/**
 * Trades that a consumer will not get since it did not keep up: numbers `from` to `to`, both included. `to` below `from`: no
 * trades, but word of a gap.
 */
export interface Lost {
  readonly symbol: string;
  readonly from: number;
  readonly to: number;
}

/** Everything a consumer needs to start, or to go on after it fell behind: what is not listed as open is closed. */
export interface FeedSnapshot {
  readonly type: 'snapshot';
  readonly epoch: Epoch;
  readonly open: readonly OpenSymbol[];
  readonly lost: readonly Lost[];
  readonly status: UpstreamStatus;
}
export interface FeedOpen {
  readonly type: 'open';
  readonly open: OpenSymbol;
  /** What was missed since the symbol was last open in this epoch. */
  readonly gap?: Stretch;
}
export interface FeedClose {
  readonly type: 'close';
  readonly symbol: string;
}
/** One flush: encoded frames of all symbols in one buffer, described by `index` (see `batch.ts`). */
export interface FeedBatch {
  readonly type: 'batch';
  readonly number: number;
  /** Whether the consumer is to say when it has dealt with it: one acknowledgement stands for all batches before. */
  readonly ack: boolean;
  readonly bytes: Uint8Array;
  readonly index: Float64Array;
}
export interface FeedGap {
  readonly type: 'gap';
  readonly symbol: string;
  readonly gap: Stretch;
}
export interface FeedStatus {
  readonly type: 'status';
  readonly status: UpstreamStatus;
}
/** What the feed has taken in since its epoch began. */
export interface FeedCounts {
  readonly trades: number;
  /** Messages and trades that were none. */
  readonly malformed: number;
  /** Trades of symbols that were not (or no longer) subscribed. */
  readonly unrequested: number;
  /** Condition codes that are not in Finnhub's list. */
  readonly unknownConditions: number;
}
export interface FeedCounted {
  readonly type: 'counts';
  readonly counts: FeedCounts;
}
/** What the upstream worker tells its consumers, shards and the recorder, in the order in which it happened. */
export type FeedMessage = FeedSnapshot | FeedOpen | FeedClose | FeedBatch | FeedGap | FeedStatus | FeedCounted;

/** One post to a consumer: waking a thread costs more than what it is told. */
export type FeedPost = readonly FeedMessage[];

/** consumer → upstream worker: the batches up to `number` are dealt with. */
export interface FeedAck {
  readonly type: 'ack';
  readonly number: number;
}
