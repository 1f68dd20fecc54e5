import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { PLAIN_TIME, tradingTime } from '../../pwa/chart/time-map.ts';
import { closedSpans } from '../../src/protocol/closed-time.ts';
import { sessionAt } from '../../src/protocol/sessions.ts';

const SECOND = 1_000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

const at = (iso: string): number => Date.parse(iso);
/** A Tuesday, in the regular hours. */
const ANCHOR = at('2026-11-24T12:00:00-05:00');
const MONDAY_CLOSE = at('2026-11-23T20:00:00-05:00');
const TUESDAY_OPEN = at('2026-11-24T04:00:00-05:00');
const FRIDAY_CLOSE = at('2026-11-20T20:00:00-05:00');
const MONDAY_OPEN = at('2026-11-23T04:00:00-05:00');

const MARKETS = ['us', 'forex'] as const;
const market = fc.constantFrom(...MARKETS);
/** Around today, and within the time in which closed time has no width. */
const anchors = fc.integer({ min: at('2005-01-01T00:00:00Z'), max: at('2045-01-01T00:00:00Z') });
const distances = fc.oneof(
  fc.integer({ min: -5 * DAY, max: 5 * DAY }),
  fc.integer({ min: -15 * 365 * DAY, max: 9 * 365 * DAY }),
);

/** The closed time between `a` and `b`, added up. */
function closedBetween(of: 'us' | 'forex', a: number, b: number): number {
  const [from, to] = [Math.min(a, b), Math.max(a, b)];
  let sum = 0;
  for (const { start, end } of closedSpans(of, from, to)) sum += Math.min(end, to) - Math.max(start, from);
  return sum;
}

describe('the axis of open time', () => {
  it('is plain around the anchor while the market is open', () => {
    const { x, t } = bound(tradingTime('us', ANCHOR));
    for (const moment of [TUESDAY_OPEN, ANCHOR, ANCHOR + HOUR, ANCHOR + 8 * HOUR - 1]) {
      expect(x(moment)).toBe(moment);
      expect(t(moment)).toBe(moment);
    }
  });

  it('gives a night and a weekend no width', () => {
    const { x } = bound(tradingTime('us', ANCHOR));
    expect(x(MONDAY_CLOSE)).toBe(x(TUESDAY_OPEN));
    expect(x(MONDAY_CLOSE + 3 * HOUR)).toBe(TUESDAY_OPEN);
    expect(x(MONDAY_CLOSE - MINUTE)).toBe(TUESDAY_OPEN - MINUTE);
    expect(x(MONDAY_OPEN) - x(FRIDAY_CLOSE)).toBe(0);
    expect(x(MONDAY_OPEN + MINUTE) - x(FRIDAY_CLOSE - MINUTE)).toBe(2 * MINUTE);
    // Sixteen hours a day.
    expect(x(MONDAY_OPEN)).toBe(TUESDAY_OPEN - 16 * HOUR);
  });

  it("gives a closed stretch's place back as the stretch's end", () => {
    const { x, t } = bound(tradingTime('us', ANCHOR));
    expect(t(x(MONDAY_CLOSE))).toBe(TUESDAY_OPEN);
    expect(t(x(FRIDAY_CLOSE + DAY))).toBe(MONDAY_OPEN);
    expect(t(x(FRIDAY_CLOSE) - 1)).toBe(FRIDAY_CLOSE - 1);
  });

  it('has a closed stretch that the anchor lies in at the anchor', () => {
    const anchor = FRIDAY_CLOSE + DAY;
    const { x, t } = bound(tradingTime('us', anchor));
    expect([FRIDAY_CLOSE, anchor, MONDAY_OPEN].map(x)).toEqual([anchor, anchor, anchor]);
    expect(t(anchor)).toBe(MONDAY_OPEN);
    expect(x(FRIDAY_CLOSE - HOUR)).toBe(anchor - HOUR);
    expect(t(anchor - HOUR)).toBe(FRIDAY_CLOSE - HOUR);
    expect(x(MONDAY_OPEN + HOUR)).toBe(anchor + HOUR);
  });

  it('has every moment as far from the anchor as there is open time between them', () => {
    fc.assert(
      fc.property(market, anchors, distances, (of, anchor, distance) => {
        const t = anchor + distance;
        const open = Math.abs(distance) - closedBetween(of, anchor, t);
        expect(tradingTime(of, anchor).x(t)).toBe(anchor + Math.sign(distance) * open);
      }),
      { numRuns: 250 },
    );
  });

  it('never falls, and moves no faster than time', () => {
    fc.assert(
      fc.property(market, anchors, distances, fc.integer({ min: 0, max: 4 * DAY }), (of, anchor, distance, step) => {
        const axis = tradingTime(of, anchor);
        const t = anchor + distance;
        const moved = axis.x(t + step) - axis.x(t);
        expect(moved).toBeGreaterThanOrEqual(0);
        expect(moved).toBeLessThanOrEqual(step);
      }),
      { numRuns: 250 },
    );
  });

  it('is undone by its inverse, which is never a moment in closed time', () => {
    fc.assert(
      fc.property(market, anchors, fc.integer({ min: -9 * 365 * DAY, max: 5 * 365 * DAY }), (of, anchor, distance) => {
        const axis = tradingTime(of, anchor);
        const x = anchor + distance;
        const t = axis.t(x);
        expect(axis.x(t)).toBe(x);
        // Past the tenth year ahead nothing is left out.
        if (t < anchor + 9.9 * 365 * DAY && t > at('1990-01-05T00:00:00Z')) {
          expect(sessionAt(of, t)).not.toBe('closed');
          // The moment before an opening is closed, and has the same place.
          expect(axis.x(t - 1)).toBe(sessionAt(of, t - 1) === 'closed' ? x : x - 1);
        }
      }),
      { numRuns: 250 },
    );
  });

  it('is undone to within the fineness of the number where a place is not whole', () => {
    fc.assert(
      fc.property(anchors, fc.double({ min: -1e11, max: 1e11, noNaN: true }), (anchor, distance) => {
        const axis = tradingTime('us', anchor);
        expect(axis.x(axis.t(anchor + distance))).toBeCloseTo(anchor + distance, 3);
      }),
      { numRuns: 300 },
    );
  });

  it('answers as before once it has looked further', () => {
    for (const of of MARKETS) {
      const axis = tradingTime(of, ANCHOR);
      const moments = Array.from({ length: 400 }, (_, i) => ANCHOR + (i - 200) * 3 * HOUR);
      const before = moments.map((moment) => [axis.x(moment), axis.t(moment)]);
      axis.x(ANCHOR - 30 * 365 * DAY);
      axis.t(ANCHOR + 9 * 365 * DAY);
      expect(moments.map((moment) => [axis.x(moment), axis.t(moment)])).toEqual(before);
    }
  });

  it('answers the same whichever way it is asked first', () => {
    const far = ANCHOR - 12 * 365 * DAY;
    const [byTime, byPlace] = [tradingTime('us', ANCHOR), tradingTime('us', ANCHOR)];
    const x = byTime.x(far);
    const t = byPlace.t(x);
    expect(byTime.t(x)).toBe(t);
    expect(byPlace.x(far)).toBe(x);
  });
});

describe('the end of what the axis knows', () => {
  const EARLIEST = at('1990-01-01T00:00:00Z');

  it('leaves closed time before 1990 its width', () => {
    const { x, t } = bound(tradingTime('us', ANCHOR));
    const edge = x(at('1989-12-28T12:00:00-05:00'));
    expect(x(at('1985-12-28T12:00:00-05:00'))).toBe(edge - 4 * 365.25 * DAY);
    expect(t(edge - 4 * 365.25 * DAY)).toBe(at('1985-12-28T12:00:00-05:00'));
  });

  it('leaves closed time more than ten years ahead its width', () => {
    const { x } = bound(tradingTime('us', ANCHOR));
    const later = at('2037-01-01T00:00:00Z');
    expect(x(later + 700 * DAY) - x(later)).toBe(700 * DAY);
  });

  it('takes thousands of years and what is no number at all', () => {
    const { x, t } = bound(tradingTime('us', ANCHOR));
    expect(t(x(Date.UTC(-3000, 0, 1)))).toBe(Date.UTC(-3000, 0, 1));
    expect(t(x(Date.UTC(9000, 0, 1)))).toBe(Date.UTC(9000, 0, 1));
    expect(x(Number.POSITIVE_INFINITY)).toBe(Number.POSITIVE_INFINITY);
    expect(x(Number.NEGATIVE_INFINITY)).toBe(Number.NEGATIVE_INFINITY);
    expect(x(Number.NaN)).toBeNaN();
  });

  it('takes an anchor that has no calendar', () => {
    for (const anchor of [at('1950-06-01T00:00:00Z'), EARLIEST - DAY, at('2150-06-01T00:00:00Z')]) {
      const { x, t } = bound(tradingTime('us', anchor));
      for (const distance of [-400 * DAY, -DAY, 0])
        expect(t(x(anchor + distance))).toBeGreaterThanOrEqual(anchor + distance);
      expect(x(anchor)).toBe(anchor);
    }
  });
});

describe('the stretches without width', () => {
  it('are the closed ones, whole, that overlap what is asked for', () => {
    fc.assert(
      fc.property(market, distances, fc.integer({ min: -HOUR, max: 30 * DAY }), (of, distance, length) => {
        const from = ANCHOR + distance;
        expect(tradingTime(of, ANCHOR).spans(from, from + length)).toEqual(closedSpans(of, from, from + length));
      }),
      { numRuns: 300 },
    );
  });

  it('are not those that only touch it', () => {
    const axis = tradingTime('us', ANCHOR);
    expect(axis.spans(MONDAY_OPEN, MONDAY_CLOSE)).toEqual([]);
    expect(axis.spans(MONDAY_OPEN - 1, MONDAY_CLOSE + 1)).toEqual([
      { start: FRIDAY_CLOSE, end: MONDAY_OPEN },
      { start: MONDAY_CLOSE, end: TUESDAY_OPEN },
    ]);
  });
});

describe('the axis of a market that never closes', () => {
  it.each(['crypto', 'other'] as const)('is plain for %s', (of) => {
    expect(tradingTime(of, ANCHOR)).toBe(PLAIN_TIME);
  });

  it('has a moment at its own place and nothing without width', () => {
    expect([PLAIN_TIME.x(ANCHOR), PLAIN_TIME.t(ANCHOR)]).toEqual([ANCHOR, ANCHOR]);
    expect(PLAIN_TIME.spans(FRIDAY_CLOSE, ANCHOR)).toEqual([]);
  });
});

/** The two directions as functions. */
function bound(axis: typeof PLAIN_TIME) {
  return { x: (t: number) => axis.x(t), t: (x: number) => axis.t(x) };
}
