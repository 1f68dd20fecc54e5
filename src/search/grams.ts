import { type Groups, groupByKey } from './group.ts';
import { classOf, EDGE, LETTER_CLASSES } from './letters.ts';
import type { Words } from './words.ts';

const GRAMS = LETTER_CLASSES * LETTER_CLASSES;

/** One number for two neighbours, whichever comes first: so that a swap of two letters leaves their pair as it is. */
function gramOf(a: number, b: number): number {
  return a < b ? a * LETTER_CLASSES + b : b * LETTER_CLASSES + a;
}

/**
 * Which words share pairs of neighbouring letters with a typed one. One wrong, missing, doubled or swapped letter spoils at
 * most two of a word's pairs, so what was meant shares all the others: a few additions a word instead of a comparison.
 */
export class GramIndex {
  readonly #words: Words;
  /** The words of each pair. */
  readonly #pairs: Groups;
  readonly #shared: Uint8Array;

  constructor(words: Words) {
    const { letters, starts, count } = words;
    this.#words = words;
    this.#shared = new Uint8Array(count);
    const grams = new Uint32Array(letters.length + count);
    const owners = new Uint32Array(grams.length);
    let written = 0;
    for (let word = 0; word < count; word += 1) {
      const from = written;
      written = writeGrams(letters, starts[word] ?? 0, starts[word + 1] ?? 0, grams, written);
      owners.fill(word, from, written);
    }
    this.#pairs = groupByKey(grams, owners, GRAMS);
  }

  /**
   * The words that share at least `atLeast` pairs with `typed`: at most `limit`, those that
   * share most first, and of them those nearest in length.
   */
  nearest(typed: string, atLeast: number, shortest: number, longest: number, limit: number): number[] {
    const shared = this.#shared.fill(0);
    const grams = new Uint32Array(typed.length + 1);
    writeGrams(
      Uint16Array.from(typed.split(''), (letter) => letter.charCodeAt(0)),
      0,
      typed.length,
      grams,
      0,
    );
    const { starts, values } = this.#pairs;
    for (const gram of grams) {
      const end = starts[gram + 1] ?? 0;
      for (let at = starts[gram] ?? 0; at < end; at += 1) {
        const word = values[at] ?? 0;
        shared[word] = (shared[word] ?? 0) + 1;
      }
    }
    const most = typed.length + 1;
    const byClass: number[][] = [];
    for (const id of this.#words.order) {
      const count = Math.min(shared[id] ?? 0, most);
      if (count < atLeast) continue;
      const length = this.#words.lengthOf(id);
      if (length < shortest || length > longest) continue;
      const at = (most - count) * LENGTH_CLASSES + Math.min(Math.abs(length - typed.length), LENGTH_CLASSES - 1);
      byClass[at] ??= [];
      byClass[at].push(id);
    }
    const found: number[] = [];
    for (const ids of byClass) {
      if (ids === undefined) continue;
      for (const id of ids) {
        if (found.length >= limit) return found;
        found.push(id);
      }
    }
    return found;
  }
}
/** Words further off in length are alike unlikely. */
const LENGTH_CLASSES = 8;

/** Every pair of neighbours in a word, its edges included (one more than it has letters), into `grams` from `at` on. */
function writeGrams(letters: Uint16Array, start: number, end: number, grams: Uint32Array, at: number): number {
  let former = EDGE;
  let to = at;
  for (let i = start; i < end; i += 1) {
    const letter = classOf(letters[i] ?? 0);
    grams[to] = gramOf(former, letter);
    to += 1;
    former = letter;
  }
  grams[to] = gramOf(former, EDGE);
  return to + 1;
}
