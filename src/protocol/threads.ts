import type { Epoch, Seq, SymbolId } from './brand.ts';
import type { CatalogueSource } from './catalogue.ts';
import type { FeedKind, ResetReason, Since, Stretch, UpstreamStatus } from './wire.ts';

/**
 * Every message between threads, as closed unions. Two kinds of port exist and never mix: the **data ports**, one from the
 * upstream worker to each consumer, carry trades one way and acknowledgements back; the **control port** each worker has
 * to main carries demand and lifecycle. Trades never pass through main.
 */

// ── data: upstream worker → consumers ───────────────────────────────────────────────────────────────────────────────

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
export type FeedMessage = FeedSnapshot | FeedOpen | FeedClose | FeedBatch | FeedGap | FeedStatus | FeedCounted;

/** consumer → upstream worker: the batches up to `number` are dealt with. */
export interface FeedAck {
  readonly type: 'ack';
  readonly number: number;
}

// ── control: main ↔ upstream worker ─────────────────────────────────────────────────────────────────────────────────

export interface UpstreamOptions {
  readonly epoch: Epoch;
  /** How often the worker was started before. */
  readonly start: number;
  readonly keys: readonly string[];
  readonly wsUrl: string;
  /** Symbols per key. */
  readonly symbolLimit: number;
  readonly flushMs: number;
}
export type ToUpstream<Port> =
  | { readonly type: 'consumer'; readonly name: string; readonly port: Port }
  | { readonly type: 'subscribe'; readonly symbol: string }
  | { readonly type: 'unsubscribe'; readonly symbol: string }
  | Fault;
export type FromUpstream =
  | { readonly type: 'ready' }
  /** How many symbols all connections carry now; `rejected` are those that had to be given back to get there. */
  | { readonly type: 'capacity'; readonly capacity: number; readonly rejected: readonly string[] }
  /** Finnhub answered `Invalid symbol`. */
  | { readonly type: 'invalid'; readonly symbol: string };

// ── control: main ↔ recorder ────────────────────────────────────────────────────────────────────────────────────────

export interface RecorderOptions {
  /** The SQLite file. Main has made sure that it can be opened and has the right form. */
  readonly file: string;
  /** Trades older than this are deleted, minute and daily candles stay. */
  readonly retentionDays: number;
  /** What the file may take on disk; the oldest trades go first. `undefined`: no bound. */
  readonly maxDiskMb: number | undefined;
}
export type ToRecorder<Port> =
  | { readonly type: 'feed'; readonly port: Port }
  /** A port to a shard, for `ToRecall` and `FromRecall`. */
  | { readonly type: 'shard'; readonly port: Port }
  /** Finnhub's figis of listed stocks, as pairs of symbol and figi. */
  | { readonly type: 'figis'; readonly figis: readonly (readonly [string, string])[] }
  /** The quote's previous close does not fit the last daily candle, as after a split. `t` is that candle's. */
  | {
      readonly type: 'split';
      readonly symbol: string;
      readonly t: number;
      readonly close: number;
      readonly previousClose: number;
    }
  /** Commit what is held, close the file, end. */
  | { readonly type: 'stop' }
  | Fault;
export type FromRecorder = { readonly type: 'ready' } | { readonly type: 'recording'; readonly recording: Recording };

/**
 * How the recording goes. `failing`: the disk refuses to take it and it is being tried again; `stalled`: the disk does not
 * answer. Prices go on in either case.
 */
export interface Recording {
  readonly state: 'recording' | 'failing' | 'stalled';
  /** Since when, ms since 1970 UTC. */
  readonly since: number;
  readonly reason?: string;
  /** Trades in memory that are not on disk yet. */
  readonly held: number;
  /** Trades that could not be recorded since the start of the recorder; each is in a gap. */
  readonly lost: number;
  /** Trades written since the start of the recorder. */
  readonly written: number;
  /** The file's size with its log, bytes. */
  readonly bytes: number;
}

// ── recalls: shard ↔ recorder ───────────────────────────────────────────────────────────────────────────────────────

/**
 * A client's `since` lies before what the shard's ring has. The recorder answers with everything from there up to `until`,
 * where the ring goes on, in pages; the next one only when it is asked for `more`, so that a slow client holds nothing up.
 * Frames carry `id`.
 */
export type ToRecall =
  | {
      readonly type: 'recall';
      readonly ref: number;
      readonly symbol: string;
      readonly since: Since;
      readonly until: Since;
      readonly id: SymbolId;
    }
  | { readonly type: 'more'; readonly ref: number }
  | { readonly type: 'cancel'; readonly ref: number };
export type FromRecall =
  /**
   * Messages of `tickcast.v1` as they are sent: frames, gaps, and `subscribed` where a later epoch begins. With them the client
   * has everything up to `at`; `done`: that is `until`.
   */
  | {
      readonly type: 'recalled';
      readonly ref: number;
      readonly messages: readonly string[];
      readonly at: Since;
      readonly done: boolean;
    }
  /** It cannot be said what the client missed. */
  | { readonly type: 'unrecalled'; readonly ref: number; readonly reason: ResetReason };

// ── control: main ↔ shard ───────────────────────────────────────────────────────────────────────────────────────────

export interface ShardOptions {
  readonly shard: number;
  readonly host: string;
  readonly port: number;
  readonly feed: FeedKind;
  /** How many symbols the Finnhub connections carry now, as far as is known. */
  readonly limit: number;
  /** How many symbols one client may ask for. */
  readonly maxSubscriptions: number;
  readonly accessToken: string | undefined;
  readonly allowedOrigins: readonly string[];
  readonly allowedHosts: readonly string[];
  readonly trustedProxies: readonly string[];
  readonly maxConnections: number;
  /** Shared by all shards: how many connections each has open, by shard number. */
  readonly connections: Int32Array;
  readonly pageDir: string;
  /** The recorder's SQLite file, for reading. */
  readonly tapeFile: string;
  readonly version: string;
}
/** The catalogue as `/api/symbols` serves it, encoded once. */
export interface EncodedCatalogue {
  readonly etag: string;
  readonly identity: Uint8Array;
  readonly brotli: Uint8Array;
  readonly gzip: Uint8Array;
}
export type ToShard<Port> =
  | { readonly type: 'feed'; readonly port: Port }
  /** A port to the recorder, for `ToRecall` and `FromRecall`; a new one after each of its starts. */
  | { readonly type: 'recorder'; readonly port: Port }
  | { readonly type: 'recording'; readonly recording: Recording }
  | { readonly type: 'fetched'; readonly ref: number; readonly result: FetchResult }
  | { readonly type: 'catalogue'; readonly catalogue: EncodedCatalogue }
  | { readonly type: 'limit'; readonly limit: number }
  /** The symbol's place in the queue, for those who can wait. */
  | { readonly type: 'waiting'; readonly symbol: string; readonly position: number }
  /** Interest `ref` of this shard is dropped: every slot is taken (and the queue is full, or it cannot wait). */
  | { readonly type: 'refused'; readonly ref: number }
  | { readonly type: 'invalid'; readonly symbol: string }
  | { readonly type: 'drain' }
  | { readonly type: 'stop' }
  | Fault;
export type FromShard =
  | { readonly type: 'ready' }
  | { readonly type: 'failed'; readonly reason: string }
  /** The first client of `address` in this shard wants `symbol`; `patient` ones can wait for a slot. */
  | {
      readonly type: 'join';
      readonly ref: number;
      readonly symbol: string;
      readonly address: string;
      readonly patient: boolean;
    }
  | { readonly type: 'leave'; readonly ref: number }
  /**
   * The symbol lost its slot under this shard's clients: what has become of it? (Main may have said so already, but its word
   * and upstream's `open` and `close` come by different ports, and the shard believes upstream first.)
   */
  | { readonly type: 'ask'; readonly symbol: string }
  /** Something of Finnhub's REST API, which main fetches (or has) within the one budget of all. */
  | { readonly type: 'fetch'; readonly ref: number; readonly what: Fetch };

export type Fetch = { readonly kind: 'quote'; readonly symbol: string } | { readonly kind: 'market' };
/** An answer of the API: the HTTP status (`200 OK`) and the body, to be sent as JSON. */
export interface FetchResult {
  readonly status: string;
  readonly body: object;
  /** When to ask again, seconds. */
  readonly retryAfterS?: number;
}

// ── main → pool ──────────────────────────────────────────────────────────────────────────────────────────────────────

/** What the pool's task `loadCatalogue` is asked for. */
export interface LoadCatalogue {
  /** `https://finnhub.io/api/v1`, or the simulator's. */
  readonly restUrl: string;
  readonly key: string;
  readonly source: 'finnhub' | 'simulated';
  readonly cacheDir: string;
  /** A cache younger than this is not refreshed. */
  readonly maxAgeMs: number;
  /** ms since 1970 UTC. */
  readonly now: number;
  /** How long one list may take. */
  readonly timeoutMs?: number;
}

/** What it gives. */
export interface LoadedCatalogue {
  readonly catalogue: EncodedCatalogue;
  /** Finnhub's figis of listed stocks, as pairs of symbol and figi. */
  readonly figis: readonly (readonly [string, string])[];
  readonly source: CatalogueSource;
  /** When its oldest list was fetched, ms since 1970 UTC; 0: built in. */
  readonly asOf: number;
  readonly count: number;
  /** `network` when at least one list is new. */
  readonly from: 'network' | 'cache' | 'builtin';
  /** How many rows of the new lists were no symbols, or repeated. */
  readonly dropped: number;
  /** What could not be done, in one line without the key; the catalogue is the best there is all the same. */
  readonly problem?: string;
}

// ── control: simulator, tests ───────────────────────────────────────────────────────────────────────────────────────

export interface SimulatorOptions {
  /** 0 picks a free port. */
  readonly port: number;
  readonly seed: number;
}
export type FromSimulator = { readonly type: 'ready'; readonly port: number };

/** A fault that a test injects over the process's IPC channel; there is no way to ask for one over the network. */
export interface Fault {
  readonly type: 'fault';
  readonly kind: 'throw' | 'block';
  readonly ms: number;
}
