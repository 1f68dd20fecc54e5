import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  changeOf,
  formatDay,
  formatExact,
  formatMinute,
  formatMoment,
  formatPrice,
  formatSecond,
  formatSpan,
  formatVolume,
} from '../../pwa/chart/formats.ts';
import { decimalsOf, exactPrice, Precision } from '../../pwa/chart/precision.ts';

const decimalsFor = (symbol: string, ...prices: number[]): number => {
  const precision = new Precision(symbol);
  for (const price of prices) precision.add(price);
  return precision.decimals;
};
const decimals = (...prices: number[]): number => decimalsFor('', ...prices);

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

describe("a market's decimals", () => {
  it('are two for US stocks, whatever is printed', () => {
    expect(decimalsFor('AAPL')).toBe(2);
    expect(decimalsFor('AAPL', 189)).toBe(2);
    expect(decimalsFor('AAPL', 189.4123, 189.41235)).toBe(2);
    expect(decimalsFor('BRK.A', 741_000.5)).toBe(2);
  });

  it('are four for a US stock below a dollar', () => {
    expect(decimalsFor('SNDL', 0.5)).toBe(4);
    expect(decimalsFor('SNDL', 1.2, 0.9999)).toBe(4);
  });

  it('do not change at each trade of a US stock around a dollar', () => {
    const precision = new Precision('SNDL');
    const seen = [1.01, 1, 0.99, 1.01, 1.04, 1.05, 1.01, 0.999].map((price) => {
      precision.add(price);
      return precision.decimals;
    });
    expect(seen).toEqual([2, 2, 4, 4, 4, 2, 2, 4]);
  });

  it.each([
    ['OANDA:EUR_USD', [1.0834], 5],
    ['OANDA:EUR_USD', [], 5],
    ['FXCM:EUR/USD', [1.08], 5],
    ['PEPPERSTONE:EURUSD', [1.08], 5],
    ['OANDA:USD_THB', [32.1], 5],
    ['OANDA:USD_JPY', [155.2], 3],
    ['OANDA:USD_JPY', [], 3],
    ['OANDA:GBP_HUF', [501.25], 3],
  ])('of the currencies %s at %j are %i', (symbol, prices, expected) => {
    expect(decimalsFor(symbol, ...prices)).toBe(expected);
  });

  it.each([
    ['OANDA:XAU_USD', [2650.125, 2650.13], 3],
    ['OANDA:XAG_USD', [30.12345, 30.1], 5],
    ['OANDA:SPX500_USD', [5980.5], 2],
    ['OANDA:BCO_USD', [73.123], 3],
    ['OANDA:USD_KRW', [1390.25], 2],
    ['IC MARKETS:1', [1.08341], 5],
    ['BINANCE:BTCUSDT', [96_512.4], 2],
    ['BINANCE:SHIBUSDT', [0.00002345], 8],
    ['AIR.PA', [137.64], 2],
  ])('of %s at %j are those that are seen', (symbol, prices, expected) => {
    expect(decimalsFor(symbol, ...prices)).toBe(expected);
  });
});

describe('an exact price', () => {
  const [group, point] = [formatPrice(1e6, 0).charAt(1), formatPrice(0.5, 1).charAt(1)];
  const plain = (text: string): string => text.replaceAll(group, '').replaceAll(point, '.');

  it.each([
    [189.5, 2, '189.50'],
    [189, 2, '189.00'],
    [189.41235, 2, '189.41235'],
    [0.00000012, 2, '0.00000012'],
    [1.5e-7, 0, '0.00000015'],
    [1e-12, 0, '0.000000000001'],
    [1.2345678901234568e-15, 2, '0.0000000000000012345678901234568'],
    [12_345_678, 0, '12345678'],
    [0.1 + 0.2, 2, '0.30000000000000004'],
    [0, 2, '0.00'],
  ])('of %f with %i decimals at least is %s', (price, atLeast, expected) => {
    expect(plain(exactPrice(price, atLeast))).toBe(expected);
  });

  it("is in the viewer's grouping", () => {
    expect(exactPrice(96_512.4, 2)).toBe(formatPrice(96_512.4, 2));
    expect(exactPrice(96_512.4)).toBe(formatPrice(96_512.4, 1));
  });

  it('is read back as the same number, and has no exponent', () => {
    fc.assert(
      fc.property(fc.double({ min: 0, max: 1e15, noNaN: true }), fc.integer({ min: 0, max: 8 }), (price, atLeast) => {
        const text = plain(exactPrice(price, atLeast));
        expect(text).toMatch(/^\d+(?:\.\d+)?$/);
        expect(Number(text)).toBe(price);
      }),
    );
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

describe("the crosshair's time", () => {
  const t = new Date(2026, 10, 24, 14, 2, 31, 7).getTime();

  it('is exact to the millisecond, always in three digits', () => {
    expect(formatExact(t, t)).toBe('14:02:31.007');
    expect(formatExact(t + 93, t)).toBe('14:02:31.100');
  });

  it('has the date only on another day of the calendar, however near that is', () => {
    expect(formatExact(t, new Date(2026, 10, 24, 0, 0, 0).getTime())).toBe('14:02:31.007');
    expect(formatExact(t, new Date(2026, 10, 25, 0, 0, 1).getTime())).toBe(`${formatDay(t)} 14:02:31.007`);
    expect(formatExact(t, new Date(2026, 10, 23, 23, 59).getTime())).toBe(`${formatDay(t)} 14:02:31.007`);
  });

  it('has the year only of another year', () => {
    const text = formatExact(t, new Date(2027, 0, 1).getTime());
    expect(text).toContain('2026');
    expect(text.endsWith(' 14:02:31.007')).toBe(true);
  });
});

describe("a candle's time", () => {
  const SECOND = 1_000;
  const MINUTE = 60 * SECOND;
  const HOUR = 60 * MINUTE;
  const t = new Date(2026, 10, 24, 14, 2, 5).getTime();
  const minute = new Date(2026, 10, 24, 14, 2).getTime();
  const tomorrow = new Date(2026, 10, 25, 9).getTime();
  const day = formatDay(t);

  it('is as fine as the candle', () => {
    expect(formatSpan(t, t + SECOND, t)).toBe('14:02:05');
    expect(formatSpan(t, t + 5 * SECOND, t)).toBe('14:02:05');
    expect(formatSpan(minute, minute + MINUTE, t)).toBe('14:02');
    expect(formatSpan(minute, minute + HOUR, t)).toBe('14:02');
  });

  it('has the date on another day', () => {
    expect(formatSpan(t, t + SECOND, tomorrow)).toBe(`${day} 14:02:05`);
    expect(formatSpan(minute, minute + MINUTE, tomorrow)).toBe(`${day} 14:02`);
  });

  it('is the date alone for a day, a half-day of stocks too', () => {
    const open = new Date(2026, 10, 24, 9, 30).getTime();
    expect(formatSpan(open, open + 6.5 * HOUR, t)).toBe(day);
    expect(formatSpan(open, open + 3.5 * HOUR, tomorrow)).toBe(day);
    expect(formatSpan(open, open + 6.5 * HOUR, new Date(2027, 1, 1).getTime())).toContain('2026');
  });

  it('is the date most of a day lies on', () => {
    // A forex day is that of its end, wherever 17:00 in New York is 15:00 to midnight.
    const turn = new Date(2026, 10, 23, 22).getTime();
    expect(formatSpan(turn, turn + 24 * HOUR, t)).toBe(day);
  });
});

describe('a volume', () => {
  const point = formatPrice(0.5, 1).charAt(1);

  it.each([
    [0, '0'],
    [0.00012, '0.00012'],
    [0.000123456, '0.0001235'],
    [12.5, '12.5'],
    [999, '999'],
    [999.96, '1K'],
    [1_000, '1K'],
    [1_234, '1.234K'],
    [12_500, '12.5K'],
    [999_949, '999.9K'],
    [999_950, '1M'],
    [1_234_567, '1.235M'],
    [56_700_000, '56.7M'],
    [2_500_000_000, '2.5B'],
  ])('of %f is %s', (volume, text) => {
    expect(formatVolume(volume).replaceAll(point, '.')).toBe(text);
  });
});

describe('times', () => {
  it('writes times on the clock of the viewer', () => {
    const t = new Date(2026, 2, 4, 9, 5, 7).getTime();
    expect([formatMinute(t), formatSecond(t)]).toEqual(['09:05', '09:05:07']);
    expect(formatMoment(t, t + 1000)).toBe('09:05');
    expect(formatMoment(t, t + 86_400_000)).toBe(`${formatDay(t)} 09:05`);
    expect(formatMoment(t, new Date(2027, 0, 1).getTime())).toMatch(/2026.* 09:05$/);
  });
});
