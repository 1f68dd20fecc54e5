import type { CatalogueEntry } from '../../src/protocol/catalogue.ts';
import { seededRandom } from '../lib/stats.ts';
import { EqualMatches, MOST_EQUAL, nameWords } from './equal.ts';

/** What is typed, and the symbols of which one must be found. */
export type Labelled = readonly [query: string, ...expected: string[]];
/** Queries by kind. */
export type LabelledSet = Readonly<Record<string, readonly Labelled[]>>;

/** How many of each kind are drawn. */
const COUNTS = {
  'symbol in full': 60,
  'beginning of a symbol': 50,
  'bare pair': 60,
  'two words': 50,
  'reversed words': 50,
  'names by prefix': 50,
  'typo: missing letter': 40,
  'typo: swapped letters': 40,
  'typo: wrong letter': 40,
  'typo: doubled letter': 40,
  'typo in a ticker': 40,
  'space left out': 40,
  'space too many': 40,
} as const;
type Kind = keyof typeof COUNTS;

/** Words in the names of half the catalogue are not what anybody remembers. */
const LEGAL = new Set('inc corp co ltd plc sa nv ag adr the class cl trust etf fund group holdings'.split(' '));
const LONG_WORD = 5;
const TICKER_LETTERS = 4;
const LETTERS = 'abcdefghijklmnopqrstuvwxyz';

/** Draws a set from a catalogue; the same seed draws the same set. */
export function drawLabelled(entries: readonly CatalogueEntry[], seed: number): LabelledSet {
  const draw = new Draw(entries, seededRandom(seed));
  const kinds = Object.keys(COUNTS) as Kind[];
  return Object.fromEntries(
    kinds.map((kind) => {
      const drawn = new Map<string, Labelled>();
      while (drawn.size < COUNTS[kind]) {
        const labelled = draw.one(kind);
        if (labelled) drawn.set(labelled[0], labelled);
      }
      return [kind, [...drawn.values()]];
    }),
  );
}

class Draw {
  readonly #entries: readonly CatalogueEntry[];
  readonly #pairs: readonly CatalogueEntry[];
  readonly #tickers: readonly CatalogueEntry[];
  readonly #equal: EqualMatches;
  readonly #random: () => number;

  constructor(entries: readonly CatalogueEntry[], random: () => number) {
    this.#entries = entries;
    this.#pairs = entries.filter((entry) => pairCodes(entry) !== undefined);
    this.#tickers = entries.filter(({ symbol }) => /^[A-Z]+$/.test(symbol) && symbol.length >= TICKER_LETTERS);
    this.#equal = new EqualMatches(entries);
    this.#random = random;
  }

  /** One query of a kind, or nothing where what was drawn does not make one. */
  one(kind: Kind): Labelled | undefined {
    switch (kind) {
      case 'symbol in full': {
        const { symbol } = this.#pick(this.#entries);
        return [this.#random() < 0.5 ? symbol : symbol.toLowerCase(), symbol];
      }
      case 'beginning of a symbol': {
        const { symbol } = this.#pick(this.#entries);
        const beginning = symbol.toLowerCase().slice(0, -1);
        return beginning.length > 1 && this.#equal.bySymbol(beginning) <= MOST_EQUAL ? [beginning, symbol] : undefined;
      }
      case 'bare pair': {
        const entry = this.#pick(this.#pairs);
        const [base, quote] = pairCodes(entry) ?? ['', ''];
        return [base + this.#pick(['', '/', ' ', '_', '-']) + quote, entry.symbol];
      }
      case 'two words':
      case 'reversed words': {
        const found = this.#twoWords((word) => word);
        if (!found) return undefined;
        const { words, symbol } = found;
        return [(kind === 'two words' ? words : words.toReversed()).join(' '), symbol];
      }
      case 'names by prefix': {
        const cut = (word: string): string => word.slice(0, 3 + Math.floor(this.#random() * (word.length - 2)));
        const found = this.#twoWords(cut);
        return found && [(this.#random() < 0.5 ? found.words : found.words.toReversed()).join(' '), found.symbol];
      }
      case 'typo in a ticker': {
        const { symbol } = this.#pick(this.#tickers);
        const wrong = this.#misspell(symbol.toLowerCase(), this.#pick(TYPOS));
        return wrong === undefined ? undefined : [wrong, symbol];
      }
      case 'space left out':
      case 'space too many':
        return this.#space(kind);
      default:
        return this.#typo(kind);
    }
  }

  /** One typo in a long word of a name, alone or with the word after it; typed right it would match few. */
  #typo(kind: Typo): Labelled | undefined {
    const { symbol, description } = this.#pick(this.#entries);
    const words = nameWords(description).filter((word) => !LEGAL.has(word));
    const [first = ''] = words;
    const typed = this.#random() < 0.5 ? [first] : words.slice(0, 2);
    if (first.length < LONG_WORD || this.#equal.byWords(typed) > MOST_EQUAL) return undefined;
    const wrong = this.#misspell(first, kind);
    return wrong === undefined ? undefined : [[wrong, ...typed.slice(1)].join(' '), symbol];
  }

  /** The first two words of a name as one, or the first as two. */
  #space(kind: 'space left out' | 'space too many'): Labelled | undefined {
    const { symbol, description } = this.#pick(this.#entries);
    const [first = '', second = ''] = nameWords(description);
    if (symbol.includes(':') || first.length < LONG_WORD || second.length <= 2 || LEGAL.has(second)) return undefined;
    if (this.#equal.byWords([first, second]) > MOST_EQUAL) return undefined;
    if (kind === 'space left out') return [first + second, symbol];
    const at = 2 + Math.floor(this.#random() * (first.length - 3));
    return [`${first.slice(0, at)} ${first.slice(at)} ${second}`, symbol];
  }

  #twoWords(cut: (word: string) => string): { readonly words: string[]; readonly symbol: string } | undefined {
    const { symbol, description } = this.#pick(this.#entries);
    if (symbol.includes(':')) return undefined;
    const long = nameWords(description).filter((word) => word.length > 2 && !LEGAL.has(word));
    if (long.length < 2) return undefined;
    const words = long.slice(0, 2).map(cut);
    return this.#equal.byWords(words) <= MOST_EQUAL ? { words, symbol } : undefined;
  }

  /** `word` with one typo anywhere, its first letter included; nothing where that changes nothing. */
  #misspell(word: string, kind: Typo): string | undefined {
    const at = Math.floor(this.#random() * (kind === 'typo: swapped letters' ? word.length - 1 : word.length));
    const wrong = misspelt(word, at, kind, this.#pick([...LETTERS]));
    return wrong === word ? undefined : wrong;
  }

  #pick<T>(items: readonly T[]): T {
    const item = items[Math.floor(this.#random() * items.length)];
    if (item === undefined) throw new Error('there is nothing to draw from');
    return item;
  }
}

const TYPOS = [
  'typo: missing letter',
  'typo: swapped letters',
  'typo: wrong letter',
  'typo: doubled letter',
] as const satisfies readonly Kind[];
type Typo = (typeof TYPOS)[number];

function misspelt(word: string, at: number, kind: Typo, letter: string): string {
  const [before, here = '', after] = [word.slice(0, at), word[at], word.slice(at + 1)];
  switch (kind) {
    case 'typo: missing letter':
      return before + after;
    case 'typo: swapped letters':
      return before + after.slice(0, 1) + here + after.slice(1);
    case 'typo: wrong letter':
      return before + letter + after;
    case 'typo: doubled letter':
      return before + here + here + after;
  }
}

/** Base and quote of the pairs whose codes can be told for sure: by Binance's quotes, and forex of twice three letters. */
function pairCodes({ symbol, description }: CatalogueEntry): readonly [string, string] | undefined {
  const code = description.slice(description.lastIndexOf(' ') + 1).toLowerCase();
  if (symbol.startsWith('IC MARKETS:')) {
    return / vs /.test(description) && code.length === 6 ? [code.slice(0, 3), code.slice(3)] : undefined;
  }
  if (!symbol.startsWith('BINANCE:')) return undefined;
  const quote = ['usdt', 'busd', 'usdc', 'btc', 'eth', 'bnb'].find((each) => code.endsWith(each));
  return quote === undefined ? undefined : [code.slice(0, -quote.length), quote];
}
