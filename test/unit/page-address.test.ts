import { describe, expect, it } from 'vitest';
import { addressOf, symbolInAddress } from '../../pwa/page/address.ts';

describe("the symbol in the page's address", () => {
  it.each([
    ['?symbol=AAPL', 'AAPL'],
    ['?symbol=aapl', 'AAPL'],
    ['?symbol=brk.b', 'BRK.B'],
    ['?symbol=BINANCE:BTCUSDT', 'BINANCE:BTCUSDT'],
    ['?symbol=GEMINI:btcusd', 'GEMINI:btcusd'],
    ['?symbol=IC%20MARKETS:1', 'IC MARKETS:1'],
    ['?symbol=', undefined],
    ['?symbol=%00', undefined],
    ['?other=AAPL', undefined],
    ['', undefined],
  ])('%s is %s', (search, symbol) => {
    expect(symbolInAddress(search)).toBe(symbol);
  });

  it('is written readably, other parameters kept', () => {
    expect(addressOf('?a=1&symbol=AAPL', 'BINANCE:BTCUSDT')).toBe('?a=1&symbol=BINANCE:BTCUSDT');
  });
});
