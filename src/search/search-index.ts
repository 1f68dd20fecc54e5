import type { CatalogueEntry } from '../protocol/catalogue.ts';

/** A stretch of a text, [start, end) in UTF-16 units. */
export type Mark = readonly [start: number, end: number];

export interface SearchHit {
  readonly entry: CatalogueEntry;
  /** Matched stretches of `entry.symbol` and `entry.description`, for highlighting; may be empty. */
  readonly marks: { readonly symbol: readonly Mark[]; readonly description: readonly Mark[] };
}

/** Finds what people mean. Built once for a catalogue, then asked at every keystroke. */
export class SearchIndex {
  readonly #entries: readonly CatalogueEntry[];
  readonly #byKey = new Map<string, CatalogueEntry>();

  constructor(entries: readonly CatalogueEntry[]) {
    this.#entries = entries;
    for (const entry of entries) if (!this.#byKey.has(keyOf(entry.symbol))) this.#byKey.set(keyOf(entry.symbol), entry);
    for (const entry of entries) this.#byKey.set(entry.symbol, entry);
  }

  get size(): number {
    return this.#entries.length;
  }

  /** Best first, no symbol twice. */
  search(query: string, limit: number): SearchHit[] {
    const wanted = keyOf(query.trim());
    if (wanted === '') return [];
    const exact = this.find(query.trim());
    const rest = this.#entries.filter(
      (entry) => entry !== exact && (keyOf(entry.symbol).includes(wanted) || keyOf(entry.description).includes(wanted)),
    );
    rest.sort((a, b) => a.symbol.length - b.symbol.length || (a.symbol < b.symbol ? -1 : 1));
    return (exact ? [exact, ...rest] : rest)
      .slice(0, limit)
      .map((entry) => ({ entry, marks: { symbol: [], description: [] } }));
  }

  /** The entry of a symbol however it is written: `BRK.B`, `BRK-B`, `brk/b`. */
  find(symbol: string): CatalogueEntry | undefined {
    return this.#byKey.get(symbol) ?? this.#byKey.get(symbol.toUpperCase()) ?? this.#byKey.get(keyOf(symbol));
  }
}

function keyOf(text: string): string {
  return text.toLowerCase().replace(/[^a-z0-9+=]/g, ' ');
}
