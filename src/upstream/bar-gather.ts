import { BAR_MS, type Bar, type BarsFrame, barOf } from '../protocol/bars.ts';
import { addTrade, type CandleState, newCandle, type PlacedTrade } from '../protocol/candles.ts';
import { EXTENDED_HOURS } from '../protocol/conditions.ts';
import type { ConflatedRate } from '../protocol/wire.ts';
import { BARS_SPACING, MAX_BARS } from './limits.ts';

/** Bars that leave together. */
export type LeavingBars = Pick<BarsFrame, 'seq' | 'count' | 'bars'>;

interface OpenBar {
  readonly state: CandleState;
  readonly flags: number;
}

/**
 * Gathers one symbol's trades into bars of one rate, and says when they leave. After quiet a trade leaves at once. What follows
 * leaves when its bar is whole, that is with the first trade of a newer one; or when it has waited for the length of a bar. So
 * trades that come in the order of time make one message with one bar each second, not two halves. Times of `now` in ms of a
 * clock that is never set back.
 */
export class BarGather {
  readonly #lengthMs: number;
  /** What has not left yet, by stretch of trade time and by whether it is of extended hours. */
  #bars = new Map<number, OpenBar>();
  #newest = Number.NEGATIVE_INFINITY;
  #seq = 0;
  #count = 0;
  #leftAt = Number.NEGATIVE_INFINITY;
  #dueAt = Number.POSITIVE_INFINITY;

  constructor(rate: ConflatedRate) {
    this.#lengthMs = BAR_MS[rate];
  }

  /** When `leave` is to be called; ∞ while nothing waits. */
  get dueAt(): number {
    return this.#dueAt;
  }

  /** Takes the next trade; what leaves because of it. */
  add(trade: PlacedTrade, now: number): LeavingBars | undefined {
    const stretch = Math.floor(trade.t / this.#lengthMs);
    const isFirst = this.#count === 0;
    const spacing = this.#leftAt + BARS_SPACING * this.#lengthMs;
    let leaving: LeavingBars | undefined;
    if (!isFirst && stretch > this.#newest) {
      if (now >= spacing) leaving = this.leave(now);
      // Whole but too early: leaving soon, and not only when it has waited, brings what follows in step with the stretches.
      else this.#dueAt = Math.min(this.#dueAt, spacing);
    }
    this.#put(trade, stretch, now);
    const wasQuiet = isFirst && now - this.#leftAt >= this.#lengthMs;
    return wasQuiet || this.#bars.size >= MAX_BARS ? this.leave(now) : leaving;
  }

  /** What waits leaves now; `undefined` where nothing does. */
  leave(now: number): LeavingBars | undefined {
    if (this.#count === 0) return undefined;
    const byTime = [...this.#bars.values()].sort((a, b) => a.state.t - b.state.t || a.flags - b.flags);
    const bars: Bar[] = byTime.flatMap(({ state, flags }) => barOf(state, flags) ?? []);
    const leaving = { seq: this.#seq, count: this.#count, bars };
    this.#bars = new Map();
    this.#newest = Number.NEGATIVE_INFINITY;
    this.#count = 0;
    this.#leftAt = now;
    this.#dueAt = Number.POSITIVE_INFINITY;
    return leaving;
  }

  #put(trade: PlacedTrade, stretch: number, now: number): void {
    if (this.#count === 0) {
      this.#seq = trade.seq;
      this.#dueAt = now + this.#lengthMs;
    }
    this.#count += 1;
    this.#newest = Math.max(this.#newest, stretch);
    const flags = trade.flags & EXTENDED_HOURS;
    const key = 2 * stretch + (flags === 0 ? 0 : 1);
    let bar = this.#bars.get(key);
    if (!bar) {
      bar = { state: newCandle(stretch * this.#lengthMs), flags };
      this.#bars.set(key, bar);
    }
    addTrade(bar.state, trade);
  }
}
