import type { CatalogueEntry } from '../../../src/protocol/catalogue.ts';
import type { Market } from '../../../src/protocol/symbols.ts';
import type { ListFacts, ListProblem } from '../../search/messages.ts';

/** A list older than this is spoken of: the server refreshes its own every day. */
const OLD_MS = 2 * 86_400_000;

const MARKETS: Readonly<Record<Market, string>> = { us: 'US', forex: 'Forex', crypto: 'Crypto', other: 'Other market' };

/** Finnhub's shorthand (after Bloomberg's security types), as people say it. What is not here is said as it is. */
const KINDS: Readonly<Record<string, string>> = {
  BINANCE: 'Binance',
  COINBASE: 'Coinbase',
  KRAKEN: 'Kraken',
  oanda: 'OANDA',
  ETP: 'ETF',
  ADR: 'ADR',
  PUBLIC: 'Preferred',
  'Equity WRT': 'Warrant',
  'Ltd Part': 'Partnership',
  MLP: 'Partnership',
  'NY Reg Shrs': 'New York shares',
  'Royalty Trst': 'Royalty trust',
  'Misc.': 'Other',
  Other: '',
};

const numbers = new Intl.NumberFormat('en');
const days = new Intl.DateTimeFormat('en-GB', { day: 'numeric', month: 'short' });

/** What a row is: `US · Common Stock`, `Crypto · Binance`, `US · ETF · Delisted`. */
export function aboutWords({ market, type, delisted }: Pick<CatalogueEntry, 'market' | 'type' | 'delisted'>): string {
  const said = [MARKETS[market], KINDS[type] ?? type, delisted ? 'Delisted' : ''];
  return said.filter((word) => word !== '').join(' · ');
}

export function countWords(count: number): string {
  return count === 1 ? '1 result' : `${numbers.format(count)} results`;
}

export function nothingWords(query: string): string {
  return `Nothing found for “${query}”`;
}

/** What list was searched: `among 30,112 symbols`. */
export function amongWords({ size }: ListFacts): string {
  return `among ${numbers.format(size)} symbols`;
}

/** What is to be known of the list in use; empty where it is as it should be. `now`: ms since 1970 UTC. */
export function listWords({ source, asOf, standing }: ListFacts, now: number): string {
  if (source === 'builtin') return 'Built-in list: Finnhub’s could not be had yet';
  // A proxy may have left out how old it is.
  if (asOf === 0) return standing === 'kept' ? 'List of an earlier visit' : '';
  if (standing === 'kept' || (source === 'finnhub' && now - asOf > OLD_MS)) return `List of ${days.format(asOf)}`;
  return '';
}

export function problemWords(problem: ListProblem): string {
  switch (problem) {
    case 'loading':
      return 'The server is still getting the list of symbols.';
    case 'unauthorized':
      return 'The list of symbols needs the access token.';
    case 'unreachable':
    case 'unreadable':
      return 'The list of symbols could not be loaded. Type a whole symbol, such as AAPL.';
  }
}
