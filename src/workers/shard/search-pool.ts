import { Piscina } from 'piscina';
import type { Answer, SearchQuery } from '../../protocol/queries.ts';
import { quietArgs } from '../../runtime/quiet.ts';
import { MAX_SEARCHES, SEARCH_IDLE_MS } from './limits.ts';
import { PoolBusy } from './query-pool.ts';
import type { Searcher } from './searches.ts';

type Thread = Piscina<SearchQuery, Answer>;
const TASK = { name: 'search' };

/**
 * A shard's one thread that searches, with a queue of its own: a storm of searches takes no place in the line of candles and
 * trades, and building the index (some tenths of a second) holds up nobody but searches. It begins with the first search, since
 * the page searches by itself, and ends when nobody has searched for long.
 */
export class SearchPool implements Searcher {
  readonly #file: URL;
  #thread: Thread | undefined;
  #running = 0;
  #isClosed = false;

  constructor(file: URL) {
    this.#file = file;
  }

  /** Rejects with `PoolBusy`, or what the task threw. */
  async search(query: SearchQuery): Promise<Answer> {
    if (this.#running >= MAX_SEARCHES) throw new PoolBusy('too many searches are waiting');
    this.#running += 1;
    try {
      this.#thread ??= this.#newThread();
      return await this.#thread.run(query, TASK);
    } finally {
      this.#running -= 1;
    }
  }

  /** Where somebody has searched lately, a second thread builds the new index, and then takes the place of the first. */
  async prepare(query: SearchQuery): Promise<void> {
    const former = this.#thread;
    if (!former || former.threads.length === 0) return;
    const next = this.#newThread();
    try {
      await next.run(query, TASK);
    } catch (error) {
      await next.destroy();
      throw error;
    }
    if (this.#isClosed || this.#thread !== former) {
      await next.destroy();
      return;
    }
    this.#thread = next;
    // What it was asked already is still answered.
    void former.close();
  }

  #newThread(): Thread {
    return new Piscina({
      filename: this.#file.href,
      minThreads: 0,
      maxThreads: 1,
      idleTimeout: SEARCH_IDLE_MS,
      execArgv: quietArgs(),
    });
  }

  /** Ends the thread without waiting for what it does. */
  async close(): Promise<void> {
    this.#isClosed = true;
    await this.#thread?.destroy();
  }
}
