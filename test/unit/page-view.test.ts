import { describe, expect, it } from 'vitest';
import { glideAt, glideTo, isGliding, restAt } from '../../pwa/chart/glide.ts';
import { PriceAxis } from '../../pwa/chart/price-axis.ts';
import { fitRange, growingSpan } from '../../pwa/chart/range.ts';
import { Tape } from '../../pwa/chart/tape.ts';
import { ChartView } from '../../pwa/chart/view.ts';
import { CRYPTO, MINUTE, momentAt, SECOND, tapeOf, tradesOf, viewOf } from '../support/charts.ts';

describe('gliding', () => {
  it('starts where it is, slows down, and ends exactly there', () => {
    const glide = glideTo(restAt(10), 20, 1000, 200);
    expect(glideAt(glide, 1000)).toBe(10);
    expect(glideAt(glide, 1100)).toBeCloseTo(18.75);
    expect(glideAt(glide, 1200)).toBe(20);
    expect([isGliding(glide, 1199), isGliding(glide, 1200)]).toEqual([true, false]);
  });

  it('turns around without a jump', () => {
    const there = glideTo(restAt(10), 20, 0, 200);
    const back = glideTo(there, 10, 100, 200);
    expect(glideAt(back, 100)).toBeCloseTo(glideAt(there, 100));
  });

  it('steps when motion is unwanted', () => {
    expect(glideAt(glideTo(restAt(10), 20, 1000, 0), 1000)).toBe(20);
  });
});

describe('the range of the price axis', () => {
  it('leaves room around the line', () => {
    const range = fitRange(undefined, 100, 200, 2);
    expect(range.low).toBeLessThan(100);
    expect(range.high).toBeGreaterThan(200);
  });

  it('stays while the line fits and fills enough of it', () => {
    const range = fitRange(undefined, 100, 200, 2);
    expect(fitRange(range, 110, 190, 2)).toBe(range);
    expect(fitRange(range, 100, 260, 2)).not.toBe(range);
    expect(fitRange(range, 150, 160, 2)).not.toBe(range);
  });

  it('does not blow up one tick of a quiet market to the whole height', () => {
    const { low, high } = fitRange(undefined, 100, 100, 2);
    expect(high - low).toBeGreaterThan(0.04);
    expect(fitRange({ low, high }, 100, 100, 2)).toEqual({ low, high });
  });
});

describe('the price axis', () => {
  const follow = (
    axis: PriceAxis,
    low: number,
    high: number,
    now: number,
    over: { calm?: boolean; levels?: number[] } = {},
  ) => axis.follow(low, high, over.levels ?? [], 2, now, over.calm ?? false);

  it('is where it should be from the beginning, and does not wobble with the line', () => {
    const axis = new PriceAxis();
    const first = follow(axis, 100, 200, 0);
    expect(first).toMatchObject({ hasPrices: true, moving: false });
    for (const [i, [low, high]] of [
      [110, 190],
      [100, 200],
      [105, 170],
      [90, 205],
    ].entries()) {
      expect(follow(axis, low ?? 0, high ?? 0, i)).toEqual(first);
    }
  });

  it('glides to a range that is needed, without a jump, and rests there', () => {
    const axis = new PriceAxis();
    const first = follow(axis, 100, 200, 0);
    const leaving = follow(axis, 100, 300, 1_000);
    expect(leaving).toEqual({ ...first, moving: true });
    const onTheWay = follow(axis, 100, 300, 1_100);
    expect(onTheWay.high).toBeGreaterThan(first.high);
    const there = follow(axis, 100, 300, 2_000);
    expect(there.moving).toBe(false);
    expect(there.high).toBeGreaterThan(300);
    expect(onTheWay.high).toBeLessThan(there.high);
    expect(follow(axis, 100, 300, 3_000)).toEqual(there);
  });

  it('steps there when motion is unwanted', () => {
    const axis = new PriceAxis();
    follow(axis, 100, 200, 0);
    const stepped = follow(axis, 100, 300, 1_000, { calm: true });
    expect(stepped.moving).toBe(false);
    expect(stepped.high).toBeGreaterThan(300);
  });

  it('shows a level that costs little room, and no other', () => {
    const near = follow(new PriceAxis(), 100, 200, 0, { levels: [250] });
    expect(near.high).toBeGreaterThan(250);
    const far = follow(new PriceAxis(), 100, 200, 0, { levels: [1_000, 1] });
    expect(far).toEqual(follow(new PriceAxis(), 100, 200, 0));
  });

  it('is made of the levels as long as there are no prices, and made up where there is nothing', () => {
    const levels = follow(new PriceAxis(), Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, 0, { levels: [50, 60] });
    expect(levels.hasPrices).toBe(true);
    expect(levels.low).toBeLessThan(50);
    expect(levels.high).toBeGreaterThan(60);
    const nothing = follow(new PriceAxis(), Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, 0);
    expect(nothing).toMatchObject({ hasPrices: false, moving: false });
    expect(nothing.high).toBeGreaterThan(nothing.low);
  });
});

describe('the time axis', () => {
  it('grows with a line that has just begun, up to what is asked for', () => {
    expect([Number.NaN, 1000, 45_000, 900_000].map((age) => growingSpan(300_000, age))).toEqual([
      20_000, 20_000, 45_000, 300_000,
    ]);
  });
});

const T = 1_700_000_000_000;
/** A minute before `T`, so that a minute's chart is not a young one. */
const OLD = [T - MINUTE, 5] as const;

describe('a live view', () => {
  it('rests at the last trade when nothing comes', () => {
    const view = viewOf(tapeOf(CRYPTO, tradesOf([OLD, [T, 6]])));
    expect(view.scene(momentAt(T))).toMatchObject({
      from: T - MINUTE,
      head: { x: T, p: 6, ends: false },
      pulse: undefined,
      moving: false,
    });
    expect(view.points.at(-1)).toEqual({ x: T, y: 6 });
  });

  it('has free room beside the present, but not much', () => {
    const { to = 0 } = viewOf(tapeOf(CRYPTO, tradesOf([OLD, [T, 6]]))).scene(momentAt(T)) ?? {};
    expect(to).toBeGreaterThan(T);
    expect(to - T).toBeLessThan(0.1 * MINUTE);
  });

  it('shows a line that has just begun from edge to edge', () => {
    const view = viewOf(
      tapeOf(
        CRYPTO,
        tradesOf([
          [T - 30 * SECOND, 5],
          [T, 6],
        ]),
      ),
    );
    expect(view.scene(momentAt(T))).toMatchObject({ from: T - 30 * SECOND, spanMs: 30 * SECOND });
  });

  it('glides to a new trade and pulses, then rests', () => {
    const tape = tapeOf(CRYPTO, tradesOf([OLD, [T, 6]]));
    const view = viewOf(tape);
    view.scene(momentAt(T));
    tape.add(tradesOf([[T + 100, 7]], 3));
    expect(view.scene(momentAt(T + 100))).toMatchObject({ head: { x: T, p: 6 }, pulse: 0, moving: true });
    const half = view.scene(momentAt(T + 200));
    expect(half?.head?.p).toBeGreaterThan(6);
    expect(half?.head?.p).toBeLessThan(7);
    expect(view.points.at(-1)).toEqual({ x: half?.head?.x, y: half?.head?.p });
    expect(view.scene(momentAt(T + 2_000))).toMatchObject({
      head: { x: T + 100, p: 7 },
      pulse: undefined,
      moving: false,
    });
  });

  it('steps instead when motion is unwanted', () => {
    const tape = tapeOf(CRYPTO, tradesOf([OLD, [T, 6]]));
    const view = viewOf(tape);
    view.scene(momentAt(T, { reducedMotion: true }));
    tape.add(tradesOf([[T + 100, 7]], 3));
    expect(view.scene(momentAt(T + 100, { reducedMotion: true }))).toMatchObject({
      head: { x: T + 100, p: 7 },
      pulse: undefined,
      moving: false,
    });
  });

  it('does not glide from what was shown before', () => {
    const view = viewOf(tapeOf(CRYPTO, tradesOf([OLD, [T, 6]])));
    view.scene(momentAt(T));
    view.show(tapeOf(CRYPTO, tradesOf([OLD, [T, 900]])));
    expect(view.scene(momentAt(T + 10))).toMatchObject({ head: { x: T, p: 900 }, pulse: undefined, moving: false });
  });

  it('does not glide across a break, and ends where one begins', () => {
    const tape = tapeOf(CRYPTO, tradesOf([OLD, [T, 6]]));
    const view = viewOf(tape);
    view.scene(momentAt(T));
    tape.gap(T + 10, T + 40, 'Finnhub was down');
    expect(view.scene(momentAt(T + 50))?.head).toMatchObject({ x: T, ends: true });
    tape.add(tradesOf([[T + 50, 9]], 3));
    expect(view.scene(momentAt(T + 100))?.head).toEqual({ x: T + 50, p: 9, ends: false });
    expect(view.points.map(({ y }) => y)).toEqual([5, 6, Number.NaN, 9]);
  });

  it('ends where trades were lost, and does not glide from there', () => {
    const tape = tapeOf(CRYPTO, tradesOf([OLD, [T, 6]]));
    const view = viewOf(tape);
    view.scene(momentAt(T));
    tape.lose('Trades missed');
    expect(view.scene(momentAt(T + 50))?.head).toMatchObject({ x: T, p: 6, ends: true });
    tape.add(tradesOf([[T + 50, 9]], 30));
    expect(view.scene(momentAt(T + 100))?.head).toEqual({ x: T + 50, p: 9, ends: false });
  });

  it('has no head and no points without trades, and is nothing without a tape or a place to draw', () => {
    const view = viewOf(new Tape(CRYPTO, T));
    expect(view.scene(momentAt(T))).toMatchObject({ head: undefined, hasPrices: false, moving: false });
    expect(view.points).toEqual([]);
    expect(new ChartView().scene(momentAt(T))).toBeUndefined();
    expect(view.scene(momentAt(T, { width: 0 }))).toBeUndefined();
  });

  it('lets the line come in from beyond the left edge', () => {
    const view = viewOf(
      tapeOf(
        CRYPTO,
        tradesOf([
          [T - 2 * MINUTE, 3],
          [T - 61 * SECOND, 4],
          [T - 30 * SECOND, 5],
          [T, 6],
        ]),
      ),
    );
    view.scene(momentAt(T));
    expect(view.points.map(({ x }) => T - x)).toEqual([61 * SECOND, 30 * SECOND, 0]);
  });

  it('draws no more than is in sight of a tape that was left open for long, and all of its extremes', () => {
    const price = (i: number): number => 100 + Math.sin(i / 37);
    const count = 70_000;
    const trades = tradesOf(Array.from({ length: count }, (_, i) => [T + i * 100, price(i)] as const));
    const edge = T + (count - 1) * 100;
    const view = viewOf(tapeOf(CRYPTO, trades));
    const scene = view.scene(momentAt(edge, { width: 100 }));
    const { points } = view;
    expect(points[0]?.x).toBeLessThanOrEqual(edge - MINUTE);
    expect(points.at(-1)).toEqual({ x: edge, y: price(count - 1) });
    for (const [i, { x }] of points.entries()) expect(x - (points[i - 1]?.x ?? x)).toBeLessThanOrEqual(600);
    expect(points.length).toBeLessThanOrEqual(4 * 102);
    const shown = Array.from({ length: 600 }, (_, i) => price(count - 1 - i));
    expect(scene?.high).toBeGreaterThanOrEqual(Math.max(...shown));
    expect(scene?.low).toBeLessThanOrEqual(Math.min(...shown));
  });

  it('does not shimmer as it scrolls: the points stay the same', () => {
    const trades = tradesOf(
      Array.from({ length: 6_000 }, (_, i) => [T - 120_000 + 20 * i, 100 + ((i * 7_919) % 1_000)] as const),
    );
    const view = viewOf(tapeOf(CRYPTO, trades));
    const inner = (edge: number): string[] => {
      view.scene(momentAt(edge));
      // Away from the two ends, where columns come and go.
      return view.points.filter(({ x }) => x > T - 50_000 && x < T - 1_000).map(({ x, y }) => `${x} ${y}`);
    };
    const first = inner(T);
    expect(first.length).toBeGreaterThan(1_000);
    for (const ms of [1, 17, 50, 333, 5_000]) expect(inner(T + ms)).toEqual(first);
  });
});
