import { statSync } from 'node:fs';
import type { DatabaseSync, StatementSync } from 'node:sqlite';
import { DISK_TARGET, TIDY_PAGES, TIDY_ROWS, TIDY_SPAN_MS } from './limits.ts';

const DAY_MS = 24 * 3_600_000;
const BYTES_PER_MB = 1024 * 1024;

export interface TidyRules {
  readonly retentionDays: number;
  readonly maxDiskMb: number | undefined;
}

/** The beginning of a symbol's trades. */
interface Oldest {
  readonly symbol: number;
  /** Its epoch's row, and when that began, ms since 1970 UTC. */
  readonly epoch: number;
  readonly began: number;
  readonly seq: number;
  /** When the oldest one was made, or its epoch began if that was later: nothing is older than its recording. */
  readonly at: number;
}

/**
 * Deletes trades that are too old, or for want of space, a few at a time so that writing never waits long. Candles and gaps
 * stay.
 */
export class Tidy {
  readonly #db: DatabaseSync;
  readonly #file: string;
  readonly #rules: TidyRules;
  readonly #symbols: StatementSync;
  readonly #oldest: StatementSync;
  readonly #firstKept: StatementSync;
  readonly #delete: StatementSync;
  #isFreeing = false;

  constructor(db: DatabaseSync, file: string, rules: TidyRules) {
    this.#db = db;
    this.#file = file;
    this.#rules = rules;
    // From one to the next: most symbols of the file may have no trades (any more).
    this.#symbols = db.prepare(
      `WITH RECURSIVE found (id) AS (SELECT MIN(symbol) FROM trades UNION ALL
         SELECT (SELECT MIN(symbol) FROM trades WHERE symbol > id) FROM found WHERE id IS NOT NULL)
       SELECT id FROM found WHERE id IS NOT NULL`,
    );
    this.#oldest = db.prepare(
      `SELECT trades.epoch AS epoch, e.epoch AS began, seq, MAX(e.epoch, e.epoch + t) AS at FROM trades JOIN epochs e ON e.id = trades.epoch
       WHERE symbol = ? ORDER BY trades.epoch, seq LIMIT 1`,
    );
    this.#firstKept = db.prepare(
      `SELECT MIN(seq) AS seq FROM (SELECT seq, t FROM trades WHERE symbol = ? AND epoch = ? ORDER BY seq LIMIT ${TIDY_ROWS})
       WHERE MAX(t, 0) >= ?`,
    );
    this.#delete = db.prepare('DELETE FROM trades WHERE symbol = ? AND epoch = ? AND seq < ?');
  }

  /** One step at `now`, ms since 1970 UTC; whether there is more to do. Throws what SQLite throws. */
  step(now: number): boolean {
    const oldest = this.#findOldest();
    const kept = now - this.#rules.retentionDays * DAY_MS;
    const isTooOld = oldest !== undefined && oldest.at < kept;
    const deletes = oldest !== undefined && (isTooOld || this.#lacksSpace());
    if (oldest && deletes) this.#deleteBefore(oldest, isTooOld ? kept : oldest.at + TIDY_SPAN_MS);
    this.#giveBack();
    return deletes;
  }

  /** Deletes from the oldest trade on, up to the first one that is not of before `at` (ms since 1970 UTC). */
  #deleteBefore({ symbol, epoch, began, seq }: Oldest, at: number): void {
    const first = this.#firstKept.get(symbol, epoch, at - began)?.seq;
    this.#delete.run(symbol, epoch, typeof first === 'number' ? first : seq + TIDY_ROWS);
  }

  /** What the file and its log take on disk, bytes. */
  bytes(): number {
    return sizeOf(this.#file) + sizeOf(`${this.#file}-wal`);
  }

  #findOldest(): Oldest | undefined {
    let found: Oldest | undefined;
    for (const { id } of this.#symbols.all()) {
      const row = this.#oldest.get(id ?? null);
      if (!row) continue;
      const oldest = {
        symbol: Number(id),
        epoch: Number(row.epoch),
        began: Number(row.began),
        seq: Number(row.seq),
        at: Number(row.at),
      };
      if (!found || oldest.at < found.at) found = oldest;
    }
    return found;
  }

  /** Once the bound is passed, until there is some room again. */
  #lacksSpace(): boolean {
    const { maxDiskMb } = this.#rules;
    if (maxDiskMb === undefined) return false;
    const used = (this.#pragma('page_count') - this.#pragma('freelist_count')) * this.#pragma('page_size');
    const share = (used + sizeOf(`${this.#file}-wal`)) / (maxDiskMb * BYTES_PER_MB);
    this.#isFreeing = share > (this.#isFreeing ? DISK_TARGET : 1);
    return this.#isFreeing;
  }

  /** Free pages go back to the disk: all of them where it may not take more, else those beyond what is soon used again. */
  #giveBack(): void {
    const kept = this.#rules.maxDiskMb === undefined ? TIDY_PAGES : 0;
    if (this.#pragma('freelist_count') > kept) this.#db.exec(`PRAGMA incremental_vacuum(${TIDY_PAGES})`);
  }

  #pragma(name: string): number {
    return Number(this.#db.prepare(`PRAGMA ${name}`).get()?.[name]);
  }
}

function sizeOf(file: string): number {
  return statSync(file, { throwIfNoEntry: false })?.size ?? 0;
}
