import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Tape } from '../../pwa/chart/tape.ts';
import { CandleSeries } from '../../pwa/history/series.ts';
import { type Candle, candleStart, INTERVALS, type Interval, type PlacedTrade } from '../../src/protocol/candles.ts';
import { flagsOf } from '../../src/protocol/conditions.ts';
import type { Market } from '../../src/protocol/symbols.ts';
import {
  answerOf,
  CRYPTO,
  candlesOf,
  DAY,
  HOUR,
  LABELS,
  MINUTE,
  PAIR,
  SECOND,
  STOCK,
  tradesOf,
} from '../support/charts.ts';

const at = (iso: string): number => Date.parse(iso);
const EVERY = Object.keys(INTERVALS) as Interval[];

/** Moments around which something begins or ends. */
const MOMENTS: readonly { readonly symbol: string; readonly market: Market; readonly t: number }[] = [
  { symbol: STOCK, market: 'us', t: at('2026-11-24T09:30:00-05:00') },
  { symbol: STOCK, market: 'us', t: at('2026-11-24T16:00:00-05:00') },
  { symbol: STOCK, market: 'us', t: at('2026-11-24T20:00:00-05:00') },
  // The day after Thanksgiving ends at 13:00.
  { symbol: STOCK, market: 'us', t: at('2026-11-27T13:00:00-05:00') },
  // A Sunday, and the Monday on which New York's clock has been set.
  { symbol: STOCK, market: 'us', t: at('2026-03-08T12:00:00-04:00') },
  { symbol: STOCK, market: 'us', t: at('2026-03-09T09:30:00-04:00') },
  { symbol: PAIR, market: 'forex', t: at('2026-11-24T17:00:00-05:00') },
  { symbol: PAIR, market: 'forex', t: at('2026-11-27T17:00:00-05:00') },
  { symbol: PAIR, market: 'forex', t: at('2026-03-08T17:00:00-04:00') },
  { symbol: CRYPTO, market: 'crypto', t: at('2026-11-24T00:00:00Z') },
  { symbol: CRYPTO, market: 'crypto', t: at('2026-06-01T12:34:56.789Z') },
];

/** From the same millisecond to the next day. */
const anyStep = fc.oneof(
  fc.constant(0),
  fc.integer({ min: 0, max: 30 }),
  fc.integer({ min: 0, max: 3 * SECOND }),
  fc.integer({ min: 0, max: 20 * MINUTE }),
  fc.integer({ min: 0, max: 2 * HOUR }),
);
/** How much later than it was paid a trade comes: mostly on time. */
const anyDelay = fc.oneof(
  { weight: 6, arbitrary: fc.constant(0) },
  fc.integer({ min: 0, max: 2 * SECOND }),
  fc.integer({ min: 0, max: 3 * HOUR }),
  fc.integer({ min: 0, max: 2 * DAY }),
);
const anyCodes = fc.oneof(
  { weight: 4, arbitrary: fc.constantFrom(['1'], null, []) },
  fc.constantFrom(['1', '12'], ['1', '24'], ['1', '24', '12'], ['1', '30'], ['16'], ['1', '25'], ['1', '9'], ['39']),
);
/** Eighths, which any order of adding gives the same sum of. */
const anyVolume = fc.oneof(
  fc.constant(0),
  fc.nat(8_000).map((n) => n / 8),
);

/** A market's trades in the order in which Finnhub sent them, around a moment, through one server start or more. */
const anyMarket = fc
  .record({
    moment: fc.constantFrom(...MOMENTS),
    before: fc.integer({ min: 0, max: 3 * HOUR }),
    given: fc.array(
      fc.record({
        step: anyStep,
        delay: anyDelay,
        p: fc.integer({ min: 1, max: 64 }),
        v: anyVolume,
        c: anyCodes,
        restarts: fc.nat(12).map((n) => n === 0),
      }),
      { minLength: 1, maxLength: 40 },
    ),
  })
  .map(({ moment, before, given }) => {
    let t = moment.t - before;
    let [epoch, seq] = [1, 0];
    const trades = given.map(({ step, delay, p, v, c, restarts }): PlacedTrade => {
      t += step;
      [epoch, seq] = restarts ? [epoch + 1, 1] : [epoch, seq + 1];
      return { t: t - delay, epoch, seq, p, v, flags: flagsOf(c) };
    });
    return { ...moment, trades };
  });

/** Three rising numbers up to `count`: where the stream begins, where the answer ends, and when it comes. */
const cuts = (count: number, seeds: readonly [number, number, number]): readonly [number, number, number] => {
  const answered = seeds[0] % (count + 1);
  const streamed = seeds[1] % (answered + 1);
  const came = streamed + (seeds[2] % (count - streamed + 1));
  return [streamed, answered, came];
};
const anySeeds = fc.tuple(fc.nat(), fc.nat(), fc.nat());

/** Whether what comes after the answer cannot be added to it: a trade belongs to a candle that the answer has as finished. */
function isLate(
  market: Market,
  interval: Interval,
  trades: readonly PlacedTrade[],
  streamed: number,
  answered: number,
): boolean {
  // A server that has started again meanwhile: nobody knows here whether the last run ended with this trade.
  const next = trades[answered];
  if (streamed === answered && next && next.epoch > (trades[answered - 1]?.epoch ?? next.epoch)) return true;
  const { tail } = answerOf(market, interval, trades.slice(0, answered));
  if (!tail) return false;
  const starts = trades.slice(answered).map(({ t, flags }) => candleStart(market, interval, t, flags));
  return starts.some((start) => start !== undefined && start < tail.t);
}

describe('the candles of a tape', () => {
  it('are those of one fold of all trades, wherever the recorded past ends and the stream begins', () => {
    fc.assert(
      fc.property(anyMarket, anySeeds, ({ symbol, market, trades }, seeds) => {
        const [streamed, answered, came] = cuts(trades.length, seeds);
        for (const interval of EVERY) {
          const tape = new Tape(symbol, trades[0]?.t ?? 0);
          for (const trade of trades.slice(streamed, came)) tape.add([trade]);
          tape.adopt(answerOf(market, interval, trades.slice(0, answered)), true, LABELS);
          tape.add(trades.slice(came));
          const whole = candlesOf(market, interval, trades);
          const late = isLate(market, interval, trades, streamed, answered);
          expect(tape.stale, interval).toEqual(late ? [interval] : []);
          if (!late) expect(tape.series(interval)?.candles, interval).toEqual(whole);
          // Fetched again, nothing is missing and nothing counted twice.
          tape.adopt(answerOf(market, interval, trades), true, LABELS);
          expect(tape.stale).toEqual([]);
          expect(tape.series(interval)?.candles, interval).toEqual(whole);
        }
      }),
      { numRuns: 300 },
    );
  });

  it('end at the last price, whatever order the trades come in', () => {
    fc.assert(
      fc.property(anyMarket, anySeeds, ({ symbol, market, trades }, seeds) => {
        const [streamed, answered, came] = cuts(trades.length, seeds);
        const tape = new Tape(symbol, trades[0]?.t ?? 0);
        const ofDay = EVERY.filter((each) => each !== '1d');
        for (const trade of trades.slice(streamed, came)) tape.add([trade]);
        for (const interval of ofDay) tape.adopt(answerOf(market, interval, trades.slice(0, answered)), true, LABELS);
        for (let i = came; i <= trades.length; i += 1) {
          for (const interval of ofDay) {
            const series = tape.series(interval);
            if (series?.isStale) continue;
            const newest = series?.candles.at(-1);
            expect(tape.last?.p, interval).toBe(newest?.c);
            const { close } = series?.newest ?? {};
            if (close) expect(tape.last, interval).toMatchObject({ t: close.t, epoch: close.epoch, seq: close.seq });
          }
          tape.add(trades.slice(i, i + 1));
        }
      }),
      { numRuns: 300 },
    );
  });

  it('have neither hole nor repeat when older pages come before them', () => {
    const anyLimit = fc.integer({ min: 1, max: 8 });
    fc.assert(
      fc.property(anyMarket, anySeeds, anyLimit, fc.boolean(), ({ symbol, market, trades }, seeds, limit, overlap) => {
        const [, answered] = cuts(trades.length, seeds);
        const recorded = trades.slice(0, answered);
        for (const interval of EVERY) {
          const tape = new Tape(symbol, trades[0]?.t ?? 0);
          const first = answerOf(market, interval, recorded, { limit });
          tape.adopt(first, first.candles.length < limit, LABELS);
          tape.add(trades.slice(answered));
          if (tape.stale.length > 0) continue;
          const series = tape.series(interval);
          for (let pages = 0; series && !series.reachesBack && pages < 50; pages += 1) {
            const oldest = series.candles[0]?.t ?? 0;
            // A page may have what is here already.
            const to = overlap ? oldest + 1 : oldest;
            const page = answerOf(market, interval, recorded, { limit: limit + 1, to });
            tape.prepend(page, page.candles.length < limit + 1, LABELS);
          }
          expect(series?.reachesBack).toBe(true);
          expect(series?.candles, interval).toEqual(candlesOf(market, interval, trades));
        }
      }),
      { numRuns: 150 },
    );
  });
});

/** What may happen to a tape: trades come, trades are lost, candles are fetched from a server that may be behind. */
const anyEvent = fc.oneof(
  { weight: 3, arbitrary: fc.record({ type: fc.constant('come' as const), count: fc.integer({ min: 1, max: 6 }) }) },
  fc.record({ type: fc.constant('lose' as const), count: fc.nat(4) }),
  fc.record({
    type: fc.constant('fetch' as const),
    interval: fc.constantFrom(...EVERY),
    behind: fc.oneof({ weight: 2, arbitrary: fc.constant(0) }, fc.nat(5)),
  }),
);

describe('whatever happens to a tape', () => {
  it('every series is that of all trades or stale, its last price too, and fetching it again mends it', () => {
    fc.assert(
      fc.property(anyMarket, fc.array(anyEvent, { maxLength: 25 }), ({ symbol, market, trades }, events) => {
        const tape = new Tape(symbol, trades[0]?.t ?? 0);
        /** How many trades the server has sent, or lost on their way. */
        let sent = 0;
        const fetch = (interval: Interval, behind: number): void => {
          // A server that has anything has the first trade: it is never that far behind.
          const answered = Math.max(Math.min(1, sent), sent - behind);
          tape.adopt(answerOf(market, interval, trades.slice(0, answered)), true, LABELS);
        };
        for (const event of events) {
          if (event.type === 'fetch') fetch(event.interval, event.behind);
          if (event.type === 'lose') {
            tape.lose('Trades missed');
            sent = Math.min(trades.length, sent + event.count);
          }
          if (event.type !== 'come' || sent === trades.length) continue;
          tape.add(trades.slice(sent, sent + event.count));
          sent = Math.min(trades.length, sent + event.count);
          for (const interval of EVERY) {
            const series = tape.series(interval);
            if (!series || series.isStale) continue;
            expect(series.candles, interval).toEqual(candlesOf(market, interval, trades.slice(0, sent)));
            if (interval !== '1d') expect(tape.last?.p, interval).toBe(series.candles.at(-1)?.c);
          }
        }
        for (const interval of tape.stale) fetch(interval, 0);
        expect(tape.stale).toEqual([]);
        if (tape.series('1s')) expect(tape.breaks).toEqual([]);
        for (const interval of EVERY) {
          const series = tape.series(interval);
          if (series && tape.trades.length > 0) {
            expect(series.candles, interval).toEqual(candlesOf(market, interval, trades.slice(0, sent)));
          }
        }
      }),
      { numRuns: 500 },
    );
  });
});

const T = at('2026-11-24T12:00:00Z');
/** One trade a second, at prices 1, 2, 3 … */
const steady = (count: number, from = 0): PlacedTrade[] =>
  tradesOf(
    Array.from({ length: count }, (_, i) => [T + (from + i) * SECOND, from + i + 1] as const),
    from + 1,
  );

describe('a series of candles', () => {
  const timesOf = ({ candles }: { candles: readonly Candle[] }): number[] => candles.map(({ t }) => (t - T) / SECOND);

  it('finds the first candle at a time or after it', () => {
    const series = new CandleSeries('crypto', '1s');
    series.adopt(answerOf('crypto', '1s', steady(3)), true);
    expect([-1, 0, 1, 500, 2_000, 2_001].map((ms) => series.firstAt(T + ms))).toEqual([0, 0, 1, 1, 2, 3]);
  });

  it('counts what is told twice once', () => {
    const series = new CandleSeries('crypto', '1m');
    series.adopt(answerOf('crypto', '1m', steady(3)), true);
    for (const trade of steady(5)) series.add(trade);
    expect(series.candles).toEqual(candlesOf('crypto', '1m', steady(5)));
  });

  it('is stale when a trade comes for a finished candle, until it is fetched again', () => {
    const late = { ...steady(1)[0], t: T, epoch: 1, seq: 4, p: 99, v: 1, flags: 0 };
    const series = new CandleSeries('crypto', '1s');
    series.adopt(answerOf('crypto', '1s', steady(3)), true);
    series.add(late);
    expect(series.isStale).toBe(true);
    expect(series.candles).toEqual(candlesOf('crypto', '1s', steady(3)));
    series.adopt(answerOf('crypto', '1s', [...steady(3), late]), true);
    expect(series.isStale).toBe(false);
    expect(series.candles[0]).toMatchObject({ h: 99, v: 2 });
  });

  it('keeps the older candles when newer ones that join them are fetched', () => {
    const series = new CandleSeries('crypto', '1s');
    series.adopt(answerOf('crypto', '1s', steady(5)), true);
    series.adopt(answerOf('crypto', '1s', steady(8), { limit: 4 }), false);
    expect(timesOf(series)).toEqual([0, 1, 2, 3, 4, 5, 6, 7]);
    expect(series.reachesBack).toBe(true);
  });

  it('lets go of older candles that do not join: nobody knows what lies between', () => {
    const series = new CandleSeries('crypto', '1s');
    series.adopt(answerOf('crypto', '1s', steady(3)), true);
    series.adopt(answerOf('crypto', '1s', steady(9), { limit: 4 }), false);
    expect(timesOf(series)).toEqual([5, 6, 7, 8]);
    expect(series.reachesBack).toBe(false);
  });

  it('lets go of them also where trades have come since they were lost: those are after the hole', () => {
    const series = new CandleSeries('crypto', '1s');
    const before = tradesOf(Array.from({ length: 100 }, (_, i) => [T + i * SECOND, 1] as const));
    series.adopt(answerOf('crypto', '1s', before), true);
    series.lose();
    const since = tradesOf(
      Array.from({ length: 400 }, (_, i) => [T + HOUR + i * SECOND, 2] as const),
      5_000,
    );
    for (const trade of since.slice(-5)) series.add(trade);
    series.adopt(answerOf('crypto', '1s', since, { limit: 300 }), false);
    expect(series.candles.length).toBe(300);
    expect(series.candles[0]?.t).toBe(T + HOUR + 100 * SECOND);
    expect(series.reachesBack).toBe(false);
  });

  it('takes back what the server has not', () => {
    const series = new CandleSeries('crypto', '1s');
    series.adopt(answerOf('crypto', '1s', steady(5)), true);
    series.adopt(answerOf('crypto', '1s', steady(3, 2)), true);
    expect(timesOf(series)).toEqual([2, 3, 4]);
  });

  it('knows whether the server has anything older', () => {
    const series = new CandleSeries('crypto', '1s');
    series.adopt(answerOf('crypto', '1s', steady(9), { limit: 3 }), false);
    expect(series.reachesBack).toBe(false);
    series.prepend(answerOf('crypto', '1s', steady(9), { limit: 3, to: T + 6 * SECOND }).candles, false);
    expect(series.reachesBack).toBe(false);
    series.prepend(answerOf('crypto', '1s', steady(9), { limit: 9, to: T + 3 * SECOND }).candles, true);
    expect(series.reachesBack).toBe(true);
    expect(timesOf(series)).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8]);
  });

  it('is bounded: the oldest go and can be fetched again', () => {
    const series = new CandleSeries('crypto', '1s');
    series.adopt(answerOf('crypto', '1s', steady(1)), true);
    const count = 30_000;
    for (const trade of steady(count, 1)) series.add(trade);
    expect(series.candles.length).toBeLessThanOrEqual(24_000);
    expect(series.candles.length).toBeGreaterThanOrEqual(18_000);
    expect(series.reachesBack).toBe(false);
    expect(series.candles.at(-1)).toMatchObject({ t: T + count * SECOND, c: count + 1 });
    const times = timesOf(series);
    expect(times).toEqual(times.map((_, i) => (times[0] ?? 0) + i));
  });

  it('goes on adding to candles that have just ended, and says when one is too old for that', () => {
    const series = new CandleSeries('crypto', '1s');
    series.adopt(answerOf('crypto', '1s', []), true);
    for (const trade of steady(100)) series.add(trade);
    series.add({ ...tradesOf([[T + 500, 50]], 101)[0], ...{ t: T + 500, p: 50, v: 1, flags: 0, epoch: 1, seq: 101 } });
    expect(series.isStale).toBe(false);
    expect(series.candles[0]).toMatchObject({ c: 50, n: 2 });
    for (const trade of steady(400, 101)) series.add(trade);
    series.add({ t: T + 600, p: 60, v: 1, flags: 0, epoch: 1, seq: 600 });
    expect(series.isStale).toBe(true);
    expect(series.candles[0]).toMatchObject({ c: 50, n: 2 });
  });
});

describe('two series of one tape', () => {
  it('are both whole though one was answered before the other and the stream goes on after the later', () => {
    const tape = new Tape(CRYPTO, T);
    tape.adopt(answerOf('crypto', '1d', steady(8)), true, LABELS);
    tape.adopt(answerOf('crypto', '1s', steady(10)), true, LABELS);
    tape.add(steady(3, 10));
    // What came between the two answers is in neither the day nor the stream.
    expect(tape.stale).toEqual(['1d']);
    tape.adopt(answerOf('crypto', '1d', steady(11)), true, LABELS);
    expect(tape.stale).toEqual([]);
    expect(tape.series('1d')?.candles).toEqual(candlesOf('crypto', '1d', steady(13)));
  });

  it('are still stale when what was fetched again ends before the stream begins', () => {
    const tape = new Tape(CRYPTO, T);
    tape.adopt(answerOf('crypto', '1s', steady(3)), true, LABELS);
    tape.lose('Trades missed');
    tape.add(steady(2, 10));
    tape.adopt(answerOf('crypto', '1s', steady(8)), true, LABELS);
    expect(tape.stale).toEqual(['1s']);
    tape.adopt(answerOf('crypto', '1s', steady(10)), true, LABELS);
    expect(tape.stale).toEqual([]);
    expect(tape.series('1s')?.candles).toEqual(candlesOf('crypto', '1s', steady(12)));
  });
});
