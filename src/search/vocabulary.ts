import { foldForeign } from './fold.ts';
import { type Groups, groupByKey } from './group.ts';
import { isJoin } from './letters.ts';
import { NO_WORD, WordTable } from './word-table.ts';
import type { Words } from './words.ts';

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
/** Right wherever it is typed. */
export const ANY_PLACE = (1 << PLACE_BITS) - 1;
/** Never where it should be. */
export const NO_PLACE = ANY_PLACE - 1;

/** Entry, place and field in one number: a catalogue has hundreds of thousands of them. */
export const entryIn = (posting: number): number => posting >>> (FIELD_BITS + PLACE_BITS);
export const placeIn = (posting: number): number => (posting >>> FIELD_BITS) & ANY_PLACE;
export const fieldIn = (posting: number): number => posting & ((1 << FIELD_BITS) - 1);

/** Gathers which entry has which word where; `build` puts it in order. */
export class VocabularyBuilder {
  readonly #words: WordTable;
  #numbers: Uint32Array<ArrayBuffer>;
  #postings: Uint32Array<ArrayBuffer>;
  #count = 0;

  constructor(entries: number) {
    this.#words = new WordTable(entries * 2);
    this.#numbers = new Uint32Array(entries * POSTINGS_PER_ENTRY);
    this.#postings = new Uint32Array(entries * POSTINGS_PER_ENTRY);
  }

  /**
   * Adds every word of a text in its place: those who type in order mean names that begin so. What marks join is added once more
   * as one word (`loreal` of `l'oreal`), in the first place or in none.
   */
  addText(given: string, entry: number): void {
    const text = foldForeign(given);
    const words = this.#words;
    let place = 0;
    for (let at = 0; at < text.length; at += 1) {
      const from = at;
      const first = place;
      for (let end = words.tell(text, at); end > at; end = words.tell(text, at)) {
        this.#add(words.take(), entry, Math.min(place, NO_PLACE), Field.text);
        place += 1;
        at = end;
        if (end === text.length || !isJoin(text.charCodeAt(end))) break;
        at += 1;
      }
      if (place <= first + 1) continue;
      for (let i = from; i < at; i += 1) i = words.tell(text, i);
      this.#add(words.take(), entry, first === 0 ? 0 : NO_PLACE, Field.text);
    }
  }

  /** Adds all letters and digits of a text as one word. */
  add(text: string, entry: number, place: number, field: Field): void {
    const word = this.#words.number(text);
    if (word !== NO_WORD) this.#add(word, entry, place, field);
  }

  #add(word: number, entry: number, place: number, field: Field): void {
    if (this.#count === this.#numbers.length) {
      this.#numbers = doubled(this.#numbers);
      this.#postings = doubled(this.#postings);
    }
    this.#numbers[this.#count] = word;
    this.#postings[this.#count] = ((entry << PLACE_BITS) | place) * (1 << FIELD_BITS) + field;
    this.#count += 1;
  }

  build(): Vocabulary {
    const words = this.#words.words();
    const numbers = this.#numbers.subarray(0, this.#count);
    return { words, postings: groupByKey(numbers, this.#postings, words.count) };
  }
}

const POSTINGS_PER_ENTRY = 6;

function doubled(numbers: Uint32Array<ArrayBuffer>): Uint32Array<ArrayBuffer> {
  const larger = new Uint32Array(numbers.length * 2 + 1);
  larger.set(numbers);
  return larger;
}

/** Every distinct word of a catalogue, and by its number which entries have it where. */
export interface Vocabulary {
  readonly words: Words;
  readonly postings: Groups;
}
