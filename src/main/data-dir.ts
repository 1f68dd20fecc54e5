import { closeSync, fsyncSync, mkdirSync, openSync, readFileSync, renameSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import type { DatabaseSync } from 'node:sqlite';
import { asEpoch, type Epoch } from '../protocol/brand.ts';
import { errorText } from '../runtime/log.ts';

/** A data folder that is this process's alone, until it ends in whatever way. */
export interface DataDir {
  readonly path: string;
  /** A new epoch: later than the clock's now and than every epoch this folder has seen; on disk before it is returned. */
  readonly nextEpoch: (now: number) => Epoch;
  readonly close: () => void;
}

/** Why the folder cannot be used, in one line. */
export class DataDirError extends Error {}

/**
 * Creates the folder where it is missing and locks it. The lock is an exclusive transaction on an SQLite file: the operating
 * system drops it with the process, however that ends, so no stale lock is ever left behind.
 */
export async function openDataDir(path: string): Promise<DataDir> {
  let lock: DatabaseSync;
  try {
    // Loaded late: Node warns that the module is "experimental" when it is loaded, and main has taken the warnings over.
    const sqlite = await import('node:sqlite');
    mkdirSync(path, { recursive: true, mode: 0o700 });
    lock = new sqlite.DatabaseSync(join(path, 'lock.sqlite'));
  } catch (error) {
    throw new DataDirError(`DATA_DIR ${path} cannot be used: ${errorText(error)}`);
  }
  try {
    lock.exec('PRAGMA journal_mode = DELETE; BEGIN EXCLUSIVE;');
  } catch (error) {
    lock.close();
    const busy = /locked|busy/i.test(errorText(error));
    throw new DataDirError(
      busy
        ? `DATA_DIR ${path} is in use by another Tickcast: stop it, or choose another --data-dir`
        : `DATA_DIR ${path} cannot be locked: ${errorText(error)}`,
    );
  }
  return { path, nextEpoch: (now) => nextEpoch(path, now), close: () => lock.close() };
}

function nextEpoch(dir: string, now: number): Epoch {
  const file = join(dir, 'epoch');
  const epoch = Math.max(now, readEpoch(file) + 1);
  try {
    const temporary = `${file}.new`;
    const fd = openSync(temporary, 'w', 0o600);
    writeSync(fd, `${epoch}\n`);
    fsyncSync(fd);
    closeSync(fd);
    renameSync(temporary, file);
  } catch (error) {
    throw new DataDirError(`DATA_DIR ${dir} cannot be written: ${errorText(error)}`);
  }
  return asEpoch(epoch);
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
  const epoch = Number(content.trim());
  if (!Number.isSafeInteger(epoch) || epoch <= 0) {
    throw new DataDirError(`${file} does not hold a number of milliseconds: restore or remove it`);
  }
  return epoch;
}
