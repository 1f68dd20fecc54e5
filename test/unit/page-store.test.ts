import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { MAX_TRADES, TradeStore } from '../../pwa/chart/trade-store.ts';
import type { PlacedTrade } from '../../src/protocol/candles.ts';
import { tradesOf } from '../support/charts.ts';

function storeOf(trades: readonly PlacedTrade[], max?: number): TradeStore {
  const store = new TradeStore(max);
  for (const trade of trades) store.add(trade, trade.flags === 0);
  return store;
}

const all = (store: TradeStore): (PlacedTrade | undefined)[] =>
  Array.from({ length: store.length }, (_, i) => store.at(i));

const byPlace = (a: PlacedTrade, b: PlacedTrade): number => a.t - b.t || a.epoch - b.epoch || a.seq - b.seq;

/** Trades with distinct places, in any order, many of them in one millisecond. */
const anyTrades = fc.uniqueArray(
  fc.record({
    t: fc.nat(20),
    p: fc.integer({ min: 1, max: 1_000 }),
    v: fc.nat(9),
    epoch: fc.integer({ min: 1, max: 3 }),
    seq: fc.integer({ min: 1, max: 50 }),
    flags: fc.constantFrom(0, 3, 8, 15),
  }),
  { selector: ({ epoch, seq }) => `${epoch}.${seq}`, maxLength: 60 },
);

describe('the store of trades', () => {
  it('has them by time and then by their place on the tape, whatever order they came in', () => {
    fc.assert(
      fc.property(anyTrades, (trades) => {
        const store = storeOf(trades);
        const sorted = trades.toSorted(byPlace);
        expect(all(store)).toEqual(sorted);
        for (const [i, { t, p, flags }] of sorted.entries()) {
          expect([store.timeAt(i), store.priceAt(i), store.formsPriceAt(i)]).toEqual([t, p, flags === 0]);
        }
      }),
    );
  });

  it('finds the first trade at a time or after it', () => {
    fc.assert(
      fc.property(anyTrades, fc.integer({ min: -1, max: 22 }), (trades, t) => {
        const found = trades.toSorted(byPlace).findIndex((trade) => trade.t >= t);
        expect(storeOf(trades).firstAt(t)).toBe(found < 0 ? trades.length : found);
      }),
    );
  });

  it('has nothing where there is no trade', () => {
    const store = storeOf(tradesOf([[1, 10]]));
    expect([store.timeAt(1), store.priceAt(1), store.timeAt(-1)]).toEqual([Number.NaN, Number.NaN, Number.NaN]);
    expect([store.at(1), store.at(-1)]).toEqual([undefined, undefined]);
  });

  it('keeps everything as it grows', () => {
    const trades = tradesOf(Array.from({ length: 5_000 }, (_, i) => [i * 3, i % 17, i % 2 === 0 ? 0 : 3] as const));
    const store = storeOf(trades);
    expect(all(store)).toEqual(trades);
    expect([store.formsPriceAt(4_998), store.formsPriceAt(4_999)]).toEqual([true, false]);
  });

  it('lets the oldest go where there is no more room, and never holds more', () => {
    const trades = tradesOf(Array.from({ length: 5_000 }, (_, i) => [i, i] as const));
    const store = new TradeStore(2_000);
    for (const trade of trades) {
      store.add(trade, true);
      expect(store.length).toBeLessThanOrEqual(2_000);
    }
    expect(store.length).toBeGreaterThanOrEqual(1_500);
    expect(all(store)).toEqual(trades.slice(-store.length));
  });

  it('takes many at once, each that it does not have, and keeps the newest', () => {
    fc.assert(
      fc.property(anyTrades, fc.nat(), fc.nat(), fc.integer({ min: 1, max: 80 }), (trades, a, b, max) => {
        const [here, there] = [trades.slice(a % (trades.length + 1)), trades.slice(0, b % (trades.length + 1))];
        const store = storeOf(here, 1_000);
        store.merge(there, ({ flags }) => flags === 0);
        const whole = trades.filter((trade) => here.includes(trade) || there.includes(trade)).toSorted(byPlace);
        expect(all(store)).toEqual(whole);
        for (const [i, { flags }] of whole.entries()) expect(store.formsPriceAt(i)).toBe(flags === 0);
        const small = new TradeStore(max);
        small.merge(whole, () => true);
        expect(all(small)).toEqual(whole.slice(-max));
        const lost = whole.at(-max - 1);
        expect(small.wholeFrom).toBe(lost ? lost.t + 1 : Number.NEGATIVE_INFINITY);
      }),
    );
  });

  it('is empty once it is cleared, and begins anew', () => {
    const store = storeOf(tradesOf([[5, 10]]));
    store.clear();
    expect([store.length, store.timeAt(0), store.firstAt(0)]).toEqual([0, Number.NaN, 0]);
    const later = tradesOf([[3, 7]], 2);
    for (const trade of later) store.add(trade, true);
    expect(all(store)).toEqual(later);
  });

  it('holds a quarter of an hour of a busy market', () => {
    expect(MAX_TRADES).toBeGreaterThanOrEqual(15 * 60 * 70);
  });
});
