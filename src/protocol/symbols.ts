/** The longest symbol accepted; Finnhub's longest listed one is under 40 characters. */
export const MAX_SYMBOL_LENGTH = 64;

/** Printable ASCII without quotes and backslash, no space at either end: `BRK.B`, `OANDA:EUR_USD`, `IC MARKETS:1`. */
const SYMBOL = /^[!#-[\]-~](?:[ !#-[\]-~]*[!#-[\]-~])?$/;

/** Whether `value` can be a Finnhub symbol by its form. Whether it is one, only Finnhub's answer decides. */
export function isSymbol(value: unknown): value is string {
  return typeof value === 'string' && value.length <= MAX_SYMBOL_LENGTH && SYMBOL.test(value);
}

/** Which clock a symbol trades by. `other`: an exchange outside the US, whose hours Tickcast does not know. */
export type Market = 'us' | 'forex' | 'crypto' | 'other';

/** Finnhub's `/forex/exchange` list. */
const FOREX_VENUES = new Set([
  'OANDA',
  'FXCM',
  'FOREX.COM',
  'IC MARKETS',
  'FXPRO',
  'PEPPERSTONE',
  'ICM',
  'SAXO',
  'FXPIG',
  'FHFX',
]);

/** The market of a symbol by Finnhub's naming: `VENUE:PAIR` for forex and crypto, a bare ticker for US stocks. */
export function marketOf(symbol: string): Market {
  const colon = symbol.indexOf(':');
  if (colon < 0) return isForeignListing(symbol) ? 'other' : 'us';
  return FOREX_VENUES.has(symbol.slice(0, colon).toUpperCase()) ? 'forex' : 'crypto';
}

/** `AIR.PA` and `7203.T` carry an exchange suffix; `BRK.B` and `BF.A` carry a share class, which is one of A to D. */
function isForeignListing(symbol: string): boolean {
  const suffix = /\.([A-Z]{1,3})$/.exec(symbol)?.[1];
  return suffix !== undefined && !/^(?:[A-D]|U|WS|RT|PR[A-Z]?)$/.test(suffix);
}
