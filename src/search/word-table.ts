import { foldForeign } from './fold.ts';
import { letterOf } from './letters.ts';
import { Words } from './words.ts';

/** The number of the empty word. */
export const NO_WORD = 0;

const FEWEST_WORDS = 256;
const LETTERS_PER_WORD = 8;
/** Half of them are free, so that few words meet on their way to one. */
const SLOTS_PER_WORD = 2;
/** FNV-1a, of which so many bits are kept: engines have larger numbers on the heap. */
const FNV_PRIME = 0x01000193;
const HASH_BITS = 0x3fffffff;
const NO_LETTERS = 0x811c9dc5 & HASH_BITS;

/**
 * Numbers distinct words from 1 on. The letters of a word are told first, then it is taken: so no string is made of any of the
 * hundred thousands of words of a catalogue, which would be slow to cut out, to look up and to throw away.
 */
export class WordTable {
  /** Of every distinct word and of the one that is being told. */
  #letters: Uint16Array;
  #end = 0;
  #hash = NO_LETTERS;
  /** Where words begin, and where the one that is being told does. */
  #starts: Uint32Array;
  /** Words by their hash; `NO_WORD` is free. */
  #slots: Uint32Array;
  #count = 1;

  /** `words`: about how many there will be. */
  constructor(words: number) {
    const size = 2 ** Math.ceil(Math.log2(Math.max(words, FEWEST_WORDS)));
    this.#letters = new Uint16Array(size * LETTERS_PER_WORD);
    this.#starts = new Uint32Array(size + 2);
    this.#slots = new Uint32Array(size * SLOTS_PER_WORD);
  }

  /** Tells the letters of a text that is folded or ASCII from `from` on up to what is no letter, and says where that is. */
  tell(text: string, from: number): number {
    if (this.#end + text.length > this.#letters.length) this.#growLetters(text.length);
    const letters = this.#letters;
    let end = this.#end;
    let hash = this.#hash;
    let at = from;
    for (; at < text.length; at += 1) {
      const letter = letterOf(text.charCodeAt(at));
      if (letter === 0) break;
      letters[end] = letter;
      hash = Math.imul(hash ^ letter, FNV_PRIME);
      end += 1;
    }
    this.#end = end;
    this.#hash = hash & HASH_BITS;
    return at;
  }

  /** The number of the word that was told since the last. */
  take(): number {
    const slot = this.#findSlot();
    const known = this.#slots[slot] ?? NO_WORD;
    const word = this.#count;
    const start = this.#starts[word] ?? 0;
    if (known !== NO_WORD || this.#end === start) {
      this.#end = start;
      return known;
    }
    this.#slots[slot] = word;
    this.#starts[word + 1] = this.#end;
    this.#count += 1;
    if (this.#count * SLOTS_PER_WORD === this.#slots.length) this.#growSlots();
    return word;
  }

  /** The number of all letters of a text as one word. */
  number(text: string): number {
    this.#tellAll(text);
    return this.take();
  }

  /** The same, `NO_WORD` where it is none yet. */
  find(text: string): number {
    this.#tellAll(text);
    const known = this.#slots[this.#findSlot()] ?? NO_WORD;
    this.#end = this.#starts[this.#count] ?? 0;
    return known;
  }

  /** All words so far, in the table's own memory. */
  words(): Words {
    const starts = this.#starts.subarray(0, this.#count + 1);
    return new Words(this.#letters.subarray(0, starts.at(-1)), starts);
  }

  #tellAll(given: string): void {
    const text = foldForeign(given);
    for (let at = 0; at < text.length; at += 1) at = this.tell(text, at);
  }

  /** The slot of the word that is told, or the free one where it belongs. */
  #findSlot(): number {
    const letters = this.#letters;
    const starts = this.#starts;
    const slots = this.#slots;
    const start = starts[this.#count] ?? 0;
    const length = this.#end - start;
    let slot = slotOf(this.#hash, slots.length);
    this.#hash = NO_LETTERS;
    for (;;) {
      const word = slots[slot] ?? NO_WORD;
      if (word === NO_WORD) return slot;
      const at = starts[word] ?? 0;
      if ((starts[word + 1] ?? 0) - at === length) {
        let same = 0;
        while (same < length && letters[at + same] === letters[start + same]) same += 1;
        if (same === length) return slot;
      }
      slot = (slot + 1) & (slots.length - 1);
    }
  }

  #growLetters(by: number): void {
    const letters = new Uint16Array(this.#letters.length * 2 + by);
    letters.set(this.#letters);
    this.#letters = letters;
  }

  #growSlots(): void {
    const starts = new Uint32Array(this.#slots.length + 2);
    starts.set(this.#starts);
    const slots = new Uint32Array(this.#slots.length * 2);
    for (let word = 1; word < this.#count; word += 1) {
      let hash = NO_LETTERS;
      for (let at = starts[word] ?? 0; at < (starts[word + 1] ?? 0); at += 1) {
        hash = Math.imul(hash ^ (this.#letters[at] ?? 0), FNV_PRIME);
      }
      let slot = slotOf(hash & HASH_BITS, slots.length);
      while (slots[slot] !== NO_WORD) slot = (slot + 1) & (slots.length - 1);
      slots[slot] = word;
    }
    this.#starts = starts;
    this.#slots = slots;
  }
}

function slotOf(hash: number, slots: number): number {
  return (hash ^ (hash >>> 15)) & (slots - 1);
}
