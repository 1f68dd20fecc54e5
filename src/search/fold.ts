import { isAscii } from './letters.ts';

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

/** The same, but for the case of ASCII: for those who fold that themselves, letter by letter. */
export function foldForeign(text: string): string {
  return isAscii(text) ? text : fold(text);
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
