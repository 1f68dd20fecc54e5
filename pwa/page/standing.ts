import { closedSpans } from '../../src/protocol/closed-time.ts';
import { type Span, sessionAt, tradingDayOf } from '../../src/protocol/sessions.ts';
import type { Market } from '../../src/protocol/symbols.ts';
import { formatDate, formatMinute, formatWeekday, isSameDay } from '../chart/formats.ts';

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const DAY_MS = 24 * HOUR_MS;
/** US stocks: the pre-market begins so long before the opening. */
const PRE_MARKET_MS = 5.5 * HOUR_MS;
/** Trading days of US stocks are never further apart than this. */
const LONGEST_PAUSE_DAYS = 10;
/** A day's last print on the tape is its close only if it was paid this near to the end; trades after it may be missing. */
const CLOSE_WITHIN_MS = MINUTE_MS;
/** From then on a weekday's name could be taken for another week's. */
const WEEKDAY_UP_TO_MS = 6 * DAY_MS;

/** A line under the price: what was paid, and what its change is from. */
export interface PriceLine {
  readonly label: string;
  readonly price: number;
  /** The change is from this; `undefined` where it is not known. */
  readonly base: number | undefined;
  /** When the price was paid, ms since 1970 UTC. */
  readonly at: number | undefined;
}

interface Quote {
  readonly c: number | null;
  readonly pc: number | null;
  readonly t: number | null;
}

/** What the lines are made of; all times in ms since 1970 UTC. */
export interface Known {
  readonly market: Market;
  readonly now: number;
  /** The last price of any session. */
  readonly last: { readonly t: number; readonly p: number } | undefined;
  /** The last daily candle on the tape: when its day began, its close, and when that was paid. */
  readonly close: { readonly start: number; readonly p: number; readonly at: number | undefined } | undefined;
  /** Finnhub's quote: the price, the close before its day, and when the price was paid. */
  readonly quote: Quote | undefined;
  /** Simulated symbols trade around the clock, and their day is UTC's. */
  readonly simulated: boolean;
}

interface Paid {
  readonly p: number;
  readonly t: number | undefined;
}

/**
 * What stands under the price.
 *
 * US stocks, in the regular session: "Today", the price and its change from the close before. From the close to the next
 * opening, over nights, weekends and holidays: "At close", the last trading day's close and its change from the one before;
 * then the last price outside the regular hours since, its change from that close: "After hours", and from the next
 * morning's first price on "Pre-market". Other markets have "Today" only ("At close" on a forex weekend), and only where the
 * close before is known.
 *
 * What is not known, or of another day, is left out: 0 is how Finnhub says that it does not know.
 */
export function priceLines(known: Known): readonly PriceLine[] {
  if (known.simulated) return dayLines('crypto', known);
  return known.market === 'us' ? stockLines(known) : dayLines(known.market, known);
}

function stockLines({ now, last, close, quote }: Known): readonly PriceLine[] {
  const day = stockDay(now);
  if (!day) return [];
  const before = previousClose(quote, day);
  if (now < day.end) return lineOf('Today', priceSince(day.start - PRE_MARKET_MS, last, quote), before);
  const onTape = tapeClose(close, day);
  const closing = onTape ?? quoteClose(quote, day);
  const lines = lineOf('At close', closing, before);
  // The closing auction is reported after the bell: that print is the close, not the first of after hours.
  if (!last || !isPrice(last.p) || last.t < day.end || (onTape && last.t <= onTape.t)) return lines;
  const label = sessionAt('us', last.t) === 'pre' ? 'Pre-market' : 'After hours';
  return [...lines, ...lineOf(label, last, closing?.p)];
}

/** The last trading day of US stocks whose regular hours have begun at `now`. */
function stockDay(now: number): Span | undefined {
  for (let back = 0; back <= LONGEST_PAUSE_DAYS; back += 1) {
    const day = tradingDayOf('us', now - back * DAY_MS);
    if (day && day.start <= now) return day;
  }
  return undefined;
}

/** The close before `day`. A quote that is still the one of the day before has it as its price. */
function previousClose(quote: Quote | undefined, day: Span): number | undefined {
  if (!quote) return undefined;
  if (quote.t === null || isQuoteSince(quote.t, day.start)) return priceOf(quote.pc);
  const before = stockDay(day.start - 1);
  return before && quote.t < day.start ? quoteClose(quote, before)?.p : undefined;
}

function tapeClose(close: Known['close'], day: Span): { readonly p: number; readonly t: number } | undefined {
  if (!close || close.at === undefined || !isPrice(close.p)) return undefined;
  const isOfDay = close.start >= day.start && close.start < day.end;
  return isOfDay && close.at >= day.end - CLOSE_WITHIN_MS ? { p: close.p, t: close.at } : undefined;
}

function quoteClose(quote: Quote | undefined, day: Span): { readonly p: number; readonly t: number } | undefined {
  const p = priceOf(quote?.c);
  const t = quote?.t;
  return p !== undefined && typeof t === 'number' && isQuoteSince(t, day.end) ? { p, t } : undefined;
}

/** Whether a quote of `t` is of the trading day that `from` is in. In the pre-market nobody says which day's it is. */
function isQuoteSince(t: number, from: number): boolean {
  return t >= from && sessionAt('us', t) !== 'pre';
}

function dayLines(market: Exclude<Market, 'us'>, { now, last, quote }: Known): readonly PriceLine[] {
  // A weekend belongs to the trading day before it.
  const [closed] = closedSpans(market, now, now + 1);
  const day = tradingDayOf(market, closed ? closed.start - 1 : now);
  const base = priceOf(quote?.pc);
  const quotedAt = quote?.t ?? undefined;
  if (!day || base === undefined || (quotedAt !== undefined && quotedAt < day.start)) return [];
  return lineOf(closed ? 'At close' : 'Today', priceSince(day.start, last, quote), base);
}

/** The stream's price, which is the one in large figures; where it has none since `from` the quote's. */
function priceSince(from: number, last: Known['last'], quote: Quote | undefined): Paid | undefined {
  if (last && isPrice(last.p) && last.t >= from) return last;
  const p = priceOf(quote?.c);
  const t = quote?.t ?? undefined;
  return p === undefined || (t !== undefined && t < from) ? undefined : { p, t };
}

/** One line, or none where the price is not known. */
function lineOf(label: string, paid: Paid | undefined, base: number | undefined): readonly PriceLine[] {
  return paid ? [{ label, price: paid.p, base, at: paid.t }] : [];
}

function priceOf(value: number | null | undefined): number | undefined {
  return typeof value === 'number' && isPrice(value) ? value : undefined;
}

function isPrice(value: number): boolean {
  return Number.isFinite(value) && value > 0;
}

/**
 * `Market closed, last price from Fri 20:00`, from `14:02` for today's and with the date where it is older than 6 days, on the
 * viewer's clock; `undefined` while the market is open.
 */
export function closedWords({ market, now, last, simulated }: Omit<Known, 'close' | 'quote'>): string | undefined {
  if (simulated || sessionAt(market, now) !== 'closed') return undefined;
  return last ? `Market closed, last price from ${momentWords(last.t, now)}` : 'Market closed';
}

function momentWords(t: number, now: number): string {
  const time = formatMinute(t);
  if (isSameDay(t, now)) return time;
  return `${now - t <= WEEKDAY_UP_TO_MS ? formatWeekday(t) : formatDate(t, now)} ${time}`;
}
