import { isSymbol } from '../../src/protocol/symbols.ts';

/**
 * The symbol an address asks for; `undefined` when it names none that can be one. Tickers of stocks are in capitals, so that
 * `aapl` is AAPL; those of other venues (`GEMINI:btcusd`) are as they are.
 */
export function symbolInAddress(search: string): string | undefined {
  const symbol = new URLSearchParams(search).get('symbol')?.trim();
  if (!isSymbol(symbol)) return undefined;
  return symbol.includes(':') ? symbol : symbol.toUpperCase();
}

/** Which of the symbols viewed last an address asks for, as a shortcut of the installed page does: 0 is the last one. */
export function recentInAddress(search: string): number | undefined {
  const place = new URLSearchParams(search).get('recent') ?? '';
  return /^[1-9]$/.test(place) ? Number(place) - 1 : undefined;
}

/** Whether an address asks for the search box. */
export function isSearchAddress(search: string): boolean {
  return new URLSearchParams(search).has('search');
}

/** What only says how the page is to begin. */
const AT_START = ['recent', 'search'];

/** The query for `symbol`, other parameters kept. The colon of `BINANCE:BTCUSDT` stays readable: it is allowed in a query. */
export function addressOf(search: string, symbol: string): string {
  const parameters = new URLSearchParams(search);
  for (const name of AT_START) parameters.delete(name);
  parameters.set('symbol', symbol);
  return `?${parameters.toString().replaceAll('%3A', ':')}`;
}
