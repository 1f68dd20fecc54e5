import { ALIASES } from './aliases.ts';
import { compact } from './fold.ts';
import { type Pair, venueOrder } from './pair.ts';
import type { Listing } from './standing.ts';
import { UNKNOWN_RANK } from './standing.ts';
import { WELL_KNOWN } from './well-known.ts';

/** What is asked for most, and by which names, of the entries that a catalogue has. */
export interface Renown {
  /** By entry; `UNKNOWN_RANK` for most. */
  readonly ranks: Uint16Array;
  /** The entries that a whole name means, likeliest first, by the name's letters and digits. */
  readonly meant: ReadonlyMap<string, readonly number[]>;
  /** What an entry is called besides its description. */
  readonly names: ReadonlyMap<number, readonly string[]>;
}

/** `codes`: the folded code of each entry. */
export function renownOf(listings: readonly Listing[], codes: readonly string[]): Renown {
  const known = new Known(listings, codes);
  const ranks = new Uint16Array(listings.length).fill(UNKNOWN_RANK);
  for (const [rank, symbol] of WELL_KNOWN.entries()) {
    for (const entry of known.all(symbol)) if (ranks[entry] === UNKNOWN_RANK) ranks[entry] = rank;
  }
  const meant = new Map<string, readonly number[]>();
  const names = new Map<number, string[]>();
  for (const [called, symbols] of ALIASES) {
    const entries = [...new Set(symbols.split(' ').flatMap((symbol) => known.all(symbol).slice(0, 1)))];
    for (const name of called.split(', ')) {
      if (entries.length > 0) meant.set(aliasKey(name), entries);
      for (const entry of entries) {
        const others = names.get(entry);
        if (others) others.push(name);
        else names.set(entry, [name]);
      }
    }
  }
  return { ranks, meant, names };
}

/** `S&P 500`, `sp500` and `s and p 500` alike. */
export function aliasKey(name: string): string {
  return compact(name.replace(/\b(?:and|the)\b/gi, ' '));
}

/** The entries of a symbol, or of a pair by its code: that of the venue people look at first is the first. */
class Known {
  readonly #bySymbol = new Map<string, number>();
  readonly #byCode = new Map<string, number[]>();

  constructor(listings: readonly Listing[], codes: readonly string[]) {
    for (const [i, { entry }] of listings.entries()) {
      this.#bySymbol.set(entry.symbol, i);
      if (!entry.symbol.includes(':')) continue;
      const code = codes[i] ?? '';
      const same = this.#byCode.get(code);
      if (same) same.push(i);
      else this.#byCode.set(code, [i]);
    }
    const order = (i: number): number => venueOf(listings[i]?.pair);
    for (const same of this.#byCode.values()) same.sort((a, b) => order(a) - order(b) || a - b);
  }

  all(symbol: string): readonly number[] {
    const share = this.#bySymbol.get(symbol);
    return share === undefined ? (this.#byCode.get(symbol.toLowerCase()) ?? []) : [share];
  }
}

const venueOf = (pair: Pair | undefined): number => venueOrder(pair?.venue ?? '');
