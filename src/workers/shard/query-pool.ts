import { Piscina } from 'piscina';
import type { CandleQuery, QueryResult, TradeQuery } from '../../protocol/queries.ts';
import { quietArgs } from '../../runtime/quiet.ts';
import { MAX_QUERIES, POOL_IDLE_MS } from './limits.ts';

/** Too many queries are waiting already. */
export class PoolBusy extends Error {}

/** A shard's own threads that read the tape, so that no query ever holds up its event loop. */
export class QueryPool {
  readonly #pool: Piscina<CandleQuery | TradeQuery, QueryResult>;
  #running = 0;

  constructor(file: URL, maxThreads: number) {
    this.#pool = new Piscina({
      filename: file.href,
      minThreads: 0,
      maxThreads,
      idleTimeout: POOL_IDLE_MS,
      execArgv: quietArgs(),
    });
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
      return await this.#pool.run(query, { name });
    } finally {
      this.#running -= 1;
    }
  }

  /** Ends the threads without waiting for what they do. */
  async close(): Promise<void> {
    await this.#pool.destroy();
  }
}
