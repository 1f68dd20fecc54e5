import type { Entry } from './ledger-entry.ts';

export interface Fairness {
  /** Addresses the rule never takes from: the operator's own machine, unless it is a proxy for others. */
  readonly isExempt: (address: string) => boolean;
}

/**
 * The rule of the fair share. With all slots taken and symbols waiting, the fair share of an address is the capacity
 * divided by the number of addresses that hold or wait for a symbol, at least 1. An address *holds alone* the live symbols
 * that nobody else watches. Two things follow: a free slot goes first to who holds less than the share; and an address that
 * holds alone more than its share gives up the symbol it got last, when somebody who holds less than the share waits. A
 * symbol that two addresses watch is never taken. It ends: every step moves one slot from above the share to below it.
 *
 * It is counted as interests come and go: a decision looks at no more than the live symbols and the head of the queue,
 * however many clients wait.
 */
export class FairShare {
  readonly #fairness: Fairness;
  /** How many live or waiting symbols each address wants, and how many of them wait. */
  readonly #wanted = new Map<string, number>();
  readonly #waiting = new Map<string, number>();
  /** How many live symbols each address holds alone: no more addresses than there are slots. */
  readonly #alone = new Map<string, number>();

  constructor(fairness: Fairness) {
    this.#fairness = fairness;
  }

  /** `entry` counts, with all its addresses, as what its state says (`by` 1), or no longer does (-1). */
  count(entry: Entry, by: 1 | -1): void {
    for (const address of entry.addresses.keys()) this.#countAddress(entry, address, by);
    this.#countHolder(entry, by);
  }

  /** An address is interested in `entry`, for the first time or once more. */
  attach(entry: Entry, address: string): void {
    const interests = entry.addresses.get(address) ?? 0;
    if (interests === 0) {
      this.#countHolder(entry, -1);
      this.#countAddress(entry, address, 1);
    }
    entry.addresses.set(address, interests + 1);
    if (interests === 0) this.#countHolder(entry, 1);
  }

  /** An address has one interest in `entry` less. */
  detach(entry: Entry, address: string): void {
    const interests = entry.addresses.get(address) ?? 0;
    if (interests > 1) {
      entry.addresses.set(address, interests - 1);
      return;
    }
    this.#countHolder(entry, -1);
    this.#countAddress(entry, address, -1);
    entry.addresses.delete(address);
    this.#countHolder(entry, 1);
  }

  /** The first in `queue` somebody waits for who holds less than the share; else the first of all. */
  next(queue: readonly Entry[], capacity: number): Entry | undefined {
    const share = this.#share(capacity);
    if (!this.#isPoorWaiting(share)) return queue[0];
    return queue.find((entry) => this.#isWantedByPoor(entry, share)) ?? queue[0];
  }

  /** The live symbol to take back for somebody who waits, if the rule takes one. */
  preemptable(live: Iterable<Entry>, capacity: number): Entry | undefined {
    const share = this.#share(capacity);
    if (!this.#isPoorWaiting(share)) return undefined;
    let victim: Entry | undefined;
    let most = share;
    for (const entry of live) {
      const holder = soleHolder(entry);
      const count = holder === undefined ? 0 : (this.#alone.get(holder) ?? 0);
      const isNewer = victim !== undefined && entry.grantedAt > victim.grantedAt;
      if (holder === undefined || count < most || (count === most && !isNewer)) continue;
      if (this.#fairness.isExempt(holder)) continue;
      victim = entry;
      most = count;
    }
    return victim;
  }

  #share(capacity: number): number {
    return Math.max(1, Math.floor(capacity / Math.max(1, this.#wanted.size)));
  }

  #isWantedByPoor(entry: Entry, share: number): boolean {
    for (const address of entry.addresses.keys()) if ((this.#alone.get(address) ?? 0) < share) return true;
    return false;
  }

  /** Whether somebody waits who holds less than the share: more addresses wait than those that have it. */
  #isPoorWaiting(share: number): boolean {
    let rich = 0;
    for (const [address, count] of this.#alone) if (count >= share && this.#waiting.has(address)) rich += 1;
    return this.#waiting.size > rich;
  }

  #countAddress(entry: Entry, address: string, by: 1 | -1): void {
    if (entry.state !== 'barred') add(this.#wanted, address, by);
    if (entry.state === 'waiting') add(this.#waiting, address, by);
  }

  #countHolder(entry: Entry, by: 1 | -1): void {
    const holder = entry.state === 'live' ? soleHolder(entry) : undefined;
    if (holder !== undefined) add(this.#alone, holder, by);
  }
}

/** The one address that watches a symbol, if it is only one. */
function soleHolder({ addresses }: Entry): string | undefined {
  return addresses.size === 1 ? addresses.keys().next().value : undefined;
}

function add(counts: Map<string, number>, address: string, by: 1 | -1): void {
  const count = (counts.get(address) ?? 0) + by;
  if (count === 0) counts.delete(address);
  else counts.set(address, count);
}
