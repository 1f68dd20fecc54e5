import { type CandleState, newCandle, type Print } from './candles.ts';
import { isCount, isFiniteNumber } from './json.ts';
import type { ConflatedRate } from './wire.ts';

/** How much trade time a bar of each rate covers at most, and how often bars come, ms. A second holds a whole number of them. */
export const BAR_MS: Readonly<Record<ConflatedRate, number>> = { '1hz': 1_000, '4hz': 250 };

/** What a message of bars begins with, where one of trades has a number. */
const MARK = 'b';
const SECOND_MS = 1_000;

/** A price, when it was paid (ms since 1970 UTC), and a number that tells it from others of the same millisecond. */
export type BarPrint = Omit<Print, 'epoch'>;

/**
 * What some trades of one second do to a candle. All of them are of extended hours or none is (`flags`), so that they are in
 * the same candle of every interval.
 */
export interface Bar {
  /** The beginning of their second, ms since 1970 UTC. */
  readonly t: number;
  /** The first and the last of those that may be the last price, by time and then by number; `undefined`: none may. */
  readonly open: BarPrint | undefined;
  readonly close: BarPrint | undefined;
  /** `undefined` where none may move them. */
  readonly high: number | undefined;
  readonly low: number | undefined;
  /** The volume, and what rounding has taken from it: `volume + rest` is the sum, as exactly as two numbers can hold it. */
  readonly volume: number;
  readonly rest: number;
  /** How many trades the volume is made of. */
  readonly count: number;
  /** `EXTENDED_HOURS` or 0, as in `conditions.ts`. */
  readonly flags: number;
}

/** Bars of consecutive trades of one symbol: what the trades `seq` to `seq + count - 1` do. */
export interface BarsFrame {
  readonly type: 'bars';
  readonly id: number;
  readonly seq: number;
  readonly count: number;
  readonly bars: readonly Bar[];
}

/** The bar of a state made of trades of one second; `undefined` where they move nothing. */
export function barOf({ t, open, close, high, low, volume, rest, count }: CandleState, flags: number): Bar | undefined {
  const moves = high >= low;
  if (!open && !moves && count === 0) return undefined;
  const sum = volume + rest;
  const fits = Number.isFinite(sum);
  return {
    t: Math.floor(t / SECOND_MS) * SECOND_MS,
    open: open && { p: open.p, t: open.t, seq: open.seq },
    close: close && { p: close.p, t: close.t, seq: close.seq },
    high: moves ? high : undefined,
    low: moves ? low : undefined,
    // Volumes that nobody has traded may add up to more than there are numbers.
    volume: fits ? sum : Number.MAX_VALUE,
    rest: fits ? lostIn(sum, volume, rest) : 0,
    count,
    flags,
  };
}

/**
 * A bar as the state of a candle, for `addCandle` to add it to the candle it belongs to, which is that of a trade at `bar.t`
 * with `bar.flags` (see `candleStart`).
 */
export function barState({ t, open, close, high, low, volume, rest, count }: Bar, epoch: number): CandleState {
  const empty = newCandle(t);
  return {
    t,
    open: open && { ...open, epoch },
    close: close && { ...close, epoch },
    high: high ?? empty.high,
    low: low ?? empty.low,
    volume,
    rest,
    count,
  };
}

/**
 * A message of bars, an array like that of trades: `["b", id, seq of the first trade, how many trades, bar, bar, …]`, without
 * how many where that is the sum of their counts; a bar being `[second, open, high, low, close, volume, count, dt of open, dt of close, m, e, flags, number of open, number of close]`.
 * `second` is in s since 1970 UTC, both `dt` are in ms after it; `null` is for no price; `rest` is m · 2^e, since as a decimal it
 * would be the longest of all. Both numbers count from `seq`; they are given where another bar of the message may have a print
 * of the same millisecond, elsewhere the message's own numbers tell enough. What is 0 at the end is left out.
 */
export function encodeBars({ id, seq, count, bars }: Omit<BarsFrame, 'type'>): string {
  const counted = bars.reduce((sum, bar) => sum + bar.count, 0);
  const head = count === counted ? [id, seq] : [id, seq, count];
  return `["${MARK}",${[...head, ...bars.map((bar) => encodeBar(bar, seq, bars))].join(',')}]`;
}

function encodeBar(bar: Bar, seq: number, all: readonly Bar[]): string {
  const { t, open, close, high = null, low = null, volume, count, flags } = bar;
  const tail = [(open?.t ?? t) - t, (close?.t ?? t) - t, ...split(bar.rest), flags];
  if (open && close && all.some((other) => other !== bar && meet(bar, other))) {
    tail.push(open.seq - seq, close.seq - seq);
  } else {
    while (tail.at(-1) === 0) tail.pop();
  }
  return JSON.stringify([t / SECOND_MS, open?.p ?? null, high, low, close?.p ?? null, volume, count, ...tail]);
}

/** Whether a print of one may be of the same millisecond as one of the other. */
function meet(a: Bar, b: Bar): boolean {
  return !!a.open && !!a.close && !!b.open && !!b.close && a.open.t <= b.close.t && b.open.t <= a.close.t;
}

/** Reads a message of bars out of parsed JSON; `undefined` when it is none. */
export function decodeBars(value: readonly unknown[]): BarsFrame | undefined {
  const [mark, id, seq, trades] = value;
  const rows = value.slice(typeof trades === 'number' ? 4 : 3);
  const count = typeof trades === 'number' ? trades : rows.reduce<number>((sum, row) => sum + countOf(row), 0);
  if (mark !== MARK || !isCount(id) || !isCount(seq) || !isCount(count) || count === 0) return undefined;
  const bars: Bar[] = [];
  for (const row of rows) {
    const bar = decodeBar(row, seq, count);
    if (!bar) return undefined;
    bars.push(bar);
  }
  return { type: 'bars', id, seq, count, bars };
}

function countOf(row: unknown): number {
  return Array.isArray(row) && isCount(row[6]) ? row[6] : Number.NaN;
}

function decodeBar(value: unknown, seq: number, trades: number): Bar | undefined {
  if (!Array.isArray(value)) return undefined;
  const [second, open, high, low, close, volume, count, ...tail] = value as readonly unknown[];
  const [openAfter = 0, closeAfter = 0, m = 0, e = 0, flags = 0, openNumber = 0, closeNumber = trades - 1] = tail;
  if (!isCount(second) || !isFiniteNumber(volume) || !isCount(count) || !isCount(flags)) return undefined;
  if (!isFiniteNumber(m) || !isFiniteNumber(e) || !isFiniteNumber(m * 2 ** e)) return undefined;
  const t = second * SECOND_MS;
  if (!isCount(t)) return undefined;
  const first = decodePrint(open, t, openAfter, seq, openNumber);
  const last = decodePrint(close, t, closeAfter, seq, closeNumber);
  if (!first || !last || !isPrice(high) || !isPrice(low)) return undefined;
  return {
    t,
    open: first.print,
    close: last.print,
    high: high ?? undefined,
    low: low ?? undefined,
    volume,
    rest: m * 2 ** e,
    count,
    flags,
  };
}

/** A print, or that there is none; `undefined` for what is neither. */
function decodePrint(
  p: unknown,
  t: number,
  after: unknown,
  seq: number,
  number: unknown,
): { readonly print: BarPrint | undefined } | undefined {
  if (!isPrice(p) || !isCount(after) || !isCount(number)) return undefined;
  return { print: p === null ? undefined : { p, t: t + after, seq: seq + number } };
}

function isPrice(value: unknown): value is number | null {
  return value === null || isFiniteNumber(value);
}

/** What `sum`, which is `a + b` rounded, lacks of it: exactly (Knuth's TwoSum). */
function lostIn(sum: number, a: number, b: number): number {
  const rounded = sum - a;
  return a - (sum - rounded) + (b - rounded);
}

/** `x` as m · 2^e with the smallest whole m there is. */
function split(x: number): readonly [m: number, e: number] {
  if (x === 0) return [0, 0];
  let [m, e] = [x, 0];
  while (!Number.isInteger(m)) [m, e] = [m * 2, e - 1];
  while (m % 2 === 0) [m, e] = [m / 2, e + 1];
  return [m, e];
}
