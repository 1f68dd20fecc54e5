import Fuse from 'fuse.js/min-basic';
import { countEdits, hasOnlyLettersOf } from './edits.ts';
import { GramIndex } from './grams.ts';
import type { Words } from './words.ts';

/** A known word near a typed one. */
export interface Near {
  /** Its number in the vocabulary. */
  readonly word: number;
  readonly edits: number;
  /** Whether only the word's beginning was typed. */
  readonly unfinished: boolean;
  /** Whether no letter is a wrong one, see `hasOnlyLettersOf`. */
  readonly sameLetters: boolean;
}

/** Shorter words are too near to everything. */
const FROM_LETTERS = 3;
/** From here on, the beginning of a word may be misspelt too, and from the next on two letters may be wrong. */
const UNFINISHED_FROM_LETTERS = 5;
const TWO_EDITS_FROM_LETTERS = 8;
/** One edit spoils at most two pairs of neighbours, see grams.ts. */
const SPOILT_BY_AN_EDIT = 2;
/** What Fuse.js looks at for a word: enough that the meant one is among them, little enough for a keystroke. */
const CANDIDATES = 200;
/** Fuse.js throws on longer patterns of one piece, and nobody types such words. */
const LONGEST = 31;
/** Answers kept: the words before the one being typed are asked for at every keystroke. */
const KEPT = 64;

export function allowedEdits(letters: number): number {
  return letters < FROM_LETTERS || letters > LONGEST ? 0 : letters < TWO_EDITS_FROM_LETTERS ? 1 : 2;
}

/** Finds what a misspelt word may mean: pairs of letters say which words are plausible, Fuse.js which of them are near. */
export class Misspelt {
  readonly #words: Words;
  /** Made for the first word that needs it: most of what is typed is right. */
  #grams: GramIndex | undefined;
  readonly #kept = new Map<string, readonly Near[]>();

  constructor(words: Words) {
    this.#words = words;
  }

  near(typed: string): readonly Near[] {
    const kept = this.#kept.get(typed);
    if (kept) return kept;
    const found = this.#find(typed);
    for (const oldest of this.#kept.keys()) {
      if (this.#kept.size < KEPT) break;
      this.#kept.delete(oldest);
    }
    this.#kept.set(typed, found);
    return found;
  }

  #find(typed: string): Near[] {
    const letters = typed.length;
    const edits = allowedEdits(letters);
    if (edits === 0) return [];
    const unfinished = letters >= UNFINISHED_FROM_LETTERS;
    const spoilt = edits * SPOILT_BY_AN_EDIT + (unfinished ? 1 : 0);
    const longest = unfinished ? Number.POSITIVE_INFINITY : letters + edits;
    this.#grams ??= new GramIndex(this.#words);
    const ids = this.#grams.nearest(typed, Math.max(2, letters + 1 - spoilt), letters - edits, longest, CANDIDATES);
    const fuse = new Fuse(
      ids.map((id) => this.#words.text(id)),
      // A swap is two errors to Fuse.js.
      { threshold: (edits + 1) / letters, ignoreLocation: true, ignoreFieldNorm: true, shouldSort: false },
    );
    const near: Near[] = [];
    for (const { item, refIndex } of fuse.search(typed)) {
      const counted = countEdits(typed, item);
      const word = ids[refIndex] ?? 0;
      if (counted.whole > 0 && counted.whole <= edits) {
        const sameLetters = hasOnlyLettersOf(item, typed);
        // Two letters and a wrong one are anything.
        if (item.length < FROM_LETTERS && !sameLetters) continue;
        near.push({ word, edits: counted.whole, unfinished: false, sameLetters });
      } else if (unfinished && counted.prefix > 0 && counted.prefix <= edits) {
        near.push({ word, edits: counted.prefix, unfinished: true, sameLetters: false });
      }
    }
    return near;
  }
}
