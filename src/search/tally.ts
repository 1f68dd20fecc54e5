/** What one wrong letter costs: more than any number of lesser differences. */
export const EDIT_COST = 64;

/**
 * Counts, for one reading of a query, which words each entry has and how far they are from what was typed. Arrays are kept
 * between queries and marked with the number of the pass, so that nothing has to be cleared.
 */
export class Tally {
  /** Entries that have at least one word, in the order in which they were met. */
  touched: number[] = [];
  readonly #pass: Uint32Array;
  readonly #word: Uint8Array;
  readonly #wordCost: Uint16Array;
  readonly #cost: Uint16Array;
  readonly #matched: Uint8Array;
  #passes = 0;

  constructor(entries: number) {
    this.#pass = new Uint32Array(entries);
    this.#word = new Uint8Array(entries);
    this.#wordCost = new Uint16Array(entries);
    this.#cost = new Uint16Array(entries);
    this.#matched = new Uint8Array(entries);
  }

  begin(): void {
    this.#passes += 1;
    this.touched = [];
  }

  /** An entry has the query's word number `word`; of several matches of a word only the cheapest counts. */
  add(entry: number, word: number, cost: number): void {
    if (this.#pass[entry] !== this.#passes) {
      this.#pass[entry] = this.#passes;
      this.#matched[entry] = 0;
      this.#cost[entry] = 0;
      this.touched.push(entry);
    } else if (this.#word[entry] === word) {
      const former = this.#wordCost[entry] ?? 0;
      if (cost >= former) return;
      this.#wordCost[entry] = cost;
      this.#cost[entry] = (this.#cost[entry] ?? 0) - former + cost;
      return;
    }
    this.#word[entry] = word;
    this.#wordCost[entry] = cost;
    this.#cost[entry] = (this.#cost[entry] ?? 0) + cost;
    this.#matched[entry] = (this.#matched[entry] ?? 0) + 1;
  }

  matched(entry: number): number {
    return this.#matched[entry] ?? 0;
  }

  cost(entry: number): number {
    return this.#cost[entry] ?? 0;
  }
}
