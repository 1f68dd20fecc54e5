import { Piscina } from 'piscina';
import type { CatalogueSource } from '../protocol/catalogue.ts';
import type { EncodedCatalogue } from '../protocol/threads.ts';
import { errorText, type Log } from '../runtime/log.ts';
import { CATALOGUE_MAX_AGE_MS, CATALOGUE_RETRY_MS } from './limits.ts';

/** What the task `loadCatalogue` needs and gives; see `src/workers/tasks`. */
interface CatalogueRequest {
  readonly restUrl: string;
  readonly key: string;
  readonly source: 'finnhub' | 'simulated';
  readonly cacheDir: string;
  readonly maxAgeMs: number;
  readonly now: number;
}
interface CatalogueResult {
  readonly catalogue: EncodedCatalogue;
  readonly source: CatalogueSource;
  readonly asOf: number;
  readonly count: number;
  readonly from: 'network' | 'cache' | 'builtin';
  readonly problem?: string;
}

export type CatalogueOptions = Pick<CatalogueRequest, 'restUrl' | 'key' | 'source' | 'cacheDir'>;

/** Keeps the list of symbols fresh: loaded in the pool at the start, again every day, and sooner where that failed. */
export class Catalogue {
  readonly #pool: Piscina<CatalogueRequest, CatalogueResult>;
  readonly #options: CatalogueOptions;
  readonly #log: Log;
  readonly #onLoaded: (catalogue: EncodedCatalogue) => void;
  #timer: NodeJS.Timeout | undefined;
  #stopped = false;

  constructor(file: URL, options: CatalogueOptions, log: Log, onLoaded: (catalogue: EncodedCatalogue) => void) {
    this.#pool = new Piscina({ filename: file.href, minThreads: 0, maxThreads: 1, idleTimeout: 1_000 });
    this.#options = options;
    this.#log = log;
    this.#onLoaded = onLoaded;
  }

  async load(): Promise<void> {
    let wait = CATALOGUE_RETRY_MS;
    try {
      const request = { ...this.#options, maxAgeMs: CATALOGUE_MAX_AGE_MS, now: Date.now() };
      const { catalogue, count, from, asOf, problem } = await this.#pool.run(request, { name: 'loadCatalogue' });
      if (this.#stopped) return;
      this.#onLoaded(catalogue);
      this.#log.info({ symbols: count, from, bytes: catalogue.brotli.byteLength }, 'catalogue loaded');
      if (problem === undefined) wait = Math.max(CATALOGUE_RETRY_MS, asOf + CATALOGUE_MAX_AGE_MS - Date.now());
      else this.#log.warn({ problem }, 'the catalogue could not be refreshed');
    } catch (error) {
      if (this.#stopped) return;
      this.#log.error({ error: errorText(error) }, 'the catalogue could not be loaded');
    }
    this.#timer = setTimeout(() => void this.load(), wait);
  }

  async stop(): Promise<void> {
    this.#stopped = true;
    clearTimeout(this.#timer);
    await this.#pool.destroy();
  }
}
