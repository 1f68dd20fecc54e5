import { existsSync, renameSync } from 'node:fs';
import type { DatabaseSync } from 'node:sqlite';
import { SCHEMA, SCHEMA_VERSION } from './schema.ts';

/** Why a recording cannot be used, in one line. */
export class TapeError extends Error {}

/** SQLite's primary result codes (https://sqlite.org/rescode.html). */
const SQLITE_CORRUPT = 11;
const SQLITE_NOTADB = 26;
const PRIMARY_CODE = 0xff;

/** The log is written into the file when it has so many pages, so that neither grows without bound. */
const CHECKPOINT_PAGES = 2_000;
/** How long a writer waits for somebody who has opened the file with another program, ms. */
const BUSY_MS = 250;
/** A file's companions in WAL mode. */
const COMPANIONS = ['', '-wal', '-shm'];

/** Whether an error of SQLite means that the file is damaged, or none of its files at all. */
export function isCorrupt(error: unknown): boolean {
  if (!(error instanceof Error) || !('errcode' in error) || typeof error.errcode !== 'number') return false;
  const code = error.errcode & PRIMARY_CODE;
  return code === SQLITE_CORRUPT || code === SQLITE_NOTADB;
}

/**
 * Makes sure at `now` (ms since 1970 UTC) that there is a recording that can be written: a new one where there is none, or
 * where the one there is damaged. That one is set aside, never deleted; the answer is the name it has now. Throws `TapeError`
 * where the file is of a newer version, or cannot be used at all.
 */
export function prepareTape(file: string, now: number): string | undefined {
  try {
    openForWriting(file).close();
    return undefined;
  } catch (error) {
    if (error instanceof TapeError) throw error;
    if (!isCorrupt(error)) throw new TapeError(`${file} cannot be used: ${textOf(error)}`);
    const aside = setAside(file, now);
    openForWriting(file).close();
    return aside;
  }
}

/** Renames the file and its companions; the new name. */
export function setAside(file: string, now: number): string {
  const aside = `${file}.corrupt-${new Date(now).toISOString().replaceAll(':', '')}`;
  for (const companion of COMPANIONS) {
    if (existsSync(`${file}${companion}`)) renameSync(`${file}${companion}`, `${aside}${companion}`);
  }
  return aside;
}

/** Opens the file as the recorder does, and makes it where there is none. Throws `TapeError`, and what SQLite throws. */
export function openForWriting(file: string): DatabaseSync {
  // Loaded late: Node warns that the module is "experimental" when it is loaded, and main has taken the warnings over.
  const sqlite = process.getBuiltinModule('node:sqlite');
  const db = new sqlite.DatabaseSync(file);
  try {
    db.exec(`PRAGMA busy_timeout = ${BUSY_MS}`);
    const version = Number(db.prepare('PRAGMA user_version').get()?.user_version);
    if (version > SCHEMA_VERSION) {
      throw new TapeError(
        `${file} has version ${version}, this Tickcast knows ${SCHEMA_VERSION}: use a newer Tickcast, or another DATA_DIR`,
      );
    }
    // Before the first table: pages that are no longer used are given back to the disk in small steps.
    if (version === 0) db.exec('PRAGMA auto_vacuum = INCREMENTAL');
    db.exec(`PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL; PRAGMA wal_autocheckpoint = ${CHECKPOINT_PAGES}`);
    if (version === 0) db.exec(`BEGIN; ${SCHEMA} PRAGMA user_version = ${SCHEMA_VERSION}; COMMIT`);
    // Reads a page of every table: damage there is found now rather than later.
    db.exec('SELECT (SELECT COUNT(*) FROM epochs), (SELECT MAX(id) FROM symbols), (SELECT 1 FROM trades LIMIT 1)');
    // Writes: a disk that only reads is found now.
    db.exec(`BEGIN IMMEDIATE; PRAGMA user_version = ${SCHEMA_VERSION}; COMMIT`);
    return db;
  } catch (error) {
    db.close();
    throw error;
  }
}

function textOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
