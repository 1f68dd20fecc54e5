import { describe, expect, it } from 'vitest';
import { readAt, stepFrom } from '../../pwa/chart/crosshair.ts';
import { Tape } from '../../pwa/chart/tape.ts';
import type { ChartKind, Moment, Scene } from '../../pwa/chart/view.ts';
import { candleEnd, candleStart, type PlacedTrade } from '../../src/protocol/candles.ts';
import { NOT_HIGH_LOW, NOT_LAST } from '../../src/protocol/conditions.ts';
import { marketOf } from '../../src/protocol/symbols.ts';
import {
  answerOf,
  CRYPTO,
  HOUR,
  LABELS,
  MINUTE,
  momentAt,
  SECOND,
  STOCK,
  tapeOf,
  tradesOf,
  viewOf,
} from '../support/charts.ts';

const at = (iso: string): number => Date.parse(iso);
const T = at('2026-11-24T12:00:00Z');
const ODD_LOT = NOT_LAST | NOT_HIGH_LOW;

function sceneOf(tape: Tape, kind: ChartKind, edge = T, over: Partial<Moment> = {}): Scene {
  const scene = viewOf(tape).scene(momentAt(edge, { kind, ...over }));
  if (!scene) throw new Error('no scene');
  return scene;
}

function recorded(symbol: string, trades: readonly PlacedTrade[], now = T): Tape {
  const tape = new Tape(symbol, now);
  for (const interval of ['1s', '5s', '1m', '5m', '15m', '1h', '1d'] as const) {
    tape.adopt(answerOf(marketOf(symbol), interval, trades), true, LABELS);
  }
  return tape;
}

const trades = tradesOf([
  [T - 50 * SECOND, 10],
  [T - 40 * SECOND, 11],
  [T - 30 * SECOND, 99, ODD_LOT],
  [T - 20 * SECOND, 12],
  [T - 20 * SECOND, 13],
]);

describe('the crosshair on a line', () => {
  const tape = tapeOf(STOCK, trades, T);
  const line = sceneOf(tape, 'line');

  it('reads the trade that is nearest and forms the price, at its own place', () => {
    const place = (ms: number): number => tape.time.x(T - ms);
    expect(readAt(tape, line, place(42 * SECOND))).toEqual({
      kind: 'trade',
      x: place(40 * SECOND),
      p: 11,
      trade: trades[1],
    });
    expect(readAt(tape, line, place(31 * SECOND))).toMatchObject({ kind: 'trade', p: 11 });
    expect(readAt(tape, line, place(29 * SECOND))).toMatchObject({ kind: 'trade', p: 12 });
    expect(readAt(tape, line, place(90 * SECOND))).toMatchObject({ kind: 'trade', p: 10 });
    expect(readAt(tape, line, place(0))).toMatchObject({ kind: 'trade', p: 13 });
  });

  it('reads those that do not form it too where all trades are shown', () => {
    const all = sceneOf(tape, 'trades');
    expect(readAt(tape, all, tape.time.x(T - 31 * SECOND))).toEqual({
      kind: 'trade',
      x: tape.time.x(T - 30 * SECOND),
      p: 99,
      trade: trades[2],
    });
  });

  it('reads the close of a candle before the trades are known', () => {
    const past = tradesOf(Array.from({ length: 40 }, (_, i) => [T - (60 - i) * SECOND + 300, 100 + i] as const));
    const joined = recorded(CRYPTO, past);
    joined.add(tradesOf([[T - 5 * SECOND, 500]], 41));
    const scene = sceneOf(joined, 'line');
    const from = T - 50 * SECOND;
    expect(readAt(joined, scene, from + 700)).toEqual({
      kind: 'close',
      x: from + 999,
      p: 110,
      interval: '1s',
      until: from + SECOND,
      candle: { t: from, o: 110, h: 110, l: 110, c: 110, v: 1, n: 1 },
    });
    expect(readAt(joined, scene, T - 4 * SECOND)).toMatchObject({ kind: 'trade', p: 500 });
  });

  it('reads on the line that is drawn: a close where it lies, the newest at the last price', () => {
    const past = tradesOf(
      Array.from({ length: 1_200 }, (_, i) => [T - (1_200 - i) * 10 * SECOND, 100 + (i % 9)] as const),
    );
    const tape = recorded(CRYPTO, past);
    const view = viewOf(tape);
    const scene = view.scene(momentAt(T, { view: { spanMs: 3 * HOUR }, width: 200, reducedMotion: true }));
    if (!scene) throw new Error('no scene');
    expect(scene.lineInterval).not.toBe('1s');
    for (let ms = 0; ms < 3 * HOUR; ms += 7 * MINUTE) {
      const reading = readAt(tape, scene, T - ms);
      expect(reading?.kind).toBe('close');
      if (reading?.kind === 'close') expect(view.points).toContainEqual({ x: reading.x, y: reading.p });
    }
  });

  it('reads nothing where nothing is known', () => {
    const empty = new Tape(CRYPTO, T);
    for (const kind of ['line', 'candles', 'trades'] as const) {
      expect(readAt(empty, sceneOf(empty, kind), T)).toBeUndefined();
    }
  });
});

describe('the crosshair among candles', () => {
  const tape = recorded(
    CRYPTO,
    tradesOf([
      [T - 50 * SECOND, 10],
      [T - 40 * SECOND + 200, 11],
      [T - 2 * SECOND, 12],
    ]),
  );
  const scene = sceneOf(tape, 'candles');

  it('reads the candle whose middle is nearest', () => {
    expect(scene.interval).toBe('1s');
    const start = T - 40 * SECOND;
    const reading = {
      kind: 'candle',
      x: start + 500,
      p: 11,
      interval: '1s',
      until: start + SECOND,
      candle: { t: start, o: 11, h: 11, l: 11, c: 11, v: 1, n: 1 },
    };
    for (const t of [start - 4 * SECOND, start, start + 999, start + 19 * SECOND])
      expect(readAt(tape, scene, t)).toEqual(reading);
    expect(readAt(tape, scene, start - 6 * SECOND)).toMatchObject({ p: 10 });
    expect(readAt(tape, scene, start + 21 * SECOND)).not.toMatchObject({ p: 11 });
    expect(readAt(tape, scene, T - HOUR)).toMatchObject({ p: 10 });
  });

  it('steps from candle to candle, and stays at the first and the last', () => {
    const [first, second, third] = [T - 50 * SECOND + 500, T - 40 * SECOND + 500, T - 2 * SECOND + 500];
    expect(stepFrom(tape, scene, second, 1, 1)).toBe(third);
    expect(stepFrom(tape, scene, second, -1, 1)).toBe(first);
    expect(stepFrom(tape, scene, second - 499, 1, 1)).toBe(third);
    expect(stepFrom(tape, scene, third, 1, 1)).toBe(third);
    expect(stepFrom(tape, scene, first, -1, 1)).toBe(first);
  });

  it('reaches every candle of a stock from the newest back, over nights and reports after the close', () => {
    const close = at('2026-11-23T20:00:00-05:00');
    const open = at('2026-11-24T04:00:00-05:00');
    const stock = recorded(
      STOCK,
      tradesOf([
        [close - 3 * MINUTE, 1],
        [close - 30 * SECOND, 2],
        // Told after the bell, when the axis has no room any more.
        [close + 20 * SECOND, 3],
        [close + 70 * SECOND, 4],
        [open + 10 * SECOND, 5],
        [open + 100 * SECOND, 6],
      ]),
      open + HOUR,
    );
    const edge = open + 20 * MINUTE;
    const minutes = sceneOf(stock, 'candles', edge, { view: { spanMs: HOUR, right: stock.time.x(edge) } });
    expect(minutes.interval).toBe('1m');
    const read = (x: number): number => {
      const reading = readAt(stock, minutes, x);
      return reading?.kind === 'candle' ? reading.p : Number.NaN;
    };
    const seen: number[] = [];
    let x = stock.time.x(edge);
    for (let i = 0; i < 8; i += 1) {
      seen.push(read(x));
      x = stepFrom(stock, minutes, x, -1, 1);
    }
    expect(seen).toEqual([6, 5, 2, 1, 1, 1, 1, 1]);
    const forth: number[] = [];
    for (let i = 0; i < 5; i += 1) {
      forth.push(read(x));
      x = stepFrom(stock, minutes, x, 1, 1);
    }
    expect(forth).toEqual([1, 2, 5, 6, 6]);
  });

  it('points at the middle of a trading day', () => {
    const noon = at('2026-11-23T12:00:00-05:00');
    const days = recorded(
      STOCK,
      tradesOf([
        [noon, 7],
        [noon + 24 * HOUR, 8],
      ]),
      noon + 24 * HOUR,
    );
    const edge = noon + 25 * HOUR;
    const daily = sceneOf(days, 'candles', edge, { view: { spanMs: 300 * 24 * HOUR, right: days.time.x(edge) } });
    expect(daily.interval).toBe('1d');
    const start = candleStart('us', '1d', noon, 0) ?? 0;
    const { time } = days;
    const middle = (time.x(start) + time.x(candleEnd('us', '1d', start))) / 2;
    expect(readAt(days, daily, time.x(noon))).toMatchObject({
      kind: 'candle',
      x: middle,
      p: 7,
      until: at('2026-11-23T16:00:00-05:00'),
    });
  });
});

describe('the crosshair in a gap', () => {
  it('reads the gap in every kind of chart, but not at its ends, where trades are', () => {
    const tape = tapeOf(
      CRYPTO,
      tradesOf([
        [T - 50 * SECOND, 10],
        [T - 10 * SECOND, 11],
      ]),
    );
    tape.gap(T - 40 * SECOND, T - 10 * SECOND, 'Finnhub was down');
    for (const kind of ['line', 'candles', 'trades'] as const) {
      expect(readAt(tape, sceneOf(tape, kind), T - 25 * SECOND)).toEqual({
        kind: 'gap',
        x: T - 25 * SECOND,
        gap: { from: T - 40 * SECOND, to: T - 10 * SECOND, label: 'Finnhub was down' },
      });
    }
    expect(readAt(tape, sceneOf(tape, 'line'), T - 10 * SECOND)).toMatchObject({ kind: 'trade', p: 11 });
  });
});

describe('a step along a line', () => {
  it('is as long as it is told, and ends at the last price', () => {
    const tape = tapeOf(
      CRYPTO,
      tradesOf([
        [T - 50 * SECOND, 10],
        [T, 11],
      ]),
    );
    for (const kind of ['line', 'trades'] as const) {
      const scene = sceneOf(tape, kind);
      expect(stepFrom(tape, scene, T - 20 * SECOND, 1, 300)).toBe(T - 20 * SECOND + 300);
      expect(stepFrom(tape, scene, T - 20 * SECOND, -1, 300)).toBe(T - 20 * SECOND - 300);
      expect(stepFrom(tape, scene, T - 100, 1, 300)).toBe(T);
    }
  });
});
