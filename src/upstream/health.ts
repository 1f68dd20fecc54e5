import { sessionAt } from '../protocol/sessions.ts';
import { type Market, marketOf } from '../protocol/symbols.ts';
import { DELAYED_MS } from './limits.ts';

/** How many trades a symbol must have had, and how close together on average, to count as normally busy. */
const BUSY_TRADES = 20;
const BUSY_GAP_MS = 5_000;
/** How much one more arrival moves the average gap. */
const AVERAGE_WEIGHT = 0.1;
/** One long silence must not make a busy symbol count as quiet. */
const LONGEST_GAP_MS = 2 * BUSY_GAP_MS;
/** Arrivals whose lateness is remembered, for how long, and how few say nothing. */
const LAGS = 101;
const LAG_WINDOW_MS = 60_000;
const LAGS_NEEDED = 5;

interface Pulse {
  readonly market: Market;
  trades: number;
  averageGap: number;
  lastArrival: number;
  /** Silence counts from here: the last arrival, or when the market last was not in its regular session. */
  quietSince: number;
}

export interface Health {
  /** Connected, but symbols that are normally busy are all silent in an open session. */
  readonly stale: boolean;
  /** Every subscribed symbol's market is closed, and nothing trades. */
  readonly closed: boolean;
  /** The median lateness of the last trades in ms, where it is over 5 s. */
  readonly delayMs: number | undefined;
}

/** How one connection is. */
export interface LinkHealth extends Health {
  /** For how long it has been stale; 0 when it is not. */
  readonly staleMs: number;
  /** Whether it carries any symbol, and so can say anything of the markets. */
  readonly isWatching: boolean;
}

/** The health of the whole feed: stale or late as the worst connection is, closed when every market is. */
export function healthOf(links: readonly LinkHealth[]): Health {
  const watching = links.filter(({ isWatching }) => isWatching);
  const delays = links.flatMap(({ delayMs }) => (delayMs === undefined ? [] : [delayMs]));
  return {
    stale: links.some(({ stale }) => stale),
    closed: watching.length > 0 && watching.every(({ closed }) => closed),
    delayMs: delays.length > 0 ? Math.max(...delays) : undefined,
  };
}

/** A silence that was found to be none of the market's. */
interface Freeze {
  /** When the last of the busy symbols fell silent, and when that was noticed, ms since 1970 UTC. */
  readonly since: number;
  readonly noticedAt: number;
  /** The symbols that fell silent; a trade of one of them ends it. */
  readonly symbols: Set<string>;
}

/**
 * Tells a frozen or late connection from a quiet one. Silence alone means nothing (closed markets and quiet symbols are
 * normal); silence of every symbol that is normally busy, in an open session, does. From then on the connection counts as
 * frozen, until one of them trades again or a new connection is made: nobody can say what was missed in between.
 */
export class HealthMonitor {
  readonly #silentMs: number;
  readonly #pulses = new Map<string, Pulse>();
  readonly #lags: { arrival: number; lag: number }[] = [];
  #nextLag = 0;
  #freeze: Freeze | undefined;

  constructor(silentMs: number) {
    this.#silentMs = silentMs;
  }

  watch(symbol: string, now: number): void {
    this.#pulses.set(symbol, {
      market: marketOf(symbol),
      trades: 0,
      averageGap: BUSY_GAP_MS,
      lastArrival: now,
      quietSince: now,
    });
  }

  unwatch(symbol: string): void {
    this.#pulses.delete(symbol);
    this.#freeze?.symbols.delete(symbol);
  }

  /** A new connection: silence and lateness count from now on; what is known of each symbol's pace stays. */
  connected(now: number): void {
    this.#lags.length = 0;
    this.#nextLag = 0;
    this.#freeze = undefined;
    for (const pulse of this.#pulses.values()) {
      pulse.lastArrival = now;
      pulse.quietSince = now;
    }
  }

  /** A trade of `symbol` made at `t` arrived at `now`, both in ms. */
  traded(symbol: string, t: number, now: number): void {
    this.#lags[this.#nextLag] = { arrival: now, lag: now - t };
    this.#nextLag = (this.#nextLag + 1) % LAGS;
    const pulse = this.#pulses.get(symbol);
    if (!pulse) return;
    const gap = Math.min(now - pulse.lastArrival, LONGEST_GAP_MS);
    pulse.averageGap += (gap - pulse.averageGap) * AVERAGE_WEIGHT;
    pulse.trades += 1;
    pulse.lastArrival = now;
    pulse.quietSince = now;
  }

  /** Since when trades of `symbol` may be missed on a frozen connection; `undefined` when it is not frozen. */
  frozenSince(symbol: string): number | undefined {
    return this.#freeze && Math.max(this.#freeze.since, this.#pulses.get(symbol)?.lastArrival ?? 0);
  }

  /** Whether a trade of `symbol` means that a frozen connection flows again: see `thaw`. */
  isThawedBy(symbol: string): boolean {
    return this.#freeze !== undefined && (this.#freeze.symbols.size === 0 || this.#freeze.symbols.has(symbol));
  }

  thaw(): void {
    this.#freeze = undefined;
  }

  /** How the connection looks now. To be called regularly: it also notes which markets are closed. */
  check(now: number): LinkHealth {
    const busy = new Map<string, Pulse>();
    let silent = 0;
    let open = 0;
    let traded = 0;
    for (const [symbol, pulse] of this.#pulses) {
      const session = sessionAt(pulse.market, now);
      if (session !== 'closed') open += 1;
      if (pulse.trades > 0 && now - pulse.lastArrival < this.#silentMs) traded += 1;
      if (session !== 'regular') {
        pulse.quietSince = now;
        continue;
      }
      if (pulse.trades < BUSY_TRADES || pulse.averageGap > BUSY_GAP_MS) continue;
      busy.set(symbol, pulse);
      if (now - pulse.quietSince >= this.#silentMs) silent += 1;
    }
    const stale = busy.size > 0 && silent === busy.size;
    if (stale) this.#freeze ??= freezeOf(busy, now);
    return {
      stale,
      staleMs: stale && this.#freeze ? now - this.#freeze.noticedAt : 0,
      isWatching: this.#pulses.size > 0,
      closed: this.#pulses.size > 0 && open === 0 && traded === 0,
      delayMs: this.#delay(now),
    };
  }

  #delay(now: number): number | undefined {
    const lags = this.#lags.filter(({ arrival }) => now - arrival <= LAG_WINDOW_MS).map(({ lag }) => lag);
    if (lags.length < LAGS_NEEDED) return undefined;
    lags.sort((a, b) => a - b);
    const median = lags[Math.floor(lags.length / 2)] ?? 0;
    return median > DELAYED_MS ? median : undefined;
  }
}

function freezeOf(busy: ReadonlyMap<string, Pulse>, now: number): Freeze {
  const arrivals = [...busy.values()].map(({ lastArrival }) => lastArrival);
  return { since: Math.max(...arrivals), noticedAt: now, symbols: new Set(busy.keys()) };
}
