import { describe, expect, it } from 'vitest';
import { BUILTIN_CATALOGUE, INSTRUMENTS, instrumentOf } from '../../src/catalogue/builtin.ts';
import { pairName } from '../../src/catalogue/names.ts';
import { compactCatalogue, expandCatalogue } from '../../src/protocol/catalogue.ts';
import { isSymbol, marketOf } from '../../src/protocol/symbols.ts';
import { hasSharedData, readSharedData } from '../shared-data.ts';

const ofMarket = (market: string) => INSTRUMENTS.filter((item) => item.market === market);
const LISTED = 'symbols-finnhub-2020.json';

describe('the built-in catalogue', () => {
  it('has about 400 or more US stocks and funds, 30 currency pairs and 60 crypto pairs', () => {
    expect(ofMarket('us').length).toBeGreaterThanOrEqual(400);
    expect(ofMarket('forex')).toHaveLength(30);
    expect(ofMarket('crypto')).toHaveLength(60);
  });

  it('names each symbol once, in a form that Finnhub takes', () => {
    expect(new Set(INSTRUMENTS.map((item) => item.symbol)).size).toBe(INSTRUMENTS.length);
    for (const { symbol, market } of INSTRUMENTS) {
      expect(isSymbol(symbol), symbol).toBe(true);
      expect(marketOf(symbol), symbol).toBe(market);
    }
  });

  it('gives each symbol a name, a kind and a price above 0', () => {
    for (const { symbol, description, type, reference } of INSTRUMENTS) {
      expect(description.trim(), symbol).toBe(description);
      expect(description.length, symbol).toBeGreaterThan(1);
      expect(type, symbol).not.toBe('');
      expect(reference, symbol).toBeGreaterThan(0);
    }
  });

  it('knows the kinds by the words Finnhub uses', () => {
    expect(new Set(ofMarket('us').map((item) => item.type))).toEqual(new Set(['Common Stock', 'REIT', 'ADR', 'ETP']));
    expect(instrumentOf('AAPL')).toMatchObject({ description: 'Apple Inc', type: 'Common Stock' });
    expect(instrumentOf('SPY')?.type).toBe('ETP');
    expect(instrumentOf('OANDA:EUR_USD')).toMatchObject({ description: 'Euro / US Dollar', displaySymbol: 'EUR/USD' });
    expect(instrumentOf('BINANCE:BTCUSDT')?.description).toBe('Bitcoin / Tether');
    expect(instrumentOf('__proto__')).toBeUndefined();
  });

  it('gives every pair a name in words', () => {
    for (const { displaySymbol, description } of [...ofMarket('forex'), ...ofMarket('crypto')]) {
      expect(pairName(displaySymbol), displaySymbol).toBe(description);
      const [base = ''] = displaySymbol.split('/');
      if (!['BNB', 'XRP'].includes(base)) expect(description, displaySymbol).not.toMatch(new RegExp(`^${base} /`));
    }
  });

  it('survives the compact form', () => {
    const compact = compactCatalogue('builtin', BUILTIN_CATALOGUE);
    expect(expandCatalogue(JSON.parse(JSON.stringify(compact)))).toEqual(BUILTIN_CATALOGUE);
  });

  it('says in the compact form what is delisted, in a place that older pages do not look at', () => {
    const kept = { symbol: 'A', description: 'A', market: 'us', type: 'Common Stock' } as const;
    const gone = { ...kept, symbol: 'B', delisted: true } as const;
    const compact = compactCatalogue('finnhub', [kept, gone]);
    expect(compact.kinds).toEqual([
      ['us', 'Common Stock'],
      ['us', 'Common Stock', 'delisted'],
    ]);
    expect(expandCatalogue(compact)).toEqual([kept, gone]);
  });

  it.skipIf(!hasSharedData(LISTED))('agrees with a list Finnhub sent (skipped without ../shared/data)', () => {
    const rows = JSON.parse(readSharedData(LISTED)) as readonly { symbol: string }[];
    const listed = new Set(rows.map((row) => row.symbol));
    const known = ofMarket('us').filter((item) => listed.has(item.symbol));
    expect(known.length / ofMarket('us').length).toBeGreaterThan(0.75);
  });
});

describe('a pair in words', () => {
  it('leaves a code without a name as it is, and is no name when neither has one', () => {
    expect(pairName('BTC/XYZ')).toBe('Bitcoin / XYZ');
    expect(pairName('ABC/XYZ')).toBeUndefined();
    expect(pairName('BTC')).toBeUndefined();
    expect(pairName('BTC/USD/EUR')).toBeUndefined();
    expect(pairName('/')).toBeUndefined();
  });
});
