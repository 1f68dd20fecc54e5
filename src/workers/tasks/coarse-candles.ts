import { type Candle, type CandleState, candleOf, INTERVALS, type Interval } from '../../protocol/candles.ts';
import { mergeRows, newestRows } from './candle-rows.ts';
import { ROWS_AT_ONCE } from './limits.ts';
import type { Row, TapeFile } from './tape-file.ts';

/** Which candles: those that begin in [`from`, `to`), the newest `limit` of them. */
export interface CandleRange {
  readonly interval: Interval;
  readonly from: number;
  readonly to: number;
  readonly limit: number;
}

/** Candles, the newest first, and the state of the last stretch, in which there may only have been volume so far. */
export interface FoundCandles {
  readonly candles: readonly Candle[];
  readonly tail: CandleState | undefined;
  /** Whether older ones were left out because of the limit. */
  readonly isCut: boolean;
}

/** Candles of several minutes, out of the stored ones. Reads no more of them than the answer is made of. */
export function coarseCandles(tape: TapeFile, symbolId: number, range: CandleRange): FoundCandles {
  const { interval, limit } = range;
  const length = INTERVALS[interval];
  const [from, to] = [alignUp(range.from, length), alignUp(range.to, length)];
  const epochOf = (id: number): number => tape.epochOf(id);

  const candles: Candle[] = [];
  let tail: CandleState | undefined;
  let start = Number.NaN;
  let rows: Row[] = [];
  const finish = (): void => {
    if (rows.length === 0) return;
    const state = mergeRows(start, rows, epochOf);
    tail ??= state;
    const candle = candleOf(state);
    if (candle) candles.push(candle);
  };
  const perCandle = length / INTERVALS['1m'];
  const atOnce = Math.min(ROWS_AT_ONCE, (limit + 1) * perCandle + 1);
  for (const row of newestRows(tape, { symbolId, interval: INTERVALS['1m'], from, to }, atOnce)) {
    const begins = Math.floor(Number(row[0]) / length) * length;
    if (begins === start) {
      rows.push(row);
      continue;
    }
    finish();
    if (candles.length >= limit) return { candles, tail, isCut: true };
    start = begins;
    rows = [row];
  }
  finish();
  return { candles, tail, isCut: false };
}

/** The first multiple of `length` at or after `t`: candles that begin before are not in the stretch. */
export function alignUp(t: number, length: number): number {
  return Math.ceil(t / length) * length;
}
