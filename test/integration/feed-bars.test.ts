import { describe, expect, it } from 'vitest';
import { batchRows, readBars } from '../../src/protocol/batch.ts';
import type { BarsDemand } from '../../src/protocol/threads.ts';
import { startFakeFinnhub } from '../support/fake-finnhub.ts';
import { startFeed, type TestConsumer } from '../support/feed.ts';
import { stopAfter } from '../support/rig.ts';
import { sleep, until } from '../support/until.ts';

stopAfter('each');

const QUICK = { pingMs: 2_000, handshakeMs: 500, backoffMinMs: 20, backoffMaxMs: 100, checkMs: 20 };
const BTC = 'BINANCE:BTCUSDT';
const ETH = 'BINANCE:ETHUSDT';

const bars = (symbol: string, rate: BarsDemand['rate'], isWanted = true): BarsDemand => ({
  type: 'bars',
  symbol,
  rate,
  isWanted,
});

/** A feed of two symbols that trade 200 times a second each, and a consumer. */
async function start() {
  const finnhub = await startFakeFinnhub();
  const { feed, consumer } = startFeed({ wsUrl: finnhub.wsUrl }, QUICK);
  const first = consumer();
  await until('live', () => first.status?.upstream === 'live');
  feed.subscribe(BTC);
  feed.subscribe(ETH);
  await until('trades of both', () => new Set(first.trades.map(({ id }) => id)).size === 2);
  return { finnhub, feed, first };
}

const idOf = (consumer: TestConsumer, symbol: string): number =>
  consumer.of('open').find(({ open }) => open.symbol === symbol)?.open.id ?? 0;

/** The bars of a symbol and rate: where they begin, and the numbers of each message. */
function rangesOf(consumer: TestConsumer, symbol: string, rate: BarsDemand['rate']): [from: number, to: number][] {
  const id = idOf(consumer, symbol);
  return consumer.bars
    .filter((each) => each.id === id && each.rate === rate)
    .map(({ firstSeq, lastSeq }) => [firstSeq, lastSeq]);
}

function expectNoHole(ranges: readonly [from: number, to: number][]): void {
  for (const [i, [from]] of ranges.entries()) if (i > 0) expect(from).toBe((ranges[i - 1]?.[1] ?? 0) + 1);
}

describe('the feed', () => {
  it('makes no bars while nobody wants any, and of no other symbol and at no other rate than are wanted', async () => {
    const { feed, first } = await start();
    await until('many trades', () => first.trades.length > 100);
    expect(first.bars).toEqual([]);

    feed.conflate(bars(BTC, '4hz'));
    await until('bars', () => first.bars.length > 4);
    expect(new Set(first.bars.map(({ id, rate }) => `${id} ${rate}`))).toEqual(new Set([`${idOf(first, BTC)} 4hz`]));

    feed.conflate(bars(BTC, '4hz', false));
    const before = first.bars.length;
    const trades = first.trades.length;
    await until('many trades more', () => first.trades.length > trades + 200);
    expect(first.bars.length - before, 'but for those on their way').toBeLessThanOrEqual(1);
  });

  it('says where bars begin; from there on each trade is in one message of each rate, after it came itself', async () => {
    const { feed, first } = await start();
    feed.conflate(bars(BTC, '1hz'));
    feed.conflate(bars(BTC, '4hz'));
    feed.conflate(bars(BTC, '4hz'));
    await until('bars', () => rangesOf(first, BTC, '1hz').length > 4);
    for (const rate of ['1hz', '4hz'] as const) {
      const ranges = rangesOf(first, BTC, rate);
      const [begin] = ranges;
      expect(begin?.[1], 'the first is empty').toBe((begin?.[0] ?? 0) - 1);
      expect(ranges.slice(1).every(([from, to]) => to >= from)).toBe(true);
      expectNoHole(ranges);
      const own = first.bars.filter((each) => each.id === idOf(first, BTC) && each.rate === rate).slice(1);
      for (const { firstSeq, lastSeq, frame } of own) {
        expect(frame).toMatchObject({ id: idOf(first, BTC), seq: firstSeq, count: lastSeq - firstSeq + 1 });
        expect(frame?.bars.reduce((sum, { count }) => sum + count, 0)).toBe(frame?.count);
      }
    }
    expect(rangesOf(first, BTC, '4hz').length).toBeGreaterThan(rangesOf(first, BTC, '1hz').length);
    for (const { index } of first.of('batch')) {
      const kinds = Array.from({ length: batchRows(index) }, (_, row) => readBars(index, row) !== undefined);
      expect(kinds, 'trades first').toEqual(kinds.toSorted((a, b) => Number(a) - Number(b)));
    }
  });

  it('tells what waits before a gap, and before a symbol is closed', async () => {
    const { finnhub, feed, first } = await start();
    feed.conflate(bars(BTC, '1hz'));
    await until('bars', () => rangesOf(first, BTC, '1hz').length > 2);
    // In the midst of a second.
    await sleep(300);
    for (const connection of finnhub.connections) connection.cut();
    const gapOf = () => first.of('gap').find(({ symbol, gap }) => symbol === BTC && gap.fromSeq !== 0);
    const told = await until('the gap', gapOf);
    const reached = (): number => rangesOf(first, BTC, '1hz').at(-1)?.[1] ?? 0;
    expect(rangesOf(first, BTC, '1hz').some(([, to]) => to === told.gap.fromSeq)).toBe(true);

    await until('bars again', () => reached() > (told.gap.fromSeq ?? 0) + 100);
    await sleep(300);
    feed.unsubscribe(BTC);
    await until('closed', () => first.of('close').length > 0);
    const id = idOf(first, BTC);
    expect(reached()).toBe(first.trades.findLast((trade) => trade.id === id)?.seq);
    expectNoHole(rangesOf(first, BTC, '1hz'));
  });

  it('makes them of a symbol that is opened later too, from its first trade on', async () => {
    const { feed, first } = await start();
    feed.conflate(bars('BINANCE:SOLUSDT', '4hz'));
    feed.subscribe('BINANCE:SOLUSDT');
    await until('bars', () => rangesOf(first, 'BINANCE:SOLUSDT', '4hz').length > 2);
    expect(rangesOf(first, 'BINANCE:SOLUSDT', '4hz')[0]?.[0]).toBe(1);
  });
});
