import { countEdits } from './edits.ts';
import { type Word, wordsOf } from './fold.ts';
import { allowedEdits } from './misspelt.ts';

/** A stretch of a text, [start, end) in UTF-16 units. */
export type Mark = readonly [start: number, end: number];

/** Where `code` (`brkb`) begins a symbol's ticker (`BRK.B`), with the marks in between. */
export function markSymbol(symbol: string, code: string): Mark[] {
  const venue = symbol.indexOf(':') + 1;
  for (const from of new Set([venue, 0])) {
    const end = from + lengthOf(symbol.slice(from), code);
    if (end > from) return [[from, end]];
  }
  return [];
}

/** How much of `text` spells `code`; 0 where it does not begin so. */
function lengthOf(text: string, code: string): number {
  let at = 0;
  for (const letter of code) {
    while (at < text.length && !/[a-z0-9]/i.test(text[at] ?? '')) at += 1;
    if (text[at]?.toLowerCase() !== letter) return 0;
    at += 1;
  }
  return at;
}

/** The words of a description that `typed` words begin, make up together, run together, or misspell. */
export function markWords(description: string, typed: readonly string[]): Mark[] {
  const words = wordsOf(description);
  const marks = typed.flatMap((each) => {
    const found = marksOf(words, each);
    return found.length > 0 ? found : runTogetherMarks(words, each);
  });
  return merge(marks.length > 0 ? marks : typed.flatMap((each) => misspeltMarks(words, each)));
}

function marksOf(words: readonly Word[], typed: string): Mark[] {
  const marks: Mark[] = [];
  for (const [i, { text, start, end }] of words.entries()) {
    if (text.startsWith(typed)) marks.push([start, Math.min(end, start + typed.length)]);
    else if (typed.startsWith(text)) {
      const joined = endOfJoined(words, i, typed);
      if (joined !== undefined) marks.push([start, joined]);
    }
  }
  return marks;
}

/** Where the words from number `i` on, joined by marks, have spelt `typed`. */
function endOfJoined(words: readonly Word[], i: number, typed: string): number | undefined {
  let rest = typed;
  for (const { text, start, end, link } of words.slice(i)) {
    if (rest !== typed && link === '') return undefined;
    if (text.startsWith(rest)) return Math.min(end, start + rest.length);
    if (!rest.startsWith(text)) return undefined;
    rest = rest.slice(text.length);
  }
  return undefined;
}

/** `MORGAN` and `STANLEY` of `morganstan`, with its end unfinished. */
function runTogetherMarks(words: readonly Word[], typed: string): Mark[] {
  for (const i of words.keys()) {
    const marks: Mark[] = [];
    let rest = typed;
    for (const { text, start, end } of words.slice(i)) {
      if (text.startsWith(rest)) return [...marks, [start, Math.min(end, start + rest.length)]];
      if (!rest.startsWith(text)) break;
      marks.push([start, end]);
      rest = rest.slice(text.length);
    }
  }
  return [];
}

function misspeltMarks(words: readonly Word[], typed: string): Mark[] {
  const allowed = allowedEdits(typed.length);
  return words
    .filter(({ text }) => {
      const { whole, prefix } = countEdits(typed, text);
      return Math.min(whole, prefix) <= allowed && allowed > 0 && text.length >= typed.length - allowed;
    })
    .map(({ start, end }): Mark => [start, end]);
}

function merge(marks: readonly Mark[]): Mark[] {
  const merged: [number, number][] = [];
  for (const [start, end] of [...marks].sort((a, b) => a[0] - b[0] || a[1] - b[1])) {
    const last = merged.at(-1);
    if (last && start <= last[1]) last[1] = Math.max(last[1], end);
    else merged.push([start, end]);
  }
  return merged;
}
