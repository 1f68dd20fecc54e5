import type { CatalogueEntry } from '../protocol/catalogue.ts';
import { WordTable } from './word-table.ts';

const SEPARATORS = /[\s./_:-]+/g;

/** `BRK-B`, `BRK/B`, `brk b` and `BRK.B` alike. Marks that tell warrants and units from their shares (`+`, `=`) stay. */
function formOf(symbol: string): string {
  return symbol.toUpperCase().replace(SEPARATORS, '.');
}

const NONE = -1;

/** The entries of a catalogue, no symbol twice, by their whole symbols, however they are written. */
export class Symbols {
  readonly entries: readonly CatalogueEntry[];
  /** Symbols by their letters and digits, which few share. */
  readonly #table: WordTable;
  /** By the number of these: the last entry that has them. By entry: the one before. */
  readonly #last: Int32Array;
  readonly #before: Int32Array;

  constructor(given: readonly CatalogueEntry[]) {
    this.#table = new WordTable(given.length);
    this.#last = new Int32Array(given.length + 1).fill(NONE);
    this.#before = new Int32Array(given.length);
    const entries: CatalogueEntry[] = [];
    this.entries = entries;
    for (const entry of given) {
      const word = this.#table.number(entry.symbol);
      const last = this.#last[word] ?? NONE;
      if (last !== NONE && this.exact(entry.symbol) !== undefined) continue;
      this.#before[entries.length] = last;
      this.#last[word] = entries.length;
      entries.push(entry);
    }
  }

  /** The number of an entry by its symbol as it is written in the catalogue. */
  exact(symbol: string): number | undefined {
    return this.#first(symbol, (other) => other === symbol);
  }

  /** The same by what somebody typed. */
  find(typed: string): number | undefined {
    const symbol = typed.trim();
    const upper = symbol.toUpperCase();
    const form = formOf(upper);
    const isSame = (other: string): boolean => formOf(other) === form;
    return this.exact(symbol) ?? this.exact(upper) ?? (form.includes('.') ? this.#first(form, isSame) : undefined);
  }

  /** The first entry with the letters and digits of `symbol` that is meant. */
  #first(symbol: string, isMeant: (symbol: string) => boolean): number | undefined {
    let first: number | undefined;
    let entry = this.#last[this.#table.find(symbol)] ?? NONE;
    while (entry !== NONE) {
      if (isMeant(this.entries[entry]?.symbol ?? '')) first = entry;
      entry = this.#before[entry] ?? NONE;
    }
    return first;
  }
}
