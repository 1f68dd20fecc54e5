import { type Candle, candleEnd, INTERVALS, type Interval } from '../../src/protocol/candles.ts';
import type { LastPrice } from '../../src/protocol/wire.ts';
import type { CandleSeries } from '../history/series.ts';
import { Head } from './head.ts';
import { LinePoints, type Point } from './line-points.ts';
import { PriceAxis } from './price-axis.ts';
import { growingSpan } from './range.ts';
import { candleInterval, lineInterval, slotMs } from './resolution.ts';
import type { Tape } from './tape.ts';
import { addCloses, addTrades, firstTrade } from './trace-line.ts';
import type { TradeStore } from './trade-store.ts';
import type { Viewport } from './viewport.ts';
import { isCut, WHOLE, wholeInterval } from './whole-interval.ts';

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
  /** What the candle is that the last price is the close of, if it is in sight. */
  readonly headCandle: Candle | undefined;
  /** Whose closes the line goes through (others as long as they are not here), and since when it goes through single trades instead, ms since 1970 UTC. */
  readonly lineInterval: Interval;
  readonly lineSeries: CandleSeries | undefined;
  readonly singleFrom: number;
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

/** Which line, between which places on the axis, and what one pixel is there. */
interface LineAsked extends Pick<Scene, 'kind' | 'lineSeries' | 'singleFrom' | 'from' | 'to'> {
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
    const { now, kind, width, reducedMotion } = moment;
    if (!tape || width <= 0) return undefined;
    const { time, market, last } = tape;
    this.#head.follow(tape, now, reducedMotion);

    const { from, to, spanMs } = stretchOf(tape, moment);
    const left = time.t(from);
    const look = { market, spanMs, width, ageMs: moment.edge - left };
    const interval = wholeInterval(tape, candleInterval(look), left);
    const lineOf = wholeInterval(tape, lineInterval(look), left);
    const needs = new Set<Interval>([interval]);
    if (kind !== 'candles') needs.add(lineOf);
    if (isCut(tape, interval, left) || isCut(tape, lineOf, left)) needs.add(WHOLE);

    const slot = slotMs(market, interval);
    const series = tape.series(interval);
    const candles = series?.candles ?? NO_CANDLES;
    const first = series ? Math.max(0, series.firstAt(time.t(from - slot)) - 1) : 0;
    const end = series ? series.firstAt(time.t(to) + 1) : 0;

    const lineSeries = tape.series(lineOf) ?? series ?? tape.series('1s');
    const singleFrom = lineOf === '1s' || kind === 'trades' ? tape.completeFrom : Number.POSITIVE_INFINITY;
    const head = this.#fill(tape, { kind, lineSeries, singleFrom, from, to, columnMs: spanMs / width }, now);
    const isHeadSeen = head !== undefined && head.x >= from && head.x <= to;
    const prices = { low: this.#line.low, high: this.#line.high, most: 0 };
    for (let i = first; i < end; i += 1) {
      const candle = candles[i];
      if (!candle || candle.t + INTERVALS[interval] <= left) continue;
      prices.most = Math.max(prices.most, candle.v);
      if (kind === 'candles') reach(prices, candle.l, candle.h);
    }
    if (kind === 'trades') reachTrades(prices, tape.trades, left, time.t(to) + 1);
    if (isHeadSeen && last) reach(prices, last.p, last.p);
    const { low, high } = prices;
    const axis = this.#axis.follow(low, high, moment.levels, tape.decimals, now, reducedMotion);
    const pulse = reducedMotion || !isHeadSeen ? undefined : this.#head.pulseAt(now);
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
      headCandle: last && candleOfLast(tape, series, last),
      lineInterval: lineOf,
      lineSeries,
      singleFrom,
      slotMs: slot,
      mostVolume: prices.most,
      head,
      pulse,
      moving: pulse !== undefined || axis.moving || (isHeadSeen && this.#head.isMoving(now)),
      needs: [...needs].map((each) => ({ interval: each, from: left })),
    };
  }

  /** Fills the line up to the head, which is answered. `columnMs`: what one pixel is on the axis. */
  #fill(tape: Tape, { kind, lineSeries, singleFrom, from, to, columnMs }: LineAsked, now: number): Scene['head'] {
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
    const first = firstTrade(trades, left, singleFrom);
    // Where a trade lies beyond the left side no close has to.
    const isWhole = !lineSeries || trades.timeAt(first) < left;
    const stretch = { from: left, to: right, until: Math.min(singleFrom, t) };
    if (isWhole || !addCloses(line, lineSeries, tape, stretch)) {
      addTrades(line, trades, time, first, { to: right, until: t });
    }
    if (head.x > to) {
      line.end(Number.NEGATIVE_INFINITY);
      return head;
    }
    line.end(last.t);
    line.append(head.x, p);
    return head;
  }
}

/** What is shown of the time axis. A young chart shows less than it was asked for. */
function stretchOf({ time, oldest }: Tape, { view, edge }: Moment): { from: number; to: number; spanMs: number } {
  const present = time.x(edge);
  const age = oldest === undefined ? Number.NaN : present - time.x(oldest);
  const spanMs = view.right === undefined ? growingSpan(view.spanMs, age) : view.spanMs;
  const right = view.right ?? present;
  return { from: right - spanMs, to: right + spanMs * ROOM_AHEAD, spanMs };
}

/** The newest candle, if its close is the last price. */
function candleOfLast({ market }: Tape, series: CandleSeries | undefined, last: LastPrice): Candle | undefined {
  const newest = series?.candles.at(-1);
  if (!series || !newest || newest.c !== last.p) return undefined;
  return last.t >= newest.t && last.t < candleEnd(market, series.interval, newest.t) ? newest : undefined;
}

interface Prices {
  low: number;
  high: number;
}

function reach(prices: Prices, low: number, high: number): void {
  prices.low = Math.min(prices.low, low);
  prices.high = Math.max(prices.high, high);
}

/** All trades of [`from`, `to`), also those that form no price. */
function reachTrades(prices: Prices, trades: TradeStore, from: number, to: number): void {
  const end = trades.firstAt(to);
  for (let i = trades.firstAt(from); i < end; i += 1) reach(prices, trades.priceAt(i), trades.priceAt(i));
}
