import { describe, expect, it } from 'vitest';
import { Breaks } from '../../pwa/chart/breaks.ts';
import { ChartClock } from '../../pwa/chart/clock.ts';
import { Tape } from '../../pwa/chart/tape.ts';
import { PLAIN_TIME } from '../../pwa/chart/time-map.ts';
import { TradeStore } from '../../pwa/chart/trade-store.ts';
import { EXTENDED_HOURS, NOT_HIGH_LOW, NOT_LAST } from '../../src/protocol/conditions.ts';
import { answerOf, CRYPTO, HOUR, LABELS, MINUTE, SECOND, STOCK, tapeOf, tradesOf } from '../support/charts.ts';

const at = (iso: string): number => Date.parse(iso);
/** A Tuesday in New York, in winter. */
const NOON = at('2026-11-24T12:00:00-05:00');
const timesOf = ({ trades }: Tape): number[] => Array.from({ length: trades.length }, (_, i) => trades.timeAt(i));

describe('the last price', () => {
  it('is that of the latest trade that forms it, whatever order they came in', () => {
    const tape = tapeOf(
      STOCK,
      tradesOf([
        [NOON, 100],
        [NOON + 50, 101],
        [NOON + 60, 99, NOT_LAST | NOT_HIGH_LOW],
        [NOON + 20, 98],
        [NOON + 70, 97, EXTENDED_HOURS],
      ]),
    );
    expect(tape.last).toMatchObject({ t: NOON + 50, p: 101 });
  });

  it('is that of the highest number where several were paid in one millisecond', () => {
    const [first, second] = tradesOf([
      [NOON, 100],
      [NOON, 101],
    ]);
    if (!first || !second) throw new Error('no trades');
    expect(tapeOf(CRYPTO, [second, first]).last).toMatchObject({ p: 101 });
    expect(tapeOf(CRYPTO, [second, { ...first, epoch: 2 }]).last).toMatchObject({ p: 100 });
  });

  it('is what the server says until a trade comes', () => {
    const tape = new Tape(CRYPTO, NOON);
    tape.setLast({ t: NOON, p: 100 });
    expect(tape.last).toMatchObject({ t: NOON, p: 100 });
    tape.add(tradesOf([[NOON, 101]]));
    expect(tape.last).toMatchObject({ t: NOON, p: 101 });
    tape.setLast({ t: NOON + 1, p: 102 });
    expect(tape.last).toMatchObject({ t: NOON, p: 101 });
  });

  it('is the close of the newest candle where the one in the making has only volume so far', () => {
    const recorded = tradesOf([
      [NOON - 4_500, 99],
      [NOON - 3_400, 100],
      [NOON, 97, NOT_LAST | NOT_HIGH_LOW],
    ]);
    const tape = new Tape(STOCK, NOON);
    tape.adopt(answerOf('us', '1s', recorded), true, LABELS);
    expect(tape.last).toMatchObject({ t: NOON - 3_001, p: 100 });
    // Other candles know when it was paid, and the server what it was at last.
    tape.adopt(answerOf('us', '1m', recorded.slice(0, 2)), true, LABELS);
    expect(tape.last).toMatchObject({ t: NOON - 3_400, p: 100 });
    const served = new Tape(STOCK, NOON);
    served.adopt(answerOf('us', '1s', recorded), true, LABELS);
    served.setLast({ t: NOON - 3_400, p: 100 });
    expect(served.last).toMatchObject({ t: NOON - 3_400, p: 100 });
  });

  it('is the close of the recorded past', () => {
    const tape = new Tape(CRYPTO, NOON);
    tape.adopt(answerOf('crypto', '1s', tradesOf([[NOON - 300, 100]])), true, LABELS);
    expect(tape.last).toMatchObject({ t: NOON - 300, p: 100 });
  });
});

describe('what is kept', () => {
  it('is not complete from a trade on that only came late', () => {
    const odd = NOT_LAST | NOT_HIGH_LOW;
    const tape = tapeOf(
      STOCK,
      tradesOf(
        [
          [NOON, 100, odd],
          [NOON - 5_000, 99, odd],
          [NOON - 3_000, 98],
        ],
        50,
      ),
    );
    expect(tape.completeFrom).toBe(NOON);
  });

  it('is complete from the first trade that came live, or from the last recorded one', () => {
    const live = tapeOf(CRYPTO, tradesOf([[NOON, 100]]));
    expect(live.completeFrom).toBe(NOON);
    const recorded = tradesOf([
      [NOON - 500, 99],
      [NOON - 100, 100],
      [NOON - 400, 98],
    ]);
    const tape = new Tape(CRYPTO, NOON);
    expect(tape.completeFrom).toBe(Number.POSITIVE_INFINITY);
    tape.adopt(answerOf('crypto', '1s', recorded), true, LABELS);
    tape.add(
      tradesOf(
        [
          [NOON - 300, 97],
          [NOON, 101],
        ],
        4,
      ),
    );
    expect(tape.completeFrom).toBe(NOON - 100);
  });

  it('reaches back as older trades are put before it, each once', () => {
    const past = tradesOf([
      [NOON - 5_000, 95],
      [NOON - 3_000, 96],
      [NOON - 1_000, 97],
    ]);
    const live = tradesOf(
      [
        [NOON - 2_000, 98],
        [NOON, 99],
      ],
      4,
    );
    const tape = tapeOf(CRYPTO, live);
    tape.prependTrades(past, NOON - 5_000);
    expect(timesOf(tape)).toEqual([NOON - 5_000, NOON - 3_000, NOON - 2_000, NOON - 1_000, NOON]);
    expect(tape.completeFrom).toBe(NOON - 5_000);
    tape.prependTrades(past, NOON - 5_000);
    expect(tape.trades.length).toBe(5);
    expect(tape.last).toMatchObject({ p: 99 });
  });

  it('knows the oldest moment of which anything is known', () => {
    const tape = new Tape(CRYPTO, NOON);
    expect(tape.oldest).toBeUndefined();
    tape.add(tradesOf([[NOON, 1]], 5));
    expect(tape.oldest).toBe(NOON);
    tape.adopt(answerOf('crypto', '1m', tradesOf([[NOON - HOUR + SECOND, 1]])), true, LABELS);
    expect(tape.oldest).toBe(NOON - HOUR);
  });
});

describe('what was not seen', () => {
  it('is in order, each once, and as long as it was at last', () => {
    const breaks = new Breaks();
    for (const [from, to] of [
      [50, 60],
      [10, 20],
      [50, 70],
      [50, 55],
      [30, 40],
    ] as const)
      breaks.add({ from, to, label: `${from}` });
    expect(breaks.list).toEqual([
      { from: 10, to: 20, label: '10' },
      { from: 30, to: 40, label: '30' },
      { from: 50, to: 70, label: '50' },
    ]);
  });

  it('is bounded: the oldest are forgotten', () => {
    const breaks = new Breaks();
    for (let i = 0; i < 20_000; i += 1) breaks.add({ from: 10 * i, to: 10 * i + 5, label: '' });
    expect(breaks.list.length).toBe(5_000);
    expect(breaks.list.at(-1)).toMatchObject({ from: 199_990 });
  });

  it('is told by the stream and by the history, in words', () => {
    const tape = tapeOf(CRYPTO, tradesOf([[NOON, 1]]));
    const gaps = [{ from: NOON - 500, to: NOON - 400, cause: 'restart' as const }];
    tape.adopt(answerOf('crypto', '1s', tradesOf([[NOON, 1]]), { gaps }), true, LABELS);
    tape.gap(NOON + 5, NOON + 10, 'Overrun');
    tape.gap(NOON + 20, NOON + 20, 'nothing');
    expect(tape.breaks).toEqual([
      { from: NOON - 500, to: NOON - 400, label: 'Restarted' },
      { from: NOON + 5, to: NOON + 10, label: 'Overrun' },
    ]);
  });
});

describe('trades that were lost', () => {
  const before = tradesOf([
    [NOON, 100],
    [NOON + 2 * SECOND, 101],
  ]);
  const missed = tradesOf([[NOON + 4 * SECOND, 103]], 3);
  const after = tradesOf([[NOON + 9 * SECOND, 105]], 4);

  /** One that has its candles, and then loses trades. */
  function losing(): Tape {
    const tape = new Tape(CRYPTO, NOON);
    tape.adopt(answerOf('crypto', '1s', before.slice(0, 1)), true, LABELS);
    tape.add(before.slice(1));
    tape.lose('Trades missed');
    return tape;
  }

  it('clear the single trades, and everything has to be fetched again', () => {
    const tape = losing();
    expect(tape.trades.length).toBe(0);
    expect(tape.completeFrom).toBe(Number.POSITIVE_INFINITY);
    expect(tape.stale).toEqual(['1s']);
    expect(tape.last).toMatchObject({ t: NOON + 2 * SECOND, p: 101 });
  });

  it('are a break until the candles are there again', () => {
    const tape = losing();
    tape.add(after);
    expect(tape.breaks).toEqual([{ from: NOON + 2 * SECOND, to: NOON + 9 * SECOND, label: 'Trades missed' }]);
    expect(tape.completeFrom).toBe(NOON + 9 * SECOND);
    tape.adopt(answerOf('crypto', '1s', [...before, ...missed]), true, LABELS);
    expect(tape.breaks).toEqual([]);
    expect(tape.stale).toEqual([]);
    const whole = answerOf('crypto', '1s', [...before, ...missed, ...after]).candles;
    expect(tape.series('1s')?.candles).toEqual(whole);
  });

  it('are a break for as long as one of the series lacks them, however often trades were lost', () => {
    const tape = losing();
    tape.adopt(answerOf('crypto', '1m', before), true, LABELS);
    tape.add(after);
    tape.lose('Trades missed');
    tape.add(tradesOf([[NOON + 20 * SECOND, 106]], 9));
    const whole = [...before, ...missed, ...after, ...tradesOf([[NOON + 15 * SECOND, 104]], 5)];
    const lost = [
      { from: NOON + 2 * SECOND, to: NOON + 9 * SECOND, label: 'Trades missed' },
      { from: NOON + 9 * SECOND, to: NOON + 20 * SECOND, label: 'Trades missed' },
    ];
    expect(tape.breaks).toEqual(lost);
    const recorded = [...whole, ...tradesOf([[NOON + 16 * SECOND, 104]], 8)];
    tape.adopt(answerOf('crypto', '1m', recorded), true, LABELS);
    expect(tape.breaks).toEqual(lost);
    tape.adopt(answerOf('crypto', '1s', recorded), true, LABELS);
    expect(tape.breaks).toEqual([]);
  });

  it('are no break any more when the candles came before the next trade', () => {
    const tape = losing();
    tape.adopt(answerOf('crypto', '1s', [...before, ...missed]), true, LABELS);
    tape.add(after);
    expect(tape.breaks).toEqual([]);
  });

  it('are a break in its place among those that are known', () => {
    const tape = losing();
    tape.add(after);
    tape.gap(NOON - 50, NOON - 20, 'first');
    tape.gap(NOON + 30 * SECOND, NOON + 40 * SECOND, 'last');
    expect(tape.breaks.map(({ label }) => label)).toEqual(['first', 'Trades missed', 'last']);
  });

  it('are none where nothing had come yet', () => {
    const tape = new Tape(CRYPTO, NOON);
    tape.lose('Trades missed');
    tape.add(after);
    expect(tape.breaks).toEqual([]);
  });
});

describe('the time axis of a tape', () => {
  it('has no nights for a stock and for a pair of currencies, and is plain for what never closes', () => {
    expect(new Tape(CRYPTO, NOON).time).toBe(PLAIN_TIME);
    const { time } = new Tape(STOCK, NOON);
    const night = [at('2026-11-23T20:00:00-05:00'), at('2026-11-24T04:00:00-05:00')] as const;
    expect(time.x(night[0])).toBe(time.x(night[1]));
  });

  it('gets its nights back when trades come at night, but not for a late report or a mistake', () => {
    const close = at('2026-11-24T20:00:00-05:00');
    const tape = tapeOf(STOCK, tradesOf([[close + 10 * MINUTE, 100]]), NOON);
    expect(tape.time).not.toBe(PLAIN_TIME);
    tape.add(tradesOf([[close + 4 * HOUR, 100]], 2));
    expect(tape.time).not.toBe(PLAIN_TIME);
    const night = Array.from({ length: 5 }, (_, i) => [close + 4 * HOUR + i * MINUTE, 100] as const);
    tape.add(tradesOf(night, 3));
    expect(tape.time).toBe(PLAIN_TIME);
    const recorded = new Tape(STOCK, NOON);
    const earlier = night.map(([t, p]) => [t - 4 * 24 * HOUR, p] as const);
    recorded.adopt(answerOf('us', '1m', tradesOf(earlier)), true, LABELS);
    expect(recorded.time).toBe(PLAIN_TIME);
    expect(new Tape(STOCK, NOON, { closes: false }).time).toBe(PLAIN_TIME);
  });
});

describe("the chart's clock", () => {
  it('shows the present as long as trades come about on time', () => {
    const clock = new ChartClock();
    clock.arrived(9000, 10_000);
    expect(clock.edge(10_000)).toBe(10_000);
  });

  it('goes by the trades of a feed that is late for good, and back when it is not', () => {
    const clock = new ChartClock();
    clock.arrived(0, 100_000);
    expect(clock.edge(100_000)).toBe(100_000);
    clock.arrived(4000, 104_000);
    expect(clock.edge(104_000)).toBe(4000);
    clock.arrived(105_000, 105_000);
    expect(clock.edge(105_000)).toBe(105_000);
  });
});

describe('a tape with little room', () => {
  const many = (count: number, from: number, seq: number) =>
    tradesOf(
      Array.from({ length: count }, (_, i) => [from + i, 1 + i] as const),
      seq,
    );

  it('is complete only from the oldest trade that is left', () => {
    const tape = new Tape(CRYPTO, NOON, { trades: new TradeStore(1_024) });
    tape.add(many(1_025, NOON, 1));
    expect(tape.trades.length).toBeLessThan(1_025);
    expect(tape.completeFrom).toBe(tape.trades.timeAt(0));
    expect(tape.completeFrom).toBeGreaterThan(NOON);
  });

  it('keeps the newest of the older trades that are put before its own, and has no hole in them', () => {
    const past = many(2_000, NOON - 2_000, 1);
    const live = many(600, NOON, 2_001);
    const tape = new Tape(CRYPTO, NOON, { trades: new TradeStore(1_024) });
    tape.add(live);
    tape.prependTrades(past, NOON - 2_000);
    const kept = tape.trades.length;
    expect(kept).toBeLessThanOrEqual(1_024);
    expect(kept).toBeGreaterThan(600);
    expect(timesOf(tape)).toEqual([...past, ...live].slice(-kept).map(({ t }) => t));
    expect(tape.completeFrom).toBe(tape.trades.timeAt(0));
  });

  it('loses none of its own to older ones', () => {
    const tape = new Tape(CRYPTO, NOON, { trades: new TradeStore(1_024) });
    tape.add(many(1_024, NOON, 501));
    tape.prependTrades(many(500, NOON - 500, 1), NOON - 500);
    expect(timesOf(tape)).toEqual(many(1_024, NOON, 501).map(({ t }) => t));
    expect(tape.completeFrom).toBe(NOON);
  });
});

describe('older trades that are fetched', () => {
  it('make a tape complete from where they were asked for, though there were none that early', () => {
    const tape = tapeOf(CRYPTO, tradesOf([[NOON, 1]], 9));
    tape.prependTrades(tradesOf([[NOON - 3_000, 1]]), NOON - 60_000);
    expect(tape.completeFrom).toBe(NOON - 60_000);
    tape.prependTrades([], NOON - 90_000);
    expect(tape.completeFrom).toBe(NOON - 90_000);
  });

  it('are each there once, whichever of them came late', () => {
    const past = tradesOf([
      [NOON - 900, 1],
      [NOON - 100, 2],
      [NOON - 800, 3],
    ]);
    const late = tradesOf(
      [
        [NOON, 4],
        [NOON - 500, 5],
        [NOON - 700, 6],
      ],
      4,
    );
    const tape = tapeOf(CRYPTO, late);
    tape.prependTrades([...past, ...late.slice(1)], NOON - 1_000);
    expect(timesOf(tape).map((t) => NOON - t)).toEqual([900, 800, 700, 500, 100, 0]);
  });

  it('are put before tens of thousands of others at once', () => {
    const count = 30_000;
    const spread = (from: number, seq: number) =>
      tradesOf(
        Array.from({ length: count }, (_, i) => [from + i, i] as const),
        seq,
      );
    const tape = tapeOf(CRYPTO, spread(NOON, count + 1));
    tape.prependTrades(spread(NOON - count, 1), NOON - count);
    expect(tape.trades.length).toBe(2 * count);
    const times = timesOf(tape);
    expect(times.every((t, i) => t === NOON - count + i)).toBe(true);
  });
});
