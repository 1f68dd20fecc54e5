import { isJsonObject, parseJson } from '../../src/protocol/json.ts';
import { isSymbol } from '../../src/protocol/symbols.ts';
import type { FeedKind } from '../../src/protocol/wire.ts';
import type { ChartKind } from '../chart/view.ts';

/** How many recent picks are kept. */
const MAX_RECENT = 8;
/** How many rows the watchlist may have: as many symbols as one Finnhub connection carries with a free key. */
export const MAX_WATCHED = 50;
const FEED_KEY = 'tickcast.feed';
const KIND_KEY = 'tickcast.chart';
const ALOUD_KEY = 'tickcast.aloud';
const INSTALL_KEY = 'tickcast.install';

/** A symbol that was looked at, with its name where it was known. */
export interface Pick {
  readonly symbol: string;
  readonly description: string;
}

const recentKey = (feed: FeedKind): string => `tickcast.${feed}.recent`;

/** Which feed the server had last time, if there was one: storage of the simulated one is kept apart from the real one's. */
export function lastFeed(): FeedKind | undefined {
  const feed = read(FEED_KEY);
  return feed === 'finnhub' || feed === 'simulated' ? feed : undefined;
}

export function rememberFeed(feed: FeedKind): void {
  write(FEED_KEY, feed);
}

/** The last viewed symbols, the latest first. */
export function recentPicks(feed: FeedKind | undefined): Pick[] {
  const text = feed && read(recentKey(feed));
  return text === undefined ? [] : parsePicks(text);
}

/** Puts `pick` first among the recent ones and returns them all. */
export function rememberPick(feed: FeedKind, pick: Pick): Pick[] {
  const picks = withPick(recentPicks(feed), pick);
  write(recentKey(feed), JSON.stringify(picks));
  return picks;
}

/** `picks` with `pick` first, each symbol once. A name that is known is not lost by picking without one. */
export function withPick(picks: readonly Pick[], pick: Pick): Pick[] {
  const known = picks.find((other) => other.symbol === pick.symbol);
  const description = pick.description || (known?.description ?? '');
  const others = picks.filter((other) => other.symbol !== pick.symbol);
  return [{ symbol: pick.symbol, description }, ...others].slice(0, MAX_RECENT);
}

/** Reads up to `most` stored picks, each symbol once; whatever is none is left out. */
export function parsePicks(text: string, most = MAX_RECENT): Pick[] {
  const value = parseJson(text);
  if (!Array.isArray(value)) return [];
  const picks = new Map<string, Pick>();
  for (const item of value as readonly unknown[]) {
    if (!isJsonObject(item) || !isSymbol(item.symbol) || picks.has(item.symbol)) continue;
    const { symbol, description } = item;
    picks.set(symbol, { symbol, description: typeof description === 'string' ? description : '' });
  }
  return [...picks.values()].slice(0, most);
}

const watchKey = (feed: FeedKind): string => `tickcast.${feed}.watch`;

/** The watchlist, in the reader's order. */
export function keptWatchlist(feed: FeedKind | undefined): Pick[] {
  const text = feed && read(watchKey(feed));
  return text === undefined ? [] : parsePicks(text, MAX_WATCHED);
}

export function keepWatchlist(feed: FeedKind, list: readonly Pick[]): void {
  write(watchKey(feed), JSON.stringify(list));
}

const alertsKey = (feed: FeedKind): string => `tickcast.${feed}.alerts`;

/** What was kept of the alerts; it is read by ./alerts/alerts.ts. */
export function keptAlerts(feed: FeedKind | undefined): string {
  return (feed && read(alertsKey(feed))) ?? '[]';
}

export function keepAlerts(feed: FeedKind, text: string): void {
  write(alertsKey(feed), text);
}

/** Calls `changed` when another tab has kept something. */
export function onKeptElsewhere(changed: () => void): void {
  addEventListener('storage', ({ key }) => {
    if (key === null || key.startsWith('tickcast.')) changed();
  });
}

/** How the chart was drawn last time. */
export function lastKind(): ChartKind {
  const kind = read(KIND_KEY);
  return kind === 'candles' || kind === 'trades' ? kind : 'line';
}

export function rememberKind(kind: ChartKind): void {
  write(KIND_KEY, kind);
}

/** Whether the price is read aloud. */
export function lastAloud(): boolean {
  return read(ALOUD_KEY) === 'on';
}

export function rememberAloud(on: boolean): void {
  write(ALOUD_KEY, on ? 'on' : 'off');
}

/** Whether the page may no longer offer to be installed, other than in the menu. */
export function isInstallDismissed(): boolean {
  return read(INSTALL_KEY) === 'dismissed';
}

export function dismissInstall(): void {
  write(INSTALL_KEY, 'dismissed');
}

// A browser may deny storage altogether (private windows, blocked cookies): the page then just forgets.

function read(key: string): string | undefined {
  try {
    return localStorage.getItem(key) ?? undefined;
  } catch {
    return undefined;
  }
}

function write(key: string, value: string): void {
  try {
    localStorage.setItem(key, value);
  } catch {
    return;
  }
}
