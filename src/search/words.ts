import { classOf, EDGE, FOREIGN, LETTER_CLASSES } from './letters.ts';

/** By how many letters words are sorted at first: as many as go into 32 bits. */
const KEY_LETTERS = 6;

/** Distinct words as UTF-16 codes in one row: tens of thousands of strings would take longer to make than to search. */
export class Words {
  /** Their numbers are below this; 0 is the empty word. */
  readonly count: number;
  /** The letters of word `i` are `letters[starts[i]]` up to `letters[starts[i + 1]]`. */
  readonly letters: Uint16Array;
  readonly starts: Uint32Array;
  /** The words' numbers in the order of the words. */
  readonly order: Uint32Array;

  constructor(letters: Uint16Array, starts: Uint32Array) {
    this.letters = letters;
    this.starts = starts;
    this.count = starts.length - 1;
    this.order = this.#sorted();
  }

  lengthOf(word: number): number {
    return (this.starts[word + 1] ?? 0) - (this.starts[word] ?? 0);
  }

  text(word: number): string {
    return String.fromCharCode(...this.letters.subarray(this.starts[word], this.starts[word + 1]));
  }

  /** The words that begin with `beginning`, in order; the word itself, if it is one, is the first. */
  beginningWith(beginning: string): Uint32Array {
    return this.order.subarray(this.#lowerBound(beginning), this.#lowerBound(`${beginning}\uffff`));
  }

  #lowerBound(wanted: string): number {
    let low = 0;
    let high = this.count;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (this.#isBefore(this.order[middle] ?? 0, wanted)) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  #isBefore(word: number, wanted: string): boolean {
    const start = this.starts[word] ?? 0;
    const length = this.lengthOf(word);
    for (let i = 0; i < length && i < wanted.length; i += 1) {
      const difference = (this.letters[start + i] ?? 0) - wanted.charCodeAt(i);
      if (difference !== 0) return difference < 0;
    }
    return length < wanted.length;
  }

  /** Sorted by the engine as numbers of 64 bits, a key before the word's own number; then those with one key among themselves. */
  #sorted(): Uint32Array {
    const keys = new Uint32Array(this.count * 2);
    for (let word = 0; word < this.count; word += 1) {
      keys[word * 2] = word;
      keys[word * 2 + 1] = this.#keyOf(word);
    }
    new BigUint64Array(keys.buffer).sort();
    const order = new Uint32Array(this.count);
    let from = 0;
    for (let i = 0; i < order.length; i += 1) {
      order[i] = keys[i * 2] ?? 0;
      if (keys[i * 2 + 1] === keys[i * 2 + 3]) continue;
      if (i > from) order.subarray(from, i + 1).sort((a, b) => this.#compare(a, b));
      from = i + 1;
    }
    return order;
  }

  /** A word's first letters as one number, in the order of the words; up to the first foreign one, whose class has no order. */
  #keyOf(word: number): number {
    const start = this.starts[word] ?? 0;
    let end = this.starts[word + 1] ?? 0;
    let key = 0;
    for (let at = start; at < start + KEY_LETTERS; at += 1) {
      const letter = at < end ? classOf(this.letters[at] ?? 0) : EDGE;
      if (letter === FOREIGN) end = at;
      key = (Math.imul(key, LETTER_CLASSES) + letter) | 0;
    }
    return key;
  }

  #compare(a: number, b: number): number {
    const length = Math.min(this.lengthOf(a), this.lengthOf(b));
    const startA = this.starts[a] ?? 0;
    const startB = this.starts[b] ?? 0;
    for (let i = 0; i < length; i += 1) {
      const difference = (this.letters[startA + i] ?? 0) - (this.letters[startB + i] ?? 0);
      if (difference !== 0) return difference;
    }
    return this.lengthOf(a) - this.lengthOf(b);
  }
}
