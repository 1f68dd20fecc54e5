/** What is known of the words of a catalogue. */
export interface KnownWords {
  readonly has: (word: string) => boolean;
  readonly hasBeginning: (beginning: string) => boolean;
}

/** Shorter words are rather one misspelt word than two. */
const FROM_LETTERS = 6;
const SHORTEST_PART = 2;

/**
 * The words with the space that was left out of one of them: `national vision` of `nationalvision`. Only of a word that begins no
 * known one, and only into a known word and the beginning of another.
 */
export function withMissingSpace(words: readonly string[], known: KnownWords): string[][] {
  return words.flatMap((word, i) => {
    if (word.length < FROM_LETTERS || known.hasBeginning(word)) return [];
    return twoWords(word, known).map((two) => [...words.slice(0, i), ...two, ...words.slice(i + 1)]);
  });
}

function twoWords(word: string, known: KnownWords): [string, string][] {
  const found: [string, string][] = [];
  for (let at = SHORTEST_PART; at <= word.length - SHORTEST_PART; at += 1) {
    const [first, second] = [word.slice(0, at), word.slice(at)];
    if (known.has(first) && known.hasBeginning(second)) found.push([first, second]);
  }
  return found;
}
