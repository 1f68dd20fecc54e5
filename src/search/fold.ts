/** Letters that Unicode does not take apart into a plain letter and a mark. */
const UNDIVIDED: Readonly<Record<string, string>> = {
  ß: 'ss',
  æ: 'ae',
  œ: 'oe',
  ø: 'o',
  ł: 'l',
  đ: 'd',
  ð: 'd',
  þ: 'th',
  ı: 'i',
};

/** A word as people type it without looking: lower case, without diacritics. */
export function fold(text: string): string {
  const lower = text.toLowerCase();
  if (isAscii(lower)) return lower;
  return lower
    .normalize('NFD')
    .replace(/\p{M}/gu, '')
    .replace(/[ßæœøłđðþı]/g, (letter) => UNDIVIDED[letter] ?? letter);
}

function isAscii(text: string): boolean {
  return !/[^\0-\x7f]/.test(text);
}

/** A word of a folded text: no space, no ASCII mark, no general punctuation. Letters of all scripts remain. */
const LETTERS = '[^\\0-/:-`{-\\xbf\\xd7\\xf7\\u2000-\\u206f]+';
const WORD_OR_END = new RegExp(`\\n|${LETTERS}`, 'g');
const JOINED_OR_END = new RegExp(`\\n|${LETTERS}(?:[&'’.\\-/_]${LETTERS})+`, 'g');

/**
 * Calls `each` with every word of every text: the text's number, the word's place in it, and the word. What marks join is told
 * once more as one word (`loreal` of `l'oreal`), in the place of the text's beginning or in `elsewhere`. All texts are searched as
 * one by the engine's regular expressions: an index that is built once runs before any loop of this file is compiled.
 */
export function forEachWord(
  texts: readonly string[],
  elsewhere: number,
  each: (text: number, place: number, word: string) => void,
): void {
  const folded = fold(texts.map((text) => text.replaceAll('\n', ' ')).join('\n'));
  let text = 0;
  let place = 0;
  const firsts: string[] = [];
  for (const word of folded.match(WORD_OR_END) ?? []) {
    if (word === '\n') {
      text += 1;
      place = 0;
      continue;
    }
    if (place === 0) firsts[text] = word;
    each(text, place, word);
    place += 1;
  }
  text = 0;
  for (const run of folded.match(JOINED_OR_END) ?? []) {
    if (run === '\n') text += 1;
    else each(text, run.startsWith(firsts[text] ?? run) ? 0 : elsewhere, run.replace(/[&'’.\-/_]/g, ''));
  }
}

/** Only the letters and digits of a text, folded: `btcusdt` of `BTC/USDT`. */
export function compact(text: string): string {
  if (/^[A-Z\d]*$/.test(text)) return text.toLowerCase();
  const folded = fold(text);
  return folded.replace(isAscii(folded) ? /[^a-z0-9]+/g : /[^\p{L}\p{N}]+/gu, '');
}

/** A folded word of a text and where it stands there. */
export interface Word {
  readonly text: string;
  readonly start: number;
  readonly end: number;
  /** The one character between this word and the one before (`&` of `AT&T`); empty where there is a space or more. */
  readonly link: string;
}

/** The words of a text: runs of letters and digits. */
export function wordsOf(text: string): Word[] {
  const folded = fold(text);
  // Folding seldom changes the length; where it does, places are counted in the text itself, word by word.
  const same = folded.length === text.length;
  const words: Word[] = [];
  let end = Number.NaN;
  for (const { 0: word, index: start } of text.matchAll(/[\p{L}\p{N}\p{M}]+/gu)) {
    const link = start === end + 1 && text[end] !== ' ' ? (text[end] ?? '') : '';
    end = start + word.length;
    words.push({ text: same ? folded.slice(start, end) : fold(word), start, end, link });
  }
  return words;
}
