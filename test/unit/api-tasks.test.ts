import { mkdtempSync, renameSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { addTrade, candleOf, candleStart, INTERVALS, newCandle } from '../../src/protocol/candles.ts';
import type { CandleQuery, QueryResult, TradeQuery } from '../../src/protocol/queries.ts';
import { dailyClose } from '../../src/workers/tasks/daily-close.ts';
import { queryCandles } from '../../src/workers/tasks/query-candles.ts';
import { queryTrades } from '../../src/workers/tasks/query-trades.ts';
import { warmUp } from '../../src/workers/tasks/warm-up.ts';
import { openTape, type WrittenTrade, writeTape } from '../support/tape-file.ts';

const BTC = 'BINANCE:BTCUSDT';
const FIRST = Date.UTC(2025, 9, 15, 14, 30);
const SECOND = FIRST + 20 * 60_000 + 400;
const NOW = FIRST + 3_600_000;
let dir: string;
let file: string;

beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'tickcast-tasks-'));
  file = join(dir, 'tape.sqlite');
});
afterEach(() => rmSync(dir, { recursive: true, force: true }));

const bodyOf = (result: QueryResult) => JSON.parse(new TextDecoder().decode(result?.bytes));
const candles = (asked: Partial<CandleQuery> = {}) =>
  bodyOf(
    queryCandles({ file, symbol: BTC, interval: '1m', from: undefined, to: undefined, limit: 500, now: NOW, ...asked }),
  );
const tradeQuery = (asked: Partial<TradeQuery>): TradeQuery => ({
  ...{ file, symbol: BTC, after: undefined, from: undefined, to: undefined, limit: 1_000, format: 'json', now: NOW },
  ...asked,
});
const trades = (asked: Partial<TradeQuery> = {}) => bodyOf(queryTrades(tradeQuery(asked)));

/** Trades every 700 ms, some of them late, two epochs that meet within a minute. */
function writeTwoEpochs(): { readonly epoch: number; readonly seq: number; readonly trade: WrittenTrade }[] {
  const of = (epoch: number, count: number): WrittenTrade[] =>
    Array.from({ length: count }, (_, index) => ({
      t: epoch + index * 700 - (index % 97 === 96 ? 65_000 : 0),
      p: 100 + ((index * 37) % 101) / 8,
      v: 0.1 * ((index % 7) + 1),
    }));
  const epochs = [
    { epoch: FIRST, trades: of(FIRST, 1_700) },
    { epoch: SECOND, trades: of(SECOND, 900) },
  ];
  for (const each of epochs) writeTape(file, { symbol: BTC, ...each });
  return epochs.flatMap(({ epoch, trades: list }) => list.map((trade, index) => ({ epoch, seq: index + 1, trade })));
}

describe('candles', () => {
  it.each(Object.keys(INTERVALS) as (keyof typeof INTERVALS)[])(
    'of %s are those of a fold over all trades',
    (interval) => {
      const folded = new Map<number, ReturnType<typeof newCandle>>();
      for (const { epoch, seq, trade } of writeTwoEpochs()) {
        const start = candleStart('crypto', interval, trade.t, 0) ?? Number.NaN;
        const state = folded.get(start) ?? newCandle(start);
        folded.set(start, state);
        addTrade(state, { epoch, seq, t: trade.t, p: trade.p, v: trade.v ?? 1, flags: 0 });
      }
      const expected = [...folded.values()].sort((a, b) => a.t - b.t).map(candleOf);
      const answer = candles({ interval, limit: 20_000 });
      const prices = (list: typeof expected) => list.map((each) => each && { ...each, v: 0 });
      expect(prices(answer.candles)).toEqual(prices(expected));
      for (const [index, { v }] of answer.candles.entries()) expect(v).toBeCloseTo(expected[index]?.v ?? Number.NaN, 9);

      const last = [...folded.values()].sort((a, b) => b.t - a.t)[0];
      expect(answer.tail).toMatchObject({
        t: last?.t,
        open: last?.open,
        close: last?.close,
        high: last?.high,
        low: last?.low,
      });
      expect(answer.tail.volume + answer.tail.rest).toBeCloseTo((last?.volume ?? 0) + (last?.rest ?? 0), 9);
      expect(answer.through).toEqual({ epoch: SECOND, seq: 900 });

      const newest = candles({ interval, limit: 3 }).candles;
      expect(newest).toEqual(answer.candles.slice(-3));
      const [from, to] = [FIRST + 5 * 60_000 + 1, FIRST + 9 * 60_000];
      const within = candles({ interval, limit: 20_000, from, to }).candles;
      expect(within).toEqual(answer.candles.filter(({ t }: { t: number }) => t >= from && t < to));
    },
  );

  it('are none of a symbol that was never recorded, and there is no answer without a file', () => {
    writeTwoEpochs();
    expect(candles({ symbol: 'AAPL' })).toEqual({ symbol: 'AAPL', interval: '1m', candles: [], gaps: [] });
    expect(
      queryCandles({ file: `${file}-none`, symbol: BTC, interval: '1m', from: 0, to: 1, limit: 1, now: NOW }),
    ).toBe(undefined);
  });

  it('come with the gaps of their stretch, and the one that goes on', () => {
    const minute = 60_000;
    const gaps = [
      { seq: 1, cause: 'upstream', from: FIRST + 1 * minute, to: FIRST + 2 * minute, toSeq: 2 },
      { seq: 2, cause: 'overrun', from: FIRST + 5 * minute, to: FIRST + 6 * minute, toSeq: 9 },
    ] as const;
    const list = [0, 3, 7].map((at) => ({ t: FIRST + at * minute, p: 5 }));
    const missing = { from: FIRST + 8 * minute, cause: 'unwatched' } as const;
    writeTape(file, { symbol: BTC, epoch: FIRST, trades: list, gaps, missing });
    const told = (asked: Partial<CandleQuery>) => candles(asked).gaps.map((gap: { cause: string }) => gap.cause);
    expect(candles().gaps.at(-1)).toEqual({ from: missing.from, to: NOW, cause: 'unwatched' });
    expect(told({})).toEqual(['upstream', 'overrun', 'unwatched']);
    expect(told({ limit: 2 })).toEqual(['overrun', 'unwatched']);
    expect(told({ to: FIRST + 3 * minute })).toEqual(['upstream']);
  });

  it('are read from the new file where the old one was set aside', () => {
    writeTwoEpochs();
    expect(candles().candles.length).toBeGreaterThan(10);
    renameSync(file, `${file}.aside`);
    rmSync(`${file}-wal`, { force: true });
    rmSync(`${file}-shm`, { force: true });
    writeTape(file, { symbol: BTC, epoch: NOW, trades: [{ t: NOW, p: 7 }] });
    expect(candles().candles).toEqual([{ t: NOW, o: 7, h: 7, l: 7, c: 7, v: 1, n: 1 }]);
  });
});

describe('a warm-up', () => {
  it('reads what there is, if there is anything, and answers nobody', () => {
    warmUp({ file });
    openTape(file).close();
    warmUp({ file });
    writeTwoEpochs();
    expect(warmUp({ file })).toBe(undefined);
  });
});

describe('trades', () => {
  it('come page by page across epochs, each once', () => {
    const written = writeTwoEpochs();
    const seen: { epoch: number; seq: number; t: number; p: number }[] = [];
    let after: TradeQuery['after'];
    for (;;) {
      const page = trades({ after, limit: 333 });
      seen.push(...page.trades);
      if (page.next === null) break;
      const [epoch, seq] = page.next.split('.').map(Number);
      after = { epoch, seq };
    }
    expect(seen).toEqual(written.map(({ epoch, seq, trade }) => ({ epoch, seq, ...trade })));
  });

  it('of a stretch of time are all of it and nothing else', () => {
    const written = writeTwoEpochs();
    const [from, to] = [FIRST + 5 * 60_000 + 1, SECOND + 60_000];
    const expected = written.filter(({ trade }) => trade.t >= from && trade.t < to).map(({ trade }) => trade.t);
    expect(trades({ from, to, limit: 10_000 }).trades.map(({ t }: { t: number }) => t)).toEqual(expected);
  });

  it('have their conditions as Finnhub sent them, in JSON and in CSV', () => {
    const list = [undefined, null, [], ['1', '12']].map((c, index) => ({ t: FIRST + index, p: 0.1 + 0.2, v: 1e-7, c }));
    writeTape(file, { symbol: 'AAPL', epoch: FIRST, trades: list });
    const answer = trades({ symbol: 'AAPL' }).trades;
    expect(answer.map((trade: object) => 'c' in trade)).toEqual([false, true, true, true]);
    expect(answer.slice(1).map(({ c }: { c: unknown }) => c)).toEqual([null, [], ['1', '12']]);
    const csv = new TextDecoder().decode(queryTrades(tradeQuery({ symbol: 'AAPL', format: 'csv' }))?.bytes);
    expect(csv.split('\n').at(0)).toBe(`AAPL,${FIRST},1,${FIRST},0.30000000000000004,1e-7,`);
    expect(csv.split('\n').at(3)).toBe(`AAPL,${FIRST},4,${FIRST + 3},0.30000000000000004,1e-7,"[""1"",""12""]"`);
  });

  it('come with each gap on one page', () => {
    const gaps = [0, 1, 2, 3].map((seq) => ({
      seq,
      cause: 'upstream' as const,
      from: FIRST + seq,
      to: FIRST + seq + 1,
    }));
    const list = [0, 1, 2].map((at) => ({ t: FIRST + at, p: 5 }));
    writeTape(file, { symbol: BTC, epoch: FIRST, trades: list, gaps, missing: { from: FIRST + 9, cause: 'restart' } });
    const places = (asked: Partial<TradeQuery>) =>
      trades(asked).gaps.map(({ afterSeq }: { afterSeq: number }) => afterSeq);
    expect(places({ limit: 1 })).toEqual([0]);
    expect(places({ limit: 1, after: { epoch: FIRST, seq: 1 } })).toEqual([1]);
    expect(places({ limit: 1, after: { epoch: FIRST, seq: 2 } })).toEqual([2, 3, 3]);
  });
});

describe('the daily close', () => {
  it('is the last one of the stretch, of all epochs', () => {
    writeTwoEpochs();
    const day = Date.UTC(2025, 9, 15);
    const found = dailyClose({ file, symbol: BTC, from: day - 1, to: day + 1 });
    expect(found).toEqual({ t: day, close: candles({ interval: '1d' }).candles[0].c });
    expect(dailyClose({ file, symbol: BTC, from: day + 1, to: day + 2 })).toBeUndefined();
  });
});
