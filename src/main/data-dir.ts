import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import type { DatabaseSync } from 'node:sqlite';
import { errorText } from '../runtime/log.ts';

/** A data folder that is this process's alone, until it ends in whatever way. */
export interface DataDir {
  readonly path: string;
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
  return { path, close: () => lock.close() };
}
