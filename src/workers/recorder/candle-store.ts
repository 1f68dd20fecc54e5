import type { DatabaseSync, SQLInputValue, StatementSync } from 'node:sqlite';
import { addTrade, type CandleState, candleStart, INTERVALS, newCandle } from '../../protocol/candles.ts';
import type { Market } from '../../protocol/symbols.ts';
import { MAX_CACHED_CANDLES } from './limits.ts';
import type { TradeEvent } from './rows.ts';

/** The intervals that are kept: all others are made of them, or of trades. */
const STORED = ['1m', '1d'] as const;

interface Stored {
  readonly state: CandleState;
  readonly key: readonly [symbolId: number, interval: number, t: number, epochId: number];
  lo: number;
  hi: number;
  isDirty: boolean;
}

/** The candles of minutes and days that trades are being added to, each a row an epoch. */
export class CandleStore {
  readonly #read: StatementSync;
  readonly #write: StatementSync;
  readonly #cached = new Map<string, Stored>();

  constructor(db: DatabaseSync) {
    this.#read = db.prepare('SELECT * FROM candles WHERE symbol = ? AND interval = ? AND t = ? AND epoch = ?');
    this.#write = db.prepare(`INSERT OR REPLACE INTO candles VALUES (${Array(17).fill('?').join(', ')})`);
  }

  /**
   * Adds a trade to the candles it belongs to. The row of a minute covers every trade made in it, also one that is in no
   * candle: by these rows trades are found by time.
   */
  add(symbolId: number, market: Market, epochId: number, trade: TradeEvent): void {
    const { t, seq, flags } = trade;
    for (const interval of STORED) {
      const start = candleStart(market, interval, t, flags);
      const row = start ?? (interval === '1m' ? Math.floor(t / INTERVALS['1m']) * INTERVALS['1m'] : undefined);
      if (row === undefined) continue;
      const stored = this.#get([symbolId, INTERVALS[interval], row, epochId], trade.epoch, seq);
      if (start !== undefined) addTrade(stored.state, trade);
      stored.lo = Math.min(stored.lo, seq);
      stored.hi = Math.max(stored.hi, seq);
      stored.isDirty = true;
    }
  }

  /** Writes the rows of the candles that have changed. */
  flush(): void {
    for (const stored of this.#cached.values()) {
      if (!stored.isDirty) continue;
      this.#write.run(...rowOf(stored));
      stored.isDirty = false;
    }
    if (this.#cached.size > MAX_CACHED_CANDLES) this.#cached.clear();
  }

  /** What was added may not be in the file: it is read again. */
  forget(): void {
    this.#cached.clear();
  }

  #get(key: Stored['key'], epoch: number, seq: number): Stored {
    const name = key.join('|');
    let stored = this.#cached.get(name);
    if (!stored) {
      stored = this.#load(key, epoch) ?? { state: newCandle(key[2]), key, lo: seq, hi: seq, isDirty: false };
      this.#cached.set(name, stored);
    }
    return stored;
  }

  #load(key: Stored['key'], epoch: number): Stored | undefined {
    const row = this.#read.get(...key);
    if (!row) return undefined;
    const { o, h, l, c, open_t, open_seq, close_t, close_seq, v, rest, n, lo, hi } = row;
    const state: CandleState = {
      t: key[2],
      open: o === null ? undefined : { p: Number(o), t: Number(open_t), epoch, seq: Number(open_seq) },
      close: c === null ? undefined : { p: Number(c), t: Number(close_t), epoch, seq: Number(close_seq) },
      high: h === null ? Number.NEGATIVE_INFINITY : Number(h),
      low: l === null ? Number.POSITIVE_INFINITY : Number(l),
      volume: Number(v),
      rest: Number(rest),
      count: Number(n),
    };
    return { state, key, lo: Number(lo), hi: Number(hi), isDirty: false };
  }
}

/** In the order of the table's columns. */
function rowOf({ key, state, lo, hi }: Stored): SQLInputValue[] {
  const { open, close, high, low, volume, rest, count } = state;
  const finite = (price: number): number | null => (Number.isFinite(price) ? price : null);
  const prices = [open?.p ?? null, finite(high), finite(low), close?.p ?? null];
  const places = [open?.t ?? null, open?.seq ?? null, close?.t ?? null, close?.seq ?? null];
  return [...key, ...prices, ...places, volume, rest, count, lo, hi];
}
