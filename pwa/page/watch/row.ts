import { signal } from '@preact/signals';
import { formsPrice, INTERVALS } from '../../../src/protocol/candles.ts';
import { type Market, marketOf } from '../../../src/protocol/symbols.ts';
import type { Break } from '../../chart/breaks.ts';
import { NewestPrice } from '../../chart/newest-price.ts';
import { Precision } from '../../chart/precision.ts';
import type { FeedNote } from '../../feed/subscriptions.ts';
import type { Place } from '../../feed/words.ts';
import type { History } from '../../history/answer.ts';
import type { HistoryQuote } from '../../history/quote.ts';
import type { Snapshot } from '../kept/snapshot.ts';
import type { LastTrade } from '../state.ts';
import { Spark } from './spark.ts';

/** What a row shows of its symbol's price. */
export interface RowPrices {
  readonly last: LastTrade | undefined;
  readonly spark: readonly number[];
  /** The first price of the sparkline, and since when, ms since 1970 UTC. */
  readonly base: number | undefined;
  readonly since: number | undefined;
}

/** What the line says between the candles that a row has kept and its last price. */
const NOT_KEPT = 'Not kept';

/** What is known of a symbol of the watchlist. */
export class Row {
  readonly symbol: string;
  readonly market: Market;
  readonly place = signal<Place>({ state: 'asking' });
  readonly quote = signal<HistoryQuote | undefined>(undefined);
  readonly prices = signal<RowPrices>({ last: undefined, spark: [], base: undefined, since: undefined });
  readonly #newest = new NewestPrice();
  readonly #precision: Precision;
  readonly #spark = new Spark();
  #history: History | undefined;

  constructor(symbol: string) {
    this.symbol = symbol;
    this.market = marketOf(symbol);
    this.#precision = new Precision(symbol);
  }

  get decimals(): number {
    return this.#precision.decimals;
  }

  /** Whether the recording is too young for a line of five-minute candles. */
  get isShort(): boolean {
    return this.#spark.isShort;
  }

  /** Takes what the feed says of this symbol. Whether the prices have changed: `show` puts them on the screen. */
  hear(note: FeedNote): boolean {
    switch (note.type) {
      case 'trades':
        for (const [i, { t, p, flags }] of note.trades.entries()) {
          if (formsPrice(this.market, t, flags)) this.#paid({ t, p, epoch: note.epoch, seq: note.seq + i });
        }
        return true;
      case 'bars':
        for (const { close } of note.bars) if (close) this.#paid({ ...close, epoch: note.epoch });
        return true;
      case 'served':
        this.place.value = { state: 'served' };
        if (note.last) this.setLast(note.last);
        return note.last !== undefined;
      case 'waiting':
        this.place.value = { state: 'waiting', position: note.position };
        return false;
      case 'refused':
        this.place.value = { state: 'refused', code: note.code };
        return false;
      default:
        return false;
    }
  }

  /** A last price whose trade is not known; trades may have been left out before it. */
  setLast(last: { readonly t: number; readonly p: number }): void {
    this.#paid({ ...last, epoch: 0, seq: 0 });
  }

  adopt(history: History): void {
    this.#history = history;
    this.#spark.adopt(history.interval, history.candles);
    for (const { c } of history.candles) this.#precision.add(c);
    const close = history.tail?.close;
    if (close) this.#newest.closed(close);
    const { value } = this.#newest;
    if (value) this.#spark.paid(value.t, value.p);
    this.show();
  }

  /** What is to be kept for when there is no server. */
  snapshot(at: number): Snapshot | undefined {
    const { value } = this.#newest;
    if (!this.#history) return undefined;
    return {
      at,
      last: value && { t: value.t, p: value.p },
      position: undefined,
      histories: [this.#history],
      breaks: this.#unkept(this.#history, value?.t),
    };
  }

  /** A row keeps the candles that were fetched, which end before its last price. */
  #unkept({ interval, candles }: History, lastAt = Number.NEGATIVE_INFINITY): readonly Break[] {
    const newest = candles.at(-1);
    const from = newest && newest.t + INTERVALS[interval];
    return from === undefined || from >= lastAt ? [] : [{ from, to: lastAt, label: NOT_KEPT }];
  }

  /** Shows what an earlier visit has kept, where there is nothing newer. */
  restore({ histories, last }: Snapshot): void {
    const [history] = histories;
    if (this.#history || !history) return;
    this.adopt(history);
    if (last) this.setLast(last);
    this.show();
  }

  /** Puts what has come onto the screen. */
  show(): void {
    const { value } = this.#newest;
    this.prices.value = {
      last: value && { t: value.t, p: value.p, decimals: this.decimals },
      spark: this.#spark.prices,
      base: this.#spark.base,
      since: this.#spark.since,
    };
  }

  #paid(print: { readonly t: number; readonly p: number; readonly epoch: number; readonly seq: number }): void {
    this.#newest.paid(print);
    this.#precision.add(print.p);
    const { value } = this.#newest;
    if (value) this.#spark.paid(value.t, value.p);
  }
}
