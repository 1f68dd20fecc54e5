import type { CatalogueEntry } from '../protocol/catalogue.ts';

const SEPARATORS = /[\s./_:-]+/g;
const HAS_SEPARATOR = /[\s./_:-]/;

/** `BRK-B`, `BRK/B`, `brk b` and `BRK.B` alike. Marks that tell warrants and units from their shares (`+`, `=`) stay. */
function formOf(symbol: string): string {
  return symbol.replace(SEPARATORS, '.');
}

/** The entries of a catalogue, no symbol twice, by their whole symbols, however they are written. */
export class Symbols {
  readonly entries: readonly CatalogueEntry[];
  readonly #exact = new Map<string, number>();
  /** Only of symbols that can be written in several ways. */
  readonly #forms = new Map<string, number>();

  constructor(given: readonly CatalogueEntry[]) {
    const entries: CatalogueEntry[] = [];
    for (const entry of given) {
      const { symbol } = entry;
      const number = entries.length;
      if (this.#exact.has(symbol)) continue;
      this.#exact.set(symbol, number);
      entries.push(entry);
      if (!HAS_SEPARATOR.test(symbol)) continue;
      const form = formOf(symbol.toUpperCase());
      if (!this.#forms.has(form)) this.#forms.set(form, number);
    }
    this.entries = entries;
  }

  /** The number of an entry by its symbol as it is written in the catalogue. */
  exact(symbol: string): number | undefined {
    return this.#exact.get(symbol);
  }

  /** The same by what somebody typed. */
  find(typed: string): number | undefined {
    const symbol = typed.trim();
    const upper = symbol.toUpperCase();
    return this.#exact.get(symbol) ?? this.#exact.get(upper) ?? this.#forms.get(formOf(upper));
  }
}
