import { Piscina } from 'piscina';
import type { EncodedCatalogue, LoadCatalogue, LoadedCatalogue } from '../protocol/threads.ts';
import { errorText, type Log } from '../runtime/log.ts';
import { CATALOGUE_MAX_AGE_MS, CATALOGUE_RETRY_MS } from './limits.ts';

export type CatalogueOptions = Pick<LoadCatalogue, 'restUrl' | 'key' | 'source' | 'cacheDir'>;

/** Keeps the list of symbols fresh: loaded in the pool at the start, again every day, and sooner where that failed. */
export class Catalogue {
  readonly #pool: Piscina<LoadCatalogue, LoadedCatalogue>;
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
      // The simulator's list costs nothing and may differ from one version to the next.
      const maxAgeMs = this.#options.source === 'simulated' ? 0 : CATALOGUE_MAX_AGE_MS;
      const request = { ...this.#options, maxAgeMs, now: Date.now() };
      const { catalogue, count, from, asOf, dropped, problem } = await this.#pool.run(request, {
        name: 'loadCatalogue',
      });
      if (this.#stopped) return;
      this.#onLoaded(catalogue);
      this.#log.info({ symbols: count, from, dropped, bytes: catalogue.brotli.byteLength }, 'catalogue loaded');
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
