import { type Word, wordsOf } from './fold.ts';

/** One way to read what was typed. */
export interface Reading {
  readonly words: readonly string[];
  /** How much less likely it is than the plain one. */
  readonly cost: number;
}

export interface Query {
  /** The plain reading first. */
  readonly readings: readonly Reading[];
  /** What was typed as one code, `brkb` of `BRK-B`; empty where it cannot be one. */
  readonly code: string;
}

/** Left out of what is typed where there is more: names have `&`, or nothing, in their place. */
const LITTLE = new Set(['and', 'the']);
/** What people add to a name that is not in it. */
const FILLERS = new Set(
  'stock stocks share shares price chart quote inc corp corporation company co ltd plc etf fund coin token crypto forex usa'.split(
    ' ',
  ),
);
/** Marks that join what belongs to one word: `l'oreal`, `at&t`, `coca-cola`, `j.p.`. */
const JOINS_WORDS = /^[&'’.\-/_]$/;
/** Marks within symbols and pairs; `&` and `'` are none: `s&p` does not mean the ticker SP. */
const JOINS_CODES = /^[.\-/_: ]?$/;
const MOST_CODE_WORDS = 4;
const MOST_WORDS = 12;
const JOINED_COST = 1;
const SPLIT_COST = 1;
const FILLER_COST = 2;

export function readQuery(text: string): Query {
  const words = wordsOf(text).slice(0, MOST_WORDS);
  const plain = withoutAll(
    words.map(({ text }) => text),
    LITTLE,
  );
  const readings: Reading[] = [];
  const seen = new Set<string>();
  const add = (words: readonly string[], cost: number): void => {
    const key = words.join(' ');
    if (words.length === 0 || seen.has(key)) return;
    seen.add(key);
    readings.push({ words, cost });
  };
  add(plain, 0);
  add(withoutAll(joinLinked(words), LITTLE), 0);
  for (const joined of joinNeighbours(plain)) add(joined, JOINED_COST);
  add(plain.flatMap(splitDigits), SPLIT_COST);
  add(withoutAll(plain, FILLERS), FILLER_COST);
  return { readings, code: codeOf(words) };
}

function withoutAll(words: readonly string[], unwanted: ReadonlySet<string>): readonly string[] {
  const rest = words.filter((word) => !unwanted.has(word));
  return rest.length > 0 ? rest : words;
}

function codeOf(words: readonly Word[]): string {
  if (words.length > MOST_CODE_WORDS || words.some(({ link }) => !JOINS_CODES.test(link))) return '';
  return words.map(({ text }) => text).join('');
}

/** Words that a mark joins as one: `loreal` of `L'Oréal`. */
export function joinLinked(words: readonly Word[]): string[] {
  const joined: string[] = [];
  for (const { text, link } of words) {
    const last = joined.at(-1);
    if (last !== undefined && JOINS_WORDS.test(link)) joined[joined.length - 1] = last + text;
    else joined.push(text);
  }
  return joined;
}

/** `jp morgan` as `jpmorgan`: each two neighbours once. */
function joinNeighbours(words: readonly string[]): string[][] {
  return words.slice(1).map((word, i) => [...words.slice(0, i), `${words[i] ?? ''}${word}`, ...words.slice(i + 2)]);
}

/** `sp500` as `sp` and `500`. */
function splitDigits(word: string): string[] {
  return word.match(/\d+|[^\d]+/g) ?? [word];
}
