import type { GapCause } from '../../protocol/wire.ts';

/** A trade on its way to the file. `c` is Finnhub's list as JSON, an empty text where it sent none. */
export interface TradeEvent {
  readonly kind: 'trade';
  readonly symbol: string;
  readonly epoch: number;
  readonly seq: number;
  /** ms since 1970 UTC. */
  readonly t: number;
  readonly p: number;
  readonly v: number;
  readonly c: string;
  readonly flags: number;
}
/** It stands after trade `seq` of `epoch`; `toSeq` is the next number there, `undefined` where the epoch has ended. */
export interface GapEvent {
  readonly kind: 'gap';
  readonly symbol: string;
  readonly epoch: number;
  readonly seq: number;
  readonly cause: GapCause;
  readonly from: number;
  readonly to: number;
  readonly toSeq: number | undefined;
}
/** A symbol is being seen (`missing` undefined) or is not any more. */
export interface SymbolEvent {
  readonly kind: 'symbol';
  readonly symbol: string;
  readonly epoch: number;
  readonly now: number;
  readonly missing: { readonly from: number; readonly cause: GapCause } | undefined;
}
/** The feed was heard in `epoch` at `at`. */
export interface HeardEvent {
  readonly kind: 'heard';
  readonly epoch: number;
  readonly at: number;
}
export interface FigiEvent {
  readonly kind: 'figi';
  readonly symbol: string;
  readonly figi: string;
}
export interface SplitEvent {
  readonly kind: 'split';
  readonly symbol: string;
  readonly t: number;
  readonly close: number;
  readonly previousClose: number;
}

/** Something to be written, in the order in which it happened. */
export type TapeEvent = TradeEvent | GapEvent | SymbolEvent | HeardEvent | FigiEvent | SplitEvent;

/** What is known of a symbol from before, by whoever continues it. */
export interface Known {
  /** The newest epoch in which it was seen, its last number there, and when the feed was last heard in it. */
  readonly epoch: number;
  readonly seq: number;
  readonly heard: number;
  /** When that last trade was made, ms since 1970 UTC by the exchange's clock; `undefined` where none is kept. */
  readonly tradedAt: number | undefined;
  readonly missing: { readonly from: number; readonly cause: GapCause } | undefined;
}
