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

/** What the ledger knows of one symbol. */
export interface Entry {
  readonly symbol: string;
  readonly interests: Set<Interest>;
  /**
   * `live`: it has a slot (lingering where `idleSince` is set); `waiting`: it wants one; `barred`: Finnhub refuses it until
   * `retryAt`.
   */
  state: 'live' | 'waiting' | 'barred';
  /** Its place in line: lower asked first. */
  order: number;
  /** When its slot was given, on the same counter. */
  grantedAt: number;
  /** Since when nobody watches it, ms since 1970 UTC. */
  idleSince: number | undefined;
  retryAt: number;
  /** How often Finnhub has called it invalid. */
  refusals: number;
  /** The position its watchers were told last. */
  told: number | undefined;
}

export function interestKey(shard: number, ref: number): string {
  return `${shard}:${ref}`;
}
