import { type Fairness, overShare, preemptable } from './fair-share.ts';
import { dueAt, Entries, leastRecentlyWatched } from './ledger-entries.ts';
import { type Entry, type Interest, interestKey } from './ledger-entry.ts';

/** What has to be done because of a change. `subscribe` and `unsubscribe` are for upstream, the others for shards. */
export type Effect =
  | { readonly type: 'subscribe'; readonly symbol: string }
  | { readonly type: 'unsubscribe'; readonly symbol: string }
  /** The symbol's place in the queue, 1 is next; to every shard, or to the one whose interest is new. */
  | { readonly type: 'waiting'; readonly symbol: string; readonly position: number; readonly shard?: number }
  /** The interest is dropped: there is no slot, and it cannot wait. */
  | { readonly type: 'refused'; readonly shard: number; readonly ref: number }
  /** Finnhub refuses the symbol for now; to every shard, or to the one whose interest is new. */
  | { readonly type: 'invalid'; readonly symbol: string; readonly shard?: number };

export interface LedgerOptions {
  /** How many symbols upstream carries. */
  readonly capacity: number;
  /** How long a symbol nobody watches keeps its slot while nobody else needs it, in ms; may be Infinity. */
  readonly lingerMs: number;
  readonly fairness: Fairness;
}

/** More symbols than this do not wait; who asks for one more is refused. */
export const MAX_WAITING = 1_000;
/** A symbol that Finnhub calls invalid is tried again after a minute, then twice as long, at most an hour. */
export const INVALID_RETRY_MIN_MS = 60_000;
export const INVALID_RETRY_MAX_MS = 3_600_000;

/**
 * Who wants which symbol, and which symbols have one of upstream's slots. The first interest in a symbol takes a slot; when
 * the last one goes the symbol lingers, and its slot goes to whoever needs it first, least recently watched first. With all
 * slots taken symbols wait in the order in which they were first asked for. Pure: time comes in, effects go out.
 */
export class DemandLedger {
  #capacity: number;
  readonly #lingerMs: number;
  readonly #fairness: Fairness;
  readonly #entries = new Entries();
  readonly #interests = new Map<string, Interest>();
  #effects: Effect[] = [];

  constructor({ capacity, lingerMs, fairness }: LedgerOptions) {
    this.#capacity = capacity;
    this.#lingerMs = lingerMs;
    this.#fairness = fairness;
  }

  get capacity(): number {
    return this.#capacity;
  }

  /** Symbols that have a slot now, watched or lingering, in no particular order. */
  held(): string[] {
    return this.#entries.live().map((entry) => entry.symbol);
  }

  /** Symbols that wait, next first. */
  waiting(): string[] {
    return this.#entries.queue().map((entry) => entry.symbol);
  }

  /** Where a symbol stands in line, for a shard that asks. */
  ask(symbol: string, shard: number): readonly Effect[] {
    const entry = this.#entries.get(symbol);
    if (entry?.state !== 'waiting' || entry.told === undefined) return [];
    return [{ type: 'waiting', symbol, position: entry.told, shard }];
  }

  /** An interest appears. One that is known already changes nothing. */
  join(interest: Interest, now: number): readonly Effect[] {
    const key = interestKey(interest.shard, interest.ref);
    if (this.#interests.has(key)) return [];
    const { symbol, shard, ref, patient } = interest;
    const entry = this.#entries.get(symbol) ?? this.#entries.create(symbol);
    if (entry.state === 'live') {
      this.#attach(key, interest, entry);
      return this.#done();
    }
    if (entry.state === 'barred') {
      this.#attach(key, interest, entry);
      this.#effects.push({ type: 'invalid', symbol, shard });
      return this.#done();
    }
    const isNew = entry.interests.size === 0;
    this.#attach(key, interest, entry);
    this.#settle();
    // By now it may have got a slot. If not, it waits, unless it cannot or the queue is full.
    if (!this.#has(entry, 'live') && (!patient || (isNew && this.#entries.queue().length > MAX_WAITING))) {
      this.#detach(key, interest, entry, now);
      this.#effects.push({ type: 'refused', shard, ref });
    } else if (this.#has(entry, 'waiting') && entry.told !== undefined) {
      this.#effects.push({ type: 'waiting', symbol, position: entry.told, shard });
    }
    return this.#done();
  }

  /** An interest ends. One that is not known changes nothing. */
  leave(shard: number, ref: number, now: number): readonly Effect[] {
    const key = interestKey(shard, ref);
    const interest = this.#interests.get(key);
    const entry = interest && this.#entries.get(interest.symbol);
    if (!interest || !entry) return [];
    this.#detach(key, interest, entry, now);
    this.#settle();
    return this.#done();
  }

  /** A shard is gone, and every client with it. */
  shardGone(shard: number, now: number): readonly Effect[] {
    for (const [key, interest] of [...this.#interests]) {
      const entry = this.#entries.get(interest.symbol);
      if (interest.shard === shard && entry) this.#detach(key, interest, entry, now);
    }
    this.#settle();
    return this.#done();
  }

  /** Finnhub calls a symbol invalid: its slot is free, its watchers are told, and it is tried again later. */
  invalid(symbol: string, now: number): readonly Effect[] {
    const entry = this.#entries.get(symbol);
    if (entry?.state !== 'live') return [];
    entry.state = 'barred';
    entry.retryAt = now + Math.min(INVALID_RETRY_MAX_MS, INVALID_RETRY_MIN_MS * 2 ** entry.refusals);
    entry.refusals += 1;
    this.#effects.push({ type: 'invalid', symbol });
    this.#settle();
    return this.#done();
  }

  /** Upstream carries more or fewer symbols than thought; it has given `rejected` back. */
  setCapacity(capacity: number, rejected: readonly string[]): readonly Effect[] {
    this.#capacity = capacity;
    for (const symbol of rejected) {
      const entry = this.#entries.get(symbol);
      if (entry?.state === 'live') this.#displace(entry);
    }
    this.#settle();
    return this.#done();
  }

  /** A new upstream worker has no subscriptions yet and assumes `capacity`: what it must be asked for. */
  upstreamStarted(capacity: number): readonly Effect[] {
    this.#capacity = capacity;
    for (const entry of this.#entries.live()) this.#effects.push({ type: 'subscribe', symbol: entry.symbol });
    this.#settle();
    return this.#done();
  }

  /** Does what time alone brings about: lingering ends, refused symbols are tried again. */
  tick(now: number): readonly Effect[] {
    for (const entry of this.#entries.all()) {
      if (dueAt(entry, this.#lingerMs) > now) continue;
      if (entry.state === 'live') this.#release(entry);
      else if (entry.interests.size === 0) this.#entries.delete(entry.symbol);
      else entry.state = 'waiting';
    }
    this.#settle();
    return this.#done();
  }

  /** When `tick` has something to do next, ms since 1970 UTC; Infinity when never. */
  nextTick(): number {
    let next = Number.POSITIVE_INFINITY;
    for (const entry of this.#entries.all()) next = Math.min(next, dueAt(entry, this.#lingerMs));
    return next;
  }

  #attach(key: string, interest: Interest, entry: Entry): void {
    this.#interests.set(key, interest);
    entry.interests.add(interest);
    entry.idleSince = undefined;
  }

  #detach(key: string, interest: Interest, entry: Entry, now: number): void {
    this.#interests.delete(key);
    entry.interests.delete(interest);
    if (entry.interests.size > 0) return;
    if (entry.state === 'waiting') this.#entries.delete(entry.symbol);
    if (entry.state !== 'live') return;
    entry.idleSince = now;
    if (this.#lingerMs === 0) this.#release(entry);
  }

  /** Gives slots to those who wait: free ones, then lingering ones, then what fairness takes back. */
  #settle(): void {
    for (;;) {
      const queue = this.#entries.queue();
      const [first] = queue;
      if (!first) break;
      const live = this.#entries.live();
      if (live.length >= this.#capacity) {
        const idle = leastRecentlyWatched(live);
        if (idle) this.#release(idle);
        else if (live.length > this.#capacity || !this.#preempt(live, queue)) break;
        continue;
      }
      const next = queue.find((entry) => !overShare(entry, live, queue, this.#capacity)) ?? first;
      next.state = 'live';
      next.grantedAt = this.#entries.nextOrder();
      next.told = undefined;
      this.#effects.push({ type: 'subscribe', symbol: next.symbol });
    }
    this.#shrink();
  }

  /** Lingering symbols that a smaller capacity has no room for are let go. */
  #shrink(): void {
    for (;;) {
      const live = this.#entries.live();
      const idle = live.length > this.#capacity ? leastRecentlyWatched(live) : undefined;
      if (!idle) return;
      this.#release(idle);
    }
  }

  #preempt(live: readonly Entry[], queue: readonly Entry[]): boolean {
    const victim = preemptable(live, queue, this.#capacity, this.#fairness);
    if (!victim) return false;
    this.#effects.push({ type: 'unsubscribe', symbol: victim.symbol });
    this.#displace(victim);
    victim.order = this.#entries.nextOrder();
    return true;
  }

  /** A live symbol loses its slot: those who can wait do, the others are refused. */
  #displace(entry: Entry): void {
    for (const interest of [...entry.interests]) {
      if (interest.patient) continue;
      this.#interests.delete(interestKey(interest.shard, interest.ref));
      entry.interests.delete(interest);
      this.#effects.push({ type: 'refused', shard: interest.shard, ref: interest.ref });
    }
    if (entry.interests.size === 0) this.#entries.delete(entry.symbol);
    else entry.state = 'waiting';
  }

  /** Nobody watches it: its slot is free. */
  #release(entry: Entry): void {
    this.#entries.delete(entry.symbol);
    this.#effects.push({ type: 'unsubscribe', symbol: entry.symbol });
  }

  #tellPositions(): void {
    for (const [i, entry] of this.#entries.queue().entries()) {
      const position = i + 1;
      if (entry.told === position) continue;
      entry.told = position;
      this.#effects.push({ type: 'waiting', symbol: entry.symbol, position });
    }
  }

  #has(entry: Entry, state: Entry['state']): boolean {
    return this.#entries.get(entry.symbol) === entry && entry.state === state;
  }

  #done(): readonly Effect[] {
    this.#tellPositions();
    const effects = this.#effects;
    this.#effects = [];
    return effects;
  }
}
