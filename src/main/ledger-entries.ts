import { type Fairness, FairShare } from './fair-share.ts';
import { type Entry, type EntryState, type Interest, interestKey } from './ledger-entry.ts';

/**
 * The symbols the ledger knows of, by state, in the orders in which it looks at them. All of it is kept up to date change by
 * change: with thousands of clients nothing here goes through all symbols or all interests.
 */
export class Entries {
  readonly fairShare: FairShare;
  readonly #entries = new Map<string, Entry>();
  readonly #interests = new Map<string, Interest>();
  readonly #live = new Set<Entry>();
  /** Live ones that nobody watches, least recently watched first. */
  readonly #idle = new Set<Entry>();
  readonly #queue: Entry[] = [];
  readonly #barred = new Set<Entry>();
  /** From here on (an index) the queue is not as it was. */
  #movedFrom = Number.POSITIVE_INFINITY;
  #order = 0;

  constructor(fairness: Fairness) {
    this.fairShare = new FairShare(fairness);
  }

  /** Symbols that have a slot, watched or lingering. */
  get live(): ReadonlySet<Entry> {
    return this.#live;
  }

  /** Symbols that wait for one, next first. */
  get queue(): readonly Entry[] {
    return this.#queue;
  }

  get(symbol: string): Entry | undefined {
    return this.#entries.get(symbol);
  }

  /** A new symbol, at the end of the queue. */
  create(symbol: string): Entry {
    const entry: Entry = {
      symbol,
      interests: new Set(),
      addresses: new Map(),
      state: 'waiting',
      order: this.nextOrder(),
      grantedAt: 0,
      liveSince: 0,
      idleSince: undefined,
      retryAt: 0,
      refusals: 0,
      told: undefined,
    };
    this.#entries.set(symbol, entry);
    this.#enter(entry);
    return entry;
  }

  delete(entry: Entry): void {
    this.#entries.delete(entry.symbol);
    this.#exit(entry);
  }

  move(entry: Entry, state: EntryState): void {
    this.#exit(entry);
    entry.state = state;
    this.#enter(entry);
  }

  interest(shard: number, ref: number): Interest | undefined {
    return this.#interests.get(interestKey(shard, ref));
  }

  interestsOf(shard: number): Interest[] {
    return [...this.#interests.values()].filter((interest) => interest.shard === shard);
  }

  attach(entry: Entry, interest: Interest): void {
    this.#interests.set(interestKey(interest.shard, interest.ref), interest);
    entry.interests.add(interest);
    entry.idleSince = undefined;
    this.#idle.delete(entry);
    this.fairShare.attach(entry, interest.address);
  }

  /** The symbol's entry, which is left to itself: what becomes of a symbol nobody wants is not decided here. */
  detach(interest: Interest): Entry | undefined {
    this.#interests.delete(interestKey(interest.shard, interest.ref));
    const entry = this.#entries.get(interest.symbol);
    if (entry?.interests.delete(interest)) this.fairShare.detach(entry, interest.address);
    return entry;
  }

  /** Nobody watches a live symbol any more. */
  setIdle(entry: Entry, now: number): void {
    entry.idleSince = now;
    this.#idle.add(entry);
  }

  /** The lingering symbol whose slot is given away first. */
  leastRecentlyWatched(): Entry | undefined {
    return this.#idle.values().next().value;
  }

  /** A number later than all given before. */
  nextOrder(): number {
    this.#order += 1;
    return this.#order;
  }

  /** The index from which on the queue is not as it was the last time; its length when it is. */
  takeMovedFrom(): number {
    const from = Math.min(this.#movedFrom, this.#queue.length);
    this.#movedFrom = Number.POSITIVE_INFINITY;
    return from;
  }

  /** What time alone changes by `now`, ms since 1970 UTC: its lingering is over, or it is to be tried again. */
  due(now: number, lingerMs: number): Entry[] {
    return [...this.#timed(lingerMs)].filter((entry) => dueAt(entry, lingerMs) <= now);
  }

  /** When that is next; Infinity when never. */
  nextDue(lingerMs: number): number {
    let next = Number.POSITIVE_INFINITY;
    for (const entry of this.#timed(lingerMs)) next = Math.min(next, dueAt(entry, lingerMs));
    return next;
  }

  *#timed(lingerMs: number): Iterable<Entry> {
    if (lingerMs !== Number.POSITIVE_INFINITY) yield* this.#idle;
    yield* this.#barred;
  }

  #enter(entry: Entry): void {
    if (entry.state === 'live') this.#live.add(entry);
    else if (entry.state === 'barred') this.#barred.add(entry);
    else this.#queue.splice(this.#touch(entry), 0, entry);
    this.fairShare.count(entry, 1);
  }

  #exit(entry: Entry): void {
    this.fairShare.count(entry, -1);
    this.#live.delete(entry);
    this.#idle.delete(entry);
    this.#barred.delete(entry);
    if (entry.state === 'waiting') this.#queue.splice(this.#touch(entry), 1);
  }

  /** Where `entry` stands in the queue, or is to; from there on it changes. */
  #touch(entry: Entry): number {
    let low = 0;
    let high = this.#queue.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((this.#queue[middle]?.order ?? 0) < entry.order) low = middle + 1;
      else high = middle;
    }
    this.#movedFrom = Math.min(this.#movedFrom, low);
    return low;
  }
}

/** When time alone changes an entry, ms since 1970 UTC. */
function dueAt(entry: Entry, lingerMs: number): number {
  return entry.state === 'barred' ? entry.retryAt : (entry.idleSince ?? Number.POSITIVE_INFINITY) + lingerMs;
}
