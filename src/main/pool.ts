import { Piscina } from 'piscina';
import type { LoadCatalogue, LoadedCatalogue } from '../protocol/catalogue-task.ts';
import type { DailyClose, DailyCloseQuery } from '../protocol/queries.ts';
import { quietArgs } from '../runtime/quiet.ts';

/** Main's own thread for what takes a while: the catalogue, and the closes that quotes are compared with. */
export class Pool {
  readonly #pool: Piscina;

  constructor(file: URL) {
    this.#pool = new Piscina({
      filename: file.href,
      minThreads: 0,
      maxThreads: 1,
      idleTimeout: 1_000,
      execArgv: quietArgs(),
    });
  }

  loadCatalogue(task: LoadCatalogue): Promise<LoadedCatalogue> {
    return this.#pool.run(task, { name: 'loadCatalogue' });
  }

  dailyClose(query: DailyCloseQuery): Promise<DailyClose | undefined> {
    return this.#pool.run(query, { name: 'dailyClose' });
  }

  async stop(): Promise<void> {
    await this.#pool.destroy();
  }
}
