import { computed, signal } from '@preact/signals';
import { formsPrice } from '../../../src/protocol/candles.ts';
import { isFiniteNumber, isJsonObject, parseJson } from '../../../src/protocol/json.ts';
import { isSymbol, marketOf } from '../../../src/protocol/symbols.ts';
import type { FeedNote } from '../../feed/subscriptions.ts';

export type Side = 'above' | 'below';

/** A price somebody wants to be told of, once. */
export interface Alert {
  readonly symbol: string;
  readonly side: Side;
  readonly price: number;
  /** When and at which price it was reached, ms since 1970 UTC; `undefined`: not yet. */
  readonly reached: { readonly t: number; readonly p: number } | undefined;
}

/** How many there may be, reached ones included. */
export const MAX_ALERTS = 50;

export const alerts = signal<readonly Alert[]>([]);
/** The symbols of those that are not reached. */
export const alertSymbols = computed(
  (): ReadonlySet<string> => new Set(alerts.value.filter(({ reached }) => !reached).map(({ symbol }) => symbol)),
);

export const isSame = (a: Alert, b: Alert): boolean =>
  a.symbol === b.symbol && a.side === b.side && a.price === b.price;

/** Whether prices from `low` to `high` reach it. */
export function isReached(
  { side, price }: Pick<Alert, 'side' | 'price'>,
  { low, high }: { readonly low: number; readonly high: number },
): boolean {
  return side === 'above' ? high >= price : low <= price;
}

/** The prices that a note of the feed brings, and when the last of them was paid; `undefined` where it brings none. */
export function pricesIn(
  note: FeedNote,
): { readonly low: number; readonly high: number; readonly t: number } | undefined {
  let low = Number.POSITIVE_INFINITY;
  let high = Number.NEGATIVE_INFINITY;
  let at = Number.NEGATIVE_INFINITY;
  const take = (t: number, ...prices: (number | undefined)[]): void => {
    for (const p of prices) {
      if (p === undefined) continue;
      low = Math.min(low, p);
      high = Math.max(high, p);
      at = Math.max(at, t);
    }
  };
  if (note.type === 'trades') {
    const market = marketOf(note.symbol);
    for (const { t, p, flags } of note.trades) if (formsPrice(market, t, flags)) take(t, p);
  } else if (note.type === 'bars') {
    for (const bar of note.bars) take(bar.close?.t ?? bar.t, bar.high, bar.low, bar.open?.p, bar.close?.p);
  } else if (note.type === 'served' && note.last) {
    take(note.last.t, note.last.p);
  }
  return high >= low ? { low, high, t: at } : undefined;
}

/** Reads what was kept; whatever is none is left out. */
export function parseAlerts(text: string): Alert[] {
  const value = parseJson(text);
  if (!Array.isArray(value)) return [];
  const read: Alert[] = [];
  for (const item of value as readonly unknown[]) {
    if (!isJsonObject(item) || !isSymbol(item.symbol) || !isFiniteNumber(item.price)) continue;
    if (item.side !== 'above' && item.side !== 'below') continue;
    const side: Side = item.side;
    const { symbol, price } = item;
    const reached = isJsonObject(item.reached) ? item.reached : {};
    const { t, p } = reached;
    const alert = { symbol, side, price, reached: isFiniteNumber(t) && isFiniteNumber(p) ? { t, p } : undefined };
    if (!read.some((other) => isSame(other, alert))) read.push(alert);
  }
  return read.slice(-MAX_ALERTS);
}
