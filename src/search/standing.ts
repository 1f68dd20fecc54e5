import type { CatalogueEntry } from '../protocol/catalogue.ts';
import { compact } from './fold.ts';
import { Kind, kindOf } from './kinds.ts';
import { type Pair, pairOf, quoteOrder, venueOrder } from './pair.ts';
import type { Symbols } from './symbols.ts';

/** Not among the well-known. */
const UNKNOWN_RANK = 1023;
const KINDS = 8;
const DETAILS = 64;
const VENUES = 4;
/** One above every standing. */
export const STANDINGS = (UNKNOWN_RANK + 1) * KINDS * DETAILS;

export const isWellKnown = (standing: number): boolean => standing < UNKNOWN_RANK * KINDS * DETAILS;

/** What the index needs to know of a catalogue's entries, by their numbers. */
export interface Listings {
  readonly entries: readonly CatalogueEntry[];
  readonly pairs: ReadonlyMap<number, Pair>;
  /** The folded codes of what a venue lists, pairs among them; all others have their symbols. */
  readonly codes: ReadonlyMap<number, string>;
  /** As if none were well-known, see `standingOf`. */
  readonly standings: Float64Array;
}

export function listingsOf(symbols: Symbols): Listings {
  const { entries } = symbols;
  const has = (symbol: string): boolean => symbols.exact(symbol) !== undefined;
  const pairs = new Map<number, Pair>();
  const codes = new Map<number, string>();
  const standings = new Float64Array(entries.length);
  entries.forEach((entry, i) => {
    const ticker = entry.symbol.indexOf(':') + 1;
    const pair = ticker > 0 ? pairOf(entry) : undefined;
    if (pair) pairs.set(i, pair);
    if (ticker > 0) codes.set(i, pair ? pair.base + pair.quote : codeOf(entry, ticker));
    const kind = pair ? Kind.share : kindOf(entry, has);
    standings[i] = standingOf(UNKNOWN_RANK, kind, pair, entry.description.length);
  });
  return { entries, pairs, codes, standings };
}

/** The ticker, folded; of instruments that a venue only numbers, the code at the end of the description. */
function codeOf({ symbol, description }: CatalogueEntry, at: number): string {
  const ticker = symbol.slice(at);
  return compact(/^\d+$/.test(ticker) ? description.slice(description.lastIndexOf(' ') + 1) : ticker);
}

/**
 * What decides between entries that match alike, in one number, least first: the rank among the well-known, then the kind of
 * listing, then the shorter name, which is the plain share and not one of its many kin; of pairs, what they are quoted in
 * and where.
 */
function standingOf(rank: number, kind: Kind, pair: Pair | undefined, nameLength: number): number {
  const detail = pair ? quoteOrder(pair) * VENUES + venueOrder(pair.venue) : nameLength;
  return (rank * KINDS + kind) * DETAILS + Math.min(detail, DETAILS - 1);
}

/** The standings with the ranks of the well-known. */
export function withRanks(standings: Float64Array, ranks: ReadonlyMap<number, number>): Float64Array {
  const ranked = standings.slice();
  for (const [entry, rank] of ranks) ranked[entry] = (ranked[entry] ?? 0) - (UNKNOWN_RANK - rank) * KINDS * DETAILS;
  return ranked;
}
