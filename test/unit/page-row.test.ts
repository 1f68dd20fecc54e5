import { describe, expect, it } from 'vitest';
import type { FeedNote } from '../../pwa/feed/subscriptions.ts';
import type { Place } from '../../pwa/feed/words.ts';
import { Row } from '../../pwa/page/watch/row.ts';
import { type RowSituation, rowWords } from '../../pwa/page/watch/row-words.ts';

const NOW = Date.UTC(2026, 10, 24, 15);
const SYMBOL = 'BINANCE:BTCUSDT';
const SERVED: Place = { state: 'served' };

const situation = (over: Partial<RowSituation> = {}): RowSituation => ({
  isLive: true,
  isSimulated: false,
  place: SERVED,
  now: NOW,
  ...over,
});
const quote = (c: number, pc: number) => ({
  known: true,
  c,
  d: c - pc,
  dp: 0,
  h: c,
  l: c,
  o: c,
  pc,
  t: NOW - 3_600_000,
  asOf: NOW,
});
const traded = (t: number, p: number, seq = 1): FeedNote => ({
  type: 'trades',
  symbol: SYMBOL,
  epoch: 1,
  seq,
  trades: [{ t, p, v: 1, flags: 0 }],
});

function rowOf(...notes: readonly FeedNote[]): Row {
  const row = new Row(SYMBOL);
  for (const note of notes) row.hear(note);
  row.show();
  return row;
}

describe('a row of the watchlist', () => {
  it('has the last price by time and number, of trades and of bars', () => {
    const row = rowOf(traded(NOW - 10, 5, 2), traded(NOW - 10, 4, 1), traded(NOW - 20, 3, 3));
    expect(row.prices.value.last?.p).toBe(5);
    const bar = {
      t: NOW,
      open: undefined,
      close: { p: 7, t: NOW + 5, seq: 9 },
      high: 8,
      low: 6,
      volume: 1,
      rest: 0,
      count: 1,
      flags: 0,
    };
    row.hear({ type: 'bars', symbol: SYMBOL, epoch: 1, seq: 4, last: 9, bars: [bar] });
    row.show();
    expect(row.prices.value.last).toMatchObject({ p: 7, t: NOW + 5 });
  });

  it('takes the last price that the server begins with after a pause, though it had an older one', () => {
    const row = rowOf(traded(NOW - 60_000, 5), { type: 'served', symbol: SYMBOL, last: { t: NOW, p: 6 } });
    expect(row.prices.value.last?.p).toBe(6);
    row.hear({ type: 'served', symbol: SYMBOL, last: { t: NOW - 1, p: 9 } });
    row.show();
    expect(row.prices.value.last?.p).toBe(6);
  });

  it('compares with the close before, and where that is not known with the beginning of its line', () => {
    const row = rowOf(traded(NOW - 10, 110));
    row.quote.value = quote(109, 100);
    expect(rowWords(row, situation())).toMatchObject({ price: 110, changeIs: 'since the close before', standing: '' });
    expect(rowWords(row, situation()).change?.text).toContain('+10.00');
    const candle = { t: NOW - 300_000, o: 100, h: 100, l: 100, c: 100, v: 1, n: 1 };
    const unquoted = rowOf(traded(NOW - 10, 120));
    unquoted.adopt({
      interval: '5m',
      candles: [candle],
      gaps: [],
      through: undefined,
      tail: undefined,
      recordingSince: undefined,
    });
    expect(rowWords(unquoted, situation()).changeIs).toMatch(/^since \d\d:\d\d$/);
    expect(rowWords(unquoted, situation()).change?.direction).toBe('up');
  });

  it('without a slot shows its quote, how old that is, and its place in line', () => {
    const row = rowOf();
    row.quote.value = quote(109, 100);
    const waiting: Place = { state: 'waiting', position: 2 };
    const { price, standing } = rowWords(row, situation({ place: waiting }));
    expect(price).toBe(109);
    expect(standing).toMatch(/^2nd in line, as of \d\d:\d\d$/);
    expect(rowWords(row, situation({ place: { state: 'refused', code: 'unknown-symbol' } })).standing).toBe(
      'Not available',
    );
    expect(rowWords(row, situation({ place: { state: 'asking' } })).standing).toMatch(/^as of/);
  });

  it('says how old a price is that no longer moves, also without a connection', () => {
    const row = rowOf(traded(NOW - 10, 110));
    expect(rowWords(row, situation()).standing).toBe('');
    expect(rowWords(row, situation({ isLive: false })).standing).toMatch(/^as of \d\d:\d\d$/);
    expect(rowWords(row, situation({ now: NOW + 300_000 })).standing).toMatch(/^as of \d\d:\d\d$/);
  });

  it('is restored with the last price that was kept, and says what its line lacks', () => {
    const candle = { t: NOW - 3_600_000, o: 100, h: 100, l: 100, c: 100, v: 1, n: 1 };
    const close = { p: 100, t: candle.t, epoch: 1, seq: 1 };
    const tail = { t: candle.t, open: close, close, high: 100, low: 100, volume: 1, rest: 0, count: 1 };
    const before = rowOf();
    before.adopt({ interval: '5m', candles: [candle], gaps: [], through: close, tail, recordingSince: candle.t });
    before.hear(traded(NOW - 10, 110, 9));
    const kept = before.snapshot(NOW);
    if (!kept) throw new Error('nothing kept');
    expect(kept.breaks).toEqual([{ from: candle.t + 300_000, to: NOW - 10, label: 'Not kept' }]);
    const after = new Row(SYMBOL);
    after.restore(kept);
    expect(after.prices.value.last).toMatchObject({ p: 110, t: NOW - 10 });
    expect(after.prices.value.spark).toEqual([100, 110]);
  });

  it('of which nothing is known shows nothing, and no change', () => {
    expect(rowWords(rowOf(), situation({ place: { state: 'asking' } }))).toEqual({
      price: undefined,
      change: undefined,
      changeIs: '',
      standing: '',
    });
  });
});
