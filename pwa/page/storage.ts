import { isJsonObject, parseJson } from '../../src/protocol/json.ts';
import { isSymbol } from '../../src/protocol/symbols.ts';
import type { FeedKind } from '../../src/protocol/wire.ts';
import type { ChartKind } from '../chart/view.ts';

/** How many recent picks are kept. */
const MAX_RECENT = 8;
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

/** Reads stored picks; whatever is none is left out. */
export function parsePicks(text: string): Pick[] {
  const value = parseJson(text);
  if (!Array.isArray(value)) return [];
  const picks: Pick[] = [];
  for (const item of value as readonly unknown[]) {
    if (!isJsonObject(item) || !isSymbol(item.symbol)) continue;
    picks.push({ symbol: item.symbol, description: typeof item.description === 'string' ? item.description : '' });
  }
  return picks.slice(0, MAX_RECENT);
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
