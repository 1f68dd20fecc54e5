import { type Candle, candleEnd, type Interval, type PlacedTrade } from '../../src/protocol/candles.ts';
import type { CandleSeries } from '../history/series.ts';
import type { Break } from './breaks.ts';
import { middleOf } from './resolution.ts';
import type { Tape } from './tape.ts';
import type { TradeStore } from './trade-store.ts';
import type { Scene } from './view.ts';

/** What the crosshair points at. `x` is its place on the time axis; the rest says what was there. */
export type Reading =
  | { readonly kind: 'trade'; readonly x: number; readonly p: number; readonly trade: PlacedTrade }
  | {
      readonly kind: 'candle' | 'close';
      readonly x: number;
      readonly p: number;
      readonly candle: Candle;
      readonly interval: Interval;
      /** Where the candle ends, ms since 1970 UTC. */
      readonly until: number;
    }
  | { readonly kind: 'gap'; readonly x: number; readonly gap: Break };

/** What is nearest to the place `x` on the time axis; `undefined` where nothing is known. */
export function readAt(tape: Tape, scene: Scene, x: number): Reading | undefined {
  const { time, breaks, trades } = tape;
  const t = time.t(x);
  const gap = breaks.find(({ from, to }) => t > from && t < to);
  if (gap) return { kind: 'gap', x, gap };
  if (scene.kind === 'candles') return candleAt(tape, tape.series(scene.interval), x, 'candle');
  const close = t < scene.singleFrom ? candleAt(tape, scene.lineSeries, x, 'close') : undefined;
  if (close) return close;
  const trade = nearestTrade(trades, t, scene.kind === 'trades');
  return trade && { kind: 'trade', x: time.x(trade.t), p: trade.p, trade };
}

/** The place a step further (`by` 1) or back (−1) from what is read at `x`: the next candle, or at least `leastMs` along the line. */
export function stepFrom(tape: Tape, scene: Scene, x: number, by: 1 | -1, leastMs: number): number {
  const { time } = tape;
  if (scene.kind !== 'candles') return Math.min(time.x(tape.last?.t ?? 0), x + by * leastMs);
  const series = tape.series(scene.interval);
  if (!series) return x;
  const { candles, interval } = series;
  const here = indexAt(series, time.t(x));
  // A candle of late reports lies within closed time: it has no width, and its place is the next one's.
  const isSeen = (candle: Candle): boolean => time.x(candle.t) < time.x(candleEnd(tape.market, interval, candle.t));
  let at = here + by;
  for (let candle = candles[at]; candle && !isSeen(candle); candle = candles[at]) at += by;
  const candle = candles[at] ?? candles[here];
  return candle ? middleOf(tape, interval, candle.t) : x;
}

function candleAt(
  tape: Tape,
  series: CandleSeries | undefined,
  x: number,
  kind: 'candle' | 'close',
): Reading | undefined {
  if (!series) return undefined;
  const { interval, candles } = series;
  const candle = candles[nearestTo(tape, series, x)];
  if (!candle) return undefined;
  const until = candleEnd(tape.market, interval, candle.t);
  const isLast = candle === candles.at(-1);
  // A line has its close at the candle's end; the newest candle's is where the last price is.
  const end = isLast && tape.last ? tape.last.t : until - 1;
  const place = kind === 'candle' ? middleOf(tape, interval, candle.t) : tape.time.x(end);
  return { kind, x: place, p: candle.c, candle, interval, until };
}

/** The candle whose middle is nearest to `x`: a day's is drawn wider than its hours are. */
function nearestTo(tape: Tape, series: CandleSeries, x: number): number {
  const { candles, interval } = series;
  const here = indexAt(series, tape.time.t(x));
  const away = (i: number): number => {
    const candle = candles[i];
    return candle ? Math.abs(middleOf(tape, interval, candle.t) - x) : Number.POSITIVE_INFINITY;
  };
  return [here - 1, here + 1].reduce((best, i) => (away(i) < away(best) ? i : best), here);
}

/** The candle that `t` lies in, or the last one before it. */
function indexAt(series: CandleSeries, t: number): number {
  return Math.max(0, series.firstAt(t + 1) - 1);
}

function nearestTrade(trades: TradeStore, t: number, any: boolean): PlacedTrade | undefined {
  let [before, after] = [trades.firstAt(t) - 1, trades.firstAt(t)];
  while (!any && before >= 0 && !trades.formsPriceAt(before)) before -= 1;
  while (!any && after < trades.length && !trades.formsPriceAt(after)) after += 1;
  const [a, b] = [trades.at(before), trades.at(after)];
  if (!a || !b) return a ?? b;
  return t - a.t <= b.t - t ? a : b;
}
