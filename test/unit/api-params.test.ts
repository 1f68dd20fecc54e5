import { describe, expect, it } from 'vitest';
import { candleParams, noParams, quoteParams, searchParams, tradeParams } from '../../src/workers/shard/api-params.ts';

const CANDLES = 'symbol=AAPL&interval=1m';

describe('the parameters of /api/candles', () => {
  it('have a default for what need not be said', () => {
    const expected = { symbol: 'AAPL', interval: '1m', from: undefined, to: undefined, limit: 500 };
    expect(candleParams(CANDLES)).toEqual(expected);
    expect(candleParams(`${CANDLES}&token=secret`)).toEqual(expected);
  });

  it('take times in ms and in ISO 8601', () => {
    const { from, to } = candleParams(`${CANDLES}&from=1760536800000&to=2025-10-15T11:00:00-04:00`);
    expect([from, to]).toEqual([1_760_536_800_000, Date.UTC(2025, 9, 15, 15)]);
    expect(candleParams(`${CANDLES}&from=2025-10-15`).from).toBe(Date.UTC(2025, 9, 15));
    expect(candleParams(`${CANDLES}&from=2025-10-15T11:00%2B02:00`).from).toBe(Date.UTC(2025, 9, 15, 9));
    expect(candleParams(`${CANDLES}&from=2025-10-15T11:00+02:00`).from).toBe(Date.UTC(2025, 9, 15, 9));
  });

  it.each([
    ['interval=1m', /^symbol is missing/],
    ['symbol=&interval=1m', /^symbol is ""/],
    [`symbol=${'A'.repeat(65)}&interval=1m`, /^symbol is "A/],
    ['symbol=AAPL', /^interval is missing: one of 1s, 5s/],
    ['symbol=AAPL&interval=toString', /^interval is "toString"/],
    [`${CANDLES}&limit=0`, /^limit is "0": it must be a whole number from 1 to 20000/],
    [`${CANDLES}&limit=20001`, /^limit is "20001"/],
    [`${CANDLES}&limit=1e3`, /^limit is "1e3"/],
    [`${CANDLES}&from=yesterday`, /^from is "yesterday"/],
    [`${CANDLES}&from=2025-13-15`, /^from is "2025-13-15"/],
    [`${CANDLES}&from=2025-10-15T11:00`, /^from is "2025-10-15T11:00"/],
    [`${CANDLES}&from=9999999999999999`, /^from is "9999999999999999"/],
    [`${CANDLES}&from=5&to=5`, /from must be before to/],
    [`${CANDLES}&form=5`, /no parameter "form" here; there is: symbol, interval, from, to, limit/],
    [`${CANDLES}&limit=5&limit=6`, /^limit is given twice/],
  ])('refuse %s', (query, message) => {
    expect(() => candleParams(query)).toThrow(message);
  });
});

describe('the parameters of /api/trades', () => {
  it('read a place on the tape', () => {
    expect(tradeParams('symbol=AAPL&after=1672339999000.1045', '*/*')).toMatchObject({
      after: { epoch: 1_672_339_999_000, seq: 1_045 },
      limit: 1_000,
      format: 'json',
    });
    for (const after of ['5', '5.', '.5', '5.1.2', '-5.1', '5.1e2', '9999999999999999.1']) {
      expect(() => tradeParams(`symbol=AAPL&after=${after}`, ''), after).toThrow(/^after is/);
    }
  });

  it('give CSV to those who ask for it, without a limit of its own', () => {
    expect(tradeParams('symbol=AAPL', 'text/csv')).toMatchObject({ format: 'csv', limit: undefined });
    expect(tradeParams('symbol=AAPL&format=csv&limit=50000', '')).toMatchObject({ format: 'csv', limit: 50_000 });
    expect(tradeParams('symbol=AAPL', 'application/json, text/csv;q=0.5').format).toBe('json');
    expect(tradeParams('symbol=AAPL&format=json', 'text/csv').format).toBe('json');
    expect(() => tradeParams('symbol=AAPL&format=xml', '')).toThrow('format is "xml": it must be json or csv.');
    expect(() => tradeParams('symbol=AAPL&limit=10001', '')).toThrow(/^limit is/);
  });
});

describe('the parameters of the others', () => {
  it('are a symbol for the quote, and none for the market', () => {
    expect(quoteParams('symbol=BINANCE%3ABTCUSDT')).toEqual({ symbol: 'BINANCE:BTCUSDT' });
    expect(() => noParams('exchange=US')).toThrow('There is no parameter "exchange" here; there is: none.');
  });
});

describe('the parameters of /api/search', () => {
  it('are what is searched, without space around it, and how many results', () => {
    expect(searchParams('q=+eur%2Fusd+')).toEqual({ q: 'eur/usd', limit: 10 });
    expect(searchParams('q=s%26p+500&limit=50&token=secret')).toEqual({ q: 's&p 500', limit: 50 });
    expect(searchParams(`q=${'a'.repeat(64)}`).q).toHaveLength(64);
  });
});
