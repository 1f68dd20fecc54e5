import { describe, expect, it } from 'vitest';
import type { UpstreamOptions } from '../../src/protocol/threads.ts';
import type { Timing } from '../../src/upstream/limits.ts';
import type { SimulatorFault } from '../../src/upstream/simulator/faults.ts';
import { startSimulator } from '../../src/upstream/simulator/server.ts';
import type { SimulatorSettings } from '../../src/upstream/simulator/settings.ts';
import { startFeed } from '../support/feed.ts';
import { later, stopAfter } from '../support/rig.ts';
import { until } from '../support/until.ts';

stopAfter('each');

/** Everything that takes seconds or minutes in life, in a fraction of a second. */
const QUICK: Partial<Timing> = {
  pingMs: 150,
  handshakeMs: 200,
  backoffMinMs: 20,
  backoffMaxMs: 100,
  unauthorizedMs: 300,
  silentMs: 400,
  staleReconnectMs: 60_000,
  checkMs: 50,
  earlyDropMs: 5_000,
};

async function start(
  simulated: Partial<SimulatorSettings> = {},
  timing: Partial<Timing> = {},
  options: Partial<UpstreamOptions> = {},
) {
  const simulator = await startSimulator({ pace: 5, ...simulated });
  later(() => simulator.close());
  const { feed, toMain, consumer } = startFeed({ wsUrl: simulator.wsUrl, ...options }, { ...QUICK, ...timing });
  return { simulator, feed, toMain, first: consumer(), consumer };
}

const SYMBOLS = ['BINANCE:BTCUSDT', 'BINANCE:ETHUSDT', 'BINANCE:SOLUSDT'];

describe('the connection to Finnhub', () => {
  it('subscribes everything again after it was cut, tells the gap, and goes on numbering', async () => {
    const { simulator, feed, first } = await start();
    for (const symbol of SYMBOLS) feed.subscribe(symbol);
    await until('trades of each', () => new Set(first.trades.map(({ id }) => id)).size === 3);
    const told = first.statuses.length;
    simulator.inject({ type: 'drop-all' });
    await until('cut', () => first.statuses.slice(told).some(({ upstream }) => upstream === 'connecting'));
    const before = first.trades.length;
    await until('a gap for each', () => first.of('gap').filter(({ gap }) => gap.fromSeq !== 0).length >= 3);
    await until('live again', () => first.status?.upstream === 'live');
    await until('trades again', () => first.trades.length > before + 20);
    expect(simulator.subscriptions().map((symbols) => [...symbols].sort())).toEqual([SYMBOLS.toSorted()]);
    for (const { gap } of first.of('gap')) {
      expect(gap.cause).toBe('upstream');
      expect(gap.to).toBeGreaterThan(gap.from);
    }
    expectNoHoles(first.trades);
  });

  it('notices a socket that hangs by its missing pong, and dates the gap from when it was last heard', async () => {
    const { simulator, feed, first } = await start();
    for (const symbol of SYMBOLS) feed.subscribe(symbol);
    await until('trades of each', () => new Set(first.trades.map(({ id }) => id)).size === 3);
    simulator.inject({ type: 'hang-stream' });
    const hungAt = Date.now();
    const told = first.statuses.length;
    await until('noticed', () => first.statuses.slice(told).some(({ upstream }) => upstream === 'connecting'));
    await until('live again', () => first.status?.upstream === 'live');
    const gaps = () => first.of('gap').filter(({ gap }) => gap.fromSeq !== 0);
    await until('gaps told', () => gaps().length === 3);
    for (const { gap } of gaps()) {
      expect(gap.from).toBeLessThanOrEqual(hungAt + 20);
      expect(gap.to - gap.from).toBeGreaterThanOrEqual(100);
    }
    const before = first.trades.length;
    await until('trades again', () => first.trades.length > before + 20);
    expectNoHoles(first.trades);
  });

  it.each([200, 403, 429, 500, 502, 503])(
    'tries again with backoff while the handshake is answered %i',
    async (status) => {
      const { simulator, feed, first } = await start({ faults: [{ type: 'handshake-status', status }] });
      feed.subscribe('BINANCE:BTCUSDT');
      await until('two attempts', () => new Set(first.statuses.map(({ retryAt }) => retryAt)).size >= 3);
      expect(first.status?.upstream).toBe('connecting');
      simulator.inject({ type: 'clear' });
      await until('live', () => first.status?.upstream === 'live');
      await until('trades', () => first.trades.length > 0);
    },
  );

  it('tries again when the handshake is never answered', async () => {
    const { simulator, feed, first } = await start({ faults: [{ type: 'hang-handshake' }] });
    feed.subscribe('BINANCE:BTCUSDT');
    await until('given up on', () => first.status?.retryAt !== undefined);
    simulator.inject({ type: 'clear' });
    await until('live', () => first.status?.upstream === 'live');
  });

  it('is unauthorized with a wrong key, says when it tries again, and recovers', async () => {
    const { simulator, feed, first } = await start({ faults: [{ type: 'handshake-status', status: 401 }] });
    feed.subscribe('BINANCE:BTCUSDT');
    await until('unauthorized', () => first.status?.upstream === 'unauthorized');
    const { since, retryAt } = first.status ?? { since: 0 };
    expect(retryAt).toBeGreaterThan(since);
    await until('tried again', () => (first.status?.retryAt ?? 0) > (retryAt ?? 0));
    expect(first.status?.since, 'it is still the same trouble').toBe(since);
    simulator.inject({ type: 'clear' });
    await until('live', () => first.status?.upstream === 'live');
    await until('trades', () => first.trades.length > 0);
  });

  it('suspects another program on the same key after repeated drops right after connecting', async () => {
    const { simulator, first } = await start({ faults: [{ type: 'drop-on-connect', ms: 20 }] });
    await until('suspicion', () => first.status?.reason === 'key-in-use');
    expect(simulator.received()).toEqual([]);
    simulator.inject({ type: 'clear' });
    await until('live', () => first.status?.upstream === 'live');
    expect(first.status?.reason).toBeUndefined();
  });

  it('is stale when busy symbols all fall silent in an open session, and live with the next trade', async () => {
    const { simulator, feed, first } = await start();
    for (const symbol of SYMBOLS) feed.subscribe(symbol);
    await until('busy', () => first.trades.length > 150);
    simulator.inject({ type: 'freeze' });
    await until('stale', () => first.status?.upstream === 'stale');
    expect(simulator.connections(), 'the connection is left alone').toBe(1);
    const before = first.trades.length;
    simulator.inject({ type: 'clear' });
    await until('live', () => first.status?.upstream === 'live');
    expect(first.trades.length).toBeGreaterThan(before);
  });

  it('makes a connection whose data stays frozen anew', async () => {
    const { simulator, feed, first } = await start({}, { staleReconnectMs: 200 });
    for (const symbol of SYMBOLS) feed.subscribe(symbol);
    await until('busy', () => first.trades.length > 150);
    const asked = simulator.received().length;
    simulator.inject({ type: 'freeze' });
    await until('stale', () => first.status?.upstream === 'stale');
    await until('subscribed again', () => simulator.received().length > asked);
  });

  it('says how late trades are when their median is over 5 s, and takes it back', async () => {
    const { simulator, feed, first } = await start();
    for (const symbol of SYMBOLS) feed.subscribe(symbol);
    await until('trades', () => first.trades.length > 20);
    expect(first.status?.delayMs).toBeUndefined();
    const late = (t: number): string =>
      JSON.stringify({ type: 'trade', data: Array.from({ length: 120 }, () => ({ s: SYMBOLS[0], p: 1, t, v: 1 })) });
    simulator.send(late(Date.now() - 12_000));
    await until('delayed', () => first.status?.delayMs === 12_000);
    simulator.send(late(Date.now()));
    await until('on time', () => first.status?.delayMs === undefined);
  });

  it('counts what is malformed, skips it, and keeps the connection', async () => {
    const { simulator, feed, first } = await start();
    feed.subscribe('BINANCE:BTCUSDT');
    await until('trades', () => first.trades.length > 5);
    simulator.inject({ type: 'malformed' });
    simulator.send(Buffer.from([0, 1, 2, 255]));
    simulator.send(Buffer.from([0xc3, 0x28, 0x22]), true);
    await until('counted', () => feed.counts.malformed > 10);
    const before = first.trades.length;
    await until('trades go on', () => first.trades.length > before + 5);
    expect(simulator.connections()).toBe(1);
    expect(first.statuses.filter(({ upstream }) => upstream === 'connecting').length).toBeLessThanOrEqual(2);
    expectNoHoles(first.trades);
  });

  it.each<SimulatorFault>([{ type: 'triple' }, { type: 'shuffle' }, { type: 'conditions', as: 'null' }])(
    'numbers every trade Finnhub sends, in its order: $type',
    async (fault) => {
      const { feed, first } = await start({ faults: [fault] });
      for (const symbol of SYMBOLS) feed.subscribe(symbol);
      await until('trades', () => first.trades.length > 60);
      expectNoHoles(first.trades);
    },
  );

  it('spreads symbols over several keys, one connection each', async () => {
    const { simulator, feed, first } = await start({ limit: 2 }, {}, { keys: ['one', 'two'], symbolLimit: 2 });
    const symbols = [...SYMBOLS, 'BINANCE:XRPUSDT'];
    for (const symbol of symbols) feed.subscribe(symbol);
    await until('two connections of two', () => simulator.subscriptions().filter((s) => s.length === 2).length === 2);
    expect(simulator.subscriptions().flat().sort()).toEqual(symbols.toSorted());
    for (const { open } of first.of('open')) {
      await until(`trades of ${open.symbol}`, () => first.trades.some(({ id }) => id === open.id));
    }
  });
});

describe('the gathering window', () => {
  it('lets the first trade after quiet go at once, and gathers what follows for all symbols together', async () => {
    const { simulator, feed, first } = await start({ faults: [{ type: 'freeze' }] }, {}, { flushMs: 1_000 });
    for (const symbol of SYMBOLS) feed.subscribe(symbol);
    await until('live', () => simulator.subscriptions()[0]?.length === 3);
    const send = (symbol: string | undefined): void =>
      simulator.send(JSON.stringify({ type: 'trade', data: [{ s: symbol, p: 1, t: Date.now(), v: 1 }] }));
    const sentAt = Date.now();
    send(SYMBOLS[0]);
    await until('at once', () => first.of('batch').length === 1);
    expect(Date.now() - sentAt).toBeLessThan(750);
    for (const symbol of SYMBOLS) send(symbol);
    await until('together', () => first.of('batch').length === 2);
    expect(first.trades.length).toBe(4);
  });

  it('sends every upstream message at once with a window of 0', async () => {
    const { simulator, feed, first } = await start({ faults: [{ type: 'freeze' }] }, {}, { flushMs: 0 });
    feed.subscribe('BINANCE:BTCUSDT');
    await until('live', () => simulator.subscriptions()[0]?.length === 1);
    for (let i = 0; i < 10; i += 1) {
      simulator.send(JSON.stringify({ type: 'trade', data: [{ s: 'BINANCE:BTCUSDT', p: 1, t: Date.now(), v: 1 }] }));
    }
    await until('each', () => first.trades.length === 10);
    expect(first.of('batch').length).toBe(10);
  });
});

describe('a consumer that does not keep up', () => {
  it('is posted a bounded amount, then nothing, and is told what it lost once it has caught up', async () => {
    const { simulator, feed, consumer } = await start({ faults: [{ type: 'freeze' }] }, { pingMs: 20_000 });
    const quick = consumer();
    const blocked = consumer();
    blocked.acknowledges = false;
    feed.subscribe('BINANCE:BTCUSDT');
    await until('live', () => simulator.subscriptions()[0]?.length === 1);
    const data = Array.from({ length: 1_000 }, (_, i) => ({
      s: 'BINANCE:BTCUSDT',
      p: 1 + i,
      t: Date.now(),
      v: 1,
      c: null,
    }));
    const message = JSON.stringify({ type: 'trade', data });
    const ROUNDS = 150;
    for (let i = 0; i < ROUNDS; i += 1) {
      simulator.send(message);
      if (i % 10 === 9) await until('the quick one has it', () => quick.trades.length >= (i + 1) * 1_000);
    }
    await until('the quick one has all', () => quick.trades.length >= ROUNDS * 1_000, 20_000);
    expectNoHoles(quick.trades);

    const posted = blocked.of('batch').reduce((sum, { bytes, index }) => sum + bytes.byteLength + index.byteLength, 0);
    expect(posted, 'the bound of 8 MiB holds').toBeLessThanOrEqual(8 * 1024 * 1024);
    expect(blocked.trades.length).toBeLessThan(quick.trades.length);

    blocked.acknowledges = true;
    blocked.acknowledge();
    await until('told', () => blocked.of('snapshot').length === 2);
    const last = blocked.trades.at(-1)?.seq ?? 0;
    const [, told] = blocked.of('snapshot');
    expect(told?.lost).toEqual([{ symbol: 'BINANCE:BTCUSDT', from: last + 1, to: told?.open[0]?.seq }]);
    simulator.send(message);
    const resumed = (told?.open[0]?.seq ?? 0) + 1;
    await until('goes on', () => blocked.trades.some(({ seq }) => seq === resumed));
  });
});

/** Per symbol id: 1, 2, 3 … */
function expectNoHoles(trades: readonly { readonly id: number; readonly seq: number }[]): void {
  const last = new Map<number, number>();
  for (const { id, seq } of trades) {
    expect(seq).toBe((last.get(id) ?? 0) + 1);
    last.set(id, seq);
  }
}
