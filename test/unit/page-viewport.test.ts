import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { candleInterval, type Look, lineInterval, slotMs } from '../../pwa/chart/resolution.ts';
import { summarize } from '../../pwa/chart/summary.ts';
import { type Extent, pan, type Viewport, zoom } from '../../pwa/chart/viewport.ts';
import { RANGES, spanOf } from '../../pwa/page/ranges.ts';
import { INTERVALS, type Interval } from '../../src/protocol/candles.ts';
import { DAY, HOUR, MINUTE, SECOND } from '../support/charts.ts';

const PRESENT = 1_800_000_000_000;
const extent: Extent = { oldest: PRESENT - 30 * DAY, present: PRESENT };
const live: Viewport = { spanMs: HOUR };
const past: Viewport = { spanMs: HOUR, right: PRESENT - DAY };

const anyView = fc.record(
  {
    spanMs: fc.integer({ min: 10 * SECOND, max: 40 * DAY }),
    right: fc.integer({ min: -40 * DAY, max: 0 }).map((ms) => PRESENT + ms),
  },
  { requiredKeys: ['spanMs'] },
);

describe('panning', () => {
  it('moves the view, and follows the present again once it is there', () => {
    expect(pan(live, -10 * MINUTE, extent)).toEqual({ spanMs: HOUR, right: PRESENT - 10 * MINUTE });
    expect(pan(past, 10 * MINUTE, extent)).toEqual({ spanMs: HOUR, right: PRESENT - DAY + 10 * MINUTE });
    const back = pan({ spanMs: HOUR, right: PRESENT - MINUTE }, MINUTE, extent);
    expect(back).toEqual(live);
    expect([past.right, back.right]).toEqual([expect.any(Number), undefined]);
    expect(pan(live, HOUR, extent)).toBe(live);
  });

  it('never loses what is known out of sight, nor shows the future', () => {
    fc.assert(
      fc.property(anyView, fc.integer({ min: -100 * DAY, max: 100 * DAY }), (view, ms) => {
        const { spanMs, right = PRESENT } = pan(view, ms, extent);
        expect(spanMs).toBe(view.spanMs);
        expect(right).toBeLessThanOrEqual(PRESENT);
        const left = right - spanMs;
        const known = Math.min(right, PRESENT) - Math.max(left, extent.oldest);
        expect(known).toBeGreaterThanOrEqual(Math.min(0.2 * spanMs, 30 * DAY) - 1);
      }),
    );
  });

  it('stays at the present where hardly anything is known yet', () => {
    const young: Extent = { oldest: PRESENT - SECOND, present: PRESENT };
    expect(pan(live, -MINUTE, young)).toEqual({ spanMs: HOUR, right: PRESENT });
  });
});

describe('zooming', () => {
  it('goes on following the present', () => {
    expect(zoom(live, 0.5, PRESENT - 50 * MINUTE, extent)).toEqual({ spanMs: HOUR / 2 });
    expect(zoom(live, 2, PRESENT - 50 * MINUTE, extent)).toEqual({ spanMs: 2 * HOUR });
  });

  it('leaves the moment that is pointed at where it is', () => {
    const factors = fc.double({ min: 0.2, max: 5, noNaN: true });
    fc.assert(
      fc.property(factors, fc.double({ min: 0, max: 1, noNaN: true }), (factor, part) => {
        const at = PRESENT - DAY - part * HOUR;
        const { spanMs, right = Number.NaN } = zoom(past, factor, at, extent);
        expect(spanMs).toBeCloseTo(HOUR * factor, 3);
        expect((right - at) / spanMs).toBeCloseTo(part, 6);
      }),
    );
  });

  it('goes neither closer than ten seconds nor wider than a little more than what is known', () => {
    fc.assert(
      fc.property(anyView, fc.double({ min: 1e-6, max: 1e6, noNaN: true }), (view, factor) => {
        const { spanMs, right = PRESENT } = zoom(view, factor, (view.right ?? PRESENT) - view.spanMs / 3, extent);
        expect(spanMs).toBeGreaterThanOrEqual(10 * SECOND);
        expect(spanMs).toBeLessThanOrEqual(Math.max(view.spanMs, 1.25 * 30 * DAY));
        expect(right).toBeLessThanOrEqual(PRESENT);
        expect(right).toBeGreaterThanOrEqual(Math.min(PRESENT, extent.oldest + 0.2 * spanMs) - 1);
      }),
    );
  });

  it('undoes itself', () => {
    const { spanMs, right = Number.NaN } = zoom(
      zoom(past, 0.5, PRESENT - DAY - 1_000, extent),
      2,
      PRESENT - DAY - 1_000,
      extent,
    );
    expect(spanMs).toBeCloseTo(HOUR, 3);
    expect(right).toBeCloseTo(PRESENT - DAY, 0);
  });
});

describe('how fine a chart is', () => {
  const YEAR = 365 * DAY;
  const RANGES = [MINUTE, 5 * MINUTE, 15 * MINUTE, HOUR, DAY, 7 * DAY, 60 * DAY, YEAR, 5 * YEAR];
  const looks = (['crypto', 'us'] as const).flatMap((market) =>
    [390, 1_400].flatMap((width) => RANGES.map((spanMs): Look => ({ market, width, spanMs, ageMs: spanMs }))),
  );
  const named = looks.map((look): [string, Look] => [
    `${look.market}, ${look.spanMs / HOUR} h, ${look.width} px`,
    look,
  ]);

  it.each(named)('candles can be told apart and are neither few nor fat: %s', (_, look) => {
    const { market, spanMs, width } = look;
    const interval = candleInterval(look);
    const count = spanMs / slotMs(market, interval);
    const px = width / count;
    const coarser = Object.keys(INTERVALS)[Object.keys(INTERVALS).indexOf(interval) + 1] as Interval | undefined;
    // Narrower than 4 pixels only where the next ones would be no picture, or there are none.
    if (px < 4) expect(coarser === undefined || spanMs / slotMs(market, coarser) < 12).toBe(true);
    expect(count).toBeGreaterThanOrEqual(12);
    if (interval !== '1s' && spanMs < 200 * DAY) expect(px).toBeLessThan(40);
    if (spanMs < 60 * DAY) expect(count).toBeLessThan(400);
  });

  it.each(named)('a line has a point for two pixels at least where there are so many: %s', (_, look) => {
    const { market, spanMs, width } = look;
    const interval = lineInterval(look);
    if (interval !== '1s') expect(slotMs(market, interval)).toBeLessThanOrEqual((2 * spanMs) / width);
    // Neither more than can be kept, nor coarser than the candles.
    expect(spanMs / slotMs(market, interval)).toBeLessThanOrEqual(20_000);
    expect(INTERVALS[interval]).toBeLessThanOrEqual(INTERVALS[candleInterval(look)]);
  });

  it('is what one expects of the buttons', () => {
    const of = (market: Look['market'], width: number, spanMs: number): string =>
      candleInterval({ market, width, spanMs, ageMs: spanMs });
    const buttons = [MINUTE, 5 * MINUTE, 15 * MINUTE, HOUR, DAY, 7 * DAY];
    expect(buttons.map((span) => of('crypto', 390, span))).toEqual(['1s', '5s', '1m', '1m', '15m', '1h']);
    expect(buttons.map((span) => of('crypto', 1_400, span))).toEqual(['1s', '1s', '5s', '1m', '5m', '1h']);
    expect(of('us', 1_400, 60 * DAY)).toBe('1d');
  });

  it('gets no finer than the past is kept, however close one looks at it', () => {
    const close: Look = { market: 'crypto', width: 1_400, spanMs: MINUTE, ageMs: MINUTE };
    expect([lineInterval(close), candleInterval(close)]).toEqual(['1s', '1s']);
    for (const ageMs of [DAY, 30 * DAY, 5 * YEAR]) {
      for (const interval of [lineInterval({ ...close, ageMs }), candleInterval({ ...close, ageMs })]) {
        expect(ageMs / INTERVALS[interval]).toBeLessThanOrEqual(20_000);
      }
    }
  });

  it('gets coarser and never finer as more is shown', () => {
    for (const market of ['crypto', 'us', 'forex'] as const) {
      let before = 0;
      for (let spanMs = 10 * SECOND; spanMs < 20 * YEAR; spanMs *= 1.1) {
        const length = INTERVALS[lineInterval({ market, spanMs, width: 800, ageMs: spanMs })];
        expect(length).toBeGreaterThanOrEqual(before);
        before = length;
      }
    }
  });
});

describe('the ranges of the buttons', () => {
  const spans = (market: Look['market'], closes: boolean): number[] =>
    RANGES.map((range) => spanOf(range, market, closes) / HOUR);

  it('are that long where a market never closes', () => {
    for (const spansOf of [spans('crypto', true), spans('us', false), spans('forex', false)]) {
      expect(spansOf.slice(0, 6)).toEqual([1 / 60, 5 / 60, 0.25, 1, 24, 168]);
      expect(spansOf[6]).toBeGreaterThan(10 * 365 * 24);
    }
  });

  it('are the open hours of as long where it does', () => {
    expect(spans('us', true).slice(0, 6)).toEqual([1 / 60, 5 / 60, 0.25, 1, 16, 80]);
    expect(spans('forex', true).slice(0, 6)).toEqual([1 / 60, 5 / 60, 0.25, 1, 24, 120]);
  });

  it('all have candles that can be told apart on a phone and on a desk', () => {
    for (const market of ['crypto', 'us', 'forex'] as const) {
      for (const width of [390, 1_400]) {
        for (const range of RANGES.slice(0, 6)) {
          const spanMs = spanOf(range, market, true);
          const interval = candleInterval({ market, width, spanMs, ageMs: range.ms });
          const count = spanMs / slotMs(market, interval);
          expect(count, `${market} ${range.label} ${width}`).toBeGreaterThanOrEqual(12);
          expect(width / count, `${market} ${range.label} ${width}`).toBeGreaterThan(2);
        }
      }
    }
  });
});

describe('the numbers of what is in sight', () => {
  const candle = (t: number, o: number, c: number, v: number) => ({
    t,
    o,
    h: Math.max(o, c) + 1,
    l: Math.min(o, c) - 1,
    c,
    v,
    n: 1,
  });
  const candles = [candle(0, 1, 90, 100), candle(10, 20, 25, 1), candle(20, 25, 15, 2), candle(30, 15, 22, 4)];

  it('are of the candles that begin in it, and end with the last price', () => {
    expect(summarize(candles, 10)).toEqual({ base: 20, baseAt: 10, low: 14, high: 26, close: 22, volume: 7 });
  });

  it('are of the newest candle where none begins in it, without its volume', () => {
    expect(summarize(candles, 31)).toEqual({ base: 15, baseAt: 30, low: 14, high: 23, close: 22, volume: 0 });
  });

  it('are none of no candles', () => {
    expect(summarize([], 0)).toBeUndefined();
  });
});
