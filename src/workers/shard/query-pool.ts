import { Piscina } from 'piscina';
import type { CandleQuery, QueryResult, TradeQuery, WarmUp } from '../../protocol/queries.ts';
import { quietArgs } from '../../runtime/quiet.ts';
import { MAX_QUERIES, POOL_IDLE_MS, WARM_UP_AFTER_MS, WARM_UP_QUERIES } from './limits.ts';

type Threads = Piscina<CandleQuery | TradeQuery | WarmUp, QueryResult>;

/** Too many queries are waiting already. */
export class PoolBusy extends Error {}

/** A shard's own threads that read the tape, so that no query ever holds up its event loop. */
export class QueryPool {
  readonly #file: URL;
  readonly #maxThreads: number;
  #threads: Threads | undefined;
  #warmUp: NodeJS.Timeout | undefined;
  #running = 0;

  constructor(file: URL, maxThreads: number) {
    this.#file = file;
    this.#maxThreads = maxThreads;
  }

  /**
   * Brings the thread that stays to its full speed, once the start and what it brings is over: the recording opened, its pages
   * read, the code compiled. `onFailed` gets what a task threw.
   */
  warmUpLater(file: string, onFailed: (error: unknown) => void): void {
    this.#warmUp = setTimeout(async () => {
      try {
        // One after the other, so that real queries need not wait for all.
        for (let i = 0; i < WARM_UP_QUERIES; i += 1) await this.#pool().run({ file }, { name: 'warmUp' });
      } catch (error) {
        onFailed(error);
      }
    }, WARM_UP_AFTER_MS);
  }

  /** Rejects with `PoolBusy`, or what the task threw. */
  candles(query: CandleQuery): Promise<QueryResult> {
    return this.#run('queryCandles', query);
  }

  trades(query: TradeQuery): Promise<QueryResult> {
    return this.#run('queryTrades', query);
  }

  async #run(name: string, query: CandleQuery | TradeQuery): Promise<QueryResult> {
    if (this.#running >= MAX_QUERIES) throw new PoolBusy('the pool is busy');
    this.#running += 1;
    try {
      return await this.#pool().run(query, { name });
    } finally {
      this.#running -= 1;
    }
  }

  /** Threads take time from a start, so there are none before the first is needed. */
  #pool(): Threads {
    this.#threads ??= new Piscina({
      filename: this.#file.href,
      // One stays for whoever comes after a quiet night: a new thread's first answers take several times as long.
      minThreads: 1,
      maxThreads: this.#maxThreads,
      idleTimeout: POOL_IDLE_MS,
      execArgv: quietArgs(),
    });
    return this.#threads;
  }

  /** Ends the threads without waiting for what they do. */
  async close(): Promise<void> {
    clearTimeout(this.#warmUp);
    await this.#threads?.destroy();
  }
}
