import { describe, expect, it } from 'vitest';
import { isSymbol, marketOf } from '../../src/protocol/symbols.ts';
import { readFlags } from '../../src/upstream/simulator/options.ts';
import { madeUpStocks, parseStocks } from '../../src/upstream/simulator/stocks.ts';
import { isFigi } from '../../src/workers/tasks/finnhub-lists.ts';
import { hasSharedData, readSharedData } from '../shared-data.ts';

const FILE = 'symbols-finnhub-2020.json';

describe('stocks that are made up', () => {
  it('are as many as wanted, each only once, in Finnhub’s shape, and the same every time', () => {
    const taken = new Set(madeUpStocks(10, new Set()).map(({ symbol }) => symbol));
    const stocks = madeUpStocks(30_000, taken);
    expect(new Set(stocks.map(({ symbol }) => symbol)).size).toBe(30_000);
    expect(stocks.filter(({ symbol }) => taken.has(symbol) || !isSymbol(symbol) || marketOf(symbol) !== 'us')).toEqual(
      [],
    );
    expect(stocks.filter(({ figi, description }) => !isFigi(figi) || description.length < 8)).toEqual([]);
    expect(stocks.slice(0, 5)).toEqual(madeUpStocks(5, taken));
  });
});

describe('a file of stocks', () => {
  it('has Finnhub’s rows, in which the kind may be missing', () => {
    const row = { symbol: 'A', description: 'AGILENT', type: 'ADR', figi: 'BBG000000001', mic: 'XNYS' };
    expect(parseStocks(JSON.stringify([{ ...row, currency: 'USD' }]))).toEqual({ ok: true, stocks: [row] });
    const parsed = parseStocks('[{"symbol":"A","description":"AGILENT"}]');
    expect(parsed).toMatchObject({ ok: true, stocks: [{ symbol: 'A', type: expect.any(String) }] });
  });

  it('is refused with the place where it is wrong', () => {
    expect(parseStocks('{')).toEqual({ ok: false, reason: 'it is not a JSON array' });
    expect(parseStocks('[{"symbol":"A","description":""},{"symbol":"B"}]')).toEqual({
      ok: false,
      reason: 'row 2 has no symbol or no description',
    });
  });

  it.skipIf(!hasSharedData(FILE))('may be Finnhub’s of 2020 (skipped without ../shared/data)', () => {
    const parsed = parseStocks(readSharedData(FILE));
    expect(parsed.ok && parsed.stocks.length).toBe(10_125);
  });
});

describe('the simulator’s flags', () => {
  it('say how many stocks are listed', () => {
    expect(readFlags({ symbols: '30000', stocks: 'x.json' })).toMatchObject({
      ok: true,
      command: { symbols: 30_000, stocks: 'x.json' },
    });
    expect(readFlags({ symbols: 'many' })).toEqual({
      ok: false,
      reason: '--symbols "many": a whole number from 0 to 200000',
    });
  });
});
