/** What a word is to its entry. */
export const Field = {
  /** A word of its name, or of what people call it. */
  text: 0,
  /** Its ticker without marks and venue: `brkb`, `btcusdt`. */
  symbol: 1,
  /** The code that alone means this pair: `btc` of BTC/USDT, `jpy` of USD/JPY. */
  bare: 2,
} as const;
export type Field = (typeof Field)[keyof typeof Field];

const FIELD_BITS = 2;
const PLACE_BITS = 4;
const LAST_PLACE = (1 << PLACE_BITS) - 1;

/** Entry, place and field in one number: a catalogue has hundreds of thousands of them. */
export const entryIn = (posting: number): number => posting >>> (FIELD_BITS + PLACE_BITS);
export const placeIn = (posting: number): number => (posting >>> FIELD_BITS) & LAST_PLACE;
export const fieldIn = (posting: number): number => posting & ((1 << FIELD_BITS) - 1);

/** Gathers which entry has which word where; `build` puts it in order. */
export class VocabularyBuilder {
  readonly #ids = new Map<string, number>();
  readonly #words: number[] = [];
  readonly #postings: number[] = [];

  /** `place` is the word's number within its text: those who type in order mean names that begin so. */
  add(word: string, entry: number, place: number, field: Field): void {
    if (word === '') return;
    let id = this.#ids.get(word);
    if (id === undefined) {
      id = this.#ids.size;
      this.#ids.set(word, id);
    }
    this.#words.push(id);
    this.#postings.push(((entry << PLACE_BITS) | Math.min(place, LAST_PLACE)) * (1 << FIELD_BITS) + field);
  }

  build(): Vocabulary {
    const words = [...this.#ids.keys()].sort();
    const sorted = new Uint32Array(words.length);
    for (let at = 0; at < words.length; at += 1) sorted[this.#ids.get(words[at] ?? '') ?? 0] = at;
    const starts = new Uint32Array(words.length + 1);
    for (const id of this.#words) {
      const at = (sorted[id] ?? 0) + 1;
      starts[at] = (starts[at] ?? 0) + 1;
    }
    for (let at = 0; at < words.length; at += 1) starts[at + 1] = (starts[at + 1] ?? 0) + (starts[at] ?? 0);
    const next = starts.slice();
    const postings = new Uint32Array(this.#postings.length);
    for (let i = 0; i < this.#words.length; i += 1) {
      const at = sorted[this.#words[i] ?? 0] ?? 0;
      const to = next[at] ?? 0;
      postings[to] = this.#postings[i] ?? 0;
      next[at] = to + 1;
    }
    return new Vocabulary(words, starts, postings);
  }
}

/** Every distinct word of a catalogue in order, and which entries have it. */
export class Vocabulary {
  readonly words: readonly string[];
  /** The postings of word `i` are `postings[starts[i]]` up to `postings[starts[i + 1]]`. */
  readonly starts: Uint32Array;
  readonly postings: Uint32Array;

  constructor(words: readonly string[], starts: Uint32Array, postings: Uint32Array) {
    this.words = words;
    this.starts = starts;
    this.postings = postings;
  }

  /** The words [from, to) that begin with `beginning`; the word itself, if it is one, is the first. */
  range(beginning: string): readonly [from: number, to: number] {
    const from = this.#lowerBound(beginning);
    return [from, this.#lowerBound(`${beginning}\uffff`)];
  }

  #lowerBound(word: string): number {
    let low = 0;
    let high = this.words.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((this.words[middle] ?? '') < word) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}
