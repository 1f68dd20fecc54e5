/** 26 letters, 10 digits, the edge of a word, everything else. */
const CODES = 38;
const EDGE = 36;
const OTHER = 37;
const TABLE = CODES * CODES;

function codeOf(code: number): number {
  if (code >= 97 && code <= 122) return code - 97;
  if (code >= 48 && code <= 57) return code - 48 + 26;
  return OTHER;
}

/** One number for two neighbours, whichever comes first: so that a swap of two letters leaves their pair as it is. */
function gramOf(a: number, b: number): number {
  return a < b ? a * CODES + b : b * CODES + a;
}

/** Calls `each` with every pair of neighbours in a word, its edges included: one more than it has letters. */
function forEachGram(word: string, each: (gram: number) => void): void {
  let former = EDGE;
  for (let i = 0; i < word.length; i += 1) {
    const code = codeOf(word.charCodeAt(i));
    each(gramOf(former, code));
    former = code;
  }
  each(gramOf(former, EDGE));
}

/**
 * Which words share pairs of neighbouring letters with a typed one. One wrong, missing, doubled or swapped letter spoils at
 * most two of a word's pairs, so what was meant shares all the others: a few additions a word instead of a comparison.
 */
export class GramIndex {
  readonly #words: readonly string[];
  /** Where the words of each pair begin in `#postings`. */
  readonly #starts = new Uint32Array(TABLE + 1);
  readonly #postings: Uint32Array;
  readonly #shared: Uint8Array;

  constructor(words: readonly string[]) {
    this.#words = words;
    this.#shared = new Uint8Array(words.length);
    const starts = this.#starts;
    for (const word of words) {
      forEachGram(word, (gram) => {
        starts[gram + 1] = (starts[gram + 1] ?? 0) + 1;
      });
    }
    for (let gram = 0; gram < TABLE; gram += 1) starts[gram + 1] = (starts[gram + 1] ?? 0) + (starts[gram] ?? 0);
    const postings = new Uint32Array(starts[TABLE] ?? 0);
    const next = starts.slice();
    for (let id = 0; id < words.length; id += 1) {
      forEachGram(words[id] ?? '', (gram) => {
        const at = next[gram] ?? 0;
        postings[at] = id;
        next[gram] = at + 1;
      });
    }
    this.#postings = postings;
  }

  /**
   * The words, by their place in the list, that share at least `atLeast` pairs with `typed`: at most `limit`, those that
   * share most first, and of them those nearest in length.
   */
  nearest(typed: string, atLeast: number, shortest: number, longest: number, limit: number): number[] {
    const shared = this.#shared.fill(0);
    forEachGram(typed, (gram) => {
      const end = this.#starts[gram + 1] ?? 0;
      for (let at = this.#starts[gram] ?? 0; at < end; at += 1) {
        const id = this.#postings[at] ?? 0;
        shared[id] = (shared[id] ?? 0) + 1;
      }
    });
    const most = typed.length + 1;
    const byClass: number[][] = [];
    for (let id = 0; id < shared.length; id += 1) {
      const count = Math.min(shared[id] ?? 0, most);
      if (count < atLeast) continue;
      const { length } = this.#words[id] ?? '';
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
