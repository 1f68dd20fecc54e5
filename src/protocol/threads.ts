import type { Epoch } from './brand.ts';
import type { EncodedCatalogue } from './catalogue-task.ts';
import type { ConflatedRate, FeedKind } from './wire.ts';

/**
 * Every message between main and the workers, as closed unions. Three kinds of port exist and never mix: the **control port**
 * each worker has to main, here, carries demand and lifecycle; the **data ports**, one from the upstream worker to each
 * consumer, carry trades one way and acknowledgements back (`feed-messages.ts`); a port from each shard to the recorder
 * carries what clients missed (`recall-messages.ts`). Trades never pass through main.
 */

/** Whether the bars of a symbol at a rate are wanted: said of the first who wants them, and after the last. */
export interface BarsDemand {
  readonly type: 'bars';
  readonly symbol: string;
  readonly rate: ConflatedRate;
  readonly isWanted: boolean;
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
  /** `patienceMs`: how long it can wait for trades, so that many come in one post. */
  | { readonly type: 'consumer'; readonly name: string; readonly port: Port; readonly patienceMs: number }
  | { readonly type: 'subscribe'; readonly symbol: string }
  | { readonly type: 'unsubscribe'; readonly symbol: string }
  | BarsDemand
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
  /** Finnhub's figis of listed stocks, see `figis.ts`. */
  | { readonly type: 'figis'; readonly figis: string }
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

// ── control: main ↔ shard ───────────────────────────────────────────────────────────────────────────────────────────

/** Where a shard listens, and who may come in there. */
export interface Listener {
  readonly host: string;
  readonly port: number;
  /** PEM files, which may be one and the same; `undefined`: http and ws. */
  readonly tls: { readonly certFile: string; readonly keyFile: string } | undefined;
  readonly accessToken: string | undefined;
  readonly allowedHosts: readonly string[];
  /** Whether browsers are told to come by https only (HSTS), which they take for all ports of the name. */
  readonly isHttpsOnly: boolean;
  /** Whether pages of other origins may see that the server is alive. */
  readonly isHealthShared: boolean;
}

export interface ShardOptions extends Listener {
  readonly shard: number;
  readonly feed: FeedKind;
  /** How many symbols the Finnhub connections carry now, as far as is known. */
  readonly limit: number;
  /** How many symbols one client may ask for. */
  readonly maxSubscriptions: number;
  readonly allowedOrigins: readonly string[];
  readonly trustedProxies: readonly string[];
  readonly maxConnections: number;
  /** Shared by all shards: how many connections each has open, by shard number. */
  readonly connections: Int32Array;
  readonly pageDir: string;
  /** The recorder's SQLite file, for reading. */
  readonly tapeFile: string;
  readonly version: string;
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
  | BarsDemand
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
