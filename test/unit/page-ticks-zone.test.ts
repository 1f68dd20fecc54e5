import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { timeTicks } from '../../pwa/chart/ticks.ts';
import { PLAIN_TIME } from '../../pwa/chart/time-map.ts';

const before = process.env.TZ;

describe('the days on the axis of a viewer in New York', () => {
  beforeAll(() => {
    process.env.TZ = 'America/New_York';
  });
  afterAll(() => {
    if (before === undefined) delete process.env.TZ;
    else process.env.TZ = before;
  });

  it.each([
    ['spring', '2026-03-05T12:00:00-05:00', '2026-03-11T12:00:00-04:00'],
    ['autumn', '2026-10-29T12:00:00-04:00', '2026-11-04T12:00:00-05:00'],
  ])('begin at midnight on both sides of the day in %s on which the clock is set', (_, from, to) => {
    expect(new Date(from).getHours()).toBe(12);
    // Every half day: the stretch is an hour shorter or longer than six days.
    const ticks = timeTicks(PLAIN_TIME, Date.parse(from), Date.parse(to), 13);
    const hours = ticks.map(({ value }) => new Date(value).getHours());
    expect(new Set(hours)).toEqual(new Set([0, 12]));
    const midnights = ticks.filter(({ value }) => new Date(value).getHours() === 0);
    expect(midnights.length).toBe(6);
    for (const { value, label } of midnights) expect(label).toContain(String(new Date(value).getDate()));
  });
});
