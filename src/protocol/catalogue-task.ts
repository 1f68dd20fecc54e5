import type { CatalogueSource } from './catalogue.ts';

/** The catalogue as `/api/symbols` serves it, encoded once. Its bytes are in shared memory: threads are handed them, not copies. */
export interface EncodedCatalogue {
  /** Of its content alone: a list fetched anew that says the same has the same. */
  readonly etag: string;
  /** When its oldest list was fetched, ms since 1970 UTC; 0: built in. */
  readonly asOf: number;
  readonly identity: Uint8Array;
  readonly brotli: Uint8Array;
  readonly gzip: Uint8Array;
}

/** How it goes with one of Finnhub's lists, as it goes on. */
export type ListProgress =
  | {
      readonly type: 'fetched';
      readonly list: string;
      readonly symbols: number;
      /** Rows that were no symbols, or repeated. */
      readonly dropped: number;
      readonly ms: number;
    }
  /** `problem` is one line without the key; `status` the HTTP status, where there was one. */
  | {
      readonly type: 'failed';
      readonly list: string;
      readonly problem: string;
      readonly status: number | undefined;
      readonly ms: number;
    };

/** Where progress is told: a `MessagePort`, for example. Whoever tells closes it, so that nothing on its way is lost. */
export interface ProgressPort {
  postMessage(progress: ListProgress): void;
  close(): void;
}

/** What the pool's task `loadCatalogue` is asked for. */
export interface LoadCatalogue {
  /** `https://finnhub.io/api/v1`, or the simulator's. */
  readonly restUrl: string;
  readonly key: string;
  readonly source: 'finnhub' | 'simulated';
  readonly cacheDir: string;
  /** The recorder's SQLite file: what it has history of is kept when Finnhub lists it no longer. */
  readonly tape: string;
  /** A list younger than this is not refreshed. */
  readonly maxAgeMs: number;
  /** How many lists may be fetched, one call each; 0: what is at hand is enough. */
  readonly maxCalls: number;
  /** ms since 1970 UTC. */
  readonly now: number;
  /** How long one list may take. */
  readonly timeoutMs?: number;
  /** How long between the beginnings of two calls at least. */
  readonly paceMs?: number;
  readonly progress?: ProgressPort;
}

/** One list of the cache; `asOf` is when Finnhub was asked for it last, ms since 1970 UTC (`undefined`: it was never had). */
export interface ListState {
  readonly name: string;
  readonly asOf: number | undefined;
}

/** What it gives. */
export interface LoadedCatalogue {
  readonly catalogue: EncodedCatalogue;
  /** Finnhub's figis of listed stocks, see `figis.ts`. */
  readonly figis: string;
  readonly source: CatalogueSource;
  readonly count: number;
  /** How many of them Finnhub lists no longer. */
  readonly delisted: number;
  /** `network` when at least one list is new. */
  readonly from: 'network' | 'cache' | 'builtin';
  /** How many rows of the new lists were no symbols, or repeated. */
  readonly dropped: number;
  /** Every list there is to have. */
  readonly lists: readonly ListState[];
  /** What could not be done, in one line without the key; the catalogue is the best there is all the same. */
  readonly problem?: string;
}
