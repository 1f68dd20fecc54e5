import {
  addTrade,
  type Candle,
  type CandleState,
  candleOf,
  candleStart,
  type Interval,
  newCandle,
  type PlacedTrade,
} from '../../src/protocol/candles.ts';
import type { Market } from '../../src/protocol/symbols.ts';
import type { Since } from '../../src/protocol/wire.ts';
import type { History } from './answer.ts';

/** How many of the newest candles can still be added to; a trade that is later than that belongs to a finished one. */
const MAX_IN_THE_MAKING = 120;
/** How many candles are kept; the oldest go, and come back from the server when one looks at them. */
const MAX_CANDLES = 24_000;

/** Whether trade `a` comes after place `b` on the tape. */
export function isAfter(a: Since, b: Since): boolean {
  return a.epoch === b.epoch ? a.seq > b.seq : a.epoch > b.epoch;
}

/**
 * One symbol's candles of one interval: what the server has recorded, and every trade since folded in by the same fold that
 * the recorder uses. A trade for a candle that is only known as finished cannot be added here: the series is then stale and
 * has to be fetched again.
 */
export class CandleSeries {
  readonly interval: Interval;
  readonly #market: Market;
  #candles: Candle[] = [];
  #making = new Map<number, CandleState>();
  /** Candles that begin before this are finished, ms since 1970 UTC. */
  #finishedBefore = Number.NEGATIVE_INFINITY;
  #through: Since | undefined;
  #reachesBack = false;
  #isStale = false;
  /** The last candle before trades were lost. */
  #lostAfter: number | undefined;

  constructor(market: Market, interval: Interval) {
    this.#market = market;
    this.interval = interval;
  }

  /** Whether the server has nothing older. */
  get reachesBack(): boolean {
    return this.#reachesBack;
  }

  /** Whether the newest candles must be fetched again. */
  get isStale(): boolean {
    return this.#isStale;
  }

  /** The newest candles must be fetched again. */
  markStale(): void {
    this.#isStale = true;
  }

  /** Trades were lost: what was fetched before and what comes now do not join. */
  lose(): void {
    this.#isStale = true;
    this.#lostAfter ??= this.#candles.at(-1)?.t;
  }

  /** Oldest first. */
  get candles(): readonly Candle[] {
    return this.#candles;
  }

  /** The newest candle in the making. */
  get newest(): CandleState | undefined {
    let newest: CandleState | undefined;
    for (const state of this.#making.values()) if (!newest || state.t > newest.t) newest = state;
    return newest;
  }

  /** The last trade that was in the candles as they were fetched; later ones are to be added. */
  get through(): Since | undefined {
    return this.#through;
  }

  /** Takes the newest candles as the server has them; `isAll`: there are none before them. Trades after `through` are to be added again. */
  adopt(history: History, isAll: boolean): void {
    const { candles, tail } = history;
    const first = candles[0]?.t ?? Number.POSITIVE_INFINITY;
    const lastBefore = this.#lostAfter ?? this.#candles.at(-1)?.t ?? Number.NEGATIVE_INFINITY;
    this.#lostAfter = undefined;
    // Where what is here ends before the answer begins, nobody knows what lies between.
    const joins = !isAll && lastBefore >= first;
    const older = joins ? this.#candles.slice(0, this.firstAt(first)) : [];
    this.#reachesBack = isAll || (joins && this.#reachesBack);
    this.#candles = [...older, ...candles];
    this.#making = new Map(tail ? [[tail.t, { ...tail }]] : []);
    this.#finishedBefore = tail?.t ?? Number.NEGATIVE_INFINITY;
    this.#through = history.through;
    this.#isStale = false;
  }

  /** Puts older candles, oldest first, before those that are here; `isAll`: there are none before them. */
  prepend(candles: readonly Candle[], isAll: boolean): void {
    const first = this.#candles[0]?.t ?? Number.POSITIVE_INFINITY;
    this.#candles = [...candles.filter(({ t }) => t < first), ...this.#candles];
    this.#reachesBack = isAll;
  }

  /** Folds a trade in, unless it was in the candles as they were fetched. */
  add(trade: PlacedTrade): void {
    if (this.#through && !isAfter(trade, this.#through)) return;
    const start = candleStart(this.#market, this.interval, trade.t, trade.flags);
    if (start === undefined) return;
    let state = this.#making.get(start);
    if (!state) {
      if (start < this.#finishedBefore) {
        this.#isStale = true;
        return;
      }
      state = newCandle(start);
      this.#making.set(start, state);
      if (this.#making.size > MAX_IN_THE_MAKING) this.#finish();
    }
    addTrade(state, trade);
    const candle = candleOf(state);
    if (candle) this.#put(candle);
  }

  /** The index of the first candle that begins at `t` (ms since 1970 UTC) or after it; how many there are where none does. */
  firstAt(t: number): number {
    const candles = this.#candles;
    let low = 0;
    let high = candles.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((candles[middle]?.t ?? t) < t) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  #put(candle: Candle): void {
    const candles = this.#candles;
    const last = candles.at(-1);
    if (!last || candle.t > last.t) {
      candles.push(candle);
      if (candles.length > MAX_CANDLES) {
        this.#candles = candles.slice(MAX_CANDLES / 4);
        this.#reachesBack = false;
      }
      return;
    }
    const at = this.firstAt(candle.t);
    candles.splice(at, candles[at]?.t === candle.t ? 1 : 0, candle);
  }

  /** The oldest candle in the making is finished. */
  #finish(): void {
    const oldest = Math.min(...this.#making.keys());
    this.#making.delete(oldest);
    this.#finishedBefore = Math.max(this.#finishedBefore, oldest + 1);
  }
}
