import { MessageChannel } from 'node:worker_threads';
import { Piscina } from 'piscina';
import type { ListProgress, LoadCatalogue, LoadedCatalogue } from '../protocol/catalogue-task.ts';
import type { DailyClose, DailyCloseQuery } from '../protocol/queries.ts';
import { quietArgs } from '../runtime/quiet.ts';

/** Main's own threads for what takes a while: the catalogue, and the closes that quotes are compared with, which do not wait for it. */
export class Pool {
  readonly #pool: Piscina;

  constructor(file: URL) {
    this.#pool = new Piscina({
      filename: file.href,
      minThreads: 0,
      maxThreads: 2,
      idleTimeout: 1_000,
      execArgv: quietArgs(),
    });
  }

  /** `onProgress` is told how it goes with each list, while it goes on. */
  loadCatalogue(task: LoadCatalogue, onProgress: (progress: ListProgress) => void): Promise<LoadedCatalogue> {
    const { port1, port2 } = new MessageChannel();
    port1.on('message', onProgress);
    const request = { ...task, progress: port2 };
    return this.#pool.run(request, { name: 'loadCatalogue', transferList: [port2] });
  }

  dailyClose(query: DailyCloseQuery): Promise<DailyClose | undefined> {
    return this.#pool.run(query, { name: 'dailyClose' });
  }

  async stop(): Promise<void> {
    await this.#pool.destroy();
  }
}
