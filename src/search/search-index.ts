import type { CatalogueEntry } from '../protocol/catalogue.ts';
import { Tier } from './best.ts';
import { buildVocabulary } from './lexicon.ts';
import { type Mark, markSymbol, markWords } from './marks.ts';
import { Matcher } from './matcher.ts';
import { Misspelt } from './misspelt.ts';
import { type Query, readQuery } from './readings.ts';
import { aliasKey, type Renown, renownOf } from './renown.ts';
import { listingsOf, withRanks } from './standing.ts';
import { Symbols } from './symbols.ts';

export interface SearchHit {
  readonly entry: CatalogueEntry;
  /** Matched stretches of `entry.symbol` and `entry.description`, for highlighting; may be empty. */
  readonly marks: { readonly symbol: readonly Mark[]; readonly description: readonly Mark[] };
}

/** Finds what people mean by what they type. Built once for a catalogue, then asked at every keystroke. */
export class SearchIndex {
  readonly #symbols: Symbols;
  readonly #renown: Renown;
  readonly #matcher: Matcher;

  constructor(entries: readonly CatalogueEntry[]) {
    this.#symbols = new Symbols(entries);
    const listings = listingsOf(this.#symbols);
    this.#renown = renownOf(this.#symbols, listings);
    const standings = withRanks(listings.standings, this.#renown.ranks);
    const vocabulary = buildVocabulary(listings, this.#renown.names);
    this.#matcher = new Matcher(vocabulary, new Misspelt(vocabulary.words), standings);
  }

  get size(): number {
    return this.#symbols.entries.length;
  }

  /** Best first, no symbol twice; the same for the same catalogue whatever was asked before. */
  search(query: string, limit: number): SearchHit[] {
    const read = readQuery(query);
    const { best } = this.#matcher;
    best.clear();
    const exact = this.#symbols.find(query);
    if (exact !== undefined) best.offer(exact, Tier.symbol, true, 0);
    for (const [order, entry] of (this.#renown.meant.get(aliasKey(query)) ?? []).entries()) {
      best.offer(entry, Tier.alias, true, order);
    }
    this.#matcher.match(read, limit);
    return best.take(limit, (a, b) => this.#bySymbol(a, b)).flatMap((entry) => this.#hit(entry, read));
  }

  /** The entry of a whole symbol, also written `BRK-B`, `BRK/B` or in lower case. */
  find(symbol: string): CatalogueEntry | undefined {
    const number = this.#symbols.find(symbol);
    return number === undefined ? undefined : this.#symbols.entries[number];
  }

  #bySymbol(a: number, b: number): number {
    return (this.#symbols.entries[a]?.symbol ?? '') < (this.#symbols.entries[b]?.symbol ?? '') ? -1 : 1;
  }

  #hit(number: number, { code, readings }: Query): SearchHit[] {
    const entry = this.#symbols.entries[number];
    if (!entry) return [];
    const typed = readings.flatMap(({ words }) => words);
    const symbol = [code, ...typed].filter((word) => word !== '');
    return [
      {
        entry,
        marks: {
          symbol: symbol.map((word) => markSymbol(entry.symbol, word)).find((marks) => marks.length > 0) ?? [],
          description: markWords(entry.description, [...new Set(typed)]),
        },
      },
    ];
  }
}
