import { describe, expect, it } from 'vitest';
import { SEND_BURST, SENDS_PER_SECOND } from '../../src/upstream/limits.ts';
import { startFakeFinnhub } from '../support/fake-finnhub.ts';
import { startFeed, type TestConsumer } from '../support/feed.ts';
import { stopAfter } from '../support/rig.ts';
import { sleep, until } from '../support/until.ts';

stopAfter('each');

const QUICK = { pingMs: 2_000, handshakeMs: 500, backoffMinMs: 20, backoffMaxMs: 100, silentMs: 400, checkMs: 20 };
const BTC = 'BINANCE:BTCUSDT';
const ETH = 'BINANCE:ETHUSDT';

const gapsOf = (consumer: TestConsumer, symbol: string) =>
  consumer
    .of('gap')
    .flatMap((message) => (message.symbol === symbol && message.gap.fromSeq !== 0 ? [message.gap] : []));

describe('a connection whose data is frozen', () => {
  async function startTwo(staleReconnectMs: number) {
    const finnhub = await startFakeFinnhub();
    const { feed, consumer } = startFeed(
      { wsUrl: finnhub.wsUrl, keys: ['one', 'two'] },
      { ...QUICK, staleReconnectMs, backoffMinMs: 60_000, backoffMaxMs: 60_000 },
    );
    const first = consumer();
    await until('both connections', () => finnhub.connections.length === 2 && first.status?.upstream === 'live');
    feed.subscribe(BTC);
    feed.subscribe(ETH);
    await until('both carry one', () => finnhub.connections.every(({ symbols }) => symbols.size === 1));
    await until('busy', () => first.trades.length > 100);
    const frozen = finnhub.connections.find(({ symbols }) => symbols.has(BTC));
    if (!frozen) throw new Error('no connection has the symbol');
    frozen.frozen = true;
    return { finnhub, feed, first, frozen, frozenAt: Date.now() };
  }

  it('is noticed beside one that is well, and made anew at once; the gap begins at its last trade', async () => {
    const { finnhub, first, frozen, frozenAt } = await startTwo(300);
    await until('stale', () => first.status?.upstream === 'stale');
    await until('made anew', () => finnhub.connections.length === 3, 5_000);
    expect(finnhub.connections[2]?.key).toBe(frozen.key);
    await until('the gap', () => gapsOf(first, BTC).length > 0);
    const [gap] = gapsOf(first, BTC);
    expect(gap?.cause).toBe('upstream');
    expect(gap?.from).toBeLessThanOrEqual(frozenAt + 50);
    expect((gap?.to ?? 0) - (gap?.from ?? 0)).toBeGreaterThanOrEqual(600);
    await until('live', () => first.status?.upstream === 'live');
    expect(gapsOf(first, ETH), 'the other one has missed nothing').toEqual([]);
    expect(gapsOf(first, BTC).length, 'told once').toBe(1);
  });

  it('tells a gap, too, when it flows again by itself', async () => {
    const { finnhub, first, frozen, frozenAt } = await startTwo(60_000);
    await until('stale', () => first.status?.upstream === 'stale');
    const thawedAt = Date.now();
    frozen.frozen = false;
    await until('live', () => first.status?.upstream === 'live');
    const [gap, ...more] = gapsOf(first, BTC);
    expect(gap?.from).toBeLessThanOrEqual(frozenAt + 50);
    expect(gap?.to).toBeGreaterThanOrEqual(thawedAt);
    expect(more).toEqual([]);
    expect(gapsOf(first, ETH)).toEqual([]);
    expect(finnhub.connections.length).toBe(2);
    expect(first.status?.since, 'live since now, not since it was connected').toBeGreaterThanOrEqual(thawedAt);
  });

  it('does not hide what was missed when a symbol is left meanwhile', async () => {
    const { feed, first, frozenAt } = await startTwo(60_000);
    await until('stale', () => first.status?.upstream === 'stale');
    feed.unsubscribe(BTC);
    await sleep(20);
    feed.subscribe(BTC);
    const gaps = () => first.of('open').flatMap(({ gap, open }) => (gap && open.symbol === BTC ? [gap] : []));
    await until('opened again', () => gaps().length > 0);
    expect(gaps()[0]?.cause).toBe('upstream');
    expect(gaps()[0]?.from).toBeLessThanOrEqual(frozenAt + 50);
  });
});

describe('a Finnhub that answers late', () => {
  it('has its cap errors taken for the right symbols', async () => {
    const finnhub = await startFakeFinnhub({ answerMs: 30, cap: 3 });
    const { feed, toMain, consumer } = startFeed({ wsUrl: finnhub.wsUrl }, { ...QUICK, probeMs: 20 });
    const first = consumer();
    await until('live', () => first.status?.upstream === 'live');
    for (const symbol of ['A', 'B', 'C', 'D', 'E', 'F', 'G', 'H']) feed.subscribe(symbol);
    const capacity = () => toMain.find((message) => message.type === 'capacity');
    await until('the cap is learned', capacity);
    expect(capacity()).toEqual({ type: 'capacity', capacity: 3, rejected: ['D', 'E', 'F', 'G', 'H'] });
    await sleep(400);
    expect([...(finnhub.connections[0]?.symbols ?? [])].sort()).toEqual(['A', 'B', 'C']);
    expect(toMain.filter(({ type }) => type === 'capacity').length).toBe(1);
    const carried = new Set(first.trades.slice(-30).map(({ id }) => id));
    expect(carried.size, 'all three of them trade').toBe(3);
  });
});

describe('the pace towards Finnhub', () => {
  it('is bounded however often somebody changes his mind, and what is wanted in the end is carried', async () => {
    const finnhub = await startFakeFinnhub({ cap: 5 });
    const { feed, consumer } = startFeed({ wsUrl: finnhub.wsUrl, symbolLimit: 5 }, QUICK);
    const first = consumer();
    await until('live', () => first.status?.upstream === 'live');
    const startedAt = Date.now();
    for (let i = 0; i < 490; i += 1) {
      if (i >= 5) feed.unsubscribe(`SYM${i - 5}`);
      feed.subscribe(`SYM${i}`);
      await sleep(0);
    }
    const wanted = ['SYM485', 'SYM486', 'SYM487', 'SYM488', 'SYM489'];
    await until('carried', () => {
      const { symbols } = finnhub.connections[0] ?? { symbols: new Set<string>() };
      return symbols.size === 5 && wanted.every((symbol) => symbols.has(symbol));
    });
    const seconds = (Date.now() - startedAt) / 1_000;
    expect(finnhub.received.length).toBeLessThanOrEqual(SEND_BURST + Math.ceil(seconds * SENDS_PER_SECOND) + 1);
    await until('all of them trade', () => {
      const traded = new Set(first.trades.slice(-20).map(({ id }) => id));
      return traded.size === 5;
    });
  });

  it('counts a symbol as missed until Finnhub is really asked for it', async () => {
    const finnhub = await startFakeFinnhub();
    const { feed, consumer } = startFeed({ wsUrl: finnhub.wsUrl }, QUICK);
    const first = consumer();
    await until('live', () => first.status?.upstream === 'live');
    feed.subscribe(BTC);
    await until('trades', () => first.trades.length > 10);
    for (let i = 0; i < SEND_BURST; i += 1) {
      feed.subscribe(`SYM${i}`);
      feed.unsubscribe(`SYM${i}`);
    }
    const asked = finnhub.received.length;
    feed.subscribe(ETH);
    feed.unsubscribe(BTC);
    // A stretch that lasts: in the same turn of the event loop, so that no word can leave for Finnhub meanwhile.
    const given = Date.now();
    while (Date.now() < given + 2);
    feed.subscribe(BTC);
    await until('asked for', () => finnhub.received.slice(asked).some(({ symbol }) => symbol === ETH));
    const late = () => first.of('gap').find(({ symbol }) => symbol === ETH);
    await until('told', late);
    expect(late()?.gap.cause).toBe('upstream');
    const back = first.of('open').findLast(({ open }) => open.symbol === BTC);
    expect(back?.gap?.cause, 'never given back, but not seen by anybody').toBe('unwatched');
    expect(finnhub.received.filter(({ symbol }) => symbol === BTC).length, 'and asked for once').toBe(1);
  });
});
