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
 */
function shares(
  live: readonly Entry[],
  queue: readonly Entry[],
  capacity: number,
): { readonly share: number; readonly alone: ReadonlyMap<string, number> } {
  const addresses = new Set<string>();
  const alone = new Map<string, number>();
  for (const entry of live) {
    for (const { address } of entry.interests) addresses.add(address);
    const holder = soleHolder(entry);
    if (holder !== undefined) alone.set(holder, (alone.get(holder) ?? 0) + 1);
  }
  for (const entry of queue) for (const { address } of entry.interests) addresses.add(address);
  return { share: Math.max(1, Math.floor(capacity / Math.max(1, addresses.size))), alone };
}

/** Whether everybody who waits for `entry` has its fair share already, so that others come first. */
export function overShare(entry: Entry, live: readonly Entry[], queue: readonly Entry[], capacity: number): boolean {
  const { share, alone } = shares(live, queue, capacity);
  for (const { address } of entry.interests) if ((alone.get(address) ?? 0) < share) return false;
  return true;
}

/** The live symbol to take back for somebody who waits, if the rule takes one. */
export function preemptable(
  live: readonly Entry[],
  queue: readonly Entry[],
  capacity: number,
  fairness: Fairness,
): Entry | undefined {
  const { share, alone } = shares(live, queue, capacity);
  const isPoor = (address: string): boolean => (alone.get(address) ?? 0) < share;
  const someonePoorWaits = queue.some((entry) => [...entry.interests].some(({ address }) => isPoor(address)));
  if (!someonePoorWaits) return undefined;

  let victim: Entry | undefined;
  let most = share;
  for (const entry of live) {
    const holder = soleHolder(entry);
    if (holder === undefined || fairness.isExempt(holder)) continue;
    const count = alone.get(holder) ?? 0;
    if (count > most || (count === most && victim && entry.grantedAt > victim.grantedAt)) {
      victim = entry;
      most = count;
    }
  }
  return victim;
}

/** The one address that watches a symbol, if it is only one. */
function soleHolder(entry: Entry): string | undefined {
  let holder: string | undefined;
  for (const { address } of entry.interests) {
    if (holder !== undefined && holder !== address) return undefined;
    holder = address;
  }
  return holder;
}
