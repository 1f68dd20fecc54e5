import { candleEnd, formsPrice, type Interval, type PlacedTrade } from '../../src/protocol/candles.ts';
import { sessionAt } from '../../src/protocol/sessions.ts';
import { type Market, marketOf } from '../../src/protocol/symbols.ts';
import type { LastPrice, Since } from '../../src/protocol/wire.ts';
import type { History } from '../history/answer.ts';
import { CandleSeries, isAfter } from '../history/series.ts';
import { type Break, Breaks } from './breaks.ts';
import { ChartClock } from './clock.ts';
import { NewestPrice } from './newest-price.ts';
import { Precision } from './precision.ts';
import { PLAIN_TIME, type TimeAxis, tradingTime } from './time-map.ts';
import { TradeStore } from './trade-store.ts';

/** A price so long after the last session says that this market does not close; reports come minutes late. */
const LATE_REPORTS_MS = 15 * 60_000;
/** And not before there are so many of them: one may be a mistake. */
const ODD_PRICES = 5;

export interface TapeOptions {
  /** Whether closed hours of the market have no width. */
  readonly closes?: boolean;
  readonly trades?: TradeStore;
}

/** What the page holds of one symbol: its latest trades, its candles, what was not seen, and how it is quoted. */
export class Tape {
  readonly symbol: string;
  readonly market: Market;
  readonly trades: TradeStore;
  readonly clock = new ChartClock();
  readonly #precision: Precision;
  readonly #breaks = new Breaks();
  readonly #series = new Map<Interval, CandleSeries>();
  readonly #newest = new NewestPrice();
  /** Every trade after this place has come since. */
  #since: Since | undefined;
  /** Since when every trade is in `trades`, ms since 1970 UTC; Infinity as long as there is none. */
  #completeFrom = Number.POSITIVE_INFINITY;
  /** Where trades are missing that are not in the candles yet; one without length ends with the next trade. */
  #missed: readonly Break[] = [];
  #recordingSince: number | undefined;
  #time: TimeAxis;
  /** Prices seen while the market should have been closed. */
  #odd = 0;
  #losses = 0;

  /** `now` in ms since 1970 UTC. */
  constructor(symbol: string, now: number, { closes = true, trades = new TradeStore() }: TapeOptions = {}) {
    this.symbol = symbol;
    this.market = marketOf(symbol);
    this.trades = trades;
    this.#precision = new Precision(symbol);
    this.#time = closes ? tradingTime(this.market, now) : PLAIN_TIME;
  }

  get decimals(): number {
    return this.#precision.decimals;
  }

  /** Oldest first. */
  get breaks(): readonly Break[] {
    if (this.#missed.length === 0) return this.#breaks.list;
    return [...this.#breaks.list, ...this.#missed].sort((a, b) => a.from - b.from);
  }

  get last(): LastPrice | undefined {
    return this.#newest.value;
  }

  get completeFrom(): number {
    return Math.max(this.#completeFrom, this.trades.wholeFrom);
  }

  get recordingSince(): number | undefined {
    return this.#recordingSince;
  }

  /** The axis on which this market's closed hours have no width. */
  get time(): TimeAxis {
    return this.#time;
  }

  /** The market turns out not to close: its nights get their width. */
  keepNights(): void {
    this.#time = PLAIN_TIME;
  }

  series(interval: Interval): CandleSeries | undefined {
    return this.#series.get(interval);
  }

  /** How often trades were lost: what was asked for before such a moment does not have them. */
  get losses(): number {
    return this.#losses;
  }

  /** The intervals that have to be fetched again. */
  get stale(): readonly Interval[] {
    return [...this.#series.values()].filter(({ isStale }) => isStale).map(({ interval }) => interval);
  }

  /** The oldest moment anything is known of, ms since 1970 UTC; `undefined` before the first. */
  get oldest(): number | undefined {
    const known = [this.#recordingSince, this.trades.length > 0 ? this.trades.timeAt(0) : undefined];
    for (const { candles } of this.#series.values()) known.push(candles[0]?.t);
    const times = known.filter((t) => t !== undefined);
    return times.length === 0 ? undefined : Math.min(...times);
  }

  /** Takes trades as they come, each once. */
  add(trades: readonly PlacedTrade[]): void {
    for (const trade of trades) this.#add(trade);
  }

  #add(trade: PlacedTrade): void {
    const { t, p, flags } = trade;
    const isPrice = formsPrice(this.market, t, flags);
    if (this.#missed.length > 0) {
      this.#missed = this.#missed.map((each) => (each.to === each.from && t > each.from ? { ...each, to: t } : each));
    }
    if (!this.#since) this.#begin(trade);
    this.#store(trade, isPrice);
    for (const series of this.#series.values()) series.add(trade);
    if (isPrice) this.#newest.paid(trade);
    // The server had not seen this symbol before.
    if (this.#series.size > 0) this.#recordingSince ??= t;
    this.#watchHours(t);
    this.#precision.add(p);
  }

  /** Where the oldest trades had to go, only those that are still here can be added to candles that come. */
  #store(trade: PlacedTrade, isPrice: boolean): void {
    const { wholeFrom } = this.trades;
    this.trades.add(trade, isPrice);
    const first = this.trades.wholeFrom === wholeFrom ? undefined : this.trades.at(0);
    if (first) this.#since = { epoch: first.epoch, seq: first.seq - 1 };
  }

  /** The stream begins with `trade`: what was recorded has to reach up to it. */
  #begin({ t, epoch, seq }: PlacedTrade): void {
    this.#since = { epoch, seq: seq - 1 };
    this.#completeFrom = Math.min(this.#completeFrom, Math.max(t, this.last?.t ?? t));
    for (const series of this.#series.values()) this.#join(series);
  }

  /** A series that ends before the stream begins lacks what lies between: it was answered before another one. */
  #join(series: CandleSeries): void {
    const { through } = series;
    const since = this.#since;
    if (!since) return;
    if (through ? isAfter(since, through) : since.seq > 0) series.markStale();
  }

  /** A last price that is known though its trade is not. It gives way to any trade of its time or later. */
  setLast(last: LastPrice): void {
    if (this.#newest.told(last)) this.#precision.add(last.p);
  }

  /** Takes the newest candles of an interval; `isAll`: the server has none before them. `labels` says what a gap was. */
  adopt(history: History, isAll: boolean, labels: Readonly<Record<string, string>>): void {
    const { interval } = history;
    let series = this.#series.get(interval);
    if (!series) {
      series = new CandleSeries(this.market, interval);
      this.#series.set(interval, series);
    }
    series.adopt(history, isAll);
    for (let i = 0; i < this.trades.length; i += 1) {
      const trade = this.trades.at(i);
      if (trade && (!series.through || isAfter(trade, series.through))) series.add(trade);
    }
    this.#join(series);
    this.#note(history, labels);
    const { close } = series.newest ?? {};
    if (close) this.#newest.closed(close);
    else this.#guess(series);
    // What was missed is in the candles now, or among the gaps.
    if (this.stale.length === 0) this.#missed = [];
  }

  /** Puts older candles of an interval before those that are here. */
  prepend(history: History, isAll: boolean, labels: Readonly<Record<string, string>>): void {
    this.#series.get(history.interval)?.prepend(history.candles, isAll);
    this.#note(history, labels);
    // By the newest price it is decided how prices are written.
    if (this.last) this.#precision.add(this.last.p);
  }

  /** Puts older trades, all there are from `from` on, before those that are here. */
  prependTrades(trades: readonly PlacedTrade[], from: number): void {
    this.trades.merge(trades, ({ t, flags }) => formsPrice(this.market, t, flags));
    this.#completeFrom = Math.min(this.#completeFrom, from);
  }

  /** What was not seen, from when to when, ms since 1970 UTC. */
  gap(from: number, to: number, label: string): void {
    if (to > from) this.#breaks.add({ from, to, label });
  }

  /** Trades are missing, and nobody can say which: the candles have to be fetched again, and the trades begin anew. */
  lose(label: string): void {
    const from = this.last?.t;
    if (from !== undefined && this.#missed.at(-1)?.from !== from) {
      this.#missed = [...this.#missed, { from, to: from, label }];
    }
    this.trades.clear();
    this.#since = undefined;
    this.#completeFrom = Number.POSITIVE_INFINITY;
    this.#losses += 1;
    for (const series of this.#series.values()) series.lose();
  }

  #note({ candles, gaps, recordingSince }: History, labels: Readonly<Record<string, string>>): void {
    for (const { from, to, cause } of gaps) this.#breaks.add({ from, to, label: labels[cause] ?? cause });
    for (const { t, c } of candles) {
      this.#precision.add(c);
      this.#watchHours(t);
    }
    this.#recordingSince = recordingSince ?? this.#recordingSince;
  }

  /** Where the newest candle in the making has only volume so far, the last price is the close before it. */
  #guess({ interval, candles, isStale }: CandleSeries): void {
    const newest = candles.at(-1);
    // A day's close need not be the last price: there are trades after hours.
    if (!newest || isStale || interval === '1d') return;
    this.#newest.guess({ t: candleEnd(this.market, interval, newest.t) - 1, p: newest.c });
  }

  /** A market that trades while it should be closed (the simulated one does) keeps its nights. */
  #watchHours(t: number): void {
    if (this.#time === PLAIN_TIME || sessionAt(this.market, t) !== 'closed') return;
    if (sessionAt(this.market, t - LATE_REPORTS_MS) !== 'closed') return;
    this.#odd += 1;
    if (this.#odd >= ODD_PRICES) this.keepNights();
  }
}
