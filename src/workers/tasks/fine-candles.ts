import {
  addTrade,
  type Candle,
  type CandleState,
  candleOf,
  candleStart,
  INTERVALS,
  newCandle,
} from '../../protocol/candles.ts';
import type { Market } from '../../protocol/symbols.ts';
import { alignUp, type CandleRange, type FoundCandles } from './coarse-candles.ts';
import { ROWS_AT_ONCE } from './limits.ts';
import type { Row, TapeFile } from './tape-file.ts';

const MINUTE = INTERVALS['1m'];

/**
 * The stored minutes of which every trade is still kept, the newest first. Of the others there is no telling which of their
 * seconds are whole: trades come late, and an epoch may end within one.
 */
const MINUTES = `SELECT t, epoch, lo, hi FROM candles whole
  WHERE symbol = ? AND interval = ${MINUTE} AND t >= ? AND t < ? AND (epoch, lo) >= (?, ?) AND NOT EXISTS (
    SELECT 1 FROM candles WHERE symbol = whole.symbol AND interval = ${MINUTE} AND t = whole.t AND (epoch, lo) < (?, ?))
  ORDER BY t DESC, epoch DESC LIMIT ?`;
const FIRST_KEPT = `SELECT epoch, seq FROM trades WHERE symbol = ? ORDER BY epoch, seq LIMIT 1`;
const TRADES = `SELECT seq, t, p, v, c.flags FROM trades JOIN conditions c ON c.id = trades.c
  WHERE symbol = ? AND epoch = ? AND seq >= ? AND seq <= ? ORDER BY seq`;

/** Numbers of one epoch (its row's id), both included. */
interface Numbers {
  readonly epoch: number;
  readonly lo: number;
  readonly hi: number;
}

/** Candles of seconds, out of the trades, which are found through the stored minutes. */
export function fineCandles(tape: TapeFile, symbolId: number, market: Market, range: CandleRange): FoundCandles {
  const { interval, limit } = range;
  const length = INTERVALS[interval];
  const to = alignUp(range.to, length);
  const from = alignUp(range.from, length);
  const [keptEpoch, keptSeq] = (tape.rows(FIRST_KEPT, symbolId)[0] ?? []).map(Number);
  if (keptEpoch === undefined || keptSeq === undefined) return NONE;
  const kept = [keptEpoch, keptSeq] as const;

  const candles: Candle[] = [];
  let tail: CandleState | undefined;
  let before = alignUp(to, MINUTE);
  for (;;) {
    const first = Math.floor(from / MINUTE) * MINUTE;
    const rows = tape.rows(MINUTES, symbolId, first, before, ...kept, ...kept, ROWS_AT_ONCE);
    const taken = enough(rows, limit - candles.length, MINUTE / length);
    const oldest = taken.at(-1)?.[0];
    if (typeof oldest !== 'number') return { candles, tail, isCut: false };
    // Among their numbers are late trades of other minutes.
    const minutes = new Set(taken.map(([t]) => t));
    const states = foldTrades(tape, symbolId, taken.map(numbersOf), (t, flags) => {
      const start = candleStart(market, interval, t, flags);
      if (start === undefined || start < from || start >= to) return undefined;
      return minutes.has(Math.floor(start / MINUTE) * MINUTE) ? start : undefined;
    });
    for (const state of states) {
      tail ??= state;
      const candle = candleOf(state);
      if (!candle) continue;
      if (candles.length === limit) return { candles, tail, isCut: true };
      candles.push(candle);
    }
    before = oldest;
  }
}

const NONE: FoundCandles = { candles: [], tail: undefined, isCut: false };

/** So many of the newest minutes (whole ones, all epochs of each) as may hold `wanted` candles and one more. */
function enough(rows: readonly Row[], wanted: number, perMinute: number): readonly Row[] {
  let possible = 0;
  for (const [at, row] of rows.entries()) {
    const { lo, hi } = numbersOf(row);
    possible += Math.min(perMinute, hi - lo + 1);
    if (possible > wanted && rows[at + 1]?.[0] !== row[0]) return rows.slice(0, at + 1);
  }
  if (rows.length < ROWS_AT_ONCE) return rows;
  // The last minute may have rows that were not read yet.
  const last = rows.at(-1)?.[0];
  return rows.filter((row) => row[0] !== last);
}

function numbersOf([, epoch, lo, hi]: Row): Numbers {
  return { epoch: Number(epoch), lo: Number(lo), hi: Number(hi) };
}

/** Folds every trade once into the candle that `startOf` names; the newest first. */
function foldTrades(
  tape: TapeFile,
  symbolId: number,
  numbers: readonly Numbers[],
  startOf: (t: number, flags: number) => number | undefined,
): CandleState[] {
  const states = new Map<number, CandleState>();
  for (const { epoch: id, lo, hi } of disjoint(numbers)) {
    const epoch = tape.epochOf(id);
    // Bounded, so that a late trade far from its minute does not bring half a day into memory at once.
    for (let next = lo; next <= hi; next += ROWS_AT_ONCE) {
      const rows = tape.rows(TRADES, symbolId, id, next, Math.min(hi, next + ROWS_AT_ONCE - 1));
      for (const [seq, since, p, v, flags] of rows) {
        const trade = {
          epoch,
          seq: Number(seq),
          t: epoch + Number(since),
          p: Number(p),
          v: Number(v),
          flags: Number(flags),
        };
        const start = startOf(trade.t, trade.flags);
        if (start === undefined) continue;
        let state = states.get(start);
        if (!state) {
          state = newCandle(start);
          states.set(start, state);
        }
        addTrade(state, trade);
      }
    }
  }
  return [...states.values()].sort((a, b) => b.t - a.t);
}

/** The same numbers, none of them twice: minutes overlap where a trade came late. Oldest first. */
export function disjoint(numbers: readonly Numbers[]): readonly Numbers[] {
  const merged: Numbers[] = [];
  for (const each of [...numbers].sort((a, b) => a.epoch - b.epoch || a.lo - b.lo)) {
    const last = merged.at(-1);
    if (last && last.epoch === each.epoch && each.lo <= last.hi + 1) {
      merged[merged.length - 1] = { ...last, hi: Math.max(last.hi, each.hi) };
    } else {
      merged.push(each);
    }
  }
  return merged;
}
