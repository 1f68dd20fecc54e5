import { closedSpans } from '../../src/protocol/closed-time.ts';
import type { Span } from '../../src/protocol/sessions.ts';
import type { Market } from '../../src/protocol/symbols.ts';

const DAY_MS = 24 * 60 * 60_000;
/** How far from the anchor closed time is known at first, ms; each further look doubles it. */
const FIRST_REACH_MS = 30 * DAY_MS;
/** Closed time before this, ms since 1970 UTC, and later than so much after the anchor, ms, has its width. */
const EARLIEST = Date.UTC(1990, 0, 1);
const AHEAD_MS = 3_653 * DAY_MS;

/** Where a moment lies along a chart, in ms: what a chart scrolls and zooms by. */
export interface TimeAxis {
  /** The place of a moment (ms since 1970 UTC). It never falls as time goes on, and does not jump. */
  x(t: number): number;
  /** The moment at a place: `x(t(x))` is `x`. Where a whole stretch has one place it is the stretch's end. */
  t(x: number): number;
  /** The stretches without width that overlap [`from`, `to`) (ms since 1970 UTC), whole, oldest first. */
  spans(from: number, to: number): readonly Span[];
}

/** The axis of a market that never closes: a place is its moment. */
export const PLAIN_TIME: TimeAxis = {
  x: (t) => t,
  t: (x) => x,
  spans: () => [],
};

/**
 * The axis of `market`'s open time: closed time has no width, so that a night or a weekend is one place. `anchor` (ms since
 * 1970 UTC) is its own place; it should be about now, so that places are near to moments there. Closed time before 1990 and
 * ten years after the anchor has its width. Whole numbers stay whole, without any drift.
 */
export function tradingTime(market: Market, anchor: number): TimeAxis {
  return market === 'us' || market === 'forex' ? new TradingTime(market, anchor) : PLAIN_TIME;
}

/** Places are counted from the anchor, so looking further leaves all earlier answers as they were. */
class TradingTime implements TimeAxis {
  readonly #market: Market;
  readonly #anchor: number;
  readonly #earliest: number;
  readonly #latest: number;
  /** The stretch of time whose closed spans are known, and its places. */
  #from: number;
  #to: number;
  #fromX = 0;
  #toX = 0;
  #spans: readonly Span[] = [];
  /** Of each span, oldest first: its beginning, its end and its place. */
  #starts = new Float64Array();
  #ends = new Float64Array();
  #places = new Float64Array();

  constructor(market: Market, anchor: number) {
    this.#market = market;
    this.#anchor = anchor;
    this.#earliest = Math.min(EARLIEST, anchor);
    this.#latest = anchor + AHEAD_MS;
    this.#from = Math.max(this.#earliest, anchor - FIRST_REACH_MS);
    this.#to = anchor + FIRST_REACH_MS;
    this.#look();
  }

  x(t: number): number {
    while (t < this.#from && this.#from > this.#earliest) this.#lookBack();
    while (t >= this.#to && this.#to < this.#latest) this.#lookAhead();
    return this.#placeOf(t);
  }

  t(x: number): number {
    while (x < this.#fromX && this.#from > this.#earliest) this.#lookBack();
    while (x >= this.#toX && this.#to < this.#latest) this.#lookAhead();
    const i = lastAt(this.#places, x);
    return x + this.#closedBefore(i);
  }

  spans(from: number, to: number): readonly Span[] {
    if (!(from < to)) return [];
    this.x(from);
    this.x(to);
    // A span that has begun by `from` is part of it only if it has not ended.
    const first = lastAt(this.#starts, from);
    const overlaps = first >= 0 && (this.#ends[first] ?? from) > from;
    let end = lastAt(this.#starts, to) + 1;
    if (this.#starts[end - 1] === to) end -= 1;
    return this.#spans.slice(overlaps ? first : first + 1, end);
  }

  #placeOf(t: number): number {
    const i = lastAt(this.#starts, t);
    const isWithin = i >= 0 && t < (this.#ends[i] ?? t);
    return isWithin ? (this.#places[i] ?? t) : t - this.#closedBefore(i);
  }

  /** Closed time between the anchor and the open time after span `i` (−1: before the first), ms; below 0 before the anchor. */
  #closedBefore(i: number): number {
    const edge = i < 0 ? this.#starts[0] : this.#ends[i];
    return (edge ?? 0) - (this.#places[Math.max(0, i)] ?? 0);
  }

  #lookBack(): void {
    this.#from = Math.max(this.#earliest, this.#anchor - 2 * (this.#anchor - this.#from));
    this.#look();
  }

  #lookAhead(): void {
    this.#to = Math.min(this.#latest, this.#anchor + 2 * (this.#to - this.#anchor));
    this.#look();
  }

  #look(): void {
    const spans = closedSpans(this.#market, this.#from, this.#to);
    this.#spans = spans;
    this.#starts = Float64Array.from(spans, ({ start }) => start);
    this.#ends = Float64Array.from(spans, ({ end }) => end);
    this.#places = placesOf(spans, this.#anchor);
    this.#fromX = this.#placeOf(this.#from);
    this.#toX = this.#placeOf(this.#to);
  }
}

/** The places of `spans` (oldest first), counted in open time from the anchor in both directions. */
function placesOf(spans: readonly Span[], anchor: number): Float64Array<ArrayBuffer> {
  const places = new Float64Array(spans.length);
  const later = spans.findIndex(({ end }) => end > anchor);
  const middle = later < 0 ? spans.length : later;
  let x = anchor;
  let edge = anchor;
  for (let i = middle; i < spans.length; i += 1) {
    const { start, end } = spans[i] ?? { start: edge, end: edge };
    // The anchor may lie within the first of them, which then is at its place.
    x += Math.max(0, start - edge);
    places[i] = x;
    edge = end;
  }
  x = anchor;
  edge = Math.min(anchor, spans[middle]?.start ?? anchor);
  for (let i = middle - 1; i >= 0; i -= 1) {
    const { start, end } = spans[i] ?? { start: edge, end: edge };
    x -= edge - end;
    places[i] = x;
    edge = start;
  }
  return places;
}

/** The last of `values` (rising) that is not above `value`; −1 where there is none. */
function lastAt(values: Float64Array, value: number): number {
  let low = 0;
  let high = values.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((values[middle] ?? value) <= value) low = middle + 1;
    else high = middle;
  }
  return low - 1;
}
