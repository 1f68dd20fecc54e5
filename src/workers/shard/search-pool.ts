import { Piscina } from 'piscina';
import type { Answer, SearchQuery } from '../../protocol/queries.ts';
import { quietArgs } from '../../runtime/quiet.ts';
import { MAX_SEARCHES, SEARCH_IDLE_MS } from './limits.ts';
import { PoolBusy } from './query-pool.ts';

/**
 * A shard's one thread that searches, with a queue of its own: a storm of searches takes no place in the line of candles and
 * trades, and building the index (a tenth of a second) holds up nobody but searches. It begins with the first search, since
 * the page searches by itself, and ends when nobody has searched for long.
 */
export class SearchPool {
  readonly #file: URL;
  #thread: Piscina<SearchQuery, Answer> | undefined;
  #running = 0;

  constructor(file: URL) {
    this.#file = file;
  }

  /** Rejects with `PoolBusy`, or what the task threw. */
  async search(query: SearchQuery): Promise<Answer> {
    if (this.#running >= MAX_SEARCHES) throw new PoolBusy('too many searches are waiting');
    this.#running += 1;
    try {
      this.#thread ??= new Piscina({
        filename: this.#file.href,
        minThreads: 0,
        maxThreads: 1,
        idleTimeout: SEARCH_IDLE_MS,
        execArgv: quietArgs(),
      });
      return await this.#thread.run(query, { name: 'search' });
    } finally {
      this.#running -= 1;
    }
  }

  /** Ends the thread without waiting for what it does. */
  async close(): Promise<void> {
    await this.#thread?.destroy();
  }
}
