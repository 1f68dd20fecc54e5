import { type Candle, candleEnd, INTERVALS } from '../../src/protocol/candles.ts';
import type { CandleSeries } from '../history/series.ts';
import type { LinePoints } from './line-points.ts';
import type { Tape } from './tape.ts';
import type { TimeAxis } from './time-map.ts';
import type { TradeStore } from './trade-store.ts';

/** Which points: from the one before `from` to the one after `to`, and none at `until` or later. ms since 1970 UTC. */
interface Stretch {
  readonly from: number;
  readonly to: number;
  readonly until: number;
}

/** Adds the closes of candles, each at its candle's end; whether one of them is after `to`. */
export function addCloses(line: LinePoints, series: CandleSeries, tape: Tape, { from, to, until }: Stretch): boolean {
  const { candles, interval } = series;
  const closeOf = (candle: Candle | undefined): number =>
    candle ? candleEnd(tape.market, interval, candle.t) - 1 : Number.POSITIVE_INFINITY;
  // A day may be shorter or longer than its interval.
  let i = Math.max(0, series.firstAt(from - 2 * INTERVALS[interval]) - 1);
  while (closeOf(candles[i + 1]) < from) i += 1;
  for (; i < candles.length; i += 1) {
    const candle = candles[i];
    const close = closeOf(candle);
    if (!candle || close >= until) return false;
    // Where a gap begins within a candle and goes on after it, the close was paid before the gap.
    const gap = line.gapAround(close);
    const t = gap && gap.from >= candle.t ? gap.from : close;
    line.add(t, tape.time.x(t), candle.c);
    if (t > to) return true;
  }
  return false;
}

/** The first trade of the line: the last that forms the price before `left`, but none before `from`, where closes are. */
export function firstTrade(trades: TradeStore, left: number, from: number): number {
  const first = trades.firstAt(Math.max(left, from));
  for (let i = first - 1; i >= 0 && trades.timeAt(i) >= from; i -= 1) if (trades.formsPriceAt(i)) return i;
  return first;
}

/** Adds the trades that form the price, from the one at `first` on. */
export function addTrades(
  line: LinePoints,
  trades: TradeStore,
  time: TimeAxis,
  first: number,
  { to, until }: Pick<Stretch, 'to' | 'until'>,
): void {
  for (let i = first; i < trades.length; i += 1) {
    const t = trades.timeAt(i);
    if (t >= until) return;
    if (!trades.formsPriceAt(i)) continue;
    line.add(t, time.x(t), trades.priceAt(i));
    if (t > to) return;
  }
}
