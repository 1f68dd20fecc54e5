import { type Candle, type CandleState, candleOf, INTERVALS } from '../../protocol/candles.ts';
import { candleOfRow, newestShown, stateAt } from './candle-rows.ts';
import type { CandleRange, FoundCandles } from './coarse-candles.ts';
import { ROWS_AT_ONCE } from './limits.ts';
import type { Row, TapeFile } from './tape-file.ts';

/**
 * Candles as they are stored: minutes, and days, which begin with the market's. Nearly all are one row; where an epoch ended
 * within one, it is a row an epoch, and read once more to be merged.
 */
export function storedCandles(tape: TapeFile, symbolId: number, range: CandleRange): FoundCandles {
  const { interval, from, to, limit } = range;
  const stored = { symbolId, interval: INTERVALS[interval], from, to };
  const candles: Candle[] = [];
  let tail: CandleState | undefined;
  let begun: Row | undefined;
  let isSeveral = false;
  const finish = (): void => {
    if (!begun) return;
    const t = Number(begun[0]);
    tail ??= stateAt(tape, stored, t);
    const candle = isSeveral ? candleOf(stateAt(tape, stored, t)) : candleOfRow(begun);
    if (candle) candles.push(candle);
  };
  for (const row of newestShown(tape, stored, Math.min(ROWS_AT_ONCE, limit + 2))) {
    if (begun && begun[0] === row[0]) {
      isSeveral = true;
      continue;
    }
    finish();
    if (candles.length >= limit) return { candles, tail, isCut: true };
    begun = row;
    isSeveral = false;
  }
  finish();
  return { candles, tail, isCut: false };
}
