import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { addTrade, type Candle, candleOf, candleStart, newCandle } from '../../src/protocol/candles.ts';
import { flagsOf } from '../../src/protocol/conditions.ts';
import type { QueryResult } from '../../src/protocol/queries.ts';
import { openForWriting } from '../../src/tape/open.ts';
import type { TapeEvent } from '../../src/workers/recorder/rows.ts';
import { Writer } from '../../src/workers/recorder/writer.ts';
import { queryCandles } from '../../src/workers/tasks/query-candles.ts';
import { queryTrades } from '../../src/workers/tasks/query-trades.ts';

const BTC = 'BINANCE:BTCUSDT';
/** Wednesday, 15 October 2025, an hour after the bell in New York. */
const T = Date.UTC(2025, 9, 15, 14, 30);
const MINUTE = 60_000;
let dir: string;
let file: string;
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'tickcast-edges-'));
  file = join(dir, 'tape.sqlite');
});
afterEach(() => rmSync(dir, { recursive: true, force: true }));

interface Made {
  readonly epoch: number;
  readonly t: number;
  readonly c?: readonly string[];
}

/** Has the recorder's own writer write what `made` says, numbered in each epoch; then `deletes` is done to the file. */
function write(symbol: string, made: readonly Made[], others: readonly TapeEvent[] = [], deletes = ''): void {
  const db = openForWriting(file);
  const seqs = new Map<number, number>();
  const events = made.map(({ epoch, t, c }, i): TapeEvent => {
    const seq = (seqs.get(epoch) ?? 0) + 1;
    seqs.set(epoch, seq);
    const text = c === undefined ? '' : JSON.stringify(c);
    return { kind: 'trade', symbol, epoch, seq, t, p: 100 + (i % 7), v: 1, c: text, flags: flagsOf(c) };
  });
  new Writer(db).write([...events, ...others]);
  if (deletes !== '') db.exec(deletes);
  db.close();
}

const bodyOf = (result: QueryResult) => JSON.parse(new TextDecoder().decode(result?.bytes));
const seconds = (interval: '1s' | '5s'): Candle[] =>
  bodyOf(queryCandles({ file, symbol: BTC, interval, from: undefined, to: undefined, limit: 20_000, now: T })).candles;
const gapsAt = (now: number, symbol = BTC) =>
  bodyOf(queryCandles({ file, symbol, interval: '1m', from: undefined, to: undefined, limit: 9, now })).gaps;

/** The candles of seconds of everything that was made. */
function folded(interval: '1s' | '5s', made: readonly Made[]): Candle[] {
  const states = new Map<number, ReturnType<typeof newCandle>>();
  for (const [i, { epoch, t }] of made.entries()) {
    const start = candleStart('crypto', interval, t, 0) ?? Number.NaN;
    const state = states.get(start) ?? newCandle(start);
    states.set(start, state);
    addTrade(state, { t, epoch, seq: i + 1, p: 100 + (i % 7), v: 1, flags: 0 });
  }
  return [...states.values()].sort((a, b) => a.t - b.t).flatMap((state) => candleOf(state) ?? []);
}

describe('candles of seconds where retention has deleted trades', () => {
  it.each(['1s', '5s'] as const)('(%s) are whole or not there, also where trades came late', (interval) => {
    const made = Array.from({ length: 600 }, (_, i) => ({
      epoch: T,
      t: T + i * 300 - (i % 10 === 9 ? 4_000 : 0),
    }));
    const all = folded(interval, made);
    for (const deleted of [0, 1, 199, 210, 219, 228, 400, 599]) {
      file = join(dir, `${deleted}.sqlite`);
      write(BTC, made, [], `DELETE FROM trades WHERE seq <= ${deleted}`);
      const found = seconds(interval);
      for (const candle of found) expect(all, `after ${deleted}`).toContainEqual(candle);
      const lastDeleted = Math.max(...made.slice(0, deleted).map(({ t }) => t));
      const whole = all.filter(({ t }) => deleted === 0 || t >= (Math.floor(lastDeleted / MINUTE) + 1) * MINUTE);
      expect(found).toEqual(expect.arrayContaining(whole));
    }
  });

  it.each(['1s', '5s'] as const)('(%s) are whole or not there where an epoch ended within one', (interval) => {
    const next = T + 31_100;
    const made = [
      ...Array.from({ length: 100 }, (_, i) => ({ epoch: T, t: T + 100 + i * 310 })),
      ...Array.from({ length: 300 }, (_, i) => ({ epoch: next, t: next + 50 + i * 310 })),
    ];
    const all = folded(interval, made);
    write(BTC, made, [], 'DELETE FROM trades WHERE epoch = 1');
    const found = seconds(interval);
    for (const candle of found) expect(all).toContainEqual(candle);
    expect(found.at(-1)).toEqual(all.at(-1));
    expect(found.length).toBeGreaterThan(10);
  });
});

describe('trades of a stretch of time', () => {
  it('are found where they are in no candle, also between minutes whose trades came late', () => {
    const at = (minute: number, second: number): number => T + minute * MINUTE + second * 1_000;
    const made: Made[] = [
      { epoch: T, t: at(1, 10) },
      { epoch: T, t: at(2, 5), c: ['1', '24'] }, // extended hours, told within the regular ones
      { epoch: T, t: at(1, 20) }, // came late
      { epoch: T, t: at(3, 1) },
    ];
    write('AAPL', made);
    const query = { file, symbol: 'AAPL', after: undefined, limit: 10, format: 'json', now: T } as const;
    const { trades } = bodyOf(queryTrades({ ...query, from: at(2, 0), to: at(3, 0) }));
    expect(trades).toMatchObject([{ seq: 2, t: at(2, 5) }]);
  });
});

describe('a later page of a download', () => {
  const made = [1, 2, 3, 4, 5].map((i) => ({ epoch: T, t: T + i }));
  const page = (seq: number, asked = BTC): QueryResult =>
    queryTrades({
      ...{ file, symbol: asked, from: undefined, to: undefined, limit: 10, format: 'csv', now: T },
      ...{ after: { epoch: T, seq }, isContinued: true },
    });

  it('goes on where the one before ended', () => {
    write(BTC, made, [], 'DELETE FROM trades WHERE seq < 2');
    expect(page(2)?.count).toBe(3);
    expect(page(5)?.count).toBe(0);
  });

  it('is none where retention has overtaken it: the download must not look whole', () => {
    write(BTC, made, [], 'DELETE FROM trades WHERE seq <= 3');
    expect(() => page(2)).toThrow('deleted');
    expect(() => page(3)).toThrow('deleted');
    expect(() => page(3, 'AAPL'), 'another file has the name now').toThrow('deleted');
  });
});

describe('a symbol that nobody has wanted since the last start', () => {
  it('is missing since the end of the epoch in which it was last seen', () => {
    const next = T + 10 * MINUTE;
    const others: TapeEvent[] = [
      { kind: 'symbol', symbol: BTC, epoch: T, now: T, missing: undefined },
      { kind: 'heard', epoch: T, at: T + 5_000 },
      { kind: 'heard', epoch: next, at: next + 1 },
    ];
    write(BTC, [{ epoch: T, t: T + 1_000 }], others);
    expect(gapsAt(T + 20 * MINUTE)).toEqual([{ from: T + 5_000, to: T + 20 * MINUTE, cause: 'restart' }]);
  });

  it('is not missing while it is being seen, or for another reason', () => {
    const seen: TapeEvent = { kind: 'symbol', symbol: BTC, epoch: T, now: T, missing: undefined };
    write(BTC, [{ epoch: T, t: T + 1_000 }], [seen, { kind: 'heard', epoch: T, at: T + 5_000 }]);
    expect(gapsAt(T + MINUTE)).toEqual([]);
    const missing = { from: T + 3_000, cause: 'unwatched' } as const;
    write('AAPL', [], [{ kind: 'symbol', symbol: 'AAPL', epoch: T, now: T, missing }]);
    write('MSFT', [], [{ kind: 'heard', epoch: T + MINUTE, at: T + MINUTE }]);
    expect(gapsAt(T + 2 * MINUTE, 'AAPL')).toEqual([{ ...missing, to: T + 2 * MINUTE }]);
  });
});

describe('what the recorder goes on from', () => {
  it('is which symbols were being seen in the epoch that goes on', () => {
    const others: TapeEvent[] = [
      { kind: 'symbol', symbol: BTC, epoch: T, now: T, missing: undefined },
      { kind: 'symbol', symbol: 'AAPL', epoch: T, now: T, missing: { from: T, cause: 'unwatched' } },
      { kind: 'symbol', symbol: 'MSFT', epoch: T - 1, now: T, missing: undefined },
    ];
    write(BTC, [{ epoch: T, t: T }], others);
    const db = openForWriting(file);
    const writer = new Writer(db);
    expect([T, T - 1, T - 2].map((epoch) => writer.seenIn(epoch))).toEqual([[BTC], ['MSFT'], []]);
    db.close();
  });

  it('is the last number given, also where its trades are deleted', () => {
    const made = [1, 2, 3].map((i) => ({ epoch: T, t: T + i }));
    write(BTC, made, [{ kind: 'symbol', symbol: BTC, epoch: T, now: T, missing: undefined }], 'DELETE FROM trades');
    const db = openForWriting(file);
    expect(new Writer(db).known(BTC)).toMatchObject({ epoch: T, seq: 3, tradedAt: undefined });
    db.close();
  });

  it('is what candles are counted through where all trades are deleted, and the last of them came late', () => {
    const made = [MINUTE, 2 * MINUTE, MINUTE + 1].map((since) => ({ epoch: T, t: T + since }));
    write(BTC, made, [], 'DELETE FROM trades');
    const query = { file, symbol: BTC, interval: '1m', from: undefined, to: undefined, limit: 9, now: T } as const;
    expect(bodyOf(queryCandles(query)).through).toEqual({ epoch: T, seq: 3 });
  });
});
