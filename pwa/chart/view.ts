import { type Candle, candleEnd, INTERVALS, type Interval } from '../../src/protocol/candles.ts';
import type { CandleSeries } from '../history/series.ts';
import { Head } from './head.ts';
import { LinePoints, type Point } from './line-points.ts';
import { PriceAxis } from './price-axis.ts';
import { growingSpan } from './range.ts';
import { candleInterval, lineInterval, slotMs } from './resolution.ts';
import type { Tape } from './tape.ts';
import type { TimeAxis } from './time-map.ts';
import type { TradeStore } from './trade-store.ts';
import type { Viewport } from './viewport.ts';

export type ChartKind = 'line' | 'candles' | 'trades';

/** Free room to the right of the present, as a part of what is shown. */
const ROOM_AHEAD = 0.04;
const NO_CANDLES: readonly Candle[] = [];

/** What is asked of a view: `now` is any clock in ms, `edge` the present in ms since 1970 UTC. */
export interface Moment {
  readonly now: number;
  readonly edge: number;
  readonly view: Viewport;
  readonly kind: ChartKind;
  /** The plot's width in CSS pixels. */
  readonly width: number;
  readonly reducedMotion: boolean;
  /** Prices that have to be on the axis while there are no others: the day's range and the previous close. */
  readonly levels: readonly number[];
}

/** Candles from one moment on that a drawing lacks: `from` in ms since 1970 UTC. */
export interface Need {
  readonly interval: Interval;
  readonly from: number;
}

/** Everything a drawing needs beside the line's points. Places on the time axis are `x`, ms on the axis. */
export interface Scene {
  readonly from: number;
  readonly to: number;
  /** The price axis; made up where there are no prices. */
  readonly low: number;
  readonly high: number;
  readonly hasPrices: boolean;
  /** What is shown of the time axis without the room ahead, ms. */
  readonly spanMs: number;
  readonly kind: ChartKind;
  /** What the candles and the volumes are of, and which of the series are in sight. */
  readonly interval: Interval;
  readonly candles: readonly Candle[];
  readonly first: number;
  readonly end: number;
  /** What the line is made of: `1s` are single trades as far back as they are known. */
  readonly lineInterval: Interval;
  /** How much room one of them has, ms on the axis. */
  readonly slotMs: number;
  /** The largest volume in sight; 0 where there is none. */
  readonly mostVolume: number;
  /** The last price where it is drawn now, perhaps on its way; `ends`: the line broke after it. */
  readonly head: { readonly x: number; readonly p: number; readonly ends: boolean } | undefined;
  /** How far the pulse is, 0 to 1; `undefined` without one. */
  readonly pulse: number | undefined;
  /** Whether the next frame will look different even if nothing comes. */
  readonly moving: boolean;
  readonly needs: readonly Need[];
}

/** Which line: of which interval (else of `fallback`), between which places on the axis, and what one pixel is there. */
interface Drawn {
  readonly kind: ChartKind;
  readonly interval: Interval;
  readonly fallback: Interval;
  readonly from: number;
  readonly to: number;
  readonly columnMs: number;
}

/**
 * Turns a tape into what the chart draws now. It moves the last point and the price axis smoothly, and fills one array of
 * points anew for every frame, so that drawing allocates next to nothing. Knows no canvas and no clock.
 */
export class ChartView {
  readonly #line = new LinePoints();
  readonly #head = new Head();
  readonly #axis = new PriceAxis();
  #tape: Tape | undefined;

  /** The points of the line in the current scene, prices of NaN being breaks. */
  get points(): Point[] {
    return this.#line.points;
  }

  /** Begins anew with `tape`: nothing glides from what was shown before. */
  show(tape: Tape): void {
    this.#tape = tape;
    this.#head.begin();
    this.#axis.begin();
  }

  scene(moment: Moment): Scene | undefined {
    const tape = this.#tape;
    const { now, edge, kind, width, reducedMotion } = moment;
    if (!tape || width <= 0) return undefined;
    const { time, market, last } = tape;
    this.#head.follow(tape, now, reducedMotion);

    const present = time.x(edge);
    const isLive = moment.view.right === undefined;
    const age = tape.oldest === undefined ? Number.NaN : present - time.x(tape.oldest);
    const spanMs = isLive ? growingSpan(moment.view.spanMs, age) : moment.view.spanMs;
    const right = moment.view.right ?? present;
    const from = right - spanMs;
    const to = right + spanMs * ROOM_AHEAD;
    const leftT = time.t(from);
    const look = { market, spanMs, width, ageMs: edge - leftT };

    const interval = candleInterval(look);
    const slot = slotMs(market, interval);
    const needs: Need[] = [{ interval, from: leftT }];
    const series = tape.series(interval);
    const candles = series?.candles ?? NO_CANDLES;
    const first = series ? Math.max(0, series.firstAt(time.t(from - slot)) - 1) : 0;
    const end = series ? series.firstAt(time.t(to) + 1) : 0;

    const lineOf = lineInterval(look);
    if (kind !== 'candles' && lineOf !== interval) needs.push({ interval: lineOf, from: leftT });
    const columnMs = spanMs / width;
    const head = this.#fill(tape, { kind, interval: lineOf, fallback: interval, from, to, columnMs }, now);
    let { low, high } = this.#line;
    let most = 0;
    for (let i = first; i < end; i += 1) {
      const candle = candles[i];
      if (!candle || candle.t + INTERVALS[interval] <= leftT) continue;
      most = Math.max(most, candle.v);
      if (kind !== 'candles') continue;
      low = Math.min(low, candle.l);
      high = Math.max(high, candle.h);
    }
    if (kind === 'trades') {
      const { trades } = tape;
      const lastIn = trades.firstAt(time.t(to) + 1);
      for (let i = trades.firstAt(leftT); i < lastIn; i += 1) {
        low = Math.min(low, trades.priceAt(i));
        high = Math.max(high, trades.priceAt(i));
      }
    }
    if (head && last && head.x >= from && head.x <= to) {
      low = Math.min(low, last.p);
      high = Math.max(high, last.p);
    }
    const axis = this.#axis.follow(low, high, moment.levels, tape.decimals, now, reducedMotion);
    const pulse = reducedMotion ? undefined : this.#head.pulseAt(now);
    return {
      from,
      to,
      low: axis.low,
      high: axis.high,
      hasPrices: axis.hasPrices,
      spanMs,
      kind,
      interval,
      candles,
      first,
      end,
      lineInterval: lineOf,
      slotMs: slot,
      mostVolume: most,
      head,
      pulse,
      moving: pulse !== undefined || axis.moving || this.#head.isMoving(now),
      needs,
    };
  }

  /** Fills the line up to the head, which is answered. `columnMs`: what one pixel is on the axis. */
  #fill(tape: Tape, { kind, interval, fallback, from, to, columnMs }: Drawn, now: number): Scene['head'] {
    const { time, trades, last } = tape;
    const line = this.#line;
    line.begin(columnMs, tape.breaks);
    if (!last) {
      line.end(Number.NEGATIVE_INFINITY);
      return undefined;
    }
    const { t, p } = this.#head.at(now);
    // It ends where nothing is seen after the last trade.
    const head = { x: time.x(t), p, ends: tape.breaks.some((gap) => gap.from >= last.t) };
    if (kind === 'candles') {
      line.end(Number.NEGATIVE_INFINITY);
      return head;
    }
    const left = time.t(from);
    const right = time.t(to);
    const isFine = interval === '1s' || kind === 'trades';
    const tradesFrom = isFine ? tape.completeFrom : Number.POSITIVE_INFINITY;
    const first = isFine ? firstTrade(trades, left, tradesFrom) : trades.length;
    const closes = tape.series(interval) ?? tape.series(fallback) ?? tape.series('1s');
    // Where a trade lies beyond the left side no close has to.
    const isWhole = !closes || trades.timeAt(first) < left;
    const stretch = { from: left, to: right, until: Math.min(tradesFrom, t) };
    if (isWhole || !addCloses(line, closes, tape, stretch))
      addTrades(line, trades, time, first, { to: right, until: t });
    if (head.x > to) {
      line.end(Number.NEGATIVE_INFINITY);
      return head;
    }
    line.end(last.t);
    line.append(head.x, p);
    return head;
  }
}

/** Which points: from the one before `from` to the one after `to`, and none at `until` or later. ms since 1970 UTC. */
interface Stretch {
  readonly from: number;
  readonly to: number;
  readonly until: number;
}

/** Adds the closes of candles, each at its candle's end; whether one of them is after `to`. */
function addCloses(line: LinePoints, series: CandleSeries, tape: Tape, { from, to, until }: Stretch): boolean {
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
function firstTrade(trades: TradeStore, left: number, from: number): number {
  const first = trades.firstAt(Math.max(left, from));
  for (let i = first - 1; i >= 0 && trades.timeAt(i) >= from; i -= 1) if (trades.formsPriceAt(i)) return i;
  return first;
}

/** Adds the trades that form the price, from the one at `first` on. */
function addTrades(
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
