import type { CatalogueEntry } from '../protocol/catalogue.ts';

/** `BRK-B`, `BRK/B`, `brk b` and `BRK.B` alike. Marks that tell warrants and units from their shares (`+`, `=`) stay. */
function formOf(symbol: string): string {
  return symbol
    .trim()
    .toUpperCase()
    .replace(/[\s./_:-]+/g, '.');
}

/** Finds an entry by its whole symbol, however it is written. */
export class Symbols {
  readonly #exact = new Map<string, CatalogueEntry>();
  readonly #forms = new Map<string, CatalogueEntry>();

  constructor(entries: readonly CatalogueEntry[]) {
    for (const entry of entries) {
      const form = formOf(entry.symbol);
      if (!this.#exact.has(entry.symbol)) this.#exact.set(entry.symbol, entry);
      if (!this.#forms.has(form)) this.#forms.set(form, entry);
    }
  }

  find(typed: string): CatalogueEntry | undefined {
    const symbol = typed.trim();
    return this.#exact.get(symbol) ?? this.#exact.get(symbol.toUpperCase()) ?? this.#forms.get(formOf(symbol));
  }
}
