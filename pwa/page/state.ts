import { computed, signal } from '@preact/signals';
import type { Candle, Interval } from '../../src/protocol/candles.ts';
import { sessionAt } from '../../src/protocol/sessions.ts';
import { marketOf } from '../../src/protocol/symbols.ts';
import type { FeedKind, UpstreamStatus } from '../../src/protocol/wire.ts';
import type { Reading } from '../chart/crosshair.ts';
import type { Level } from '../chart/paint-levels.ts';
import { summarize } from '../chart/summary.ts';
import { Tape } from '../chart/tape.ts';
import type { ChartKind } from '../chart/view.ts';
import type { Viewport } from '../chart/viewport.ts';
import type { Link } from '../feed/link.ts';
import { connectionWords, type Place } from '../feed/words.ts';
import type { HistoryQuote } from '../history/quote.ts';
import { levelsOf } from './levels.ts';
import { RANGES, type Range, spanOf } from './ranges.ts';
import { closedWords, priceLines } from './standing.ts';
import type { Pick } from './storage.ts';

const FIRST_RANGE = '5m';
/** A recording younger than this does not know the day's range. */
const YOUNG_MS = 3_600_000;

/** What the chart drew, as numbers: of which interval its candles are, and those in sight, oldest first. */
export interface Shown {
  readonly symbol: string;
  readonly interval: Interval;
  readonly candles: readonly Candle[];
  /** What is in sight, ms since 1970 UTC. */
  readonly from: number;
  readonly to: number;
}

/** The last price-forming trade of the chosen symbol. */
export interface LastTrade {
  readonly t: number;
  readonly p: number;
  readonly decimals: number;
}

export const symbol = signal('');
/** The chosen symbol's name; empty as long as it is not known. */
export const name = signal('');
export const tape = signal(new Tape('', 0));
export const place = signal<Place>({ state: 'asking' });
export const last = signal<LastTrade | undefined>(undefined);
/** The button that was pressed last, until a hand moves the chart. */
export const range = signal(RANGES.find(({ label }) => label === FIRST_RANGE));
export const view = signal<Viewport>({ spanMs: range.peek()?.ms ?? 0 });
export const kind = signal<ChartKind>('line');
/** What the last drawing showed, in numbers. */
export const drawn = signal<Shown | undefined>(undefined);
/** What the crosshair reads. */
export const reading = signal<Reading | undefined>(undefined);
export const isTableOpen = signal(false);
/** What Finnhub says of the chosen symbol's day. */
export const quote = signal<HistoryQuote | undefined>(undefined);

export const link = signal<Link>({ phase: 'idle' });
export const feed = signal<FeedKind | undefined>(undefined);
/** Whether closed hours have no width: the simulated feed has none, and until the feed is known it is taken for a real one. */
export const closes = signal(true);
/** How many symbols the server lets one connection have; until it has said so, the chart's alone. */
export const slotLimit = signal(1);
export const upstream = signal<UpstreamStatus | undefined>(undefined);
export const online = signal(true);
/** What was wrong with the last access token; empty where nothing was. */
export const tokenProblem = signal('');
/** Since when trades may be missing, ms since 1970 UTC by the server's clock. */
export const interruptedSince = signal<number | undefined>(undefined);

/** What is shown was kept of an earlier visit, and is as old as this, ms since 1970 UTC; `undefined`: it is not. */
export const asOf = signal<number | undefined>(undefined);

export const recent = signal<readonly Pick[]>([]);

/** ms since 1970 UTC, once a second while the page is shown. */
export const now = signal(Date.now());
/** What the server's clock is ahead of this one's. */
export const clockOffsetMs = signal(0);
export const serverNow = (): number => Date.now() + clockOffsetMs.peek();

export const market = computed(() => marketOf(symbol.value));
export const marketClosed = computed(
  () => feed.value === 'finnhub' && sessionAt(market.value, now.value + clockOffsetMs.value) === 'closed',
);

/** Shows a range up to the present. */
export function showRange(chosen: Range | undefined): void {
  range.value = chosen;
  view.value = { spanMs: chosen ? spanOf(chosen, market.peek(), closes.peek()) : view.peek().spanMs };
}

export const summary = computed(() =>
  drawn.value?.symbol === symbol.value ? summarize(drawn.value.candles, drawn.value.from) : undefined,
);

/** The last finished or current trading day's candle: its beginning, its close, and when that was paid. */
export const day = signal<{ readonly start: number; readonly p: number; readonly at: number | undefined } | undefined>(
  undefined,
);

const standing = computed(() => ({
  market: market.value,
  now: now.value + clockOffsetMs.value,
  last: last.value,
  close: day.value,
  quote: quote.value?.known ? quote.value : undefined,
  simulated: feed.value !== 'finnhub',
}));
/** The price against earlier ones: today's change, at the close, after hours. */
export const lines = computed(() => priceLines(standing.value));
/** Of a closed market: since when its last price is the last. */
export const closedSince = computed(() => closedWords(standing.value));
/** Prices of which somebody wants to be told. */
export const alertLevels = signal<readonly Level[]>([]);
/** Prices worth a line across the chart. */
export const levels = computed((): readonly Level[] => [
  ...alertLevels.value,
  ...levelsOf({ lines: lines.value, quote: standing.value.quote, isYoung: isYoung.value }),
]);
/** The recording has begun so late that the day's range is not in it. */
const isYoung = computed(() => {
  const since = now.value && tape.value.recordingSince;
  return since === undefined || now.value - since < YOUNG_MS;
});

export const words = computed(() =>
  connectionWords({
    link: link.value,
    online: online.value,
    feed: feed.value,
    upstream: upstream.value,
    place: place.value,
    asOf: asOf.value,
    marketClosed: marketClosed.value,
    now: now.value,
    serverNow: now.value + clockOffsetMs.value,
  }),
);
