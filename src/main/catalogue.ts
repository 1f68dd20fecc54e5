import { ensureNever } from '../protocol/brand.ts';
import type {
  EncodedCatalogue,
  ListProgress,
  ListState,
  LoadCatalogue,
  LoadedCatalogue,
} from '../protocol/catalogue-task.ts';
import { errorText, type Log } from '../runtime/log.ts';
import { dueCount, nextLookMs } from './catalogue-timing.ts';
import { CATALOGUE_MAX_AGE_MS } from './limits.ts';
import type { Pool } from './pool.ts';
import type { RestBudget } from './rest-budget.ts';

export type CatalogueOptions = Pick<LoadCatalogue, 'restUrl' | 'key' | 'source' | 'cacheDir' | 'tape'>;

/**
 * Keeps the list of symbols fresh: what is at hand is served at once, then the lists that are a day old are fetched, and those
 * that fail are tried again, ever later. The old one is served until the new one is encoded, in the pool.
 */
export class Catalogue {
  readonly #pool: Pool;
  readonly #budget: RestBudget;
  readonly #options: CatalogueOptions;
  readonly #log: Log;
  readonly #onLoaded: (loaded: LoadedCatalogue) => void;
  readonly #maxAgeMs: number;
  #lists: readonly ListState[] | undefined;
  #served: EncodedCatalogue | undefined;
  #failures = 0;
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
    // The simulator's lists cost nothing and may differ from one version to the next.
    this.#maxAgeMs = options.source === 'simulated' ? 0 : CATALOGUE_MAX_AGE_MS;
  }

  /** Serves what is at hand, then goes on for ever. Never rejects. */
  async run(): Promise<void> {
    if (!this.#lists && !(await this.#load(0))) return this.#again();
    const lists = this.#lists ?? [];
    const due = dueCount(lists, Date.now(), this.#maxAgeMs);
    if (due > 0) {
      const waitMs = this.#budget.takeMany(Date.now(), due);
      if (waitMs > 0) return this.#again(waitMs);
      await this.#load(due);
    } else {
      // What failed (the cache's disk, for example) was no list.
      this.#failures = 0;
    }
    this.#again();
  }

  #again(waitMs = nextLookMs(this.#lists ?? [], Date.now(), this.#failures)): void {
    if (this.#stopped) return;
    this.#timer = setTimeout(() => void this.run(), waitMs);
  }

  /** Fetches up to `maxCalls` lists; `false` where there is not even a built-in one. */
  async #load(maxCalls: number): Promise<boolean> {
    try {
      const request = { ...this.#options, maxAgeMs: this.#maxAgeMs, maxCalls, now: Date.now() };
      const loaded = await this.#pool.loadCatalogue(request, (progress) => this.#tell(progress));
      if (!this.#stopped) this.#take(loaded, maxCalls > 0);
      return true;
    } catch (error) {
      this.#failures += 1;
      if (!this.#stopped) this.#log.error({ error: errorText(error) }, 'the catalogue could not be loaded');
      return false;
    }
  }

  #take(loaded: LoadedCatalogue, isRefresh: boolean): void {
    const { count, delisted, from, source, dropped, lists, problem } = loaded;
    this.#lists = lists;
    this.#failures = problem === undefined ? 0 : this.#failures + 1;
    const catalogue = renewed(this.#served, loaded.catalogue);
    if (catalogue !== this.#served) this.#onLoaded({ ...loaded, catalogue });
    this.#served = catalogue;
    const facts = { symbols: count, delisted, from, source, dropped, bytes: catalogue.brotli.byteLength };
    this.#log.info(facts, isRefresh ? 'catalogue loaded' : 'catalogue at hand');
    if (problem === undefined) return;
    const againInMs = nextLookMs(lists, Date.now(), this.#failures);
    this.#log.warn({ problem, againInMs }, 'the catalogue could not be refreshed');
  }

  #tell(progress: ListProgress): void {
    switch (progress.type) {
      case 'fetched': {
        const { list, symbols, dropped, ms } = progress;
        // The simulator's are fetched at every start, and half of them are empty.
        const level = this.#options.source === 'simulated' ? 'debug' : 'info';
        this.#log[level]({ list, symbols, dropped, ms }, 'list of symbols fetched');
        return;
      }
      case 'failed': {
        const { list, problem, status, ms } = progress;
        // Others use the key as well: quotes are to wait too.
        if (status === 429) this.#budget.exhausted(Date.now());
        this.#log.warn({ list, problem, ms }, 'a list of symbols could not be had');
        return;
      }
      default:
        ensureNever(progress);
    }
  }

  stop(): void {
    this.#stopped = true;
    clearTimeout(this.#timer);
  }
}

/** What is served from now on. Of a list that says the same only the age is new: its bytes are in every thread already. */
function renewed(served: EncodedCatalogue | undefined, loaded: EncodedCatalogue): EncodedCatalogue {
  if (served?.etag !== loaded.etag) return loaded;
  return served.asOf === loaded.asOf ? served : { ...served, asOf: loaded.asOf };
}
