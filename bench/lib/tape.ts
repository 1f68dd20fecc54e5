import { DatabaseSync, type StatementSync } from 'node:sqlite';
import { addTrade, type CandleState, candleOf, newCandle } from '../../src/protocol/candles.ts';
import { SCHEMA, SCHEMA_VERSION } from '../../src/tape/schema.ts';
import { seededRandom } from './stats.ts';

const MINUTE_MS = 60_000;
const LOWEST_PRICE = 50;
const PRICES = 500;
/** The row of the one kind of trade there is: no conditions. */
const NO_CONDITIONS = 1;

export interface GeneratedTape {
  readonly symbols: readonly string[];
  /** Trades in all. */
  readonly trades: number;
  /** ms since 1970 UTC; trades are spread evenly over the stretch. */
  readonly from: number;
  readonly to: number;
  readonly seed: number;
}

/**
 * Writes a recording as the recorder would have left it, only faster: one epoch, no gaps, every symbol's trades in order. Answers
 * the last price of the last symbol.
 */
export function generateTape(file: string, { symbols, trades, from, to, seed }: GeneratedTape): number {
  const db = new DatabaseSync(file);
  db.exec('PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF;');
  db.exec(SCHEMA);
  db.exec(`PRAGMA user_version = ${SCHEMA_VERSION}`);
  db.prepare('INSERT INTO epochs VALUES (1, ?, ?)').run(from, to);
  db.prepare('INSERT INTO conditions VALUES (?, ?, 0)').run(NO_CONDITIONS, '');
  const insertTrade = db.prepare('INSERT INTO trades VALUES (?, 1, ?, ?, ?, ?, ?)');
  const insertCandle = db.prepare('INSERT INTO candles VALUES (?, 60000, ?, 1, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)');
  const random = seededRandom(seed);
  const each = Math.floor(trades / symbols.length);
  let last = Number.NaN;
  for (const [i, symbol] of symbols.entries()) {
    const id = i + 1;
    db.exec('BEGIN');
    db.prepare('INSERT INTO symbols (id, symbol, first_seen, last_epoch) VALUES (?, ?, ?, 1)').run(id, symbol, from);
    let price = LOWEST_PRICE + random() * PRICES;
    let candle: CandleState | undefined;
    let first = 1;
    for (let seq = 1; seq <= each; seq += 1) {
      const t = Math.floor(from + ((to - from) * (seq - 1)) / each);
      price = Math.max(LOWEST_PRICE, price + random() - 0.5);
      const p = Math.round(price * 100) / 100;
      last = p;
      const v = 1 + Math.floor(random() * 300);
      insertTrade.run(id, seq, t - from, p, v, NO_CONDITIONS);
      const start = Math.floor(t / MINUTE_MS) * MINUTE_MS;
      if (candle?.t !== start) {
        if (candle) writeCandle(insertCandle, id, candle, first, seq - 1);
        candle = newCandle(start);
        first = seq;
      }
      addTrade(candle, { t, epoch: from, seq, p, v, flags: 0 });
    }
    if (candle) writeCandle(insertCandle, id, candle, first, each);
    db.exec('COMMIT');
  }
  db.close();
  return last;
}

function writeCandle(insert: StatementSync, id: number, state: CandleState, lo: number, hi: number): void {
  const candle = candleOf(state);
  const { open, close } = state;
  if (!candle || !open || !close) return;
  const { t, o, h, l, c, n } = candle;
  insert.run(id, t, o, h, l, c, open.t, open.seq, close.t, close.seq, state.volume, state.rest, n, lo, hi);
}
