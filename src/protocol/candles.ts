import { EXTENDED_HOURS, movesLast, NO_VOLUME, NOT_HIGH_LOW } from './conditions.ts';
import { sessionAt, tradingDayOf } from './sessions.ts';
import type { Market } from './symbols.ts';

const SECOND = 1_000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

/** The intervals there are candles of, and their lengths in ms. A trading day may be shorter (or an hour longer). */
export const INTERVALS = {
  '1s': SECOND,
  '5s': 5 * SECOND,
  '1m': MINUTE,
  '5m': 5 * MINUTE,
  '15m': 15 * MINUTE,
  '1h': HOUR,
  '1d': DAY,
} as const;
export type Interval = keyof typeof INTERVALS;

/**
 * Trades of a day's closing auction are reported for some minutes after the bell. They are part of the day; what is traded
 * after hours says so (codes 24 and 25).
 */
const CLOSING_PRINTS_MS = 5 * MINUTE;

/** One candle: `t` is its beginning in ms since 1970 UTC, `v` the volume, `n` how many trades it was made of. */
export interface Candle {
  readonly t: number;
  readonly o: number;
  readonly h: number;
  readonly l: number;
  readonly c: number;
  readonly v: number;
  readonly n: number;
}

/** A trade with its place on the tape: what a fold needs of it. `t` in ms since 1970 UTC, `flags` as in `conditions.ts`. */
export interface PlacedTrade {
  readonly t: number;
  readonly epoch: number;
  readonly seq: number;
  readonly p: number;
  readonly v: number;
  readonly flags: number;
}

/** A price and where on the tape it was paid. */
export interface Print {
  readonly p: number;
  readonly t: number;
  readonly epoch: number;
  readonly seq: number;
}

/**
 * A candle in the making. Trades may be added in any order, and two states of the same interval merged, with the same
 * result: the open and the close are the prints with the lowest and the highest (t, epoch, seq), and the volume is summed with
 * compensation (Neumaier), `volume + rest` being the sum.
 */
export interface CandleState {
  readonly t: number;
  open: Print | undefined;
  close: Print | undefined;
  /** −∞ and ∞ where no trade was allowed to move them. */
  high: number;
  low: number;
  volume: number;
  rest: number;
  count: number;
}

/** The empty candle that begins at `t`, ms since 1970 UTC. */
export function newCandle(t: number): CandleState {
  return {
    t,
    open: undefined,
    close: undefined,
    high: Number.NEGATIVE_INFINITY,
    low: Number.POSITIVE_INFINITY,
    volume: 0,
    rest: 0,
    count: 0,
  };
}

/**
 * The beginning of the candle a trade belongs to, ms since 1970 UTC; `undefined` where it belongs to none. Daily candles are
 * made of the regular hours' trades. A trade of extended hours that is reported within the regular ones is in no candle.
 */
export function candleStart(market: Market, interval: Interval, t: number, flags: number): number | undefined {
  const isExtended = (flags & EXTENDED_HOURS) !== 0;
  if (interval !== '1d') {
    if (isExtended && sessionAt(market, t) === 'regular') return undefined;
    return Math.floor(t / INTERVALS[interval]) * INTERVALS[interval];
  }
  const day = tradingDayOf(market, t);
  if (!day || isExtended || t < day.start) return undefined;
  const end = market === 'us' ? day.end + CLOSING_PRINTS_MS : day.end;
  return t < end ? day.start : undefined;
}

/**
 * Whether a trade may become the last price, and a point of a line: its codes allow it, and it belongs to a candle of seconds.
 * `t` in ms since 1970 UTC.
 */
export function formsPrice(market: Market, t: number, flags: number): boolean {
  return movesLast(flags) && candleStart(market, '1s', t, flags) !== undefined;
}

/** Where the candle that begins at `start` ends, ms since 1970 UTC; the end is not part of it. */
export function candleEnd(market: Market, interval: Interval, start: number): number {
  if (interval === '1d') return tradingDayOf(market, start)?.end ?? start + DAY;
  return start + INTERVALS[interval];
}

/** Adds a trade to the candle it belongs to. A volume of 0 is a price update: it moves no volume and is not counted. */
export function addTrade(state: CandleState, trade: PlacedTrade): void {
  const { p, v, flags } = trade;
  if (movesLast(flags)) addPrint(state, trade);
  if ((flags & NOT_HIGH_LOW) === 0) {
    state.high = Math.max(state.high, p);
    state.low = Math.min(state.low, p);
  }
  if (v > 0 && (flags & NO_VOLUME) === 0) {
    addVolume(state, v);
    state.count += 1;
  }
}

/** Adds to `state` what another state of the same candle, or of one within it, has. */
export function addCandle(state: CandleState, other: CandleState): void {
  if (other.open) addPrint(state, other.open);
  if (other.close) addPrint(state, other.close);
  state.high = Math.max(state.high, other.high);
  state.low = Math.min(state.low, other.low);
  addVolume(state, other.volume);
  addVolume(state, other.rest);
  state.count += other.count;
}

/** The candle so far; `undefined` where no trade formed a price: what was only volume is in the wider candles. */
export function candleOf({ t, open, close, high, low, volume, rest, count }: CandleState): Candle | undefined {
  if (!open || !close) return undefined;
  // A print that may be the last price but no extreme leaves both where they are; no published code says so.
  const h = Math.max(high, open.p, close.p);
  const l = Math.min(low, open.p, close.p);
  return { t, o: open.p, h, l, c: close.p, v: volume + rest, n: count };
}

/** Whether `a` came before `b`: by time, then by the order in which Finnhub sent them. */
export function isBefore(a: Omit<Print, 'p'>, b: Omit<Print, 'p'>): boolean {
  if (a.t !== b.t) return a.t < b.t;
  if (a.epoch !== b.epoch) return a.epoch < b.epoch;
  return a.seq < b.seq;
}

function addPrint(state: CandleState, { p, t, epoch, seq }: Print): void {
  const print = { p, t, epoch, seq };
  if (!state.open || isBefore(print, state.open)) state.open = print;
  if (!state.close || isBefore(state.close, print)) state.close = print;
}

/** Neumaier's sum (https://doi.org/10.1002/zamm.19740540106): the rounding error of each addition is kept. */
function addVolume(state: CandleState, volume: number): void {
  const sum = state.volume + volume;
  state.rest += Math.abs(state.volume) >= Math.abs(volume) ? state.volume - sum + volume : volume - sum + state.volume;
  state.volume = sum;
}
