import type { CatalogueEntry } from '../protocol/catalogue.ts';
import { Kind, kindOf } from './kinds.ts';
import { type Pair, pairOf, quoteOrder, venueOrder } from './pair.ts';

/** Not among the well-known. */
export const UNKNOWN_RANK = 1023;
const KINDS = 8;
const DETAILS = 64;
const VENUES = 4;
/** One above every standing. */
export const STANDINGS = (UNKNOWN_RANK + 1) * KINDS * DETAILS;

/**
 * What decides between entries that match alike, in one number, least first: the rank among the well-known, then the kind of
 * listing, then the shorter name, which is the plain share and not one of its many kin; of pairs, what they are quoted in
 * and where.
 */
export function standingOf(rank: number, kind: Kind, pair: Pair | undefined, nameLength: number): number {
  const detail = pair ? quoteOrder(pair) * VENUES + venueOrder(pair.venue) : nameLength;
  return (rank * KINDS + kind) * DETAILS + Math.min(detail, DETAILS - 1);
}

export const isWellKnown = (standing: number): boolean => standing < UNKNOWN_RANK * KINDS * DETAILS;

/** A catalogue's entry with what the index needs to know of it. */
export interface Listing {
  readonly entry: CatalogueEntry;
  readonly pair: Pair | undefined;
  readonly kind: Kind;
}

export function listingsOf(entries: readonly CatalogueEntry[]): Listing[] {
  const symbols = new Set(entries.map(({ symbol }) => symbol));
  const has = (symbol: string): boolean => symbols.has(symbol);
  return entries.map((entry) => {
    const pair = pairOf(entry);
    return { entry, pair, kind: pair ? Kind.share : kindOf(entry, has) };
  });
}
