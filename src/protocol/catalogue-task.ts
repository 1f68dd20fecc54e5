import type { CatalogueSource } from './catalogue.ts';

/** The catalogue as `/api/symbols` serves it, encoded once. */
export interface EncodedCatalogue {
  readonly etag: string;
  readonly identity: Uint8Array;
  readonly brotli: Uint8Array;
  readonly gzip: Uint8Array;
}

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
