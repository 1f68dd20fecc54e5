import type { LoadedCatalogue } from '../protocol/catalogue-task.ts';
import type { Fetch, FetchResult } from '../protocol/threads.ts';
import type { Log } from '../runtime/log.ts';
import { Catalogue } from './catalogue.ts';
import { Pool } from './pool.ts';
import { Quotes } from './quotes.ts';
import { RestBudget } from './rest-budget.ts';
import { Splits, type SuspectedSplit } from './splits.ts';
import type { FeedSource } from './workers.ts';

export interface RestFiles {
  /** The pool's built entry. */
  readonly tasks: URL;
  readonly tape: string;
  readonly cacheDir: string;
}

export interface RestEvents {
  readonly onLoaded: (loaded: LoadedCatalogue) => void;
  readonly onSplit: (split: SuspectedSplit) => void;
}

/** The answer while nobody can be asked yet. */
export const NOT_YET: FetchResult = {
  status: '503 Service Unavailable',
  body: { error: { code: 'loading', message: 'The server is still starting.' } },
  retryAfterS: 1,
};

/** Everything that is asked of Finnhub's REST API: the lists, quotes and the market's hours, within one budget. */
export class RestService {
  readonly #pool: Pool;
  readonly #catalogue: Catalogue;
  readonly #quotes: Quotes;

  /** Begins to load the catalogue at once. */
  constructor({ kind, keys, restUrl }: FeedSource, files: RestFiles, log: Log, events: RestEvents) {
    const source = { restUrl, key: keys[0] ?? '' };
    const budget = new RestBudget();
    this.#pool = new Pool(files.tasks);
    const splits = new Splits(files.tape, (query) => this.#pool.dailyClose(query), events.onSplit, log);
    this.#quotes = new Quotes(kind, source, budget, (symbol, quote) => void splits.look(symbol, quote));
    const options = { ...source, source: kind, cacheDir: files.cacheDir, tape: files.tape };
    this.#catalogue = new Catalogue(this.#pool, budget, options, log, events.onLoaded);
    void this.#catalogue.run();
  }

  /** The API's answer at `now`, ms since 1970 UTC. */
  answer(what: Fetch, now: number): Promise<FetchResult> {
    return this.#quotes.answer(what, now);
  }

  async stop(): Promise<void> {
    this.#catalogue.stop();
    await this.#pool.stop();
  }
}
