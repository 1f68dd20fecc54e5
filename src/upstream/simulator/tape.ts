import { instrumentOf } from '../../catalogue/builtin.ts';
import type { Trade } from '../../protocol/trade.ts';
import { MAX_BACKLOG_MS, MAX_SLOTS_PER_TICK } from './limits.ts';
import { inventedModel, type Model, modelOf } from './model.ts';
import { clockAt, SLOT_MS, tradesOf } from './trades.ts';

export interface TapeOptions {
  readonly seed: number;
  readonly pace: number;
  readonly anySymbol: boolean;
}

/** The simulated market: which symbols trade, and the trades since it was last asked. Time comes in as a parameter. */
export class Tape {
  readonly #options: TapeOptions;
  readonly #models = new Map<string, Model>();
  /** The first slot that has not been given. */
  #next: number;

  constructor(options: TapeOptions, now: number) {
    this.#options = options;
    this.#next = Math.floor(now / SLOT_MS);
  }

  /** How `symbol` trades; `undefined` when it does not. */
  model(symbol: string): Model | undefined {
    const known = this.#models.get(symbol);
    if (known) return known;
    const { seed, pace, anySymbol } = this.#options;
    const instrument = instrumentOf(symbol);
    if (!instrument && !anySymbol) return undefined;
    const model = instrument ? modelOf(instrument, seed, pace) : inventedModel(symbol, seed, pace);
    this.#models.set(symbol, model);
    return model;
  }

  /**
   * The trades of `symbols` in the slots that ended since the last call and before `now`, in time order. A `now` before
   * the last one gives nothing, and nothing twice.
   */
  due(now: number, symbols: ReadonlySet<string>): Trade[] {
    const end = Math.floor(now / SLOT_MS);
    this.#next = Math.max(this.#next, end - Math.floor(MAX_BACKLOG_MS / SLOT_MS));
    if (symbols.size === 0) this.#next = Math.max(this.#next, end);
    const stop = Math.min(end, this.#next + MAX_SLOTS_PER_TICK);
    const trades: Trade[] = [];
    for (; this.#next < stop; this.#next += 1) {
      const clock = clockAt(this.#next);
      for (const symbol of symbols) {
        const model = this.model(symbol);
        if (model) trades.push(...tradesOf(model, clock));
      }
    }
    return trades.sort((a, b) => a.t - b.t);
  }
}
