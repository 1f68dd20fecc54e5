import type { Seq } from '../protocol/brand.ts';
import { flagsOf } from '../protocol/conditions.ts';
import type { Trade } from '../protocol/trade.ts';
import type { ConflatedRate } from '../protocol/wire.ts';
import { BarGather, type LeavingBars } from './bar-gather.ts';

/** Takes bars that leave. */
export type TakeBars = (symbol: string, rate: ConflatedRate, leaving: LeavingBars) => void;

/** The bars of the symbols and rates that somebody wants; nothing is gathered for the others. */
export class Conflation {
  readonly #take: TakeBars;
  readonly #wanted = new Map<string, Map<ConflatedRate, BarGather>>();
  /** Not later than the first of `dueAt`. */
  #nextDue = Number.POSITIVE_INFINITY;

  constructor(take: TakeBars) {
    this.#take = take;
  }

  /** When `tick` is to be called; ∞ while nothing waits. */
  get nextDue(): number {
    return this.#nextDue;
  }

  /** Begins to gather; `false` where that had begun. */
  want(symbol: string, rate: ConflatedRate): boolean {
    const rates = this.#wanted.get(symbol) ?? new Map<ConflatedRate, BarGather>();
    if (rates.has(rate)) return false;
    this.#wanted.set(symbol, rates.set(rate, new BarGather(rate)));
    return true;
  }

  /** Nobody wants these any more, nor what has not left yet. */
  unwant(symbol: string, rate: ConflatedRate): void {
    const rates = this.#wanted.get(symbol);
    rates?.delete(rate);
    if (rates?.size === 0) this.#wanted.delete(symbol);
  }

  /** A trade has come and got its number. */
  add(trade: Trade, seq: Seq, now: number): void {
    const rates = this.#wanted.get(trade.symbol);
    if (!rates) return;
    const { symbol, t, p, v, c } = trade;
    // Within one numbering: the epoch is for whoever folds the bars.
    const placed = { t, epoch: 0, seq, p, v, flags: flagsOf(c) };
    for (const [rate, gather] of rates) {
      this.#leave(symbol, rate, gather.add(placed, now));
      this.#nextDue = Math.min(this.#nextDue, gather.dueAt);
    }
  }

  /** What waits of a symbol leaves now: something else is to be told of it. */
  settle(symbol: string, now: number): void {
    for (const [rate, gather] of this.#wanted.get(symbol) ?? []) this.#leave(symbol, rate, gather.leave(now));
  }

  /** What is due leaves. */
  tick(now: number): void {
    this.#nextDue = Number.POSITIVE_INFINITY;
    for (const [symbol, rates] of this.#wanted) {
      for (const [rate, gather] of rates) {
        if (gather.dueAt <= now) this.#leave(symbol, rate, gather.leave(now));
        this.#nextDue = Math.min(this.#nextDue, gather.dueAt);
      }
    }
  }

  #leave(symbol: string, rate: ConflatedRate, leaving: LeavingBars | undefined): void {
    if (leaving) this.#take(symbol, rate, leaving);
  }
}
