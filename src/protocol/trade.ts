import type { Conditions } from './conditions.ts';

/**
 * One trade as Finnhub sent it. `t` in ms since 1970 UTC (out of order at times), `p` in the quote currency,
 * `v` in shares or units (0: a price update), `c` as received.
 */
export interface Trade {
  readonly symbol: string;
  readonly t: number;
  readonly p: number;
  readonly v: number;
  readonly c: Conditions;
}
