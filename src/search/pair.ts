import type { CatalogueEntry } from '../protocol/catalogue.ts';
import { compact, fold } from './fold.ts';

/** A forex or crypto pair, its codes folded: `btc`, `usdt`. */
export interface Pair {
  readonly base: string;
  readonly quote: string;
  /** `binance`, `ic markets`; as before the colon. */
  readonly venue: string;
}

/** What pairs are quoted in, in the order in which people want to see them. */
const QUOTES = 'usdt usd usdc busd fdusd eur btc eth tusd gbp jpy bnb dai pax usds try idrt rub trx xrp'.split(' ');
const OTHER_QUOTES = 'aud cad chf nzd brl krw inr mxn pln ngn uah zar bkrw bidr bvnd doge sol dot gusd ust'.split(' ');
const ALL_QUOTES = new Set([...QUOTES, ...OTHER_QUOTES]);
/** Longest first: `fdusd` before `usd`. */
const QUOTE_LETTERS = [...new Set([...ALL_QUOTES].map(({ length }) => length))].sort((a, b) => b - a);
const SHORTEST_BASE = 2;
const FOREX_CODE_LETTERS = 3;

/** Where people look first: Finnhub's examples are of these. */
const VENUES: ReadonlyMap<string, number> = new Map([
  ['binance', 0],
  ['oanda', 0],
  ['coinbase', 1],
  ['ic markets', 1],
  ['kraken', 2],
  ['fxcm', 2],
]);
const LATER_VENUES = 3;

/** The pair that an entry is; `undefined` for shares, funds and indices. */
export function pairOf({ symbol, description, market }: CatalogueEntry): Pair | undefined {
  const colon = symbol.indexOf(':');
  if (colon < 0) return undefined;
  const venue = fold(symbol.slice(0, colon));
  const code = symbol.slice(colon + 1);
  const parts = splitByMark(code) ?? splitCode(code, market) ?? splitCode(lastWord(description), market);
  return parts && { base: parts[0], quote: parts[1], venue };
}

function splitByMark(code: string): readonly [string, string] | undefined {
  const [base, quote, ...rest] = code.split(/[_/-]/);
  if (!base || !quote || rest.length > 0) return undefined;
  return [compact(base), compact(quote)];
}

/** `BTCUSDT` by the longest quote it ends with, else `EURHUF` in the middle. */
function splitCode(code: string, market: string): readonly [string, string] | undefined {
  if (!/^[A-Za-z0-9]+$/.test(code)) return undefined;
  const joined = fold(code);
  const forex = market === 'forex' && /^[a-z]{6}$/.test(joined);
  if (forex) return [joined.slice(0, FOREX_CODE_LETTERS), joined.slice(FOREX_CODE_LETTERS)];
  const letters = QUOTE_LETTERS.find((n) => joined.length >= n + SHORTEST_BASE && ALL_QUOTES.has(joined.slice(-n)));
  return letters === undefined ? undefined : [joined.slice(0, -letters), joined.slice(-letters)];
}

/** Some venues number their instruments (`IC MARKETS:1`): the pair then ends the description. */
function lastWord(description: string): string {
  return description.slice(description.lastIndexOf(' ') + 1);
}

/** 0 for what people want first. */
export function quoteOrder({ quote }: Pair): number {
  const at = QUOTES.indexOf(quote);
  return at < 0 ? QUOTES.length : at;
}

export function venueOrder(venue: string): number {
  return VENUES.get(venue) ?? LATER_VENUES;
}

/** Against the dollar or its likes: the pair that a bare code means. */
export function isAgainstDollar({ base, quote }: Pair, code: string): boolean {
  return base === code ? /^(?:fd)?usd[tc]?$|^busd$/.test(quote) : base === 'usd' && quote === code;
}
