import { describe, expect, it } from 'vitest';
import { type Alert, isReached, MAX_ALERTS, parseAlerts, pricesIn } from '../../pwa/page/alerts/alerts.ts';
import { priceIn } from '../../pwa/page/alerts/price.ts';
import { NO_VOLUME, NOT_LAST } from '../../src/protocol/conditions.ts';

const alert = (over: Partial<Alert> = {}): Alert => ({
  symbol: 'AAPL',
  side: 'above',
  price: 100,
  reached: undefined,
  ...over,
});
const T = Date.UTC(2026, 10, 24, 15);

describe('an alert', () => {
  it('is reached by its price itself, and by what lies beyond it', () => {
    expect(isReached(alert(), { low: 90, high: 99.99 })).toBe(false);
    expect(isReached(alert(), { low: 90, high: 100 })).toBe(true);
    expect(isReached(alert({ side: 'below' }), { low: 100.01, high: 120 })).toBe(false);
    expect(isReached(alert({ side: 'below' }), { low: 100, high: 120 })).toBe(true);
  });

  it('looks at the prices that may be the last one, of trades and price updates', () => {
    const trades = [
      { t: T, p: 101, v: 1, flags: 0 },
      { t: T + 1, p: 500, v: 1, flags: NOT_LAST },
      { t: T + 2, p: 99, v: 0, flags: NO_VOLUME },
    ];
    expect(pricesIn({ type: 'trades', symbol: 'AAPL', epoch: 1, seq: 1, trades })).toEqual({
      low: 99,
      high: 101,
      t: T + 2,
    });
    const none = { type: 'trades', symbol: 'AAPL', epoch: 1, seq: 1, trades: trades.slice(1, 2) } as const;
    expect(pricesIn(none)).toBeUndefined();
  });

  it('looks at the highs and lows of bars, not at their closes alone', () => {
    const bar = {
      t: T,
      open: undefined,
      close: { p: 100, t: T + 9, seq: 2 },
      high: 110,
      low: 95,
      volume: 1,
      rest: 0,
      count: 2,
      flags: 0,
    };
    const note = { type: 'bars', symbol: 'AAPL', epoch: 1, seq: 1, last: 2, bars: [bar] } as const;
    expect(pricesIn(note)).toEqual({ low: 95, high: 110, t: T + 9 });
  });

  it('looks at the price that the server begins with', () => {
    expect(pricesIn({ type: 'served', symbol: 'AAPL', last: { t: T, p: 7 } })).toEqual({ low: 7, high: 7, t: T });
    expect(pricesIn({ type: 'served', symbol: 'AAPL', last: undefined })).toBeUndefined();
    expect(pricesIn({ type: 'waiting', symbol: 'AAPL', position: 1 })).toBeUndefined();
  });
});

describe('the alerts that were kept', () => {
  it('are read as they were', () => {
    const all = [alert(), alert({ side: 'below', reached: { t: T, p: 99 } })];
    expect(parseAlerts(JSON.stringify(all))).toEqual(all);
  });

  it('are no more than there may be, each once, and nothing that is none', () => {
    expect(parseAlerts('{')).toEqual([]);
    expect(parseAlerts('{}')).toEqual([]);
    const odd = [null, 1, { ...alert(), side: 'beside' }, { ...alert(), price: '1' }, { ...alert(), symbol: '' }];
    expect(parseAlerts(JSON.stringify([...odd, alert(), alert()]))).toEqual([alert()]);
    const many = Array.from({ length: MAX_ALERTS + 5 }, (_, i) => alert({ price: i + 1 }));
    expect(parseAlerts(JSON.stringify(many)).map(({ price }) => price)).toEqual(
      many.slice(5).map(({ price }) => price),
    );
  });
});

describe('a price as people write it', () => {
  it.each([
    ['123.45', 123.45],
    [' 1,234.50 ', 1234.5],
    ['1 234.5', 1234.5],
    ['1\u202f234,50', 1234.5],
    ["1'234.5", 1234.5],
    ['0,5', 0.5],
    ['1,17234', 1.17234],
    ['1.234,56', 1234.56],
    ['1,234', 1234],
    ['119,744.87', 119_744.87],
    ['1.234.567', 1_234_567],
    ['1,234,567', 1_234_567],
    ['0.00001234', 0.00001234],
  ])('%s is %d', (text, price) => expect(priceIn(text)).toBe(price));

  it.each(['', ' ', 'much', '-5', '0', '1e400', 'NaN', '1.2.3', '1,2,3', '12a', '.', ','])('%j is none', (text) =>
    expect(priceIn(text)).toBeUndefined(),
  );
});
