import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Bar, barOf, barState, decodeBars, encodeBars } from '../../src/protocol/bars.ts';
import {
  addTrade,
  candleOf,
  INTERVALS,
  type Interval,
  newCandle,
  type PlacedTrade,
} from '../../src/protocol/candles.ts';
import { flagsOf } from '../../src/protocol/conditions.ts';
import { decodeServerFrame } from '../../src/protocol/decode-server.ts';
import { decodeFrame } from '../../src/protocol/frame.ts';
import { type Market, marketOf } from '../../src/protocol/symbols.ts';
import type { ConflatedRate } from '../../src/protocol/wire.ts';
import { BarGather, type LeavingBars } from '../../src/upstream/bar-gather.ts';
import { hasSharedData, readSharedData } from '../shared-data.ts';
import { foldAll } from '../support/folding.ts';

const SECOND = 1_672_348_887_000;
const EPOCH = 5;

/** The bar of trades of one second, in the order in which they came. */
function barOfTrades(given: readonly (readonly [dt: number, p: number, v: number, flags?: number])[]): Bar | undefined {
  const state = newCandle(SECOND);
  for (const [i, [dt, p, v, flags = 0]] of given.entries()) {
    addTrade(state, { t: SECOND + dt, epoch: 0, seq: 10 + i, p, v, flags });
  }
  return barOf(state, 0);
}

function decoded(text: string): ReturnType<typeof decodeBars> {
  const value: unknown = JSON.parse(text);
  return Array.isArray(value) ? decodeBars(value) : undefined;
}

const textOf = (...bars: readonly (Bar | undefined)[]): string =>
  encodeBars({ id: 7, seq: 10, count: 4, bars: bars.filter((bar) => bar !== undefined) });

describe('a message of bars', () => {
  it('is short', () => {
    const bar = barOfTrades([
      [3, 122.1, 100],
      [500, 122.4, 50],
      [700, 121.9, 10],
      [990, 122, 40],
    ]);
    expect(textOf(bar)).toBe('["b",7,10,[1672348887,122.1,122.4,121.9,122,200,4,3,990]]');
  });

  it('leaves out what is 0 at the end, and writes what is no price as null', () => {
    expect(textOf(barOfTrades([[0, 5, 0]]))).toBe('["b",7,10,4,[1672348887,5,5,5,5,0,0]]');
    const oddLot = barOfTrades([[400, 5, 0.5, 3]]);
    expect(textOf(oddLot)).toBe('["b",7,10,4,[1672348887,null,null,null,null,0.5,1]]');
    const outOfSequence = barOfTrades([[400, 5, 2, 1]]);
    expect(textOf(outOfSequence)).toBe('["b",7,10,4,[1672348887,null,5,5,null,2,1]]');
  });

  it('has no bar where the trades move nothing', () => {
    expect(barOfTrades([[0, 5, 100, flagsOf(['16'])]])).toBeUndefined();
    expect(decoded(textOf(undefined))).toEqual({ type: 'bars', id: 7, seq: 10, count: 4, bars: [] });
  });

  it('holds a volume with what rounding took from it', () => {
    const text = textOf(
      barOfTrades([
        [0, 5, 0.1],
        [1, 5, 0.2],
        [2, 5, 0.3],
      ]),
    );
    // 0.1 + 0.2 + 0.3 as doubles is 0.6000000000000000055…; the double 0.6 is 0.59999999999999997…
    expect(text).toBe('["b",7,10,4,[1672348887,5,5,5,5,0.6,3,0,2,1,-55]]');
    const [bar] = decoded(text)?.bars ?? [];
    expect(bar?.rest).toBe(2 ** -55);
  });

  it('numbers the prints only where another bar has some of the same time', () => {
    const [regular, extended] = [
      barOfTrades([
        [3, 10, 1],
        [3, 11, 1],
      ]),
      barOfTrades([[3, 12, 1]]),
    ];
    if (!regular || !extended) throw new Error('no bars');
    const text = textOf(regular, { ...extended, flags: 8 });
    expect(text).toBe(
      '["b",7,10,4,[1672348887,10,11,10,11,2,2,3,3,0,0,0,0,1],[1672348887,12,12,12,12,1,1,3,3,0,0,8,0,0]]',
    );
    expect(decoded(text)?.bars.map(({ close }) => close?.seq)).toEqual([11, 10]);
    const [alone] = decoded(textOf(regular))?.bars ?? [];
    expect([alone?.open?.seq, alone?.close?.seq], "elsewhere the message's first and last").toEqual([10, 13]);
  });

  it('is nothing that a client of before takes for trades', () => {
    const text = textOf(barOfTrades([[3, 122.1, 100]]));
    expect(decodeFrame(JSON.parse(text))).toBeUndefined();
    expect(decodeServerFrame(text)).toMatchObject({ type: 'bars', id: 7, seq: 10, count: 4 });
  });

  it('is none where anything in it is wrong', () => {
    const good = '["b",7,10,4,[1672348887,5,5,5,5,0.6,3,0,2,1,-55,8,0,3]]';
    expect(decoded(good)).toBeDefined();
    for (const [wrong, instead] of [
      ['"b"', '"c"'],
      ['7', '-1'],
      ['10', '1.5'],
      ['4', '0'],
      ['10,4,', '10,0.5,'],
      ['10,4,[1672348887,5,5,5,5,0.6,3', '10,[1672348887,5,5,5,5,0.6,0'],
      ['1672348887', '"1672348887"'],
      ['1672348887', '9007199254740991'],
      ['0.6', 'null'],
      ['-55', '1e5'],
      ['-55', '"x"'],
      ['0.6,3', '0.6,-3'],
      [',8', ',"8"'],
      ['5,5,5,5', '5,5,5,"5"'],
      ['[1672348887', '7,[1672348887'],
    ] as const) {
      expect(decoded(good.replace(wrong, instead)), `${wrong} → ${instead}`).toBeUndefined();
    }
  });

  it('survives volumes that add up to more than a number holds', () => {
    const text = textOf(
      barOfTrades([
        [0, 5, Number.MAX_VALUE],
        [1, 5, Number.MAX_VALUE],
      ]),
    );
    expect(decoded(text)?.bars[0]).toMatchObject({ volume: Number.MAX_VALUE, rest: 0, count: 2 });
  });
});

/** Condition codes as they come together. */
const CODES: readonly (readonly string[] | null)[] = [
  ...[['1'], ['1'], ['1', '12'], ['1', '24'], ['1', '24', '12'], ['1', '25'], ['1', '8'], ['16'], ['20'], ['39']],
  ...[['1', '30'], ['1', '3'], ['1', '21'], ['1', '36'], null],
];

/** Moments at which a US stock's trades change their candle: bells, the end of the closing prints, a holiday, a half-day. */
const BELLS = [
  ...['2026-11-23T09:00:00Z', '2026-11-23T14:30:00Z', '2026-11-23T21:00:00Z', '2026-11-23T21:05:00Z'],
  ...['2026-11-24T01:00:00Z', '2026-11-26T15:00:00Z', '2026-11-27T18:00:00Z', '2026-11-27T18:05:00Z'],
].map((text) => Date.parse(text));
/** Moments at which the forex day and week turn. */
const TURNS = ['2026-11-25T22:00:00Z', '2026-11-27T22:00:00Z', '2026-11-29T22:00:00Z'].map((text) => Date.parse(text));

interface Base {
  readonly name: string;
  readonly symbol: string;
  readonly trades: readonly (readonly [t: number, p: number, v: number])[];
}

function recorded(name: string): Base {
  const lines = hasSharedData(name) ? readSharedData(name).trim().split('\n').slice(1) : [];
  const trades = lines.map((line) => {
    const [, t, p, v] = line.split(',').map(Number);
    return [t ?? 0, p ?? 0, v ?? 0] as const;
  });
  return { name, symbol: lines[0]?.split(',')[0] ?? 'BINANCE:NONE', trades };
}

/** Trades around the moments that matter, several of them in many a second. */
function around(name: string, symbol: string, moments: readonly number[], decimals: number): Base {
  const random = mulberry(7);
  const trades = moments.flatMap((moment) =>
    Array.from({ length: 300 }, (_, i) => {
      // Many of the same millisecond, so that the order within it decides.
      const step = random() < 0.7 ? 100 : 1;
      const t = moment - 6_000 + Math.floor((i * 12_000 + random() * 20_000) / 300 / step) * step;
      const v = Math.round(random() * random() * 1e3 * 10 ** decimals) / 10 ** decimals;
      return [t, Math.round(1e4 + random() * 200) / 100, v] as const;
    }),
  );
  return { name, symbol, trades };
}

/** Chance that a seed repeats (Mulberry32). */
function mulberry(seed: number): () => number {
  let a = seed;
  return () => {
    a = (a + 0x6d2b79f5) | 0;
    let t = Math.imul(a ^ (a >>> 15), 1 | a);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** What Finnhub makes of it: some come late, some thrice, some are price updates; stocks have condition codes. */
function trouble(base: Base, random: () => number, count: number): PlacedTrade[] {
  const from = Math.floor(random() * Math.max(1, base.trades.length - count));
  const slice = base.trades.slice(from, from + count);
  const isStock = marketOf(base.symbol) === 'us';
  const arrivals: { at: number; t: number; p: number; v: number; flags: number }[] = [];
  for (const [t, p, v] of slice) {
    const lateBy = random() < 0.1 ? random() * 5_000 : 0;
    const flags = isStock ? flagsOf(CODES[Math.floor(random() * CODES.length)]) : 0;
    const copies = random() < 0.03 ? 3 : 1;
    const trade = { t, p, v: random() < 0.05 ? 0 : v, flags };
    for (let i = 0; i < copies; i += 1) arrivals.push({ at: t + lateBy + i * random() * 1_500, ...trade });
  }
  arrivals.sort((a, b) => a.at - b.at);
  return arrivals.map(({ t, p, v, flags }, i) => ({ t, p, v, flags, epoch: EPOCH, seq: i + 1 }));
}

/** The bars of trades as a client reads them: they leave by the clock, and at times because something else is told. */
function conflate(
  trades: readonly PlacedTrade[],
  rate: ConflatedRate,
  random: () => number,
): (Bar & { epoch: number })[] {
  const gather = new BarGather(rate);
  const texts: string[] = [];
  const send = (leaving: LeavingBars | undefined): void => {
    if (leaving) texts.push(encodeBars({ id: 1, ...leaving }));
  };
  let now = 0;
  for (const trade of trades) {
    now += random() * (random() < 0.05 ? 3_000 : 20);
    if (gather.dueAt <= now) send(gather.leave(now));
    if (random() < 0.02) send(gather.leave(now));
    send(gather.add(trade, now));
  }
  send(gather.leave(now));
  let next = 1;
  return texts.flatMap((text) => {
    const frame = decoded(text);
    expect(frame?.seq, 'each trade is in one message').toBe(next);
    next += frame?.count ?? 0;
    return (frame?.bars ?? []).map((bar) => ({ ...bar, epoch: EPOCH }));
  });
}

function expectSameCandles(market: Market, trades: readonly PlacedTrade[], random: () => number): void {
  for (const rate of ['1hz', '4hz'] as const) {
    const bars = conflate(trades, rate, random);
    for (const { t, open, close } of bars) {
      for (const print of [open, close]) if (print) expect(Math.floor(print.t / 1_000) * 1_000).toBe(t);
    }
    for (const interval of Object.keys(INTERVALS) as Interval[]) {
      const right = foldAll(market, interval, trades);
      expect(foldAll(market, interval, [], bars), `${rate} ${interval}`).toEqual(right);
      const backwards = bars.toReversed();
      expect(foldAll(market, interval, [], backwards), `${rate} ${interval}, in another order`).toEqual(right);
    }
  }
}

const BASES = [
  recorded('trades-binance-ethusdt-2023-02-02.csv'),
  recorded('trades-binance-xrpeth-2019-10-11.csv'),
  around('a stock around its bells', 'AAPL', BELLS, 0),
  around('a stock in fractions of shares', 'AAPL', BELLS, 6),
  around('a pair around the turn of its day and week', 'OANDA:EUR_USD', TURNS, 0),
];

describe.each(BASES)('candles folded from the bars of $name', ({ name, symbol, trades }) => {
  it.skipIf(trades.length === 0)(
    'are exactly those of the trades, of every interval (recorded ones: skipped without ../shared/data)',
    () => {
      const seeds = fc.integer({ min: 1, max: 2 ** 31 });
      fc.assert(
        fc.property(seeds, (seed) => {
          const random = mulberry(seed);
          expectSameCandles(marketOf(symbol), trouble({ name, symbol, trades }, random, 600), random);
        }),
        { numRuns: 25, seed: 1 },
      );
    },
    60_000,
  );

  it.skipIf(trades.length === 0)('can be mixed with trades: a client that changes its rate misses nothing', () => {
    const random = mulberry(3);
    const all = trouble({ name, symbol, trades }, random, 2_000);
    const third = Math.floor(all.length / 3);
    const middle = all.slice(third, 2 * third).map((trade, i) => ({ ...trade, seq: i + 1 }));
    const bars = conflate(middle, '1hz', random).map((bar) => ({
      ...bar,
      open: bar.open && { ...bar.open, seq: bar.open.seq + third },
      close: bar.close && { ...bar.close, seq: bar.close.seq + third },
    }));
    const rest = [...all.slice(0, third), ...all.slice(2 * third)];
    for (const interval of Object.keys(INTERVALS) as Interval[]) {
      expect(foldAll(marketOf(symbol), interval, rest, bars)).toEqual(foldAll(marketOf(symbol), interval, all));
    }
  });
});

describe('the state of a bar', () => {
  it('is that of its trades, in an epoch', () => {
    const bar = barOfTrades([
      [3, 10, 1],
      [3, 12, 1],
      [1, 11, 1],
    ]);
    if (!bar) throw new Error('no bar');
    const state = barState(bar, 9);
    expect(state.open).toEqual({ p: 11, t: SECOND + 1, epoch: 9, seq: 12 });
    expect(state.close).toEqual({ p: 12, t: SECOND + 3, epoch: 9, seq: 11 });
    expect(candleOf(state)).toEqual({ t: SECOND, o: 11, h: 12, l: 10, c: 12, v: 3, n: 3 });
  });
});
