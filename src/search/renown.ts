import { ALIASES } from './aliases.ts';
import { compact } from './fold.ts';
import { venueOrder } from './pair.ts';
import type { Listings } from './standing.ts';
import type { Symbols } from './symbols.ts';
import { WELL_KNOWN } from './well-known.ts';

/** What is asked for most, and by which names, of the entries that a catalogue has. */
export interface Renown {
  /** By entry, from 0 on. */
  readonly ranks: ReadonlyMap<number, number>;
  /** The entries that a whole name means, likeliest first, by the name's letters and digits. */
  readonly meant: ReadonlyMap<string, readonly number[]>;
  /** What an entry is called besides its description. */
  readonly names: ReadonlyMap<number, readonly string[]>;
}

export function renownOf(symbols: Symbols, listings: Listings): Renown {
  const known = new Known(symbols, listings);
  const ranks = new Map<number, number>();
  for (const [rank, symbol] of WELL_KNOWN.entries()) {
    for (const entry of known.all(symbol)) if (!ranks.has(entry)) ranks.set(entry, rank);
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
  readonly #symbols: Symbols;
  readonly #byCode = new Map<string, number[]>();

  constructor(symbols: Symbols, { pairs, codes }: Listings) {
    this.#symbols = symbols;
    for (const [entry, code] of codes) {
      const same = this.#byCode.get(code);
      if (same) same.push(entry);
      else this.#byCode.set(code, [entry]);
    }
    const order = (entry: number): number => venueOrder(pairs.get(entry)?.venue ?? '');
    for (const same of this.#byCode.values()) same.sort((a, b) => order(a) - order(b) || a - b);
  }

  /** `target`: a symbol, the code of a pair, or `symbol?word`: only where the description has that word. */
  all(target: string): readonly number[] {
    const [symbol = '', word] = target.split('?');
    const share = this.#symbols.exact(symbol);
    if (share === undefined) return this.#byCode.get(symbol.toLowerCase()) ?? [];
    const { description } = this.#symbols.entries[share] ?? { description: '' };
    return word === undefined || compact(description).includes(word) ? [share] : [];
  }
}
