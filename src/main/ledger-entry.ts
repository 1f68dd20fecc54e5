/** One address's interest in one symbol on one shard, however many clients it stands for there. */
export interface Interest {
  readonly shard: number;
  /** The shard's own number for it, never used twice. */
  readonly ref: number;
  readonly symbol: string;
  /** The client's address. */
  readonly address: string;
  /** Whether its clients can be told to wait (`tickcast.v1`) or not (Finnhub's framing knows only an error). */
  readonly patient: boolean;
}

/**
 * `live`: it has a slot (lingering where nobody watches it); `waiting`: it wants one; `barred`: Finnhub refuses it until
 * `retryAt`.
 */
export type EntryState = 'live' | 'waiting' | 'barred';

/** What the ledger knows of one symbol. Interests and state are changed by `Entries` alone, which keeps count of them. */
export interface Entry {
  readonly symbol: string;
  readonly interests: Set<Interest>;
  /** How many of the interests each address has. */
  readonly addresses: Map<string, number>;
  state: EntryState;
  /** Its place in line: lower asked first. Not to be changed while it waits. */
  order: number;
  /** When its slot was given, on the same counter. */
  grantedAt: number;
  /** When its slot was given, ms since 1970 UTC. */
  liveSince: number;
  /** Since when nobody watches it, ms since 1970 UTC. */
  idleSince: number | undefined;
  retryAt: number;
  /** How often in a row Finnhub has called it invalid. */
  refusals: number;
  /** The position its watchers were told last. */
  told: number | undefined;
}

export function interestKey(shard: number, ref: number): string {
  return `${shard}:${ref}`;
}
