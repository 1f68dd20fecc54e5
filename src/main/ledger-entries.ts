import type { Entry } from './ledger-entry.ts';

/** The symbols the ledger knows of, and the orders in which it looks at them. */
export class Entries {
  readonly #entries = new Map<string, Entry>();
  #order = 0;

  get(symbol: string): Entry | undefined {
    return this.#entries.get(symbol);
  }

  create(symbol: string): Entry {
    const entry: Entry = {
      symbol,
      interests: new Set(),
      state: 'waiting',
      order: this.nextOrder(),
      grantedAt: 0,
      idleSince: undefined,
      retryAt: 0,
      refusals: 0,
      told: undefined,
    };
    this.#entries.set(symbol, entry);
    return entry;
  }

  delete(symbol: string): void {
    this.#entries.delete(symbol);
  }

  /** A number later than all given before. */
  nextOrder(): number {
    this.#order += 1;
    return this.#order;
  }

  all(): Entry[] {
    return [...this.#entries.values()];
  }

  /** Symbols that have a slot, watched or lingering. */
  live(): Entry[] {
    return this.all().filter(({ state }) => state === 'live');
  }

  /** Symbols that wait for one, next first. */
  queue(): Entry[] {
    return this.all()
      .filter(({ state }) => state === 'waiting')
      .sort((a, b) => a.order - b.order);
  }
}

/** The lingering symbol whose slot is given away first. */
export function leastRecentlyWatched(live: readonly Entry[]): Entry | undefined {
  let oldest: Entry | undefined;
  for (const entry of live) {
    if (entry.idleSince !== undefined && entry.idleSince < (oldest?.idleSince ?? Number.POSITIVE_INFINITY)) {
      oldest = entry;
    }
  }
  return oldest;
}

/** When time alone changes an entry, ms since 1970 UTC: its lingering ends, or it is tried again. */
export function dueAt(entry: Entry, lingerMs: number): number {
  if (entry.state === 'live' && entry.idleSince !== undefined) return entry.idleSince + lingerMs;
  return entry.state === 'barred' ? entry.retryAt : Number.POSITIVE_INFINITY;
}
