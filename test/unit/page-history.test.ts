import { describe, expect, it } from 'vitest';
import { PointRing } from '../../pwa/chart/ring.ts';
import { Tape } from '../../pwa/chart/tape.ts';
import { decodeHistory, type History } from '../../pwa/history/answer.ts';
import { lineOf } from '../../pwa/history/line.ts';
import { STEPS, stepsFor } from '../../pwa/history/loader.ts';

const LABELS = { upstream: 'Finnhub was down', unwatched: 'Nobody watched', restart: 'Restarted', overrun: 'Overrun' };
const candle = (t: number, c: number) => ({ t, o: c - 1, h: c + 2, l: c - 2, c, v: 5, n: 3 });
const answer = {
  symbol: 'AAPL',
  interval: '1s',
  candles: [candle(1_000, 10), candle(2_000, 11), candle(9_000, 12)],
  gaps: [{ from: 3_500, to: 8_500, cause: 'restart' }],
  through: { epoch: 500, seq: 7 },
  tail: { t: 9_000, close: { p: 12, t: 9_450, epoch: 500, seq: 7 } },
};

function decoded(value: unknown): History {
  const history = decodeHistory(value);
  if (!history) throw new Error('no history');
  return history;
}

describe("the API's candles", () => {
  it('are read as they are', () => {
    expect(decoded(answer)).toEqual({
      interval: '1s',
      candles: answer.candles,
      gaps: answer.gaps,
      through: { epoch: 500, seq: 7 },
      lastAt: 9_450,
    });
  });

  it('of a symbol that was never recorded are none, and the stream begins without a place', () => {
    const history = decoded({ symbol: 'AAPL', interval: '1m', candles: [], gaps: [] });
    expect(history).toMatchObject({ candles: [], through: undefined, lastAt: undefined });
  });

  it.each([
    ['nothing', undefined],
    ['an error', { error: { code: 'x', message: 'y' } }],
    ['another interval', { ...answer, interval: '2s' }],
    ['a candle without a close', { ...answer, candles: [{ ...candle(1, 2), c: null }] }],
    ['a gap of an unknown cause', { ...answer, gaps: [{ from: 1, to: 2, cause: 'weather' }] }],
  ])('are not read out of %s', (_, value) => {
    expect(decodeHistory(value)).toBeUndefined();
  });
});

describe('the line of candles', () => {
  it('goes through the closes at the ends of the candles, the last one where it was paid, and breaks at a gap', () => {
    const { points, breaks } = lineOf(decoded(answer), LABELS);
    expect(points).toEqual([
      { t: 1_999, p: 10 },
      { t: 2_999, p: 11 },
      { t: 2_999, p: Number.NaN },
      { t: 9_450, p: 12 },
    ]);
    expect(breaks).toEqual([{ from: 3_500, to: 8_500, label: 'Restarted' }]);
  });

  it('ends broken at a gap that is still going on', () => {
    const gaps = [{ from: 9_500, to: 20_000, cause: 'unwatched' }];
    const { points } = lineOf(decoded({ ...answer, gaps }), LABELS);
    expect(points.at(-1)).toEqual({ t: 9_450, p: Number.NaN });
  });
});

describe('a tape that gets its past later', () => {
  it('has it before its first point, and goes on as before', () => {
    const tape = new Tape();
    tape.push(10_000, 20);
    tape.prepend(lineOf(decoded(answer), LABELS).points, [{ from: 3_500, to: 8_500, label: 'Restarted' }]);
    tape.push(11_000, 21);
    const { ring } = tape;
    const times = Array.from({ length: ring.length }, (_, i) => ring.timeAt(i));
    expect(times).toEqual([1_999, 2_999, 2_999, 9_450, 10_000, 11_000]);
    expect(tape.last).toEqual({ t: 11_000, p: 21 });
    expect(tape.breaks).toHaveLength(1);
  });

  it('leaves out what would lie after its first point', () => {
    const tape = new Tape();
    tape.push(2_500, 20);
    tape.prepend(lineOf(decoded(answer), LABELS).points, []);
    expect(tape.ring.length).toBe(2);
    expect(tape.ring.priceAt(0)).toBe(10);
  });
});

describe('a ring', () => {
  it('takes as many points before its first as it has room for, the newest of them', () => {
    const ring = new PointRing(4);
    ring.push(50, 5);
    ring.push(60, 6);
    ring.prepend([
      { t: 10, p: 1 },
      { t: 20, p: 2 },
      { t: 30, p: 3 },
    ]);
    expect([0, 1, 2, 3].map((i) => ring.timeAt(i))).toEqual([20, 30, 50, 60]);
    ring.push(70, 7);
    expect([0, 1, 2, 3].map((i) => ring.priceAt(i))).toEqual([3, 5, 6, 7]);
  });
});

describe('a window', () => {
  it('needs as much of the past as it shows', () => {
    expect([60_000, 900_000, 3_600_000, 86_400_000, 604_800_000].map(stepsFor)).toEqual([1, 1, 2, 2, 3]);
    expect(stepsFor(Number.POSITIVE_INFINITY)).toBe(STEPS.length);
  });
});
