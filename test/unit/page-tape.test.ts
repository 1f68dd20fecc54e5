import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ChartClock } from '../../pwa/chart/clock.ts';
import { decimate } from '../../pwa/chart/decimate.ts';
import { PointRing } from '../../pwa/chart/ring.ts';
import { summarize, Tape } from '../../pwa/chart/tape.ts';

const pointsOf = (ring: PointRing): [number, number][] =>
  Array.from({ length: ring.length }, (_, i) => [ring.timeAt(i), ring.priceAt(i)]);

function decimated(ring: PointRing, columnMs: number) {
  const points: [number, number][] = [];
  const drawn = decimate(ring, 0, ring.length, columnMs, (t, p) => points.push([t, p]));
  return { points, drawn };
}

describe('the ring of points', () => {
  it('keeps the latest points, oldest first', () => {
    const ring = new PointRing(3);
    for (const n of [1, 2, 3, 4, 5]) ring.push(n, n * 10);
    expect(pointsOf(ring)).toEqual([
      [3, 30],
      [4, 40],
      [5, 50],
    ]);
    expect(ring.timeAt(-1)).toBeNaN();
    expect(ring.priceAt(3)).toBeNaN();
  });

  it('lifts a time that would fall', () => {
    const ring = new PointRing(3);
    ring.push(5, 1);
    ring.push(3, 2);
    expect(pointsOf(ring)).toEqual([
      [5, 1],
      [5, 2],
    ]);
  });

  it('finds the first point at a time, wherever the ring begins', () => {
    const ring = new PointRing(4);
    for (const t of [1, 3, 3, 5, 7, 9]) ring.push(t, t);
    expect([0, 3, 4, 5, 8, 9, 10].map((t) => ring.firstAt(t))).toEqual([0, 0, 1, 1, 3, 3, 4]);
  });
});

describe('decimation', () => {
  it('keeps the first, lowest, highest and last point of a column, in order', () => {
    const ring = new PointRing(16);
    for (const [t, p] of [
      [0, 5],
      [1, 9],
      [2, 6],
      [3, 2],
      [4, 4],
    ] as const)
      ring.push(t, p);
    ring.push(10, 7);
    expect(decimated(ring, 10).points).toEqual([
      [0, 5],
      [1, 9],
      [3, 2],
      [4, 4],
      [10, 7],
    ]);
  });

  it('passes breaks on', () => {
    const ring = new PointRing(16);
    ring.push(0, 5);
    ring.push(0, Number.NaN);
    ring.push(1, 6);
    expect(decimated(ring, 10).points).toEqual([
      [0, 5],
      [0, Number.NaN],
      [1, 6],
    ]);
  });

  it('never loses an extreme, never reorders, and keeps four points a column at most', () => {
    const steps = fc.array(fc.tuple(fc.nat(30), fc.integer({ min: 1, max: 1000 })), { minLength: 1, maxLength: 200 });
    fc.assert(
      fc.property(steps, fc.integer({ min: 1, max: 100 }), (list, columnMs) => {
        const ring = new PointRing(256);
        let t = 0;
        for (const [dt, p] of list) {
          t += dt;
          ring.push(t, p);
        }
        const { points, drawn } = decimated(ring, columnMs);
        const prices = list.map(([, p]) => p);
        expect(drawn).toEqual({ low: Math.min(...prices), high: Math.max(...prices) });
        expect(points[0]).toEqual([ring.timeAt(0), ring.priceAt(0)]);
        expect(points.at(-1)).toEqual([ring.timeAt(ring.length - 1), ring.priceAt(ring.length - 1)]);
        const columns = new Map<number, number>();
        for (const [at] of points) {
          const column = Math.floor(at / columnMs);
          columns.set(column, (columns.get(column) ?? 0) + 1);
        }
        expect(Math.max(...columns.values())).toBeLessThanOrEqual(4);
        expect(points.map(([at]) => at)).toEqual(points.map(([at]) => at).sort((a, b) => a - b));
      }),
    );
  });
});

describe('a tape', () => {
  it('breaks the line at a gap and remembers where it was', () => {
    const tape = new Tape(new PointRing(16));
    tape.push(100, 5);
    tape.gap(90, 200, 'Finnhub was down');
    tape.push(210, 6);
    expect(tape.breaks).toEqual([{ from: 100, to: 200, label: 'Finnhub was down' }]);
    expect(pointsOf(tape.ring)).toEqual([
      [100, 5],
      [100, Number.NaN],
      [210, 6],
    ]);
  });

  it('lets a break of unknown length last until the next trade', () => {
    const tape = new Tape(new PointRing(16));
    tape.push(100, 5);
    tape.break('Trades missed');
    tape.break('Trades missed');
    expect(tape.last).toEqual({ t: 100, p: 5 });
    tape.push(150, 6);
    expect(tape.breaks).toEqual([{ from: 100, to: 150, label: 'Trades missed' }]);
    expect(tape.ring.length).toBe(3);
  });

  it('has nothing to break before the first trade', () => {
    const tape = new Tape(new PointRing(16));
    tape.gap(0, 50, 'Nobody watched');
    tape.break('Trades missed');
    tape.push(60, 5);
    expect(tape.breaks).toEqual([]);
    expect(tape.ring.length).toBe(1);
  });

  it('sums up a window: its first, lowest and highest price', () => {
    const tape = new Tape(new PointRing(16));
    for (const [t, p] of [
      [0, 1],
      [10, 5],
      [20, 9],
      [30, 4],
    ] as const)
      tape.push(t, p);
    expect(summarize(tape.ring, 10)).toEqual({ base: 5, baseAt: 10, low: 4, high: 9 });
    expect(summarize(tape.ring, 31)).toBeUndefined();
  });
});

describe("the chart's clock", () => {
  it('shows the present as long as trades come about on time', () => {
    const clock = new ChartClock();
    clock.arrived(9000, 10_000);
    expect(clock.edge(10_000)).toBe(10_000);
  });

  it('goes by the trades of a feed that is late for good, and back when it is not', () => {
    const clock = new ChartClock();
    clock.arrived(0, 100_000);
    expect(clock.edge(100_000)).toBe(100_000);
    clock.arrived(4000, 104_000);
    expect(clock.edge(104_000)).toBe(4000);
    clock.arrived(105_000, 105_000);
    expect(clock.edge(105_000)).toBe(105_000);
  });
});
