/** How far a typed word is from a known one. */
export interface Edits {
  /** From the whole word. */
  readonly whole: number;
  /** From the nearest beginning of the word: people search while they are still typing. */
  readonly prefix: number;
}

/**
 * Counts wrong, missing, doubled and swapped letters (optimal string alignment). Fuse.js counts a swap as two errors and
 * does not tell a word from one that contains it, hence this count of what Fuse.js found near.
 */
export function countEdits(typed: string, word: string): Edits {
  const width = word.length + 1;
  let before: number[] = [];
  let last = Array.from({ length: width }, (_, j) => j);
  for (let i = 1; i <= typed.length; i += 1) {
    const row = [i];
    for (let j = 1; j < width; j += 1) {
      const cost = typed[i - 1] === word[j - 1] ? 0 : 1;
      let least = Math.min((last[j] ?? 0) + 1, (row[j - 1] ?? 0) + 1, (last[j - 1] ?? 0) + cost);
      if (i > 1 && j > 1 && typed[i - 1] === word[j - 2] && typed[i - 2] === word[j - 1]) {
        least = Math.min(least, (before[j - 2] ?? 0) + 1);
      }
      row.push(least);
    }
    before = last;
    last = row;
  }
  return { whole: last[width - 1] ?? 0, prefix: Math.min(...last) };
}

/**
 * Whether `typed` has only letters of `word`, doubled ones aside: a swapped, missing or doubled letter, and no wrong one. What is typed
 * so comes from few words, while a wrong letter could be any of 26 (the noisy channel of https://aclanthology.org/C90-2036/).
 */
export function hasOnlyLettersOf(word: string, typed: string): boolean {
  const left = [...word];
  let extra = typed.length - word.length;
  for (let i = 0; i < typed.length; i += 1) {
    const letter = typed[i] ?? '';
    const at = left.indexOf(letter);
    if (at >= 0) {
      left.splice(at, 1);
      continue;
    }
    extra -= 1;
    if (extra < 0 || (typed[i - 1] !== letter && typed[i + 1] !== letter)) return false;
  }
  return true;
}
