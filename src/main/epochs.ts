import { readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { asEpoch, type Epoch } from '../protocol/brand.ts';
import { errorText, type Log } from '../runtime/log.ts';
import { DataDirError } from './data-dir.ts';

/** Gives out epochs: each later than the clock's now and than every one that this data folder has seen. */
export class Epochs {
  readonly #file: string;
  readonly #log: Log;
  #last: number;

  /** Throws `DataDirError` where the last epoch cannot be known, or a new one cannot be put on disk. */
  constructor(dir: string, log: Log) {
    this.#file = join(dir, 'epoch');
    this.#log = log;
    this.#last = readEpoch(this.#file);
    try {
      this.#write(this.#last);
    } catch (error) {
      throw new DataDirError(`DATA_DIR ${dir} cannot be written: ${errorText(error)}`);
    }
  }

  /**
   * The next epoch at `now`, ms since 1970 UTC; on disk before it is returned. A disk that has failed since the start does
   * not keep prices from going on: an epoch could then only come twice if the clock went back over the next start.
   */
  next(now: number): Epoch {
    this.#last = Math.max(now, this.#last + 1);
    try {
      this.#write(this.#last);
    } catch (error) {
      this.#log.error({ file: this.#file, error: errorText(error) }, 'the epoch could not be written');
    }
    return asEpoch(this.#last);
  }

  #write(epoch: number): void {
    const temporary = `${this.#file}.new`;
    writeFileSync(temporary, `${epoch}\n`, { mode: 0o600, flush: true });
    renameSync(temporary, this.#file);
  }
}

/** The last epoch used; 0 when there is none. A file that says nothing sensible is an error: a number might be reused. */
function readEpoch(file: string): number {
  let content: string;
  try {
    content = readFileSync(file, 'utf8');
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return 0;
    throw new DataDirError(`${file} cannot be read: ${errorText(error)}`);
  }
  if (!/^\d{1,15}\s*$/.test(content)) {
    throw new DataDirError(`${file} does not hold a number of milliseconds: restore or remove it`);
  }
  return Number(content);
}
