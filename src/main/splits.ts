import type { DailyClose, DailyCloseQuery } from '../protocol/queries.ts';
import { tradingDayOf } from '../protocol/sessions.ts';
import { marketOf } from '../protocol/symbols.ts';
import { errorText, type Log } from '../runtime/log.ts';
import { SPLIT_WITHIN_MS } from './limits.ts';
import type { Quote } from './quote.ts';
import { isSplitSuspected } from './split.ts';

/** `t` is the daily candle whose close does not fit, ms since 1970 UTC. */
export interface SuspectedSplit {
  readonly symbol: string;
  readonly t: number;
  readonly close: number;
  readonly previousClose: number;
}

/** Compares each day's first quote of a stock with the daily close on the tape. Prices stay as they were. */
export class Splits {
  readonly #file: string;
  readonly #dailyClose: (query: DailyCloseQuery) => Promise<DailyClose | undefined>;
  readonly #onSplit: (split: SuspectedSplit) => void;
  readonly #log: Log;
  /** The trading day (its start) that a symbol was last looked at for. */
  readonly #looked = new Map<string, number>();

  constructor(
    file: string,
    dailyClose: (query: DailyCloseQuery) => Promise<DailyClose | undefined>,
    onSplit: (split: SuspectedSplit) => void,
    log: Log,
  ) {
    this.#file = file;
    this.#dailyClose = dailyClose;
    this.#onSplit = onSplit;
    this.#log = log;
  }

  /** Never rejects. */
  async look(symbol: string, { pc, t }: Quote): Promise<void> {
    if (pc === null || t === null || marketOf(symbol) !== 'us') return;
    const day = tradingDayOf('us', t)?.start;
    if (day === undefined || this.#looked.get(symbol) === day) return;
    this.#looked.set(symbol, day);
    try {
      const found = await this.#dailyClose({ file: this.#file, symbol, from: day - SPLIT_WITHIN_MS, to: day });
      if (found && isSplitSuspected(found.close, pc)) this.#onSplit({ symbol, ...found, previousClose: pc });
    } catch (error) {
      this.#looked.delete(symbol);
      this.#log.warn({ symbol, error: errorText(error) }, 'a quote could not be compared with the tape');
    }
  }
}
