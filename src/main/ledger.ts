import type { Fairness } from './fair-share.ts';
import type { Effect } from './ledger-effect.ts';
import { Entries } from './ledger-entries.ts';
import type { Entry, Interest } from './ledger-entry.ts';
import { noteRefusal } from './ledger-retry.ts';

export interface LedgerOptions {
  /** How many symbols upstream carries. */
  readonly capacity: number;
  /** How long a symbol nobody watches keeps its slot while nobody else needs it, in ms; may be Infinity. */
  readonly lingerMs: number;
  readonly fairness: Fairness;
}

/** More symbols than this do not wait; who asks for one more is refused. */
export const MAX_WAITING = 1_000;

/**
 * Who wants which symbol, and which symbols have one of upstream's slots. The first interest in a symbol takes a slot; when
 * the last one goes the symbol lingers, and its slot goes to whoever needs it first, least recently watched first. With all
 * slots taken symbols wait in the order in which they were first asked for. Pure: time comes in, effects go out.
 */
export class DemandLedger {
  #capacity: number;
  readonly #lingerMs: number;
  readonly #entries: Entries;
  #effects: Effect[] = [];

  constructor({ capacity, lingerMs, fairness }: LedgerOptions) {
    this.#capacity = capacity;
    this.#lingerMs = lingerMs;
    this.#entries = new Entries(fairness);
  }

  get capacity(): number {
    return this.#capacity;
  }

  /** Symbols that have a slot now, watched or lingering, in no particular order. */
  held(): string[] {
    return [...this.#entries.live].map((entry) => entry.symbol);
  }

  /** Symbols that wait, next first. */
  waiting(): string[] {
    return this.#entries.queue.map((entry) => entry.symbol);
  }

  /** What has become of a symbol, for a shard that asks: its place in line, or that it is refused. */
  ask(symbol: string, shard: number): readonly Effect[] {
    const entry = this.#entries.get(symbol);
    if (entry?.state === 'barred') return [{ type: 'invalid', symbol, shard }];
    if (entry?.state !== 'waiting' || entry.told === undefined) return [];
    return [{ type: 'waiting', symbol, position: entry.told, shard }];
  }

  /** An interest appears. One that is known already changes nothing. */
  join(interest: Interest, now: number): readonly Effect[] {
    const { symbol, shard, ref, patient } = interest;
    if (this.#entries.interest(shard, ref)) return [];
    const entry = this.#entries.get(symbol) ?? this.#entries.create(symbol);
    if (entry.state === 'live') {
      this.#entries.attach(entry, interest);
      return this.#done();
    }
    if (entry.state === 'barred') {
      this.#entries.attach(entry, interest);
      this.#effects.push({ type: 'invalid', symbol, shard });
      return this.#done();
    }
    const isNew = entry.interests.size === 0;
    this.#entries.attach(entry, interest);
    this.#settle(now);
    // By now it may have got a slot. If not, it waits, unless it cannot or the queue is full.
    if (!this.#has(entry, 'live') && (!patient || (isNew && this.#entries.queue.length > MAX_WAITING))) {
      this.#leave(interest, now);
      this.#effects.push({ type: 'refused', shard, ref });
    } else if (this.#has(entry, 'waiting') && entry.told !== undefined) {
      this.#effects.push({ type: 'waiting', symbol, position: entry.told, shard });
    }
    return this.#done();
  }

  /** An interest ends. One that is not known changes nothing. */
  leave(shard: number, ref: number, now: number): readonly Effect[] {
    const interest = this.#entries.interest(shard, ref);
    if (!interest) return [];
    this.#leave(interest, now);
    this.#settle(now);
    return this.#done();
  }

  /** A shard is gone, and every client with it. */
  shardGone(shard: number, now: number): readonly Effect[] {
    for (const interest of this.#entries.interestsOf(shard)) this.#leave(interest, now);
    this.#settle(now);
    return this.#done();
  }

  /**
   * Finnhub calls a symbol invalid: its slot is free, its watchers are told, and it is tried again later. Upstream has given
   * it up already, but may meanwhile be on its way to ask for it again: it is told, and then both know the same.
   */
  invalid(symbol: string, now: number): readonly Effect[] {
    const entry = this.#entries.get(symbol);
    if (entry?.state !== 'live') return [];
    noteRefusal(entry, now);
    this.#entries.move(entry, 'barred');
    this.#effects.push({ type: 'unsubscribe', symbol }, { type: 'invalid', symbol });
    this.#settle(now);
    return this.#done();
  }

  /** Upstream carries more or fewer symbols than thought; it has given `rejected` back, and is told so as in `invalid`. */
  setCapacity(capacity: number, rejected: readonly string[], now: number): readonly Effect[] {
    this.#capacity = capacity;
    for (const symbol of rejected) {
      const entry = this.#entries.get(symbol);
      if (entry?.state === 'live') this.#displace(entry);
    }
    this.#settle(now);
    return this.#done();
  }

  /** A new upstream worker has no subscriptions yet and assumes `capacity`: what it must be asked for. */
  upstreamStarted(capacity: number, now: number): readonly Effect[] {
    this.#capacity = capacity;
    for (const { symbol } of this.#entries.live) this.#effects.push({ type: 'subscribe', symbol });
    this.#settle(now);
    return this.#done();
  }

  /** Does what time alone brings about: lingering ends, refused symbols are tried again. */
  tick(now: number): readonly Effect[] {
    const retried: Entry[] = [];
    for (const entry of this.#entries.due(now, this.#lingerMs)) {
      if (entry.state === 'live') this.#release(entry);
      else if (entry.interests.size === 0) this.#entries.delete(entry);
      else {
        this.#entries.move(entry, 'waiting');
        retried.push(entry);
      }
    }
    this.#settle(now);
    // Those that got no slot at once wait, but for whoever cannot.
    for (const entry of retried) {
      if (entry.state !== 'waiting') continue;
      this.#refuseImpatient(entry);
      if (entry.interests.size === 0) this.#entries.delete(entry);
    }
    this.#settle(now);
    return this.#done();
  }

  /** When `tick` has something to do next, ms since 1970 UTC; Infinity when never. */
  nextTick(): number {
    return this.#entries.nextDue(this.#lingerMs);
  }

  #leave(interest: Interest, now: number): void {
    const entry = this.#entries.detach(interest);
    if (!entry || entry.interests.size > 0) return;
    if (entry.state === 'waiting') this.#entries.delete(entry);
    if (entry.state !== 'live') return;
    this.#entries.setIdle(entry, now);
    if (this.#lingerMs === 0) this.#release(entry);
  }

  /** Gives slots to those who wait: free ones, then lingering ones, then what fairness takes back. */
  #settle(now: number): void {
    const { live, queue, fairShare } = this.#entries;
    while (queue.length > 0) {
      if (live.size >= this.#capacity) {
        const idle = this.#entries.leastRecentlyWatched();
        if (idle) this.#release(idle);
        else if (live.size > this.#capacity || !this.#preempt()) break;
        continue;
      }
      const next = fairShare.next(queue, this.#capacity);
      if (next) this.#grant(next, now);
    }
    // Lingering symbols that a smaller capacity has no room for are let go.
    while (live.size > this.#capacity) {
      const idle = this.#entries.leastRecentlyWatched();
      if (!idle) return;
      this.#release(idle);
    }
  }

  #grant(entry: Entry, now: number): void {
    this.#entries.move(entry, 'live');
    entry.grantedAt = this.#entries.nextOrder();
    entry.liveSince = now;
    entry.told = undefined;
    this.#effects.push({ type: 'subscribe', symbol: entry.symbol });
  }

  #preempt(): boolean {
    const victim = this.#entries.fairShare.preemptable(this.#entries.live, this.#capacity);
    if (!victim) return false;
    victim.order = this.#entries.nextOrder();
    this.#displace(victim);
    return true;
  }

  /** A live symbol loses its slot: those who can wait do, the others are refused. */
  #displace(entry: Entry): void {
    this.#effects.push({ type: 'unsubscribe', symbol: entry.symbol });
    this.#refuseImpatient(entry);
    if (entry.interests.size === 0) this.#entries.delete(entry);
    else this.#entries.move(entry, 'waiting');
  }

  #refuseImpatient(entry: Entry): void {
    for (const interest of [...entry.interests]) {
      if (interest.patient) continue;
      this.#entries.detach(interest);
      this.#effects.push({ type: 'refused', shard: interest.shard, ref: interest.ref });
    }
  }

  /** Nobody watches it: its slot is free. */
  #release(entry: Entry): void {
    this.#entries.delete(entry);
    this.#effects.push({ type: 'unsubscribe', symbol: entry.symbol });
  }

  #tellPositions(): void {
    const { queue } = this.#entries;
    for (let i = this.#entries.takeMovedFrom(); i < queue.length; i += 1) {
      const entry = queue[i];
      const position = i + 1;
      if (!entry || entry.told === position) continue;
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
