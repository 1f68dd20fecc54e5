import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Break } from '../../pwa/chart/breaks.ts';
import { LinePoints } from '../../pwa/chart/line-points.ts';
import { crosses } from '../support/charts.ts';

type Given = readonly (readonly [t: number, p: number])[];

function drawn(given: Given, columnMs: number, breaks: readonly Break[] = []): LinePoints {
  const line = new LinePoints();
  line.begin(columnMs, breaks);
  for (const [t, p] of given) line.add(t, t, p);
  line.end(Number.NEGATIVE_INFINITY);
  return line;
}

const listOf = ({ points }: LinePoints): [number, number][] => points.map(({ x, y }) => [x, y]);
const gap = (from: number, to: number): Break => ({ from, to, label: '' });

/** Prices at times that never fall. */
const anyLine = fc
  .array(fc.tuple(fc.nat(30), fc.integer({ min: 1, max: 1_000 })), { minLength: 1, maxLength: 200 })
  .map((steps) => {
    let t = 0;
    return steps.map(([dt, p]): [number, number] => {
      t += dt;
      return [t, p];
    });
  });
const anyColumn = fc.integer({ min: 1, max: 100 });

/** What of each column a line covers: from the lowest to the highest place it has in it, and how it comes in and goes out. */
function pixels(given: Given, columnMs: number): unknown[] {
  const columns = new Map<number, [number, number][]>();
  for (const [x, y] of given) {
    const column = Math.floor(x / columnMs);
    columns.set(column, [...(columns.get(column) ?? []), [x, y]]);
  }
  return [...columns].map(([column, points]) => {
    const prices = points.map(([, y]) => y);
    return [column, Math.min(...prices), Math.max(...prices), points[0], points.at(-1)];
  });
}

describe('the points of the line', () => {
  it('are the first, lowest, highest and last of a column, in the order they came', () => {
    const given: Given = [
      [0, 5],
      [1, 9],
      [2, 6],
      [3, 2],
      [4, 4],
      [10, 7],
    ];
    expect(listOf(drawn(given, 10))).toEqual([
      [0, 5],
      [1, 9],
      [3, 2],
      [4, 4],
      [10, 7],
    ]);
  });

  it('cover the same pixels as a line through all', () => {
    fc.assert(
      fc.property(anyLine, anyColumn, (given, columnMs) => {
        expect(pixels(listOf(drawn(given, columnMs)), columnMs)).toEqual(pixels(given, columnMs));
      }),
    );
  });

  it('are four a column at most, each of them one that was given, and never go back', () => {
    fc.assert(
      fc.property(anyLine, anyColumn, (given, columnMs) => {
        const points = listOf(drawn(given, columnMs));
        const counts = new Map<number, number>();
        for (const [x] of points) counts.set(Math.floor(x / columnMs), (counts.get(Math.floor(x / columnMs)) ?? 0) + 1);
        expect(Math.max(...counts.values())).toBeLessThanOrEqual(4);
        for (const point of points) expect(given).toContainEqual(point);
        expect(points.map(([x]) => x)).toEqual(points.map(([x]) => x).sort((a, b) => a - b));
      }),
    );
  });

  it('tell the lowest and the highest price', () => {
    fc.assert(
      fc.property(anyLine, anyColumn, (given, columnMs) => {
        const { low, high } = drawn(given, columnMs);
        const prices = given.map(([, p]) => p);
        expect([low, high]).toEqual([Math.min(...prices), Math.max(...prices)]);
      }),
    );
    const { low, high } = drawn([], 10);
    expect(low).toBeGreaterThan(high);
  });

  it('do not shimmer: a column has the same points wherever the line begins', () => {
    fc.assert(
      fc.property(anyLine, anyColumn, fc.nat(), (given, columnMs, seed) => {
        const cut = given.slice(seed % given.length);
        const second = Math.floor((cut[0]?.[0] ?? 0) / columnMs) + 1;
        const from = ([x]: readonly [number, number]): boolean => Math.floor(x / columnMs) >= second;
        expect(listOf(drawn(cut, columnMs)).filter(from)).toEqual(listOf(drawn(given, columnMs)).filter(from));
      }),
    );
  });

  it('are broken where nothing was seen, within a column too', () => {
    const given: Given = [
      [2, 6],
      [8, 7],
      [12, 8],
    ];
    expect(listOf(drawn(given, 100, [gap(2, 8), gap(9, 11)]))).toEqual([
      [2, 6],
      [2, Number.NaN],
      [8, 7],
      [8, Number.NaN],
      [12, 8],
    ]);
  });

  it('are never joined across a gap, and everywhere else', () => {
    const stretches = fc.array(fc.tuple(fc.integer({ min: 1, max: 400 }), fc.integer({ min: 1, max: 200 })), {
      maxLength: 8,
    });
    fc.assert(
      fc.property(anyLine, anyColumn, stretches, (given, columnMs, steps) => {
        let t = 0;
        const breaks = steps.map(([wait, length]) => {
          const from = t + wait;
          t = from + length;
          return gap(from, t);
        });
        const seen = given.filter(([at]) => !breaks.some(({ from, to }) => at > from && at < to));
        const { points } = drawn(seen, columnMs, breaks);
        for (const each of breaks) expect(crosses(points, each)).toBe(false);
        // Between two prices that were seen one after the other there is a line if no gap began there.
        const breaksDrawn = points.filter(({ y }) => Number.isNaN(y)).length;
        const torn = seen.filter(([at], i) => {
          const before = seen[i - 1]?.[0];
          return before !== undefined && breaks.some(({ from }) => from >= before && from < at);
        });
        expect(breaksDrawn).toBe(torn.length);
      }),
    );
  });

  it('end before a gap, and go on after it from where they are told', () => {
    const line = new LinePoints();
    line.begin(10, [gap(20, 30)]);
    line.add(15, 15, 5);
    expect(line.end(40)).toBe(true);
    line.append(40, 6);
    expect(listOf(line)).toEqual([
      [15, 5],
      [15, Number.NaN],
      [40, 6],
    ]);
  });

  it('are the same objects in every frame', () => {
    const line = new LinePoints();
    line.begin(1, []);
    line.add(1, 1, 5);
    line.end(2);
    const [first] = line.points;
    line.begin(1, []);
    line.add(7, 7, 6);
    line.end(8);
    expect(line.points[0]).toBe(first);
    expect(listOf(line)).toEqual([[7, 6]]);
  });
});
