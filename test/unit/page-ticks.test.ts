import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { formatDay, formatMinute, formatMonth, formatSecond, formatYear } from '../../pwa/chart/formats.ts';
import { priceTicks, timeTicks } from '../../pwa/chart/ticks.ts';
import { PLAIN_TIME, tradingTime } from '../../pwa/chart/time-map.ts';
import { DAY, HOUR, MINUTE, SECOND } from '../support/charts.ts';

const at = (iso: string): number => Date.parse(iso);
/** On the viewer's clock, whatever zone that is in. */
const local = (year: number, month: number, day: number, hour = 0, minute = 0, second = 0): number =>
  new Date(year, month - 1, day, hour, minute, second).getTime();

describe('price ticks', () => {
  it('are round prices', () => {
    expect(priceTicks(99.3, 103.2, 4)).toEqual([100, 101, 102, 103]);
    expect(priceTicks(0.05, 0.41, 4).map((tick) => tick.toFixed(1))).toEqual(['0.1', '0.2', '0.3', '0.4']);
    expect(priceTicks(-0.4, 0.4, 2)).toEqual([0]);
    expect(priceTicks(5, 5, 4)).toEqual([]);
  });
});

describe('time ticks of a market that never closes', () => {
  const labels = (from: number, to: number, most: number) =>
    timeTicks(PLAIN_TIME, from, to, most).map(({ label }) => label);

  it('are round times on the clock of the viewer, as many as fit', () => {
    const noon = local(2026, 11, 24, 12);
    const ticks = timeTicks(PLAIN_TIME, noon + 61 * SECOND, noon + 361 * SECOND, 5);
    expect(ticks).toEqual([2, 3, 4, 5, 6].map((n) => ({ value: noon + n * MINUTE, label: `12:0${n}` })));
  });

  it('have seconds only where they are closer than minutes', () => {
    const noon = local(2026, 11, 24, 12);
    expect(labels(noon, noon + 30 * SECOND, 3)).toEqual(['12:00:00', '12:00:10', '12:00:20', '12:00:30']);
  });

  it('name a day where it begins', () => {
    const midnight = local(2026, 11, 24);
    expect(labels(midnight - 6 * HOUR, midnight + 6 * HOUR, 3)).toEqual(['20:00', formatDay(midnight), '04:00']);
    expect(labels(midnight - 5 * MINUTE, midnight + 5 * MINUTE, 2)).toEqual(['23:55', '00:00', '00:05']);
  });

  it('are days, months and years on long stretches', () => {
    const [november, december] = [local(2026, 11, 30), local(2026, 12, 1)];
    expect(labels(local(2026, 11, 29, 12), local(2026, 12, 2, 12), 4)).toEqual(
      [november, december, local(2026, 12, 2)].map(formatDay),
    );
    const year = labels(local(2025, 10, 15), local(2026, 3, 15), 6);
    expect(year).toEqual([
      formatMonth(local(2025, 11, 1)),
      formatMonth(december),
      '2026',
      formatMonth(local(2026, 2, 1)),
      formatMonth(local(2026, 3, 1)),
    ]);
    expect(labels(local(2000, 6, 1), local(2026, 6, 1), 6)).toEqual(
      expect.arrayContaining(['2005', '2010', '2015', '2020', '2025']),
    );
  });

  it('stay where they are while the chart is moved', () => {
    const begin = local(2026, 3, 2, 5);
    for (const [span, step] of [
      [MINUTE, 7 * SECOND],
      [HOUR, 5 * MINUTE],
      [DAY, 3 * HOUR],
      [12 * DAY, DAY],
      [40 * DAY, DAY],
      [80 * DAY, DAY],
      [300 * DAY, 20 * DAY],
      [1_200 * DAY, 100 * DAY],
      [9_000 * DAY, 400 * DAY],
    ] as const) {
      const here = timeTicks(PLAIN_TIME, begin, begin + span, 6);
      const moved = timeTicks(PLAIN_TIME, begin + step, begin + step + span, 6);
      const both = (ticks: typeof here): typeof here =>
        // A mark at the end may make room for a heavier one that is not in sight any more.
        ticks.filter(({ value }) => value > begin + step + span / 12 && value < begin + span - span / 12);
      expect(both(moved), `${span / HOUR} hours`).toEqual(both(here));
      expect(both(here).length).toBeGreaterThan(0);
    }
  });
});

describe('time ticks on an axis without closed hours', () => {
  /** A Tuesday in summer. */
  const ANCHOR = at('2026-06-16T12:00:00-04:00');
  const axis = tradingTime('us', ANCHOR);
  const opening = (day: string): number => at(`${day}T04:00:00-04:00`);

  it('name each day, and none of the days without trading', () => {
    const [from, to] = [axis.x(opening('2026-06-10')), axis.x(opening('2026-06-17')) - 1];
    const ticks = timeTicks(axis, from, to, 6);
    const days = ticks.map(({ label }) => label);
    expect(days).toEqual([...new Set(days)]);
    // Friday, the weekend and Monday: two days.
    expect(ticks.length).toBeLessThanOrEqual(6);
    for (const { value, label } of ticks) expect(label).toBe(formatDay(axis.t(value)));
  });

  it('say the time that is at their place, or the day that begins there', () => {
    for (const span of [2 * MINUTE, 20 * MINUTE, 2 * HOUR, 10 * HOUR, 30 * HOUR]) {
      for (let from = axis.x(opening('2026-06-11')); from < axis.x(opening('2026-06-17')); from += span / 2) {
        for (const { value, label } of timeTicks(axis, from, from + span, 6)) {
          const t = axis.t(value);
          expect([formatSecond(t), formatMinute(t), formatDay(t)]).toContain(label);
        }
      }
    }
  });

  it('are never two at one place, nor so close that they touch, nor outside', () => {
    const spans = fc.integer({ min: 10, max: 20_000 * 366 * 24 * 3_600 }).map((n) => n * SECOND);
    const market = fc.constantFrom('us' as const, 'forex' as const, 'crypto' as const);
    const axes = { us: axis, forex: tradingTime('forex', ANCHOR), crypto: PLAIN_TIME };
    fc.assert(
      fc.property(
        market,
        fc.integer({ min: -400, max: 400 }),
        spans,
        fc.integer({ min: 2, max: 14 }),
        (of, days, raw, most) => {
          const span = Math.min(raw, 20 * 366 * DAY);
          const to = ANCHOR + days * DAY * 1.01;
          const from = to - span;
          const ticks = timeTicks(axes[of], from, to, most);
          for (const [i, { value, label }] of ticks.entries()) {
            expect(label).not.toBe('');
            expect(value).toBeGreaterThanOrEqual(from);
            expect(value).toBeLessThanOrEqual(to);
            const before = ticks[i - 1];
            if (before) expect(value - before.value).toBeGreaterThan((0.6 * span) / most);
          }
        },
      ),
    );
  });

  it('do not name the next opening before it has come', () => {
    // Friday night: the axis ends at the place where Monday will begin.
    const night = at('2026-06-12T22:00:00-04:00');
    const [from, to] = [axis.x(night) - 40 * HOUR, axis.x(night)];
    const places = (now?: number): number[] => timeTicks(axis, from, to + 2 * HOUR, 6, now).map(({ value }) => value);
    expect(places(night)).not.toContain(to);
    expect(places(opening('2026-06-15'))).toContain(to);
  });

  it('are years over many of them', () => {
    const [from, to] = [axis.x(at('2010-06-01T12:00:00Z')), ANCHOR];
    const ticks = timeTicks(axis, from, to, 8);
    expect(ticks.length).toBeGreaterThan(3);
    for (const { value, label } of ticks) expect(label).toBe(formatYear(axis.t(value)));
  });
});
