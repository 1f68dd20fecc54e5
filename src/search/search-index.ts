import type { CatalogueEntry } from '../protocol/catalogue.ts';
import { Tier } from './best.ts';
import { buildVocabulary, codeOf } from './lexicon.ts';
import { type Mark, markSymbol, markWords } from './marks.ts';
import { Matcher } from './matcher.ts';
import { Misspelt } from './misspelt.ts';
import { type Query, readQuery } from './readings.ts';
import { aliasKey, type Renown, renownOf } from './renown.ts';
import { listingsOf, standingOf, UNKNOWN_RANK } from './standing.ts';
import { Symbols } from './symbols.ts';

export interface SearchHit {
  readonly entry: CatalogueEntry;
  /** Matched stretches of `entry.symbol` and `entry.description`, for highlighting; may be empty. */
  readonly marks: { readonly symbol: readonly Mark[]; readonly description: readonly Mark[] };
}

/** Finds what people mean by what they type. Built once for a catalogue, then asked at every keystroke. */
export class SearchIndex {
  readonly #entries: readonly CatalogueEntry[];
  readonly #numbers: ReadonlyMap<CatalogueEntry, number>;
  readonly #symbols: Symbols;
  readonly #renown: Renown;
  readonly #matcher: Matcher;

  constructor(entries: readonly CatalogueEntry[]) {
    this.#entries = [...new Map(entries.map((entry) => [entry.symbol, entry])).values()];
    this.#numbers = new Map(this.#entries.map((entry, i) => [entry, i]));
    this.#symbols = new Symbols(this.#entries);
    const listings = listingsOf(this.#entries);
    const codes = listings.map(codeOf);
    this.#renown = renownOf(listings, codes);
    const { ranks, names } = this.#renown;
    const standings = Float64Array.from(listings, ({ entry, kind, pair }, i) =>
      standingOf(ranks[i] ?? UNKNOWN_RANK, kind, pair, entry.description.length),
    );
    const vocabulary = buildVocabulary(listings, codes, names);
    this.#matcher = new Matcher(vocabulary, new Misspelt(vocabulary.words), standings);
  }

  get size(): number {
    return this.#entries.length;
  }

  /** Best first, no symbol twice; the same for the same catalogue whatever was asked before. */
  search(query: string, limit: number): SearchHit[] {
    const read = readQuery(query);
    const { best } = this.#matcher;
    best.clear();
    const exact = this.find(query);
    const number = exact && this.#numbers.get(exact);
    if (number !== undefined) best.offer(number, Tier.symbol, true, 0);
    for (const [order, entry] of (this.#renown.meant.get(aliasKey(query)) ?? []).entries()) {
      best.offer(entry, Tier.alias, true, order);
    }
    this.#matcher.match(read, limit);
    return best.take(limit, (a, b) => this.#bySymbol(a, b)).flatMap((entry) => this.#hit(entry, read));
  }

  /** The entry of a whole symbol, also written `BRK-B`, `BRK/B` or in lower case. */
  find(symbol: string): CatalogueEntry | undefined {
    return this.#symbols.find(symbol);
  }

  #bySymbol(a: number, b: number): number {
    return (this.#entries[a]?.symbol ?? '') < (this.#entries[b]?.symbol ?? '') ? -1 : 1;
  }

  #hit(number: number, { code, readings }: Query): SearchHit[] {
    const entry = this.#entries[number];
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
