/** What a run and its crowds of clients say to each other. */

export interface CrowdSetup {
  readonly port: number;
  readonly symbols: readonly string[];
  /** Whether each client has all symbols or one, in turn. */
  readonly each: 'all' | 'one';
  /** How often sockets are read, in ms; 0: as soon as something comes. */
  readonly pollMs: number;
  /** One frame of so many is looked into for its latency; 0: none. */
  readonly sampleEvery: number;
  /** Whether every trade is compared with what the other clients got. */
  readonly isCompared: boolean;
  /** The most bytes that one read takes, for clients that are to be slow; 0: everything there is. */
  readonly sipBytes: number;
  readonly clockOffset: number;
}

export type ToCrowd =
  | { readonly type: 'setup'; readonly setup: CrowdSetup }
  /** So many clients more, as fast as they come with so many handshakes under way. */
  | { readonly type: 'connect'; readonly count: number; readonly atOnce: number }
  | { readonly type: 'begin' }
  | { readonly type: 'end' }
  /** Every client loses its connection, now or when the server cuts it off, and comes back by chance within `jitterMs`. */
  | { readonly type: 'drop'; readonly by: 'itself' | 'server'; readonly jitterMs: number }
  /** No client reads any more. */
  | { readonly type: 'pause' }
  /** Every client reads so much a second from now on, until `end`; `caught-up` when each has been told to go on. */
  | { readonly type: 'sip'; readonly bytesPerSecond: number };

export type FromCrowd =
  | { readonly type: 'connected'; readonly ms: number }
  | { readonly type: 'begun' }
  | { readonly type: 'result'; readonly result: CrowdResult }
  /** All that were dropped are live again. */
  | { readonly type: 'resumed'; readonly resumed: Resumed }
  | { readonly type: 'paused' }
  | { readonly type: 'caught-up' };

/** How clients came back, each list with one entry a client, in ms since the drop. */
export interface Resumed {
  readonly subscribedMs: readonly number[];
  /** Until the first trade that was sent after it was subscribed again. */
  readonly liveMs: readonly number[];
  /** Connections that were tried. */
  readonly attempts: number;
}

/** Where all clients of a symbol are. */
export interface SymbolResult {
  readonly symbol: string;
  readonly clients: number;
  /** The lowest and the highest last number. */
  readonly lowest: number;
  readonly highest: number;
}

/** Everything since the first connect, but for latencies, bytes and CPU: those between `begin` and `end`. */
export interface CrowdResult {
  readonly clients: number;
  /** Trades received. */
  readonly trades: number;
  /** Clients of which the trades received are not exactly those from the first to the last number. */
  readonly inexact: number;
  /** What was not as it should be, the first few; and how much there was. */
  readonly faults: readonly string[];
  readonly faultCount: number;
  readonly bySymbol: readonly SymbolResult[];
  /** Of each client: why it was told to forget what it has, once for every symbol. */
  readonly resets: readonly (readonly string[])[];
  /** Connections that the server closed or cut off, by code; 0: none was said. */
  readonly closed: readonly number[];
  readonly latenciesUs: readonly number[];
  readonly bytes: number;
  /** As a share of one core. */
  readonly cpuShare: number;
}
