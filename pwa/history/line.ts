import { INTERVALS } from '../../src/protocol/candles.ts';
import type { GapCause } from '../../src/protocol/wire.ts';
import type { Point } from '../chart/ring.ts';
import type { Break } from '../chart/tape.ts';
import type { History } from './answer.ts';

/** The line that candles make: their closes, each at its candle's end, broken where the server saw nothing. */
export interface Line {
  /** Oldest first; a price of NaN breaks the line. */
  readonly points: readonly Point[];
  readonly breaks: readonly Break[];
}

/** `labels` says in words what a gap was. */
export function lineOf({ interval, candles, gaps, lastAt }: History, labels: Readonly<Record<GapCause, string>>): Line {
  const length = INTERVALS[interval];
  const points: Point[] = [];
  const breaks: Break[] = [];
  const inOrder = [...gaps].sort((a, b) => a.from - b.from);
  let next = 0;
  const breakBefore = (t: number): void => {
    for (let gap = inOrder[next]; gap && gap.from < t; gap = inOrder[next]) {
      next += 1;
      breaks.push({ from: gap.from, to: gap.to, label: labels[gap.cause] });
      const last = points.at(-1);
      if (last && !Number.isNaN(last.p)) points.push({ t: last.t, p: Number.NaN });
    }
  };
  for (const [i, { t, c }] of candles.entries()) {
    // A gap within a candle breaks the line before its close, which may have been paid after it.
    const at = i === candles.length - 1 && lastAt !== undefined ? lastAt : t + length - 1;
    breakBefore(at);
    points.push({ t: at, p: c });
  }
  breakBefore(Number.POSITIVE_INFINITY);
  return { points, breaks };
}
