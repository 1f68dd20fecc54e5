import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { closedSpans } from '../../src/protocol/closed-time.ts';
import { sessionAt } from '../../src/protocol/sessions.ts';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;
const YEAR = 365 * DAY;

const at = (iso: string): number => Date.parse(iso);
const span = (start: string, end: string) => ({ start: at(start), end: at(end) });
const closed = (market: 'us' | 'forex', from: string, to: string) => closedSpans(market, at(from), at(to));

describe('the closed time of US stocks', () => {
  it('is the night from 20:00 to 4:00 in New York', () => {
    expect(closed('us', '2026-11-18T12:00:00-05:00', '2026-11-19T12:00:00-05:00')).toEqual([
      span('2026-11-18T20:00:00-05:00', '2026-11-19T04:00:00-05:00'),
    ]);
  });

  it('is one stretch over a weekend, and over a holiday that adjoins it', () => {
    expect(closed('us', '2026-11-20T12:00:00-05:00', '2026-11-23T12:00:00-05:00')).toEqual([
      span('2026-11-20T20:00:00-05:00', '2026-11-23T04:00:00-05:00'),
    ]);
    // Good Friday of 2026.
    expect(closed('us', '2026-04-02T12:00:00-04:00', '2026-04-06T12:00:00-04:00')).toEqual([
      span('2026-04-02T20:00:00-04:00', '2026-04-06T04:00:00-04:00'),
    ]);
  });

  it('is the whole of Thanksgiving, and begins at 17:00 on the half-day after it', () => {
    expect(closed('us', '2026-11-25T12:00:00-05:00', '2026-11-30T12:00:00-05:00')).toEqual([
      span('2026-11-25T20:00:00-05:00', '2026-11-27T04:00:00-05:00'),
      span('2026-11-27T17:00:00-05:00', '2026-11-30T04:00:00-05:00'),
    ]);
  });

  it("begins on New York's clock before a change of the clock, and ends on it after", () => {
    expect(closed('us', '2026-03-06T12:00:00-05:00', '2026-03-09T12:00:00-04:00')).toEqual([
      span('2026-03-06T20:00:00-05:00', '2026-03-09T04:00:00-04:00'),
    ]);
    expect(closed('us', '2026-10-30T12:00:00-04:00', '2026-11-02T12:00:00-05:00')).toEqual([
      span('2026-10-30T20:00:00-04:00', '2026-11-02T04:00:00-05:00'),
    ]);
  });
});

describe('the closed time of forex', () => {
  it('is the weekend from Friday 17:00 to Sunday 17:00 in New York, and nothing of the week', () => {
    expect(closed('forex', '2026-11-16T00:00:00Z', '2026-11-30T00:00:00Z')).toEqual([
      span('2026-11-20T17:00:00-05:00', '2026-11-22T17:00:00-05:00'),
      span('2026-11-27T17:00:00-05:00', '2026-11-29T17:00:00-05:00'),
    ]);
  });

  it('is an hour shorter or longer where the clock is changed', () => {
    const lengths = (from: string, to: string) =>
      closed('forex', from, to).map(({ start, end }) => (end - start) / HOUR);
    expect(lengths('2026-03-05T00:00:00Z', '2026-03-10T00:00:00Z')).toEqual([47]);
    expect(lengths('2026-10-29T00:00:00Z', '2026-11-03T00:00:00Z')).toEqual([49]);
  });
});

describe('closed stretches', () => {
  const NIGHT = span('2026-11-18T20:00:00-05:00', '2026-11-19T04:00:00-05:00');

  it('are whole, however little of them is asked for', () => {
    for (const t of [NIGHT.start, NIGHT.start + HOUR, NIGHT.end - 1]) {
      expect(closedSpans('us', t, t + 1)).toEqual([NIGHT]);
    }
  });

  it('are not those that only touch what is asked for', () => {
    expect(closedSpans('us', NIGHT.end, NIGHT.end + HOUR)).toEqual([]);
    expect(closedSpans('us', NIGHT.start - HOUR, NIGHT.start)).toEqual([]);
  });

  it('are none where nothing is asked for', () => {
    expect(closedSpans('us', NIGHT.start, NIGHT.start)).toEqual([]);
    expect(closedSpans('us', NIGHT.end, NIGHT.start)).toEqual([]);
    expect(closedSpans('us', Number.NaN, NIGHT.end)).toEqual([]);
  });

  it('are none of markets that do not close, or whose hours are not known', () => {
    expect(closedSpans('crypto', NIGHT.start, NIGHT.end)).toEqual([]);
    expect(closedSpans('other', NIGHT.start, NIGHT.end)).toEqual([]);
  });

  it('end with the calendar where thousands of years are asked for', () => {
    const spans = closedSpans('us', Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY);
    expect(spans).toEqual(closedSpans('us', 0, Date.UTC(2100, 0, 1)));
    expect(spans.at(0)?.start).toBe(at('1969-12-31T20:00:00-05:00'));
    expect(spans.at(-1)?.start).toBe(at('2099-12-30T20:00:00-05:00'));
    expect(closedSpans('us', Date.UTC(-5000, 0, 1), Date.UTC(-4000, 0, 1))).toEqual([]);
    expect(closedSpans('us', Date.UTC(4000, 0, 1), Date.UTC(5000, 0, 1))).toEqual([]);
  });

  it.each(['us', 'forex'] as const)('of %s are exactly where the session is closed', (market) => {
    const moment = fc.integer({ min: 10 * DAY, max: 129 * YEAR });
    fc.assert(
      fc.property(moment, fc.integer({ min: 0, max: 40 * DAY }), fc.integer({ min: 0, max: 40 * DAY }), (t, a, b) => {
        const spans = closedSpans(market, t - a, t + b + 1);
        const inside = spans.some(({ start, end }) => start <= t && t < end);
        expect(inside, new Date(t).toISOString()).toBe(sessionAt(market, t) === 'closed');
      }),
      { numRuns: 3_000 },
    );
  });

  it.each(['us', 'forex'] as const)(
    'of %s begin and end where the session changes, with open time between',
    (market) => {
      const spans = closedSpans(market, Date.UTC(1990, 0, 1), Date.UTC(2040, 0, 1));
      expect(spans.length).toBeGreaterThan(50 * 50);
      let before = Number.NEGATIVE_INFINITY;
      for (const { start, end } of spans) {
        expect(start).toBeGreaterThan(before);
        const edges = [start - 1, start, end - 1, end].map((t) => sessionAt(market, t) === 'closed');
        expect(edges, new Date(start).toISOString()).toEqual([false, true, true, false]);
        before = end;
      }
    },
  );
});
