/** `BTCUSDT` of `BINANCE:BTCUSDT`: the exchange is said elsewhere. */
export function shortName(symbol: string): string {
  return symbol.slice(symbol.indexOf(':') + 1);
}
