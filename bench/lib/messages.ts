/** What the run and its helper processes say to each other. */

/** What a server's clients speak. An nchan client gets Finnhub's texts, but names its symbols in the URL. */
export type Framing = 'tickcast' | 'finnhub' | 'nchan' | 'socket.io';

export interface FeederSetup {
  readonly symbols: readonly string[];
  /** Trades a second of each symbol. */
  readonly rate: number;
  readonly seed: number;
  readonly clockOffset: number;
}
export type ToFeeder =
  | { readonly type: 'setup'; readonly setup: FeederSetup }
  /** Says `subscribed` once a connection holds every symbol. */
  | { readonly type: 'await-subscribed' }
  | { readonly type: 'start' }
  | { readonly type: 'stop' };
export type FromFeeder =
  | { readonly type: 'listening'; readonly port: number }
  | { readonly type: 'subscribed' }
  | {
      readonly type: 'stopped';
      /** Trades sent since `start`. */
      readonly sent: number;
      /** The latest that one left after its time, in ms. */
      readonly latestMs: number;
      /** CPU of the feeder since `start`, as a share of one core. */
      readonly cpuShare: number;
    };

export interface ReceiverSetup {
  readonly port: number;
  readonly framing: Framing;
  readonly symbols: readonly string[];
  /** How often sockets are read, in ms; 0: as soon as something comes. */
  readonly pollMs: number;
  /** One frame of so many is looked into for its latency; 0: none. */
  readonly sampleEvery: number;
  readonly clockOffset: number;
}
export type ToReceiver =
  | { readonly type: 'setup'; readonly setup: ReceiverSetup }
  | { readonly type: 'connect'; readonly count: number }
  | { readonly type: 'begin' }
  | { readonly type: 'count' }
  | { readonly type: 'end' };
export type FromReceiver =
  | { readonly type: 'connected' }
  | { readonly type: 'begun' }
  /** Trades received, since `begin` where there was one. */
  | { readonly type: 'counted'; readonly trades: number }
  | { readonly type: 'result'; readonly result: ReceiverResult };

/** What was received between `begin` and `end`. */
export interface ReceiverResult {
  readonly clients: number;
  readonly frames: number;
  readonly bytes: number;
  readonly trades: number;
  /** The fewest and the most trades that one client got. */
  readonly fewest: number;
  readonly most: number;
  /** Holes and repeats in the numbers of `tickcast.v1`. */
  readonly holes: number;
  readonly closed: number;
  readonly latenciesUs: readonly number[];
  /** CPU of the receiver, as a share of one core. */
  readonly cpuShare: number;
}
