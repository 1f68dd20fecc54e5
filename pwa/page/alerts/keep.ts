import { effect } from '@preact/signals';
import { formatPrice, formatSecond } from '../../chart/formats.ts';
import { Precision } from '../../chart/precision.ts';
import type { FeedNote } from '../../feed/subscriptions.ts';
import { shortName } from '../short-name.ts';
import { alertLevels, feed, symbol } from '../state.ts';
import { keepAlerts, keptAlerts, lastFeed, onKeptElsewhere } from '../storage.ts';
import { type Alert, alerts, isReached, isSame, MAX_ALERTS, parseAlerts, pricesIn } from './alerts.ts';
import { notify } from './notify.ts';

/** Reads the alerts of this feed, and puts those of the symbol on show onto the chart. */
export function startAlerts(): void {
  const read = (): void => {
    alerts.value = parseAlerts(keptAlerts(feed.value ?? lastFeed()));
  };
  effect(read);
  onKeptElsewhere(read);
  effect(() => {
    alertLevels.value = alerts.value
      .filter((alert) => alert.symbol === symbol.value && !alert.reached)
      .map(({ side, price }) => ({ label: side === 'above' ? 'Alert above' : 'Alert below', p: price }));
  });
}

export function addAlert(alert: Alert): void {
  keep([...alerts.peek().filter((other) => !isSame(other, alert)), alert].slice(-MAX_ALERTS));
}

export function removeAlert(alert: Alert): void {
  keep(alerts.peek().filter((other) => !isSame(other, alert)));
}

/** Looks whether a note of the feed reaches what somebody waits for. */
export function hear(note: FeedNote): void {
  if (!('symbol' in note) || !alerts.peek().some((alert) => alert.symbol === note.symbol && !alert.reached)) return;
  const prices = pricesIn(note);
  if (!prices) return;
  const isDue = (alert: Alert): boolean => alert.symbol === note.symbol && !alert.reached && isReached(alert, prices);
  const due = alerts.peek().filter(isDue);
  if (due.length === 0) return;
  const reached = (alert: Alert): Alert => ({
    ...alert,
    reached: { t: prices.t, p: alert.side === 'above' ? prices.high : prices.low },
  });
  keep(alerts.peek().map((alert) => (isDue(alert) ? reached(alert) : alert)));
  for (const alert of due) void notify(alert, alertWords(reached(alert)));
}

/** `AAPL is above 190.00`, `190.02 at 14:02:31`. */
export function alertWords({ symbol, side, price, reached }: Alert): {
  readonly title: string;
  readonly detail: string;
} {
  const precision = new Precision(symbol);
  for (const p of [price, reached?.p]) if (p !== undefined) precision.add(p);
  const text = (p: number): string => formatPrice(p, precision.decimals);
  return {
    title: `${shortName(symbol)} ${reached ? `is ${side}` : side} ${text(price)}`,
    detail: reached ? `${text(reached.p)} at ${formatSecond(reached.t)}` : '',
  };
}

function keep(list: readonly Alert[]): void {
  alerts.value = list;
  const known = feed.peek() ?? lastFeed();
  if (known) keepAlerts(known, JSON.stringify(list));
}
