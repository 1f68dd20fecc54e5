import { existsSync } from 'node:fs';
import { DatabaseSync } from 'node:sqlite';
import { addTrade, type CandleState, candleStart, INTERVALS, newCandle } from '../../src/protocol/candles.ts';
import { type Conditions, flagsOf } from '../../src/protocol/conditions.ts';
import { marketOf } from '../../src/protocol/symbols.ts';
import type { GapCause } from '../../src/protocol/wire.ts';
import { SCHEMA, SCHEMA_VERSION } from '../../src/tape/schema.ts';

/** A trade of a test; its number is its place in the list, from 1 on, unless it is said. Times in ms since 1970 UTC. */
export interface WrittenTrade {
  readonly t: number;
  readonly p: number;
  readonly v?: number;
  readonly c?: Conditions;
  readonly seq?: number;
}
export interface WrittenGap {
  /** It stands after this number. */
  readonly seq: number;
  readonly cause: GapCause;
  readonly from: number;
  readonly to: number;
  /** `undefined`: the epoch ended meanwhile. */
  readonly toSeq?: number;
}
export interface WrittenTape {
  readonly symbol: string;
  readonly epoch: number;
  readonly trades: readonly WrittenTrade[];
  readonly gaps?: readonly WrittenGap[];
  /** What is missing now. */
  readonly missing?: { readonly from: number; readonly cause: GapCause };
}

/** The stored candles' `interval` is their length in ms. */
const STORED = ['1m', '1d'] as const;

/** Opens (or makes) a file of the recorder's form, for writing. */
export function openTape(file: string): DatabaseSync {
  const isNew = !existsSync(file);
  const db = new DatabaseSync(file);
  db.exec('PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL');
  if (isNew) db.exec(`${SCHEMA} PRAGMA user_version = ${SCHEMA_VERSION}`);
  return db;
}

/** Writes one symbol's trades of one epoch, its gaps, and the candles they make, as the recorder does. May be called again. */
export function writeTape(file: string, { symbol, epoch, trades, gaps = [], missing }: WrittenTape): void {
  const db = openTape(file);
  db.exec('BEGIN');
  const epochId = idOf(db, 'epochs', 'epoch', epoch, 'INSERT INTO epochs (epoch, heard) VALUES (?, ?)', [
    epoch,
    trades.at(-1)?.t ?? epoch,
  ]);
  const symbolId = idOf(db, 'symbols', 'symbol', symbol, 'INSERT INTO symbols (symbol, first_seen) VALUES (?, ?)', [
    symbol,
    trades[0]?.t ?? epoch,
  ]);
  db.prepare('UPDATE symbols SET missing_since = ?, missing_cause = ?, last_epoch = ? WHERE id = ?').run(
    missing?.from ?? null,
    missing?.cause ?? null,
    epochId,
    symbolId,
  );
  const insertTrade = db.prepare('INSERT INTO trades VALUES (?, ?, ?, ?, ?, ?, ?)');
  const candles = new Map<string, { state: CandleState; interval: number; lo: number; hi: number }>();
  for (const [index, { t, p, v = 1, c, seq = index + 1 }] of trades.entries()) {
    const text = c === undefined ? '' : JSON.stringify(c);
    const flags = flagsOf(c);
    const conditions = idOf(db, 'conditions', 'c', text, 'INSERT INTO conditions (c, flags) VALUES (?, ?)', [
      text,
      flags,
    ]);
    insertTrade.run(symbolId, epochId, seq, t - epoch, p, v, conditions);
    for (const each of STORED) {
      const start = candleStart(marketOf(symbol), each, t, flags);
      const row = start ?? (each === '1m' ? Math.floor(t / INTERVALS['1m']) * INTERVALS['1m'] : undefined);
      if (row === undefined) continue;
      const key = `${each}|${row}`;
      const candle = candles.get(key) ?? { state: newCandle(row), interval: INTERVALS[each], lo: seq, hi: seq };
      candles.set(key, candle);
      if (start !== undefined) addTrade(candle.state, { t, epoch, seq, p, v, flags });
      candle.lo = Math.min(candle.lo, seq);
      candle.hi = Math.max(candle.hi, seq);
    }
  }
  const insertCandle = db.prepare(`INSERT INTO candles VALUES (${Array(17).fill('?').join(', ')})`);
  for (const { state, interval, lo, hi } of candles.values()) {
    const { t, open, close, high, low, volume, rest, count } = state;
    const [h, l] = [high, low].map((price) => (Number.isFinite(price) ? price : null));
    insertCandle.run(
      ...[symbolId, interval, t, epochId, open?.p ?? null, h ?? null, l ?? null, close?.p ?? null],
      ...[open?.t ?? null, open?.seq ?? null, close?.t ?? null, close?.seq ?? null, volume, rest, count, lo, hi],
    );
  }
  for (const [n, { seq, cause, from, to, toSeq }] of gaps.entries()) {
    db.prepare('INSERT INTO gaps VALUES (?, ?, ?, ?, ?, ?, ?, ?)').run(
      ...[symbolId, epochId, seq, n, cause, from, to, toSeq ?? null],
    );
  }
  db.exec('COMMIT');
  db.close();
}

function idOf(
  db: DatabaseSync,
  table: string,
  column: string,
  value: string | number,
  insert: string,
  values: readonly (string | number)[],
): number {
  const found = db.prepare(`SELECT id FROM ${table} WHERE ${column} = ?`).get(value)?.id;
  return Number(found ?? db.prepare(insert).run(...values).lastInsertRowid);
}
