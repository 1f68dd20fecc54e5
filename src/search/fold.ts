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

/** Texts searched at once: enough that calls do not count, few enough that their words are gone before they are moved. */
const TEXTS_AT_ONCE = 500;

/**
 * Calls `each` with every word of every text: the text's number, the word's place in it, and the word. What marks join is told
 * once more as one word (`loreal` of `l'oreal`), in the place of the text's beginning or in `elsewhere`. Many texts are searched as
 * one by the engine's regular expressions: an index that is built once runs before any loop of this file is compiled.
 */
export function forEachWord(
  texts: readonly string[],
  elsewhere: number,
  each: (text: number, place: number, word: string) => void,
): void {
  for (let from = 0; from < texts.length; from += TEXTS_AT_ONCE) {
    const some = texts.slice(from, from + TEXTS_AT_ONCE);
    const joined = some.join('\n');
    // A text with a line of its own would count as two.
    const lines = joined.split('\n').length === some.length;
    const folded = fold(lines ? joined : some.map((text) => text.replaceAll('\n', ' ')).join('\n'));
    const firsts = words(folded, from, each);
    joinedWords(folded, from, (text, word) =>
      each(text, word.startsWith(firsts[text - from] ?? word) ? 0 : elsewhere, word),
    );
  }
}

/** Tells every word, and gives the first of each text. */
function words(folded: string, from: number, each: (text: number, place: number, word: string) => void): string[] {
  const firsts: string[] = [];
  let text = from;
  let place = 0;
  for (const word of folded.match(WORD_OR_END) ?? []) {
    if (word === '\n') {
      if (place === 0) firsts.push('');
      text += 1;
      place = 0;
      continue;
    }
    if (place === 0) firsts.push(word);
    each(text, place, word);
    place += 1;
  }
  return firsts;
}

function joinedWords(folded: string, from: number, each: (text: number, word: string) => void): void {
  let text = from;
  for (const run of folded.match(JOINED_OR_END) ?? []) {
    if (run === '\n') text += 1;
    else each(text, run.replace(/[&'’.\-/_]/g, ''));
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
