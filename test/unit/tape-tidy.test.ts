import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { DatabaseSync } from 'node:sqlite';
import { afterAll, describe, expect, it } from 'vitest';
import { openForWriting } from '../../src/tape/open.ts';
import { TIDY_ROWS } from '../../src/workers/recorder/limits.ts';
import { Tidy } from '../../src/workers/recorder/tidy.ts';
import { writeTape } from '../support/tape-file.ts';

const dir = mkdtempSync(join(tmpdir(), 'tickcast-tidy-'));
afterAll(() => rmSync(dir, { recursive: true, force: true }));

const DAY_MS = 24 * 3_600_000;
const HOUR_MS = 3_600_000;
const NOW = Date.UTC(2026, 10, 24);
const OLD = NOW - 40 * DAY_MS;

const count = (db: DatabaseSync, table: string): number =>
  Number(db.prepare(`SELECT COUNT(*) AS n FROM ${table}`).get()?.n);

/** `old` trades of 40 days ago and `fresh` of yesterday, each in an epoch of its own. */
function tapeOf(name: string, old: number, fresh: number): { db: DatabaseSync; file: string } {
  const file = join(dir, name);
  const db = openForWriting(file);
  const trades = (from: number, n: number) => Array.from({ length: n }, (_, i) => ({ t: from + i * 100, p: 1 + i }));
  writeTape(file, { symbol: 'AAPL', epoch: OLD, trades: trades(OLD, old) });
  writeTape(file, { symbol: 'AAPL', epoch: NOW - DAY_MS, trades: trades(NOW - DAY_MS, fresh) });
  return { db, file };
}

describe('what is kept', () => {
  it('is the trades of the last days: older ones go a few at a time, candles stay', () => {
    const { db, file } = tapeOf('age.sqlite', TIDY_ROWS * 2 + 10, 50);
    const candles = count(db, 'candles');
    const tidy = new Tidy(db, file, { retentionDays: 30, maxDiskMb: undefined });
    const left: number[] = [];
    while (tidy.step(NOW)) left.push(count(db, 'trades'));
    expect(left).toEqual([TIDY_ROWS + 60, 60, 50]);
    expect(count(db, 'candles')).toBe(candles);
    db.close();
  });

  it('is every trade of the last days, also where an epoch is older and a symbol quiet', () => {
    const file = join(dir, 'quiet.sqlite');
    const db = openForWriting(file);
    const trades = Array.from({ length: 40 * 24 }, (_, hour) => ({ t: OLD + hour * HOUR_MS, p: 1 }));
    writeTape(file, { symbol: 'AAPL', epoch: OLD, trades });
    const tidy = new Tidy(db, file, { retentionDays: 30, maxDiskMb: undefined });
    while (tidy.step(NOW));
    expect(count(db, 'trades')).toBe(trades.filter(({ t }) => t >= NOW - 30 * DAY_MS).length);
    db.close();
  });

  it('is of a quiet symbol as old as of a busy one where the disk is short', () => {
    const file = join(dir, 'both.sqlite');
    const db = openForWriting(file);
    const day = NOW - DAY_MS;
    const every = (ms: number) => Array.from({ length: DAY_MS / ms }, (_, i) => ({ t: day + i * ms, p: 1 }));
    writeTape(file, { symbol: 'BUSY', epoch: day, trades: every(1_500) });
    writeTape(file, { symbol: 'QUIET', epoch: day, trades: every(HOUR_MS / 4) });
    db.exec('PRAGMA wal_checkpoint(TRUNCATE)');
    const tidy = new Tidy(db, file, { retentionDays: 36_500, maxDiskMb: 1 });
    while (tidy.step(NOW)) db.exec('PRAGMA wal_checkpoint(TRUNCATE)');
    const oldest = db.prepare('SELECT MIN(t) AS t FROM tape WHERE symbol = ?');
    const first = (symbol: string): number => Number(oldest.get(symbol)?.t);
    expect(first('BUSY'), 'something was deleted').toBeGreaterThan(day);
    expect(Math.abs(first('BUSY') - first('QUIET'))).toBeLessThanOrEqual(2 * HOUR_MS);
    db.close();
  });

  it('counts the age of a trade from when it was seen, so that a replay of old ones is not deleted at once', () => {
    const file = join(dir, 'replay.sqlite');
    const db = openForWriting(file);
    writeTape(file, { symbol: 'AAPL', epoch: NOW - 1_000, trades: [{ t: OLD, p: 1 }] });
    expect(new Tidy(db, file, { retentionDays: 30, maxDiskMb: undefined }).step(NOW)).toBe(false);
    expect(count(db, 'trades')).toBe(1);
    db.close();
  });

  it('is no more than may be on the disk, the oldest go first; and the file gets smaller', () => {
    const { db, file } = tapeOf('disk.sqlite', 10_000, 50_000);
    db.exec('PRAGMA wal_checkpoint(TRUNCATE)');
    const tidy = new Tidy(db, file, { retentionDays: 36_500, maxDiskMb: 1 });
    const before = tidy.bytes();
    expect(before).toBeGreaterThan(1024 * 1024);
    let steps = 0;
    while (tidy.step(NOW)) {
      steps += 1;
      db.exec('PRAGMA wal_checkpoint(TRUNCATE)');
      expect(steps).toBeLessThan(100);
    }
    for (let i = 0; i < 20; i += 1) tidy.step(NOW);
    db.exec('PRAGMA wal_checkpoint(TRUNCATE)');
    expect(tidy.bytes()).toBeLessThanOrEqual(1024 * 1024);
    const rows = db.prepare('SELECT COUNT(*) AS n, MIN(epoch) AS first FROM tape').get();
    expect(Number(rows?.n)).toBeGreaterThan(30_000);
    expect(rows?.first).toBe(NOW - DAY_MS);
    db.close();
  });
});
