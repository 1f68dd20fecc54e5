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

/** The query for `symbol`, other parameters kept. The colon of `BINANCE:BTCUSDT` stays readable: it is allowed in a query. */
export function addressOf(search: string, symbol: string): string {
  const parameters = new URLSearchParams(search);
  parameters.set('symbol', symbol);
  return `?${parameters.toString().replaceAll('%3A', ':')}`;
}
