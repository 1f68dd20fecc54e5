import { describe, expect, it } from 'vitest';
import { addressOf, symbolInAddress } from '../../pwa/page/address.ts';
import { parsePicks, withPick } from '../../pwa/page/storage.ts';
import type { CatalogueEntry } from '../../src/protocol/catalogue.ts';
import { indexEntries, rank } from '../../src/search/rank.ts';
import { SearchIndex } from '../../src/search/search-index.ts';

const stock = (symbol: string, description: string, type = 'Common Stock'): CatalogueEntry => ({
  symbol,
  description,
  market: 'us',
  type,
});
const pair = (symbol: string, description: string): CatalogueEntry => ({
  symbol,
  description,
  market: 'crypto',
  type: 'Binance',
});

const entries = [
  stock('APLE', 'Apple Hospitality REIT Inc', 'REIT'),
  stock('AAPL', 'Apple Inc'),
  stock('A', 'Agilent Technologies Inc'),
  stock('AA', 'Alcoa Corp'),
  stock('PINE', 'Pineapple Energy Inc'),
  stock('NVDA', 'NVIDIA Corporation'),
  pair('BINANCE:BTCUSDT', 'Bitcoin / Tether'),
  pair('BINANCE:ETHUSDT', 'Ethereum / Tether'),
];
const found = (query: string): string[] => rank(indexEntries(entries), query, 10).map(({ symbol }) => symbol);

describe('searching by letters', () => {
  it('finds a company by its name, the plain share first', () => {
    expect(found('apple')).toEqual(['AAPL', 'APLE']);
  });

  it('puts the symbol itself before those that begin with it', () => {
    expect(found('a').slice(0, 2)).toEqual(['A', 'AA']);
    expect(found('aa').slice(0, 2)).toEqual(['AA', 'AAPL']);
  });

  it('finds a pair without its venue, and words within names', () => {
    expect(found('btcusdt')).toEqual(['BINANCE:BTCUSDT']);
    expect(found('  TECH ')).toEqual(['A']);
    expect(found('')).toEqual([]);
  });
});

describe('the search', () => {
  const index = new SearchIndex(entries);
  const first = (query: string): string | undefined => index.search(query, 10)[0]?.entry.symbol;

  it('forgives a wrong letter', () => {
    expect(first('nvidea')).toBe('NVDA');
    expect(first('etherum')).toBe('BINANCE:ETHUSDT');
  });

  it('lists no symbol twice', () => {
    const symbols = index.search('apple', 10).map(({ entry }) => entry.symbol);
    expect(new Set(symbols).size).toBe(symbols.length);
    expect(symbols[0]).toBe('AAPL');
  });
});

describe('the address', () => {
  it('names the symbol, readable, and keeps what else is there', () => {
    expect(addressOf('?x=1', 'BINANCE:BTCUSDT')).toBe('?x=1&symbol=BINANCE:BTCUSDT');
    expect(symbolInAddress(addressOf('', 'IC MARKETS:1'))).toBe('IC MARKETS:1');
  });

  it('ignores what cannot be a symbol', () => {
    expect(symbolInAddress('')).toBeUndefined();
    expect(symbolInAddress('?symbol=')).toBeUndefined();
    expect(symbolInAddress('?symbol=%22x%22')).toBeUndefined();
  });
});

describe('recent picks', () => {
  it('put the latest first, each once, and keep a name that is known', () => {
    const picks = withPick(
      [
        { symbol: 'A', description: 'Agilent' },
        { symbol: 'B', description: '' },
      ],
      {
        symbol: 'B',
        description: '',
      },
    );
    expect(picks.map(({ symbol }) => symbol)).toEqual(['B', 'A']);
    expect(withPick(picks, { symbol: 'A', description: '' })[0]).toEqual({ symbol: 'A', description: 'Agilent' });
  });

  it('survive rubbish in the storage', () => {
    expect(parsePicks('{')).toEqual([]);
    expect(parsePicks('{"symbol":"A"}')).toEqual([]);
    expect(parsePicks('[null,1,{"symbol":""},{"symbol":"A","description":7}]')).toEqual([
      { symbol: 'A', description: '' },
    ]);
  });
});
