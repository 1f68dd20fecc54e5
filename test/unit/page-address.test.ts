import { describe, expect, it } from 'vitest';
import { addressOf, isSearchAddress, recentInAddress, symbolInAddress } from '../../pwa/page/address.ts';

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

  it('keeps nothing of how the page was to begin', () => {
    expect(addressOf('?recent=2&a=1', 'AAPL')).toBe('?a=1&symbol=AAPL');
    expect(addressOf('?search', 'AAPL')).toBe('?symbol=AAPL');
  });
});

describe("what an installed page's shortcut asks for", () => {
  it.each([
    ['?recent=1', 0],
    ['?recent=2', 1],
    ['?recent=0', undefined],
    ['?recent=x', undefined],
    ['', undefined],
  ])('%s is place %s of the symbols viewed last', (search, place) => {
    expect(recentInAddress(search)).toBe(place);
  });

  it('is the search box for ?search alone', () => {
    expect([isSearchAddress('?search'), isSearchAddress('?symbol=AAPL')]).toEqual([true, false]);
  });
});
