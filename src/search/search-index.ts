import Fuse from 'fuse.js/min-basic';
import type { CatalogueEntry } from '../protocol/catalogue.ts';
import { type Indexed, indexEntries, mergeMatches, rank } from './rank.ts';

/** Shorter queries match half of the catalogue when spelling may be wrong. */
const FUZZY_FROM_LETTERS = 3;
/** How far off a fuzzy match may be: 0 exact, 1 anything. */
const FUZZY_THRESHOLD = 0.3;

type Marks = readonly (readonly [number, number])[];

export interface SearchHit {
  readonly entry: CatalogueEntry;
  readonly marks: { readonly symbol: Marks; readonly description: Marks };
}

/** Stand-in for the real one, which is being written. */
export class SearchIndex {
  readonly #entries: readonly CatalogueEntry[];
  readonly #indexed: readonly Indexed[];
  readonly #bySymbol: ReadonlyMap<string, CatalogueEntry>;
  #fuse: Fuse<CatalogueEntry> | undefined;

  constructor(entries: readonly CatalogueEntry[]) {
    this.#entries = entries;
    this.#indexed = indexEntries(entries);
    this.#bySymbol = new Map(entries.map((entry) => [entry.symbol, entry]));
  }

  get size(): number {
    return this.#entries.length;
  }

  search(query: string, limit: number): SearchHit[] {
    const letters = query.trim();
    const matches = rank(this.#indexed, letters, limit);
    if (matches.length >= limit || letters.length < FUZZY_FROM_LETTERS) return matches.map((e) => hit(e, letters));
    this.#fuse ??= new Fuse(this.#entries, {
      keys: ['symbol', { name: 'description', weight: 2 }],
      threshold: FUZZY_THRESHOLD,
      ignoreLocation: true,
    });
    const fuzzy = this.#fuse.search(letters, { limit }).map((result) => result.item);
    return mergeMatches(matches, fuzzy, limit).map((e) => hit(e, letters));
  }

  find(symbol: string): CatalogueEntry | undefined {
    return this.#bySymbol.get(symbol);
  }
}

function hit(entry: CatalogueEntry, letters: string): SearchHit {
  return { entry, marks: { symbol: marksIn(entry.symbol, letters), description: marksIn(entry.description, letters) } };
}

function marksIn(text: string, letters: string): Marks {
  const at = text.toLowerCase().indexOf(letters.toLowerCase());
  return at < 0 || letters === '' ? [] : [[at, at + letters.length]];
}
