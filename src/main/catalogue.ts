import type { LoadCatalogue, LoadedCatalogue } from '../protocol/catalogue-task.ts';
import { errorText, type Log } from '../runtime/log.ts';
import { CATALOGUE_CALLS, CATALOGUE_MAX_AGE_MS, CATALOGUE_RETRY_MS } from './limits.ts';
import type { Pool } from './pool.ts';
import type { RestBudget } from './rest-budget.ts';

export type CatalogueOptions = Pick<LoadCatalogue, 'restUrl' | 'key' | 'source' | 'cacheDir'>;

/** Keeps the list of symbols fresh: loaded in the pool at the start, again every day, and sooner where that failed. */
export class Catalogue {
  readonly #pool: Pool;
  readonly #budget: RestBudget;
  readonly #options: CatalogueOptions;
  readonly #log: Log;
  readonly #onLoaded: (loaded: LoadedCatalogue) => void;
  #timer: NodeJS.Timeout | undefined;
  #stopped = false;

  constructor(
    pool: Pool,
    budget: RestBudget,
    options: CatalogueOptions,
    log: Log,
    onLoaded: (loaded: LoadedCatalogue) => void,
  ) {
    this.#pool = pool;
    this.#budget = budget;
    this.#options = options;
    this.#log = log;
    this.#onLoaded = onLoaded;
  }

  async load(): Promise<void> {
    // Taken also where the cache turns out to be young enough: nobody asks for that many quotes in the first minute.
    const waitMs = this.#budget.take(Date.now(), CATALOGUE_CALLS);
    if (waitMs > 0) {
      this.#timer = setTimeout(() => void this.load(), waitMs);
      return;
    }
    let wait = CATALOGUE_RETRY_MS;
    try {
      // The simulator's list costs nothing and may differ from one version to the next.
      const maxAgeMs = this.#options.source === 'simulated' ? 0 : CATALOGUE_MAX_AGE_MS;
      const request = { ...this.#options, maxAgeMs, now: Date.now() };
      const loaded = await this.#pool.loadCatalogue(request);
      if (this.#stopped) return;
      const { catalogue, count, from, asOf, dropped, problem } = loaded;
      this.#onLoaded(loaded);
      this.#log.info({ symbols: count, from, dropped, bytes: catalogue.brotli.byteLength }, 'catalogue loaded');
      if (problem === undefined) wait = Math.max(CATALOGUE_RETRY_MS, asOf + CATALOGUE_MAX_AGE_MS - Date.now());
      else this.#log.warn({ problem }, 'the catalogue could not be refreshed');
    } catch (error) {
      if (this.#stopped) return;
      this.#log.error({ error: errorText(error) }, 'the catalogue could not be loaded');
    }
    this.#timer = setTimeout(() => void this.load(), wait);
  }

  stop(): void {
    this.#stopped = true;
    clearTimeout(this.#timer);
  }
}
