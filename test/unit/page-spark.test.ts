import { describe, expect, it } from 'vitest';
import { Spark, sparkPath } from '../../pwa/page/watch/spark.ts';
import type { Candle } from '../../src/protocol/candles.ts';

const MINUTE = 60_000;
const DAY = 86_400_000;
const START = Date.UTC(2026, 10, 24, 9);
const candle = (t: number, c: number): Candle => ({ t, o: c - 1, h: c, l: c - 1, c, v: 1, n: 1 });

describe('a sparkline', () => {
  it('has the closes of the last day, and begins with the first one’s open', () => {
    const spark = new Spark();
    spark.adopt('5m', [candle(START - DAY - 1, 5), candle(START - DAY, 6), candle(START, 8)]);
    expect(spark.prices).toEqual([6, 8]);
    expect(spark.base).toBe(5);
    expect(spark.since).toBe(START - DAY);
  });

  it('moves its last point while the candle lasts, and gets another one after it', () => {
    const spark = new Spark();
    spark.adopt('5m', [candle(START, 8)]);
    spark.paid(START + MINUTE, 9);
    spark.paid(START + 4 * MINUTE, 7);
    expect(spark.prices).toEqual([7]);
    spark.paid(START + 5 * MINUTE, 6);
    expect(spark.prices).toEqual([7, 6]);
    // What comes late does not change the past.
    spark.paid(START + MINUTE, 100);
    expect(spark.prices).toEqual([7, 6]);
  });

  it('keeps what came while the candles were fetched, and grows where there were none', () => {
    const spark = new Spark();
    spark.adopt('5s', []);
    spark.paid(START, 1);
    spark.paid(START + 5_000, 2);
    expect(spark.prices).toEqual([1, 2]);
    spark.adopt('5s', [candle(START - 5_000, 3), candle(START, 4)]);
    expect(spark.prices).toEqual([3, 4, 2]);
  });

  it('of a busy day has no more than 288 points, the newest', () => {
    const spark = new Spark();
    spark.adopt(
      '1m',
      Array.from({ length: 1000 }, (_, i) => candle(START + i * MINUTE, i)),
    );
    expect(spark.prices).toHaveLength(288);
    expect(spark.prices.at(-1)).toBe(999);
  });
});

describe('its path', () => {
  it('fills its box from the left to the right, high prices above', () => {
    expect(sparkPath([1, 3, 2], 40, 20)).toBe('M0.0 19.0L20.0 1.0L40.0 10.0');
  });

  it('of prices that do not move lies in the middle; of less than two there is none', () => {
    expect(sparkPath([2, 2], 40, 20)).toBe('M0.0 10.0L40.0 10.0');
    expect(sparkPath([2], 40, 20)).toBe('');
    expect(sparkPath([], 40, 20)).toBe('');
  });
});
