import { describe, expect, it } from 'vitest';
import { changeOf, formatMinute, formatMoment, formatPrice, formatSecond } from '../../pwa/chart/formats.ts';
import { decimalsOf, Precision } from '../../pwa/chart/precision.ts';
import { priceTicks, timeTicks } from '../../pwa/chart/ticks.ts';

const decimals = (...prices: number[]): number => {
  const precision = new Precision();
  for (const price of prices) precision.add(price);
  return precision.decimals;
};

describe('how many decimals a price has', () => {
  it('is read from the number itself', () => {
    expect([189.5, 1666.79, 64_231, 0.00141342, 1e-7, 1.5e-7].map(decimalsOf)).toEqual([1, 2, 0, 8, 7, 8]);
  });

  it('is learned from the prices of a market', () => {
    expect(decimals(189.5)).toBe(2);
    expect(decimals(1666.79, 1666.8)).toBe(2);
    expect(decimals(0.00141342, 0.0014134)).toBe(8);
    expect(decimals(1.08341, 1.0834)).toBe(5);
  });

  it('is not spoilt by a single average price', () => {
    expect(decimals(...Array.from({ length: 99 }, () => 10.25), 10.253333)).toBe(2);
  });
});

describe('a change', () => {
  const separator = formatPrice(0.1, 1).charAt(1);

  it('has a sign, an arrow and a percentage', () => {
    const text = (...args: Parameters<typeof changeOf>) => changeOf(...args).text.replaceAll(separator, '.');
    expect(changeOf(168, 168.42, 2)).toMatchObject({ direction: 'up', arrow: '▲' });
    expect(text(168, 168.42, 2)).toBe('+0.42 (+0.25\u00a0%)');
    expect(changeOf(10, 9, 2)).toMatchObject({ direction: 'down', arrow: '▼' });
    expect(text(10, 9, 2)).toBe('−1.00 (−10.00\u00a0%)');
  });

  it('is flat when it rounds to nothing', () => {
    expect(changeOf(10, 10.001, 2)).toMatchObject({ direction: 'flat', arrow: '▬' });
    expect(changeOf(0, 1, 2).text).not.toContain('Infinity');
  });

  it('gives a percentage that rounds to nothing no sign', () => {
    expect(changeOf(1.16115, 1.16112, 5)).toMatchObject({ direction: 'down' });
    expect(changeOf(1.16115, 1.16112, 5).text).toMatch(/^−0.00003 \(0.00\u00a0%\)$/);
    expect(changeOf(121_833, 121_834.91, 2).text).toMatch(/^\+1.91 \(0.00\u00a0%\)$/);
  });
});

describe('times and ticks', () => {
  it('writes times on the clock of the viewer', () => {
    const t = new Date(2026, 2, 4, 9, 5, 7).getTime();
    expect([formatMinute(t), formatSecond(t)]).toEqual(['09:05', '09:05:07']);
    expect(formatMoment(t, t + 1000)).toBe('09:05');
    expect(formatMoment(t, t + 86_400_000)).toBe('2026-03-04 09:05');
  });

  it('puts time ticks on round times of the zone, as many as fit', () => {
    const ticks = timeTicks(61_000, 361_000, 5, 0);
    expect(ticks.map(({ value }) => value)).toEqual([120_000, 180_000, 240_000, 300_000, 360_000]);
    const halfHourZone = timeTicks(0, 4 * 3_600_000, 4, 5.5 * 3_600_000);
    expect(halfHourZone.map(({ value }) => value / 3_600_000)).toEqual([0.5, 1.5, 2.5, 3.5]);
  });

  it('puts price ticks on round prices', () => {
    expect(priceTicks(99.3, 103.2, 4)).toEqual([100, 101, 102, 103]);
    expect(priceTicks(0.05, 0.41, 4).map((tick) => tick.toFixed(1))).toEqual(['0.1', '0.2', '0.3', '0.4']);
    expect(priceTicks(5, 5, 4)).toEqual([]);
  });
});
