import { statSync } from 'node:fs';
import type { DatabaseSync, SQLOutputValue, StatementSync } from 'node:sqlite';
import { openForReading, TapeReader } from '../../tape/reader.ts';
import { TAPE_CACHE_KIB } from './limits.ts';

/** A row as an array, in the order of the columns. */
export type Row = readonly SQLOutputValue[];

/** The recorder's file, opened for reading, with its statements prepared once. */
export class TapeFile {
  readonly reader: TapeReader;
  readonly inode: string;
  readonly #db: DatabaseSync;
  readonly #statements = new Map<string, StatementSync>();
  /** Epochs by their rows' ids. They never change. */
  readonly #epochs = new Map<number, number>();

  constructor(file: string, inode: string) {
    this.inode = inode;
    this.#db = openForReading(file);
    try {
      this.#db.exec(`PRAGMA cache_size = -${TAPE_CACHE_KIB}`);
      this.reader = new TapeReader(this.#db);
    } catch (error) {
      this.#db.close();
      throw error;
    }
  }

  /** The rows of a query, as arrays: several times faster than objects. */
  rows(sql: string, ...values: readonly (number | string)[]): readonly Row[] {
    let statement = this.#statements.get(sql);
    if (!statement) {
      statement = this.#db.prepare(sql);
      statement.setReturnArrays(true);
      this.#statements.set(sql, statement);
    }
    // Node's types know rows as objects only.
    return statement.all(...values) as unknown as readonly Row[];
  }

  /** The epoch of a row's id, ms since 1970 UTC. */
  epochOf(id: number): number {
    let epoch = this.#epochs.get(id);
    if (epoch === undefined) {
      epoch = Number(this.rows('SELECT epoch FROM epochs WHERE id = ?', id)[0]?.[0] ?? 0);
      this.#epochs.set(id, epoch);
    }
    return epoch;
  }

  /** Everything that `read` asks for is of one moment. */
  atOnce<T>(read: () => T): T {
    this.#db.exec('BEGIN');
    try {
      return read();
    } finally {
      this.#db.exec('ROLLBACK');
    }
  }

  close(): void {
    this.#db.close();
  }
}

/** This thread's open files. */
const open = new Map<string, TapeFile>();

/** Reads from a file, all of one moment. `undefined` where there is no such file. Throws what SQLite throws. */
export function readTape<T>(file: string, read: (tape: TapeFile) => T): T | undefined {
  const inode = inodeOf(file);
  const kept = open.get(file);
  // A file that was set aside is read no further: another one has its name.
  if (kept && kept.inode !== inode) {
    open.delete(file);
    kept.close();
  }
  if (inode === undefined) return undefined;
  let tape = open.get(file);
  if (!tape) {
    tape = new TapeFile(file, inode);
    open.set(file, tape);
  }
  return tape.atOnce(() => read(tape));
}

function inodeOf(file: string): string | undefined {
  const stat = statSync(file, { throwIfNoEntry: false });
  return stat && `${stat.dev}:${stat.ino}`;
}
