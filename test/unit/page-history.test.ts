import { describe, expect, it } from 'vitest';
import { decodeHistory } from '../../pwa/history/answer.ts';
import { decodeTrades } from '../../pwa/history/trades.ts';
import { levelsOf } from '../../pwa/page/levels.ts';
import type { PriceLine } from '../../pwa/page/standing.ts';

const candle = (t: number, c: number) => ({ t, o: c - 1, h: c + 2, l: c - 2, c, v: 5, n: 3 });
const open = { p: 11, t: 9_010, epoch: 500, seq: 5 };
const close = { p: 12, t: 9_450, epoch: 500, seq: 7 };
const tail = { t: 9_000, open, close, volume: 5, rest: 0.25, count: 3, high: 14, low: 10 };
const answer = {
  symbol: 'AAPL',
  interval: '1s',
  candles: [candle(1_000, 10), candle(2_000, 11), candle(9_000, 12)],
  gaps: [{ from: 3_500, to: 8_500, cause: 'restart' }],
  through: { epoch: 500, seq: 7 },
  tail,
  recordingSince: 900,
};

describe("the API's candles", () => {
  it('are read as they are', () => {
    const { symbol, ...history } = answer;
    expect(decodeHistory(answer)).toEqual(history);
  });

  it('of a symbol that was never recorded are none, and the stream begins without a place', () => {
    expect(decodeHistory({ symbol: 'AAPL', interval: '1m', candles: [], gaps: [] })).toEqual({
      interval: '1m',
      candles: [],
      gaps: [],
      through: undefined,
      tail: undefined,
      recordingSince: undefined,
    });
  });

  it('may end in a candle that has only volume so far', () => {
    const { open, close, ...volume } = { ...tail, high: null, low: null };
    expect(decodeHistory({ ...answer, tail: volume })?.tail).toEqual({
      ...volume,
      open: undefined,
      close: undefined,
      high: Number.NEGATIVE_INFINITY,
      low: Number.POSITIVE_INFINITY,
    });
  });

  it.each([
    ['nothing', undefined],
    ['null', null],
    ['text', 'candles'],
    ['a list', [answer]],
    ['an error', { error: { code: 'x', message: 'y' } }],
    ['another interval', { ...answer, interval: '2s' }],
    ['an interval that every object has', { ...answer, interval: 'toString' }],
    ['candles that are no list', { ...answer, candles: { 0: candle(1, 2) } }],
    ['no gaps', { ...answer, gaps: undefined }],
    ['a candle without a close', { ...answer, candles: [{ ...candle(1, 2), c: null }] }],
    ['a candle whose time is text', { ...answer, candles: [{ ...candle(1, 2), t: '1' }] }],
    ['a candle that is a list', { ...answer, candles: [[1, 2, 3, 4, 5, 6, 7]] }],
    ['a candle without a count', { ...answer, candles: [{ ...candle(1, 2), n: undefined }] }],
    ['a price that is no number', { ...answer, candles: [{ ...candle(1, 2), h: Number.NaN }] }],
    ['a gap of an unknown cause', { ...answer, gaps: [{ from: 1, to: 2, cause: 'weather' }] }],
    ['a gap without an end', { ...answer, gaps: [{ from: 1, cause: 'restart' }] }],
  ])('are not read out of %s', (_, value) => {
    expect(decodeHistory(value)).toBeUndefined();
  });

  it.each([
    ['a tail without a volume', { tail: { ...tail, volume: null } }, 'tail'],
    ['a tail with half a trade', { tail: { ...tail, count: 0.5 } }, 'tail'],
    ['a place without a number', { through: { epoch: 500 } }, 'through'],
    ['a place before the first', { through: { epoch: 500, seq: -1 } }, 'through'],
    ['a beginning in words', { recordingSince: 'yesterday' }, 'recordingSince'],
  ] as const)('are read without %s', (_, over, left) => {
    const history = decodeHistory({ ...answer, ...over });
    expect(history?.candles).toHaveLength(3);
    expect(history?.[left]).toBeUndefined();
  });
});

describe("the API's trades", () => {
  const trade = { epoch: 500, seq: 1, t: 1_000, p: 10.5, v: 3 };

  it('are read with what their conditions let them move, and where the next page begins', () => {
    const trades = [trade, { ...trade, seq: 2, c: ['1', '12'] }, { ...trade, seq: 3, c: null }];
    expect(decodeTrades({ symbol: 'AAPL', trades, gaps: [], next: '500.3' })).toEqual({
      trades: [
        { ...trade, flags: 0 },
        { ...trade, seq: 2, flags: 3 },
        { ...trade, seq: 3, flags: 0 },
      ],
      next: '500.3',
    });
    expect(decodeTrades({ trades: [], next: null })).toEqual({ trades: [], next: undefined });
  });

  it.each([
    ['nothing', undefined],
    ['an error', { error: { code: 'x', message: 'y' } }],
    ['trades that are no list', { trades: 'none' }],
    ['a trade that is a list', { trades: [[500, 1, 1_000, 10.5, 3]] }],
    ['a trade without a number', { trades: [{ ...trade, seq: undefined }] }],
    ['a trade with half a number', { trades: [{ ...trade, seq: 1.5 }] }],
    ['a trade without a time', { trades: [{ ...trade, t: null }] }],
    ['a trade whose price is text', { trades: [trade, { ...trade, p: '10.5' }] }],
    ['a trade without a volume', { trades: [{ ...trade, v: undefined }] }],
  ])('are not read out of %s', (_, value) => {
    expect(decodeTrades(value)).toBeUndefined();
  });
});

describe('the levels across the chart', () => {
  const quote = { h: 110, l: 90, pc: 99.5 };
  const lines = [
    { label: 'Today', price: 101 },
    { label: 'At close', price: 100 },
  ] as unknown as readonly PriceLine[];

  it('are the close that is compared with, the previous close, and the range of a day that was not recorded', () => {
    expect(levelsOf({ lines, quote, isYoung: true })).toEqual([
      { label: 'At close', p: 100 },
      { label: 'Previous close', p: 99.5 },
      { label: 'Day’s high', p: 110 },
      { label: 'Day’s low', p: 90 },
    ]);
  });

  it('leave the range out where the candles have it', () => {
    const levels = levelsOf({ lines, quote, isYoung: false });
    expect(levels.map(({ label }) => label)).toEqual(['At close', 'Previous close']);
  });

  it('are none of what is not known', () => {
    expect(levelsOf({ lines: [], quote: undefined, isYoung: true })).toEqual([]);
    expect(levelsOf({ lines: [], quote: { h: null, l: null, pc: null }, isYoung: true })).toEqual([]);
  });
});
