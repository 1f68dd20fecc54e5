import { describe, expect, it } from 'vitest';
import { lineStyle } from '../../pwa/chart/axes.ts';
import { glideAt, glideTo, isGliding, restAt } from '../../pwa/chart/glide.ts';
import { LineView, type Moment } from '../../pwa/chart/line-view.ts';
import type { Palette } from '../../pwa/chart/palette.ts';
import { fitRange, growingWindow } from '../../pwa/chart/range.ts';
import { PointRing } from '../../pwa/chart/ring.ts';
import { Tape } from '../../pwa/chart/tape.ts';

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

describe('the price axis', () => {
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

describe('the time axis', () => {
  it('grows with a line that has just begun, up to the window', () => {
    expect([Number.NaN, 1000, 45_000, 900_000].map((age) => growingWindow(300_000, age))).toEqual([
      20_000, 20_000, 45_000, 300_000,
    ]);
  });
});

const moment = (now: number, over: Partial<Moment> = {}): Moment => ({
  now,
  edge: 60_000 + now,
  windowMs: 60_000,
  width: 600,
  reducedMotion: false,
  ...over,
});

function viewOf(points: readonly (readonly [number, number])[]): { view: LineView; tape: Tape } {
  const tape = new Tape(new PointRing(64));
  for (const [t, p] of points) tape.push(t, p);
  const view = new LineView();
  view.show(tape);
  return { view, tape };
}

describe('the line', () => {
  it('rests at the last trade when nothing comes', () => {
    const { view } = viewOf([
      [30_000, 5],
      [60_000, 6],
    ]);
    const scene = view.scene(moment(0));
    expect(scene).toMatchObject({ from: 0, head: { t: 60_000, p: 6, ends: false }, moving: false });
    expect(view.points.at(-1)).toEqual({ x: 60_000, y: 6 });
  });

  it('glides to a new trade and pulses', () => {
    const { view, tape } = viewOf([
      [30_000, 5],
      [60_000, 6],
    ]);
    view.scene(moment(0));
    tape.push(60_100, 7);
    expect(view.scene(moment(100))).toMatchObject({ head: { p: 6 }, pulse: 0, moving: true });
    const half = view.scene(moment(200));
    expect(half?.head?.p).toBeGreaterThan(6);
    expect(half?.head?.p).toBeLessThan(7);
    expect(view.scene(moment(2000))).toMatchObject({ head: { t: 60_100, p: 7 }, pulse: undefined, moving: false });
  });

  it('steps instead when motion is unwanted', () => {
    const { view, tape } = viewOf([[60_000, 6]]);
    view.scene(moment(0, { reducedMotion: true }));
    tape.push(60_100, 7);
    expect(view.scene(moment(100, { reducedMotion: true }))).toMatchObject({
      head: { p: 7 },
      pulse: undefined,
      moving: false,
    });
  });

  it('does not glide across a break', () => {
    const { view, tape } = viewOf([[30_000, 5]]);
    view.scene(moment(0));
    tape.break('Trades missed');
    expect(view.scene(moment(50))?.head).toMatchObject({ t: 30_000, ends: true });
    tape.push(60_050, 9);
    expect(view.scene(moment(100))?.head).toEqual({ t: 60_050, p: 9, ends: false });
    expect(view.points.map(({ y }) => y)).toEqual([5, Number.NaN, 9]);
  });

  it('has no head and no points without trades', () => {
    const { view } = viewOf([]);
    expect(view.scene(moment(0))?.head).toBeUndefined();
    expect(view.points).toEqual([]);
  });

  it('lets the line come in from beyond the left edge', () => {
    const { view } = viewOf([
      [1000, 3],
      [2000, 4],
      [30_000, 5],
      [60_000, 6],
    ]);
    view.scene(moment(10_000));
    expect(view.points.map(({ x }) => x)).toEqual([2000, 30_000, 60_000]);
  });
});

describe("the line's style", () => {
  it('is the same for every point, or Chart.js would work it out for each of them in each frame', () => {
    const style = lineStyle({ scene: undefined, palette: {} as Palette, decimals: 2, axisWidth: 0 });
    // What has no option of its own for points falls back to the line's, which are functions.
    expect(style).toMatchObject({ pointBackgroundColor: 'transparent', pointBorderColor: 'transparent' });
  });
});

describe('a line left open for long', () => {
  it('fills its window to the left edge when the ring has wrapped many times, and keeps its extremes', () => {
    const tape = new Tape(new PointRing(1000));
    const view = new LineView();
    view.show(tape);
    const price = (i: number): number => 100 + Math.sin(i / 37);
    for (let i = 0; i < 10_500; i += 1) tape.push(1_000_000 + i * 100, price(i));
    const edge = 1_000_000 + 10_499 * 100;
    const scene = view.scene(moment(5000, { edge, windowMs: 60_000, width: 100 }));
    const { points } = view;
    expect(points[0]?.x).toBeLessThanOrEqual(edge - 60_000);
    expect(points.at(-1)).toEqual({ x: edge, y: price(10_499) });
    for (const [i, { x }] of points.entries()) expect(x - (points[i - 1]?.x ?? x)).toBeLessThanOrEqual(600);
    expect(points.length).toBeLessThanOrEqual(4 * 102);
    const shown = Array.from({ length: 600 }, (_, i) => price(10_499 - i));
    expect(scene?.high).toBeGreaterThanOrEqual(Math.max(...shown));
    expect(scene?.low).toBeLessThanOrEqual(Math.min(...shown));
  });
});
