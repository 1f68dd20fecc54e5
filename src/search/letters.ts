const ASCII = 128;

/** Letters and digits of ASCII, folded; 0 for all others. A table has no branches that the engine would have to learn first. */
const FOLDED = Uint8Array.from({ length: ASCII }, (_, code) =>
  /[a-z\d]/i.test(String.fromCharCode(code)) ? String.fromCharCode(code).toLowerCase().charCodeAt(0) : 0,
);

/** The letter of a UTF-16 code, folded where it is ASCII's; 0 for spaces, ASCII's marks and general punctuation. */
export function letterOf(code: number): number {
  if (code < ASCII) return FOLDED[code] ?? 0;
  const isMark = code < 0xc0 || code === 0xd7 || code === 0xf7 || (code >= 0x2000 && code <= 0x206f);
  return isMark ? 0 : code;
}

/** What joins words to one that is also looked for whole: `l'oreal`, `at&t`, `coca-cola`, `j.p.`. */
const JOINS = Uint8Array.from({ length: ASCII }, (_, code) => ("&'.-/_".includes(String.fromCharCode(code)) ? 1 : 0));
const APOSTROPHE = 0x2019;

export function isJoin(code: number): boolean {
  return code < ASCII ? JOINS[code] === 1 : code === APOSTROPHE;
}

/** Digits, `a` to `z`, all other letters, and what is before a word's first letter and after its last one. */
export const LETTER_CLASSES = 38;
export const EDGE = 0;
export const FOREIGN = LETTER_CLASSES - 1;
const CLASSES = Uint8Array.from({ length: ASCII }, (_, code) =>
  Math.max(0, '0123456789abcdefghijklmnopqrstuvwxyz'.indexOf(String.fromCharCode(code)) + 1),
);

/** The class of a folded letter; classes are in the order of their letters, and one has all foreign ones. */
export function classOf(letter: number): number {
  return letter < ASCII ? (CLASSES[letter] ?? EDGE) : FOREIGN;
}

export function isAscii(text: string): boolean {
  let all = 0;
  for (let i = 0; i < text.length; i += 1) all |= text.charCodeAt(i);
  return all < ASCII;
}
