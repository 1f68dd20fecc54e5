import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Point } from '../../pwa/chart/line-points.ts';
import { Tape } from '../../pwa/chart/tape.ts';
import type { ChartKind, Moment, Scene } from '../../pwa/chart/view.ts';
import { candleEnd, INTERVALS, type PlacedTrade } from '../../src/protocol/candles.ts';
import { EXTENDED_HOURS, NOT_HIGH_LOW, NOT_LAST } from '../../src/protocol/conditions.ts';
import { marketOf } from '../../src/protocol/symbols.ts';
import type { GapCause } from '../../src/protocol/wire.ts';
import {
  answerOf,
  CRYPTO,
  crosses,
  DAY,
  HOUR,
  LABELS,
  MINUTE,
  momentAt,
  SECOND,
  STOCK,
  tapeOf,
  tradesOf,
  viewOf,
} from '../support/charts.ts';

const at = (iso: string): number => Date.parse(iso);
const T = at('2026-11-24T12:00:00Z');
const ODD_LOT = NOT_LAST | NOT_HIGH_LOW;

interface Gap {
  readonly from: number;
  readonly to: number;
  readonly cause: GapCause;
}

/** A tape with a recorded past, of which it has the candles, and what came live since. */
function recordedTape(
  symbol: string,
  recorded: readonly PlacedTrade[],
  live: readonly PlacedTrade[] = [],
  gaps: readonly Gap[] = [],
): Tape {
  const tape = new Tape(symbol, live.at(-1)?.t ?? recorded.at(-1)?.t ?? T);
  const market = marketOf(symbol);
  for (const interval of ['1s', '5s', '1m', '5m', '15m', '1h', '1d'] as const) {
    tape.adopt(answerOf(market, interval, recorded, { gaps }), true, LABELS);
  }
  tape.add(live);
  return tape;
}

/** What a view at rest draws. */
function drawn(tape: Tape, edge: number, over: Partial<Moment> = {}): { scene: Scene; points: readonly Point[] } {
  const view = viewOf(tape);
  const scene = view.scene(momentAt(edge, { reducedMotion: true, ...over }));
  if (!scene) throw new Error('no scene');
  return { scene, points: view.points };
}

/** One trade a second, the first at `from`, at prices 100, 101 … */
const everySecond = (from: number, count: number, seq = 1): PlacedTrade[] =>
  tradesOf(
    Array.from({ length: count }, (_, i) => [from + i * SECOND, 100 + i] as const),
    seq,
  );

const KINDS: readonly ChartKind[] = ['line', 'candles', 'trades'];

describe('where the recorded past and the stream meet', () => {
  const recorded = everySecond(T - 60 * SECOND + 300, 40);
  const live = everySecond(T - 20 * SECOND + 300, 20, 41).map((trade) => ({ ...trade, p: trade.p + 1_000 }));

  it('closes become single trades, without a hole and with nothing twice', () => {
    const { points } = drawn(recordedTape(CRYPTO, recorded, live), T);
    const closes = recorded.map(({ t, p }) => ({ x: Math.floor(t / SECOND) * SECOND + 999, y: p }));
    expect(points).toEqual([...closes, ...live.map(({ t, p }) => ({ x: t, y: p }))]);
  });

  it('the line never goes back, though trades came late', () => {
    const late = tradesOf(
      [
        [T - 25 * SECOND, 500],
        [T - 20 * SECOND + 100, 501],
      ],
      61,
    );
    const { points } = drawn(
      recordedTape(CRYPTO, recorded, [
        ...live.slice(0, 3),
        ...late,
        ...live.slice(3).map((trade) => ({ ...trade, seq: trade.seq + 2 })),
      ]),
      T,
    );
    const places = points.map(({ x }) => x);
    expect(places).toEqual(places.toSorted((a, b) => a - b));
  });

  it('the line never goes back, whatever came in whatever order, nor more than a step beyond the edges', () => {
    const anyTrade = fc.record({
      ago: fc.integer({ min: 0, max: 90 * SECOND }),
      p: fc.integer({ min: 1, max: 50 }),
      flags: fc.constantFrom(0, 0, 0, ODD_LOT),
    });
    const anyView = fc.oneof(
      fc.constant({ spanMs: MINUTE }),
      fc.record({
        spanMs: fc.constantFrom(10 * SECOND, MINUTE),
        right: fc.integer({ min: -80 * SECOND, max: 0 }).map((ms) => T + ms),
      }),
    );
    fc.assert(
      fc.property(
        fc.array(anyTrade, { minLength: 1, maxLength: 40 }),
        fc.nat(),
        anyView,
        fc.constantFrom(...KINDS),
        (given, cut, view, kind) => {
          const trades = tradesOf(given.map(({ ago, p, flags }) => [T - ago, p, flags] as const));
          const answered = cut % (trades.length + 1);
          const tape = recordedTape(STOCK, trades.slice(0, answered), trades.slice(answered));
          const { scene, points } = drawn(tape, T, { view, kind });
          const places = points.map(({ x }) => x);
          expect(places).toEqual(places.toSorted((a, b) => a - b));
          // The head is a point of its own, wherever it is.
          expect(places.slice(0, -1).filter((x) => x < scene.from).length).toBeLessThanOrEqual(1);
          expect(places.filter((x) => x > scene.to).length).toBeLessThanOrEqual(1);
        },
      ),
      { numRuns: 300 },
    );
  });
});

describe('a view of the past', () => {
  const trades = everySecond(T - 300 * SECOND, 301);
  const view = { spanMs: 10 * SECOND, right: T - 100 * SECOND };

  it('comes in from one point beyond the left side and goes out to one beyond the right', () => {
    for (const tape of [tapeOf(CRYPTO, trades), recordedTape(CRYPTO, trades)]) {
      const { scene, points } = drawn(tape, T, { view });
      expect(scene).toMatchObject({ from: T - 110 * SECOND, spanMs: 10 * SECOND });
      expect(points.filter(({ x }) => x < scene.from)).toHaveLength(1);
      expect(points.filter(({ x }) => x > scene.to)).toHaveLength(1);
      expect(points.filter(({ x }) => x >= scene.from && x <= scene.to).length).toBeGreaterThanOrEqual(10);
    }
  });

  it('does so between odd lots too, which are no points of the line', () => {
    const sparse = tradesOf([
      [T - 200 * SECOND, 10],
      [T - 105 * SECOND, 11],
      [T - 20 * SECOND, 12],
      [T, 13],
    ]);
    const odd = [111, 112, 99, 98, 97].map((s, i) => ({ ...tradesOf([[T - s * SECOND, 500, ODD_LOT]], 5 + i)[0] }));
    const tape = tapeOf(STOCK, [...sparse, ...(odd as PlacedTrade[])]);
    expect(drawn(tape, T, { view }).points.map(({ y }) => y)).toEqual([10, 11, 12]);
  });

  it('has nothing of the present in it', () => {
    const live = tradesOf(
      [
        [T - 5 * SECOND, 9_000],
        [T, 10_000],
      ],
      302,
    );
    const { scene, points } = drawn(recordedTape(CRYPTO, trades.slice(0, 290), live), T, { view });
    expect(points.every(({ y }) => y < 1_000)).toBe(true);
    expect(scene.high).toBeLessThan(1_000);
    expect(scene.head?.x).toBeGreaterThan(scene.to);
  });

  it('is not pulled along as trades come', () => {
    const tape = tapeOf(CRYPTO, trades);
    const before = drawn(tape, T, { view });
    tape.add(everySecond(T + SECOND, 5, 302));
    const after = drawn(tape, T + 5 * SECOND, { view });
    expect({ ...after.scene, head: 0, candles: 0 }).toEqual({ ...before.scene, head: 0, candles: 0 });
    expect(after.points).toEqual(before.points);
  });

  it('has the candles in sight among its own, and the volume of those alone', () => {
    const busy = trades.map((trade, i) => ({ ...trade, v: i === 0 ? 1_000 : 1 + (i % 3) }));
    const { scene } = drawn(recordedTape(CRYPTO, busy), T, { view, kind: 'candles', width: 60 });
    const length = INTERVALS[scene.interval];
    const inSight = scene.candles.filter(({ t }) => t + length > scene.from && t <= scene.to);
    const given = scene.candles.slice(scene.first, scene.end);
    expect(given).toEqual(expect.arrayContaining(inSight));
    expect(given.length).toBeLessThanOrEqual(inSight.length + 3);
    expect(scene.mostVolume).toBe(Math.max(...inSight.map(({ v }) => v)));
    expect(scene.low).toBeLessThanOrEqual(Math.min(...inSight.map(({ l }) => l)));
    expect(scene.high).toBeGreaterThanOrEqual(Math.max(...inSight.map(({ h }) => h)));
  });
});

describe('the three kinds of a chart', () => {
  const trades = tradesOf([
    [T - 61 * SECOND, 100],
    [T - 40 * SECOND, 104],
    [T - 30 * SECOND, 150, ODD_LOT],
    [T - 20 * SECOND, 102],
    [T, 103],
  ]);

  it('have a line of what forms the price, no line among candles', () => {
    const tape = recordedTape(STOCK, trades.slice(0, 1), trades.slice(1));
    expect(drawn(tape, T, { kind: 'line' }).points.map(({ y }) => y)).toEqual([100, 104, 102, 103]);
    expect(drawn(tape, T, { kind: 'candles' }).points).toEqual([]);
    expect(drawn(tape, T, { kind: 'trades' }).points.map(({ y }) => y)).toEqual([100, 104, 102, 103]);
  });

  it('have room for every trade only where every trade is shown', () => {
    const tape = recordedTape(STOCK, trades.slice(0, 1), trades.slice(1));
    expect(drawn(tape, T, { kind: 'line' }).scene.high).toBeLessThan(150);
    expect(drawn(tape, T, { kind: 'candles' }).scene.high).toBeLessThan(150);
    expect(drawn(tape, T, { kind: 'trades' }).scene.high).toBeGreaterThan(150);
  });

  it('need the candles that are in sight, and what the line is made of where there is a line', () => {
    const tape = tapeOf(CRYPTO, everySecond(T - 2 * HOUR, 2));
    const hour = { view: { spanMs: HOUR }, width: 1_400 };
    const needs = (kind: ChartKind, over: Partial<Moment>) => drawn(tape, T, { kind, ...over }).scene;
    const candles = needs('candles', hour);
    expect(candles.needs).toEqual([{ interval: candles.interval, from: T - HOUR }]);
    const line = needs('line', hour);
    expect(line.needs).toEqual([
      { interval: line.interval, from: T - HOUR },
      { interval: line.lineInterval, from: T - HOUR },
    ]);
    expect(INTERVALS[line.lineInterval]).toBeLessThan(INTERVALS[line.interval]);
    const panned = needs('line', { view: { spanMs: MINUTE, right: T - DAY } });
    for (const { from } of panned.needs) expect(from).toBe(T - DAY - MINUTE);
  });

  it('make do with coarser candles until the finer ones are there', () => {
    const tape = new Tape(CRYPTO, T);
    const hours = tradesOf(Array.from({ length: 120 }, (_, i) => [T - (120 - i) * MINUTE, 100 + i] as const));
    tape.adopt(answerOf('crypto', '1m', hours), true, LABELS);
    const { scene, points } = drawn(tape, T, { view: { spanMs: HOUR } });
    expect(scene.lineInterval).toBe('5s');
    expect(points.length).toBeGreaterThan(55);
  });
});

describe('a gap', () => {
  const gap = (from: number, to: number): Gap => ({ from: T + from, to: T + to, cause: 'upstream' });
  /** A minute apart from each other, but none within the gaps. */
  const minutes = (gaps: readonly Gap[]): PlacedTrade[] =>
    tradesOf(
      Array.from({ length: 720 }, (_, i) => [T - 2 * HOUR + i * 10 * SECOND + 1, 100 + (i % 7)] as const).filter(
        ([t]) => !gaps.some(({ from, to }) => t >= from && t <= to),
      ),
    );

  it.each([
    ['between two candles', [gap(-30 * MINUTE, -20 * MINUTE)]],
    ['that begins within a candle', [gap(-30 * MINUTE + 25 * SECOND, -20 * MINUTE)]],
    ['that ends within a candle', [gap(-30 * MINUTE, -20 * MINUTE + 35 * SECOND)]],
    ['within one candle', [gap(-30 * MINUTE + 15 * SECOND, -30 * MINUTE + 45 * SECOND)]],
    [
      'that begins within a candle in which another one is',
      [gap(-30 * MINUTE + 5 * SECOND, -30 * MINUTE + 15 * SECOND), gap(-30 * MINUTE + 35 * SECOND, -20 * MINUTE)],
    ],
    [
      'that begins in the candle in which another one ends',
      [gap(-40 * MINUTE, -30 * MINUTE + 15 * SECOND), gap(-30 * MINUTE + 35 * SECOND, -20 * MINUTE + 5 * SECOND)],
    ],
    ['that still lasts', [gap(-10 * MINUTE + 20 * SECOND, 0)]],
  ])('%s is never crossed by the line, and what was seen beside it is drawn', (_, gaps) => {
    const trades = minutes(gaps);
    for (const tape of [
      recordedTape(CRYPTO, trades, [], gaps),
      recordedTape(CRYPTO, trades.slice(0, 400), trades.slice(400), gaps),
    ]) {
      for (const spanMs of [20 * MINUTE, HOUR, 2 * HOUR]) {
        const { points } = drawn(tape, T, { view: { spanMs }, width: 60 });
        for (const each of gaps) {
          expect(crosses(points, each)).toBe(false);
          expect(points.every(({ x, y }) => Number.isNaN(y) || x <= each.from || x >= each.to)).toBe(true);
        }
        expect(points.length).toBeGreaterThan(15);
      }
    }
  });

  it('that nothing was seen after makes the head the end', () => {
    const gaps = [gap(-10 * MINUTE + 20 * SECOND, 0)];
    const { scene } = drawn(recordedTape(CRYPTO, minutes(gaps), [], gaps), T, { view: { spanMs: HOUR } });
    expect(scene.head?.ends).toBe(true);
  });
});

describe('the line of daily closes', () => {
  /** Three days of a stock, and the morning after. */
  const days = ['18', '19', '20', '23'];
  const trades = tradesOf([
    ...days.flatMap((day, i) => [
      [at(`2026-11-${day}T09:30:00-05:00`), 100 + i] as const,
      [at(`2026-11-${day}T15:59:59-05:00`), 110 + i] as const,
    ]),
    [at('2026-11-24T08:00:00-05:00'), 90],
  ]);

  it('has each where its day ends, the last one before this morning too', () => {
    const tape = recordedTape(STOCK, trades);
    const edge = at('2026-11-24T08:00:00-05:00');
    // So far out that the line is made of days.
    const { scene, points } = drawn(tape, edge, { view: { spanMs: 400 * DAY, right: tape.time.x(edge) }, width: 300 });
    expect(scene.lineInterval).toBe('1d');
    const closes = days.map((day, i) => {
      const open = at(`2026-11-${day}T09:30:00-05:00`);
      return { x: tape.time.x(candleEnd('us', '1d', open) - 1), y: 110 + i };
    });
    for (const close of closes) expect(points).toContainEqual(close);
    expect(points.at(-1)).toEqual({ x: tape.time.x(edge), y: 90 });
  });
});

describe('the candle that the last price is painted into', () => {
  const regular = tradesOf([
    [at('2026-11-24T09:30:00-05:00'), 100],
    [at('2026-11-24T15:59:59-05:00'), 110],
  ]);
  const after = tradesOf([[at('2026-11-24T18:00:00-05:00'), 90, EXTENDED_HOURS]], 3);

  it('is the one that it is the close of', () => {
    const tape = recordedTape(STOCK, regular);
    const { scene } = drawn(tape, at('2026-11-24T15:59:59-05:00'), { kind: 'candles', view: { spanMs: HOUR } });
    expect(scene.headCandle?.c).toBe(110);
  });

  it('is none where the price was paid after hours and the candles are of days', () => {
    const tape = recordedTape(STOCK, [...regular, ...after]);
    const edge = at('2026-11-24T18:00:01-05:00');
    const { scene } = drawn(tape, edge, { kind: 'candles', view: { spanMs: 400 * DAY, right: tape.time.x(edge) } });
    expect(scene.interval).toBe('1d');
    expect(scene.candles.at(-1)?.c).toBe(110);
    expect(scene.headCandle).toBeUndefined();
  });
});

describe('a stretch whose single trades are deleted', () => {
  it('is drawn by minutes, as soon as they are here', () => {
    const tape = new Tape(CRYPTO, T);
    const all = tradesOf(Array.from({ length: 7_200 }, (_, i) => [T - (7_200 - i) * SECOND, 100 + (i % 50)] as const));
    const kept = answerOf('crypto', '1s', all.slice(-600));
    tape.adopt({ ...kept, recordingSince: T - 2 * HOUR }, true, LABELS);
    const view = { spanMs: 5 * MINUTE, right: T - HOUR };
    const width = 1_400;
    const before = drawn(tape, T, { kind: 'candles', view, width });
    expect(before.scene.interval).toBe('1s');
    expect(before.scene.needs).toContainEqual(expect.objectContaining({ interval: '1m' }));
    tape.adopt(answerOf('crypto', '1m', all), true, LABELS);
    const { scene, points } = drawn(tape, T, { view, width });
    expect(scene.interval).toBe('1m');
    expect(scene.end - scene.first).toBeGreaterThanOrEqual(5);
    expect(points.length).toBeGreaterThanOrEqual(5);
  });
});
