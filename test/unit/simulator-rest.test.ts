import { describe, expect, it } from 'vitest';
import { instrumentOf } from '../../src/catalogue/builtin.ts';
import { holidaysFrom, marketStatus } from '../../src/protocol/market-calendar.ts';
import { CallBudget } from '../../src/upstream/simulator/calls.ts';
import { modelOf } from '../../src/upstream/simulator/model.ts';
import { answerCall, type RestContext } from '../../src/upstream/simulator/rest.ts';
import { NO_TROUBLES, type Troubles } from '../../src/upstream/simulator/troubles.ts';

const WEDNESDAY_11_NEW_YORK = Date.UTC(2025, 9, 15, 15);

function call(path: string, query = '', context: Partial<RestContext> = {}) {
  return answerCall(path, new URLSearchParams(query), {
    troubles: NO_TROUBLES,
    now: WEDNESDAY_11_NEW_YORK,
    authorized: true,
    withinBudget: () => true,
    stocks: [],
    model: (symbol) => {
      const instrument = instrumentOf(symbol);
      return instrument && modelOf(instrument, 1, 1);
    },
    lastReplayed: () => undefined,
    ...context,
  });
}

const bodyOf = (path: string, query = '', context: Partial<RestContext> = {}): unknown => {
  const answer = call(path, query, context);
  return answer === 'hang' ? answer : answer.body;
};

describe('the lists', () => {
  it('have Finnhub’s fields', () => {
    expect(bodyOf('/stock/symbol', 'exchange=US')).toContainEqual({
      currency: 'USD',
      description: 'Apple Inc',
      displaySymbol: 'AAPL',
      figi: '',
      mic: '',
      symbol: 'AAPL',
      type: 'Common Stock',
    });
    expect(bodyOf('/forex/symbol', 'exchange=oanda')).toContainEqual({
      description: 'Euro / US Dollar',
      displaySymbol: 'EUR/USD',
      symbol: 'OANDA:EUR_USD',
    });
    expect(bodyOf('/crypto/symbol', 'exchange=BINANCE')).toHaveLength(54);
    expect(bodyOf('/forex/exchange')).toEqual(['oanda']);
    expect(bodyOf('/crypto/exchange')).toEqual(['BINANCE', 'COINBASE']);
  });

  it('are empty for an exchange that is not there', () => {
    expect(bodyOf('/stock/symbol', 'exchange=L')).toEqual([]);
    expect(bodyOf('/crypto/symbol', 'exchange=KRAKEN')).toEqual([]);
  });
});

describe('a quote', () => {
  it('holds together', () => {
    const quote = bodyOf('/quote', 'symbol=AAPL') as Record<string, number>;
    const { c = 0, d = 0, h = 0, l = 0, o = 0, pc = 0 } = quote;
    expect(l).toBeGreaterThan(100);
    expect(Math.min(c, o)).toBeGreaterThanOrEqual(l);
    expect(Math.max(c, o)).toBeLessThanOrEqual(h);
    expect(d).toBeCloseTo(c - pc, 6);
    expect(quote.t).toBe(WEDNESDAY_11_NEW_YORK / 1000);
  });

  it('is all zeros for an unknown symbol, and on command', () => {
    const zeros = { c: 0, d: null, dp: null, h: 0, l: 0, o: 0, pc: 0, t: 0 };
    expect(bodyOf('/quote', 'symbol=NOPE')).toEqual(zeros);
    expect(bodyOf('/quote', 'symbol=AAPL', { troubles: { ...NO_TROUBLES, restZeroQuote: true } })).toEqual(zeros);
  });

  it('of a replayed symbol is its last trade', () => {
    const lastReplayed = () => ({ symbol: 'X', t: 5000, p: 2, v: 1, c: null });
    expect(bodyOf('/quote', 'symbol=X', { lastReplayed })).toMatchObject({ c: 2, t: 5 });
  });
});

describe('the market’s hours', () => {
  it('follow New York', () => {
    expect(marketStatus(WEDNESDAY_11_NEW_YORK, false)).toEqual({
      exchange: 'US',
      holiday: null,
      isOpen: true,
      session: 'regular',
      t: WEDNESDAY_11_NEW_YORK / 1000,
      timezone: 'America/New_York',
    });
    expect(marketStatus(WEDNESDAY_11_NEW_YORK - 3 * 3_600_000, false)).toMatchObject({
      isOpen: false,
      session: 'pre-market',
    });
    expect(marketStatus(WEDNESDAY_11_NEW_YORK, true)).toMatchObject({ isOpen: false, session: null });
    expect(marketStatus(Date.UTC(2025, 11, 25, 15), false)).toMatchObject({ holiday: 'Christmas', isOpen: false });
  });

  it('know a year’s holidays and half days', () => {
    const holidays = holidaysFrom(Date.UTC(2025, 0, 1, 12)).filter((item) => item.atDate.startsWith('2025'));
    expect(holidays.map(({ atDate, tradingHour }) => (tradingHour ? `${atDate} half` : atDate))).toEqual([
      '2025-01-01',
      '2025-01-09',
      '2025-01-20',
      '2025-02-17',
      '2025-04-18',
      '2025-05-26',
      '2025-06-19',
      '2025-07-03 half',
      '2025-07-04',
      '2025-09-01',
      '2025-11-27',
      '2025-11-28 half',
      '2025-12-24 half',
      '2025-12-25',
    ]);
  });
});

describe('a refused call', () => {
  const troubled = (troubles: Partial<Troubles>) => ({ troubles: { ...NO_TROUBLES, ...troubles } });

  it('says why in Finnhub’s words', () => {
    expect(call('/quote', '', { authorized: false })).toEqual({ status: 401, body: { error: 'Invalid API key.' } });
    expect(call('/quote', '', { withinBudget: () => false })).toEqual({
      status: 429,
      body: { error: 'API limit reached. Please try again later. Remaining Limit: 0' },
    });
    expect(call('/stock/candle')).toMatchObject({ status: 403 });
    expect(call('/nothing')).toMatchObject({ status: 404 });
  });

  it('comes on command, with each status, or never', () => {
    for (const status of [401, 429, 500, 502, 503]) {
      expect(call('/quote', 'symbol=AAPL', troubled({ restStatus: status }))).toMatchObject({ status });
    }
    expect(call('/quote', 'symbol=AAPL', troubled({ restHang: true }))).toBe('hang');
  });
});

describe('the budget of calls', () => {
  it('is 60 a minute and 30 a second, and a refused call costs nothing', () => {
    const budget = new CallBudget(60, 30);
    const granted = (now: number, calls: number) =>
      Array.from({ length: calls }, () => budget.take(now)).filter(Boolean).length;
    expect(granted(0, 50)).toBe(30);
    expect(granted(1_000, 50)).toBe(30);
    expect(granted(30_000, 50)).toBe(0);
    expect(granted(60_000, 50)).toBe(30);
  });
});
