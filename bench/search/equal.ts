import type { CatalogueEntry } from '../../src/protocol/catalogue.ts';

/**
 * How many symbols match a query equally well, counted by rules of its own and not by the ranker's: of symbols, all that begin
 * with it; of words, all whose descriptions have a word for each that begins with it. A query with more than `MOST_EQUAL` is not
 * asked, since no order among them would be right.
 */
export const MOST_EQUAL = 10;

/** The words of a description: runs of letters and digits, lower case. */
export function nameWords(description: string): string[] {
  return description.toLowerCase().match(/[a-z0-9]+/g) ?? [];
}

export class EqualMatches {
  readonly #symbols: readonly string[];
  readonly #names: readonly (readonly string[])[];

  constructor(entries: readonly CatalogueEntry[]) {
    this.#symbols = entries.map(({ symbol }) => symbol.toLowerCase());
    this.#names = entries.map(({ description }) => nameWords(description));
  }

  bySymbol(beginning: string): number {
    return this.#symbols.filter((symbol) => symbol.startsWith(beginning)).length;
  }

  byWords(words: readonly string[]): number {
    return this.#names.filter((name) => words.every((word) => name.some((each) => each.startsWith(word)))).length;
  }
}
