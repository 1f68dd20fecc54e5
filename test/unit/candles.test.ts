import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  addCandle,
  addTrade,
  type Candle,
  type CandleState,
  candleEnd,
  candleOf,
  candleStart,
  formsPrice,
  INTERVALS,
  type Interval,
  newCandle,
  type PlacedTrade,
} from '../../src/protocol/candles.ts';
import { flagsOf } from '../../src/protocol/conditions.ts';
import type { Market } from '../../src/protocol/symbols.ts';

const utc = (text: string): number => Date.parse(`${text}Z`);

interface Given {
  /** UTC, ISO without zone. */
  readonly at: string;
  readonly p: number;
  readonly v: number;
  readonly c?: readonly string[] | null;
}

/** Trades in the order in which Finnhub sent them. */
function placed(given: readonly Given[]): PlacedTrade[] {
  return given.map(({ at, p, v, c }, i) => ({ t: utc(at), epoch: 1, seq: i + 1, p, v, flags: flagsOf(c) }));
}

function fold(market: Market, interval: Interval, trades: readonly PlacedTrade[]): CandleState[] {
  const states = new Map<number, CandleState>();
  for (const trade of trades) {
    const start = candleStart(market, interval, trade.t, trade.flags);
    if (start === undefined) continue;
    const state = states.get(start) ?? newCandle(start);
    states.set(start, state);
    addTrade(state, trade);
  }
  return [...states.values()].sort((a, b) => a.t - b.t);
}

const candles = (market: Market, interval: Interval, given: readonly Given[]): Candle[] =>
  fold(market, interval, placed(given)).flatMap((state) => candleOf(state) ?? []);

/** Monday, 23 November 2026: New York is 5 h behind UTC, so the bell rings at 14:30 and at 21:00 UTC. */
const DAY: readonly Given[] = [
  { at: '2026-11-23T13:00:10.000', p: 99.5, v: 100, c: ['1', '24'] }, // before the market: Form-T
  { at: '2026-11-23T14:30:00.120', p: 100, v: 5_000, c: ['1', '19'] }, // the opening print
  { at: '2026-11-23T14:30:00.130', p: 100.2, v: 0.5, c: ['1', '12'] }, // an odd lot: volume only
  { at: '2026-11-23T14:30:20.000', p: 101, v: 200, c: ['1', '8'] }, // a sweep: regular
  { at: '2026-11-23T14:30:30.000', p: 103, v: 1_000, c: ['1', '30'] }, // sold out of sequence: high and low, not last
  { at: '2026-11-23T14:30:40.000', p: 150, v: 400, c: ['1', '3'] }, // an average price: volume only
  { at: '2026-11-23T14:30:50.000', p: 100.5, v: 300, c: ['1'] },
  { at: '2026-11-23T14:30:45.000', p: 99, v: 100, c: ['1'] }, // came late: lowest, but not last
  { at: '2026-11-23T14:31:10.000', p: 100, v: 10_000, c: ['20'] }, // the official open: moves nothing
  { at: '2026-11-23T15:00:00.000', p: 98, v: 10, c: ['1', '24'] }, // extended hours, told within the regular ones
  { at: '2026-11-23T20:59:59.900', p: 104, v: 700, c: ['1'] },
  { at: '2026-11-23T21:00:02.300', p: 104.5, v: 80_000, c: ['1', '36'] }, // the closing print
  { at: '2026-11-23T21:00:02.400', p: 104.5, v: 80_000, c: ['16'] }, // the official close: moves nothing
  { at: '2026-11-23T21:10:00.000', p: 107, v: 50, c: ['1', '24'] }, // after hours
  { at: '2026-11-23T21:10:01.000', p: 120, v: 1, c: ['1', '24', '12'] }, // and an odd lot there
];

describe('a day of a stock', () => {
  it('has the minutes that its trades may make', () => {
    expect(candles('us', '1m', DAY)).toEqual([
      { t: utc('2026-11-23T13:00:00'), o: 99.5, h: 99.5, l: 99.5, c: 99.5, v: 100, n: 1 },
      // 5000 + 0.5 + 200 + 1000 + 400 + 300 + 100; the high is the out-of-sequence 103, the close the latest regular print.
      { t: utc('2026-11-23T14:30:00'), o: 100, h: 103, l: 99, c: 100.5, v: 7_000.5, n: 7 },
      { t: utc('2026-11-23T20:59:00'), o: 104, h: 104, l: 104, c: 104, v: 700, n: 1 },
      { t: utc('2026-11-23T21:00:00'), o: 104.5, h: 104.5, l: 104.5, c: 104.5, v: 80_000, n: 1 },
      { t: utc('2026-11-23T21:10:00'), o: 107, h: 107, l: 107, c: 107, v: 51, n: 2 },
    ]);
  });

  it('is one candle of its regular hours, from the opening to the closing print', () => {
    expect(candles('us', '1d', DAY)).toEqual([
      { t: utc('2026-11-23T14:30:00'), o: 100, h: 104.5, l: 99, c: 104.5, v: 7_000.5 + 700 + 80_000, n: 9 },
    ]);
  });

  it('has the last price of its last print that may be one, in trading order', () => {
    const forming = placed(DAY).filter(({ t, flags }) => formsPrice('us', t, flags));
    expect(forming.at(-1)?.p).toBe(107);
    expect(forming.map(({ p }) => p)).not.toContain(98);
    const regular = forming.filter(({ t, flags }) => candleStart('us', '1d', t, flags) !== undefined);
    expect(Math.max(...regular.map(({ t }) => t))).toBe(utc('2026-11-23T21:00:02.300'));
  });

  it('on which markets close early ends at 13:00 in New York', () => {
    const trades: Given[] = [
      { at: '2026-11-27T14:30:00', p: 10, v: 1, c: ['1'] },
      { at: '2026-11-27T17:59:59', p: 11, v: 1, c: ['1'] },
      { at: '2026-11-27T18:00:01', p: 12, v: 1, c: ['1', '36'] },
      { at: '2026-11-27T18:30:00', p: 99, v: 1, c: ['1'] },
    ];
    expect(candles('us', '1d', trades)).toEqual([
      { t: utc('2026-11-27T14:30:00'), o: 10, h: 12, l: 10, c: 12, v: 3, n: 3 },
    ]);
    expect(candleEnd('us', '1d', utc('2026-11-27T14:30:00'))).toBe(utc('2026-11-27T18:00:00'));
  });

  it('without regular hours has no daily candle: a holiday, a weekend', () => {
    expect(candles('us', '1d', [{ at: '2026-11-26T16:00:00', p: 1, v: 1 }])).toEqual([]);
    expect(candles('us', '1d', [{ at: '2026-11-28T16:00:00', p: 1, v: 1 }])).toEqual([]);
  });

  it.each([
    ['before the clocks go forward', '2026-03-06T14:30:00', '2026-03-06T14:29:59'],
    ['after they have', '2026-03-09T13:30:00', '2026-03-09T13:29:59'],
    ['before they go back', '2026-10-30T13:30:00', '2026-10-30T13:29:59'],
    ['after they have', '2026-11-02T14:30:00', '2026-11-02T14:29:59'],
  ])('begins with the bell in New York, %s (%s)', (_, open, before) => {
    expect(candleStart('us', '1d', utc(open), 0)).toBe(utc(open));
    expect(candleStart('us', '1d', utc(before), 0)).toBeUndefined();
  });
});

describe('a day', () => {
  it('of forex turns at 17:00 in New York, in winter and in summer', () => {
    expect(candleStart('forex', '1d', utc('2026-11-23T21:59:59'), 0)).toBe(utc('2026-11-22T22:00:00'));
    expect(candleStart('forex', '1d', utc('2026-11-23T22:00:00'), 0)).toBe(utc('2026-11-23T22:00:00'));
    expect(candleStart('forex', '1d', utc('2026-07-01T20:59:59'), 0)).toBe(utc('2026-06-30T21:00:00'));
    // The Sunday on which the clocks go forward: 17:00 was 22:00 UTC the evening before, and is 21:00 UTC then.
    expect(candleStart('forex', '1d', utc('2026-03-08T21:30:00'), 0)).toBe(utc('2026-03-08T21:00:00'));
    expect(candleEnd('forex', '1d', utc('2026-03-07T22:00:00'))).toBe(utc('2026-03-08T21:00:00'));
  });

  it("of crypto is UTC's", () => {
    expect(candleStart('crypto', '1d', utc('2026-11-23T23:59:59.999'), 0)).toBe(utc('2026-11-23T00:00:00'));
  });
});

describe('a trade of extended hours', () => {
  const [within, before, holiday] = [
    utc('2026-11-23T15:00:00'),
    utc('2026-11-23T13:00:00'),
    utc('2026-11-26T16:00:00'),
  ];

  it('forms a price in extended hours, and none where it is reported within the regular ones', () => {
    const extended = flagsOf(['1', '24']);
    expect(formsPrice('us', before, extended)).toBe(true);
    expect(formsPrice('us', holiday, extended)).toBe(true);
    expect(formsPrice('us', within, extended)).toBe(false);
    expect(formsPrice('us', within, flagsOf(['1']))).toBe(true);
    expect(formsPrice('us', before, flagsOf(['1', '25'])), 'out of sequence').toBe(false);
  });

  it('forms a price exactly where it is the open or the close of a candle of seconds', () => {
    const codes = fc.constantFrom(null, ['1'], ['12'], ['30'], ['16'], ['24'], ['25'], ['1', '24', '12']);
    const market = fc.constantFrom<Market>('us', 'forex', 'crypto', 'other');
    fc.assert(
      fc.property(market, fc.integer({ min: before, max: holiday }), codes, (where, t, c) => {
        const trade = { t, epoch: 1, seq: 1, p: 1, v: 1, flags: flagsOf(c) };
        const isInCandle = fold(where, '1s', [trade]).some(({ close }) => close !== undefined);
        expect(formsPrice(where, t, trade.flags)).toBe(isInCandle);
      }),
    );
  });
});

describe('a volume of 0', () => {
  it('moves the price, not the volume, and is not counted', () => {
    const trades: Given[] = [
      { at: '2026-11-23T10:00:00', p: 1.1, v: 3 },
      { at: '2026-11-23T10:00:01', p: 1.2, v: 0 },
    ];
    expect(candles('forex', '1m', trades)).toEqual([
      { t: utc('2026-11-23T10:00:00'), o: 1.1, h: 1.2, l: 1.1, c: 1.2, v: 3, n: 1 },
    ]);
  });
});

describe('an interval with volume but no price', () => {
  it('is absent, and its volume is in the wider candle', () => {
    const trades: Given[] = [
      { at: '2026-11-23T15:00:00', p: 10, v: 100, c: ['1'] },
      { at: '2026-11-23T15:01:00', p: 11, v: 7, c: ['1', '12'] },
    ];
    expect(candles('us', '1m', trades).map(({ t }) => t)).toEqual([utc('2026-11-23T15:00:00')]);
    expect(candles('us', '5m', trades)).toMatchObject([{ o: 10, h: 10, l: 10, c: 10, v: 107, n: 2 }]);
  });
});

describe('a fold', () => {
  const start = utc('2026-11-23T12:00:00');
  const codes = fc.constantFrom(null, ['1'], ['12'], ['30'], ['16'], ['24'], ['1', '8'], ['3', '24'], ['99']);
  const trade = fc.record({
    t: fc.integer({ min: start, max: start + 12 * 3_600_000 }),
    p: fc.double({ min: 0.01, max: 1e6, noNaN: true }),
    v: fc.oneof(fc.constant(0), fc.double({ min: 1e-8, max: 1e9, noNaN: true })),
    c: codes,
  });
  const tape = fc
    .array(trade, { minLength: 1, maxLength: 60 })
    .map((trades) =>
      trades.map(({ t, p, v, c }, i) => ({ t, p, v, flags: flagsOf(c), epoch: 1 + (i >> 4), seq: i + 1 })),
    );
  const market = fc.constantFrom<Market>('us', 'forex', 'crypto');

  function expectSame(a: readonly CandleState[], b: readonly CandleState[]): void {
    const exact = (states: readonly CandleState[]) =>
      states.map(({ t, open, close, high, low, count }) => ({ t, open, close, high, low, count }));
    expect(exact(a)).toEqual(exact(b));
    for (const [i, state] of a.entries()) {
      const other = b[i] ?? newCandle(0);
      const [x, y] = [state.volume + state.rest, other.volume + other.rest];
      expect(Math.abs(x - y)).toBeLessThanOrEqual(1e-9 * Math.max(1, x));
    }
  }

  it.each(Object.keys(INTERVALS) as Interval[])(
    'of %s does not depend on the order in which trades come',
    (interval) => {
      fc.assert(
        fc.property(tape, market, fc.infiniteStream(fc.double({ noNaN: true })), (trades, where, chance) => {
          const shuffled = trades
            .map((each) => ({ each, at: chance.next().value ?? 0 }))
            .sort((a, b) => a.at - b.at)
            .map(({ each }) => each);
          expectSame(fold(where, interval, shuffled), fold(where, interval, trades));
        }),
        { numRuns: 100 },
      );
    },
  );

  it.each(['5m', '15m', '1h'] as const)('of %s is the same made of minutes as made of trades', (interval) => {
    fc.assert(
      fc.property(tape, market, (trades, where) => {
        const wide = new Map<number, CandleState>();
        for (const minute of fold(where, '1m', trades)) {
          const at = Math.floor(minute.t / INTERVALS[interval]) * INTERVALS[interval];
          const state = wide.get(at) ?? newCandle(at);
          wide.set(at, state);
          addCandle(state, minute);
        }
        expectSame(
          [...wide.values()].sort((a, b) => a.t - b.t),
          fold(where, interval, trades),
        );
      }),
      { numRuns: 200 },
    );
  });
});
