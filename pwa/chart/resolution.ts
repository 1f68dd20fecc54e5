import { candleEnd, INTERVALS, type Interval } from '../../src/protocol/candles.ts';
import type { Market } from '../../src/protocol/symbols.ts';
import type { TimeAxis } from './time-map.ts';

/** A line has at least a point for so many pixels. */
const LINE_PX = 2;
/** Candles narrower than this cannot be told apart, CSS pixels. */
const CANDLE_PX = 4;
/** Fewer candles than this are no picture: they may be narrower then. */
const LEAST_CANDLES = 12;
/** Candles are kept from the present back: so far back that there would be more than this, they are coarser. */
const MOST_CANDLES = 20_000;
/** The open hours of a US stock's day, from the first trade before to the last one after the regular ones. */
const US_DAY_MS = 16 * 3_600_000;

const RISING = Object.keys(INTERVALS) as Interval[];

/** How much room a candle has on the time axis, ms: a day of US stocks has no nights. */
export function slotMs(market: Market, interval: Interval): number {
  return interval === '1d' && market === 'us' ? US_DAY_MS : INTERVALS[interval];
}

/** A look at `spanMs` of the time axis on `width` CSS pixels, whose left end is `ageMs` ago. */
export interface Look {
  readonly market: Market;
  readonly spanMs: number;
  readonly width: number;
  readonly ageMs: number;
}

/** The interval whose closes make the line: the coarsest that still looks whole. */
export function lineInterval({ market, spanMs, width, ageMs }: Look): Interval {
  const msPerPoint = (spanMs / Math.max(1, width)) * LINE_PX;
  const fine = RISING.findLast((each) => slotMs(market, each) <= msPerPoint) ?? '1s';
  return atLeast(fine, market, ageMs);
}

/** The interval whose candles fill the chart: the finest that can be told apart. */
export function candleInterval({ market, spanMs, width, ageMs }: Look): Interval {
  const least = (spanMs / Math.max(1, width)) * CANDLE_PX;
  const at = RISING.findIndex((each) => slotMs(market, each) >= least);
  const interval = RISING[at] ?? '1d';
  const finer = RISING[at < 0 ? RISING.length - 2 : at - 1];
  const isFew = spanMs / slotMs(market, interval) < LEAST_CANDLES;
  return atLeast(isFew && finer ? finer : interval, market, ageMs);
}

function atLeast(interval: Interval, market: Market, ageMs: number): Interval {
  const finest = RISING.findIndex((each) => ageMs / slotMs(market, each) <= MOST_CANDLES);
  return RISING[Math.max(RISING.indexOf(interval), finest)] ?? '1d';
}

/** Where the candle that begins at `start` has its middle, a place on the time axis. */
export function middleOf(
  { market, time }: { readonly market: Market; readonly time: TimeAxis },
  interval: Interval,
  start: number,
): number {
  return (time.x(start) + time.x(candleEnd(market, interval, start))) / 2;
}
