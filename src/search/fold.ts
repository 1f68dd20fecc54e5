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
const LAST_ASCII = 0x7f;
const FIRST_LATIN_LETTER = 0xc0;
const TIMES = 0xd7;
const DIVIDED_BY = 0xf7;
/** General punctuation: curly quotes, dashes, dots. */
const PUNCTUATION_FROM = 0x2000;
const PUNCTUATION_TO = 0x206f;

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
  for (let i = 0; i < text.length; i += 1) if (text.charCodeAt(i) > LAST_ASCII) return false;
  return true;
}

/** A folded word of a text and where it stands there. */
export interface Word {
  readonly text: string;
  readonly start: number;
  readonly end: number;
  /** The one character between this word and the one before (`&` of `AT&T`); empty where there is a space or more. */
  readonly link: string;
}

/** The words of a text: runs of letters and digits. A loop over codes, since a catalogue has hundreds of thousands. */
export function wordsOf(text: string): Word[] {
  const folded = fold(text);
  // Folding seldom changes the length; where it does, places are counted in the text itself, word by word.
  const same = folded.length === text.length;
  const words: Word[] = [];
  let end = Number.NaN;
  let at = 0;
  while (at < text.length) {
    if (!isWordCode(text.charCodeAt(at))) {
      at += 1;
      continue;
    }
    const start = at;
    while (at < text.length && isWordCode(text.charCodeAt(at))) at += 1;
    const link = start === end + 1 && text[end] !== ' ' ? (text[end] ?? '') : '';
    end = at;
    words.push({ text: same ? folded.slice(start, end) : fold(text.slice(start, end)), start, end, link });
  }
  return words;
}

function isWordCode(code: number): boolean {
  if (code <= LAST_ASCII) {
    return (code >= 97 && code <= 122) || (code >= 65 && code <= 90) || (code >= 48 && code <= 57);
  }
  if (code < FIRST_LATIN_LETTER || code === TIMES || code === DIVIDED_BY) return false;
  return code < PUNCTUATION_FROM || code > PUNCTUATION_TO;
}

/** Only the letters and digits of a text, folded: `btcusdt` of `BTC/USDT`. */
export function compact(text: string): string {
  let joined = '';
  for (const word of wordsOf(text)) joined += word.text;
  return joined;
}
