import { computed, signal } from '@preact/signals';
import { sessionAt } from '../../src/protocol/sessions.ts';
import { marketOf } from '../../src/protocol/symbols.ts';
import type { FeedKind, UpstreamStatus } from '../../src/protocol/wire.ts';
import type { Summary } from '../chart/tape.ts';
import { Tape } from '../chart/tape.ts';
import type { Link } from '../feed/link.ts';
import { connectionWords, type Place } from '../feed/words.ts';
import type { Pick } from './storage.ts';

const MINUTE_MS = 60_000;

/** The windows the chart can show, ms. */
export const WINDOWS_MS: readonly number[] = [
  MINUTE_MS,
  5 * MINUTE_MS,
  15 * MINUTE_MS,
  60 * MINUTE_MS,
  24 * 60 * MINUTE_MS,
  7 * 24 * 60 * MINUTE_MS,
];
const FIRST_WINDOW_MS = 5 * MINUTE_MS;

/** The last price-forming trade of the chosen symbol. */
export interface LastTrade {
  readonly t: number;
  readonly p: number;
  readonly decimals: number;
}

export const symbol = signal('');
/** The chosen symbol's name; empty as long as it is not known. */
export const name = signal('');
export const tape = signal(new Tape());
export const place = signal<Place>({ state: 'asking' });
export const last = signal<LastTrade | undefined>(undefined);
export const summary = signal<Summary | undefined>(undefined);
export const windowMs = signal(FIRST_WINDOW_MS);

export const link = signal<Link>({ phase: 'idle' });
export const feed = signal<FeedKind | undefined>(undefined);
export const upstream = signal<UpstreamStatus | undefined>(undefined);
export const online = signal(true);
/** Since when trades may be missing, ms since 1970 UTC by the server's clock. */
export const interruptedSince = signal<number | undefined>(undefined);

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

export const words = computed(() =>
  connectionWords({
    link: link.value,
    online: online.value,
    feed: feed.value,
    upstream: upstream.value,
    place: place.value,
    marketClosed: marketClosed.value,
    now: now.value,
    serverNow: now.value + clockOffsetMs.value,
  }),
);
