import { createServer } from 'node:net';
import { describe, expect, it } from 'vitest';
import type { TickcastClient } from '../support/clients.ts';
import { type Rig, startRig, stopAfter } from '../support/rig.ts';
import { until } from '../support/until.ts';

stopAfter('each');

const SYMBOL = 'BINANCE:BTCUSDT';

async function watching(rig: Rig, count: number): Promise<TickcastClient[]> {
  const clients = await Promise.all(Array.from({ length: count }, () => rig.tickcastClient()));
  for (const client of clients) client.subscribe(SYMBOL);
  for (const client of clients) await until('trades', () => client.trades.length > 0);
  return clients;
}

describe('two shards', () => {
  it('give their clients the same trades with the same numbers, and one lost shard is not felt on the other', async () => {
    const rig = await startRig({ pace: 3 }, { flags: ['--shards', '2'] });
    const clients = await watching(rig, 16);
    await until('a common stretch', () => clients.every(({ trades }) => trades.length > 30));
    const [reference] = clients;
    for (const client of clients) {
      const bySeq = new Map(reference?.trades.map((trade) => [trade.seq, trade]));
      const common = client.trades.filter(({ seq }) => bySeq.has(seq));
      expect(common.length).toBeGreaterThan(20);
      for (const trade of common) expect(trade).toEqual(bySeq.get(trade.seq));
    }

    rig.tickcast.inject('shard-0', 'throw');
    const onShard0 = () => clients.filter(({ ws }) => ws.readyState === ws.CLOSED);
    await until('its clients are cut', () => onShard0().length > 0);
    await until('it is back', () => rig.tickcast.log.some(({ msg }) => msg.includes('starting it again')));
    const stillOpen = () => clients.filter(({ ws }) => ws.readyState === ws.OPEN).length;
    await until('every end has arrived', async () => {
      const status = await (await fetch(`${rig.tickcast.url}/api/status`)).json();
      return status.connections === stillOpen();
    });
    const onShard1 = clients.filter(({ ws }) => ws.readyState === ws.OPEN);
    expect(onShard0().length, 'connections were spread').toBeGreaterThan(0);
    expect(onShard1.length).toBeGreaterThan(0);
    const before = onShard1.map(({ trades }) => trades.length);
    await until('the others go on', () => onShard1.every(({ trades }, i) => trades.length > (before[i] ?? 0) + 20));
    expect(onShard1.flatMap(({ faults }) => faults)).toEqual([]);
    expect(onShard1.flatMap((client) => client.of('gap')).filter(({ fromSeq }) => fromSeq !== 0)).toEqual([]);

    const again = await watching(rig, 16);
    await until('both shards serve', () => again.every(({ trades }) => trades.length > 10));
  });

  it('let a client that changes shards go on where it was', async () => {
    const rig = await startRig({ pace: 3 }, { flags: ['--shards', '2'] });
    const reference = await rig.tickcastClient();
    reference.subscribe(SYMBOL);
    await until('trades', () => reference.trades.length > 0);
    const seen: number[] = [];
    let since = { epoch: reference.of('subscribed')[0]?.epoch ?? 0, seq: reference.of('subscribed')[0]?.seq ?? 0 };
    for (let i = 0; i < 12; i += 1) {
      const client = await rig.tickcastClient();
      client.subscribe(SYMBOL, since);
      await until('more trades', () => client.trades.length >= 3);
      expect(client.of('subscribed')[0]).toMatchObject({ recovered: true, epoch: since.epoch, seq: since.seq });
      expect(client.of('reset')).toEqual([]);
      expect(client.faults).toEqual([]);
      seen.push(...client.trades.map(({ seq }) => seq));
      since = client.position(SYMBOL) ?? since;
      await client.close();
      const before = reference.trades.length;
      await until('something to miss', () => reference.trades.length > before);
    }
    expect(seen).toEqual(Array.from({ length: seen.length }, (_, i) => (seen[0] ?? 0) + i));
  });
});

describe('a since that cannot be answered', () => {
  it.each([
    { name: 'ahead of what there is', since: { seq: 1_000_000 }, reason: 'ahead' },
    { name: 'of another epoch', since: { epoch: 12345, seq: 1 }, reason: 'other-epoch' },
  ])('is a reset when it is $name', async ({ since, reason }) => {
    const rig = await startRig();
    const [client] = await watching(rig, 1);
    const epoch = client?.of('subscribed')[0]?.epoch ?? 0;
    const other = await rig.tickcastClient();
    other.subscribe(SYMBOL, { epoch, ...since });
    await until('a reset', () => other.of('reset').length > 0);
    expect(other.of('subscribed')[0]).toMatchObject({ recovered: false, epoch });
    expect(other.of('reset')[0]).toMatchObject({ symbol: SYMBOL, epoch, reason });
    await until('and the present', () => other.trades.length > 0);
    expect(other.faults).toEqual([]);
  });
});

describe('a crashed worker', () => {
  it('upstream: comes back with a new epoch; every client is told the gap and goes on', async () => {
    const rig = await startRig({ pace: 3 }, { flags: ['--shards', '2'] });
    const clients = await watching(rig, 8);
    const epoch = clients[0]?.of('subscribed')[0]?.epoch ?? 0;
    const crashedAt = Date.now();
    rig.tickcast.inject('upstream', 'throw');
    for (const client of clients) {
      await until('told', () => client.of('gap').some(({ cause }) => cause === 'restart'), 2_000);
      const again = await until('subscribed again', () => client.of('subscribed').find((m) => m.epoch > epoch));
      expect(again).toMatchObject({ seq: 0, recovered: true });
      await until('trades', () => client.trades.some((trade) => trade.epoch === again.epoch));
      expect(client.trades.find((trade) => trade.epoch === again.epoch)?.seq).toBe(1);
      expect(client.faults).toEqual([]);
      expectHonestGap(client, again.epoch, crashedAt);
    }
    expect(Date.now() - crashedAt, 'within 2 s').toBeLessThan(2_500);
    expect(rig.simulator.subscriptions()).toEqual([[SYMBOL]]);
  });

  it('simulator of a keyless start: comes back on its port and the feed goes on', async () => {
    const rig = await startRig({}, { env: { FINNHUB_API_KEY: '' } });
    const [client] = await watching(rig, 1);
    if (!client) throw new Error('no client');
    expect(client.of('hello')[0]?.feed).toBe('simulated');
    rig.tickcast.inject('simulator', 'throw');
    await until('told', () => client.of('gap').some(({ cause }) => cause === 'upstream'), 5_000);
    const before = client.trades.length;
    await until('trades', () => client.trades.length > before + 5, 5_000);
    expect(client.faults).toEqual([]);
  });

  it('that hangs instead is ended and comes back too', async () => {
    const rig = await startRig();
    const [client] = await watching(rig, 1);
    const hungAt = Date.now();
    rig.tickcast.inject('upstream', 'block', 60_000);
    await until('noticed', () => rig.tickcast.log.some(({ msg }) => msg.includes('hangs')), 20_000);
    const before = client?.trades.length ?? 0;
    await until('trades', () => (client?.trades.length ?? 0) > before + 5, 5_000);
    expect(client?.faults).toEqual([]);
    if (client) expectHonestGap(client, client.trades.at(-1)?.epoch ?? 0, hungAt);
    const gap = client?.of('gap').find(({ cause }) => cause === 'restart');
    expect((gap?.to ?? 0) - (gap?.from ?? 0), 'all of the time it hung').toBeGreaterThan(8_000);
  });

  it('tells of a stop that comes while a shard is being started again, and does not wait for it', async () => {
    const rig = await startRig();
    await watching(rig, 4);
    for (let i = 0; i < 5; i += 1) {
      rig.tickcast.inject('shard-0', 'throw');
      await until('crashed', () => rig.tickcast.log.filter(({ msg }) => msg.includes('again')).length > i);
      if (i < 4)
        await until(
          'serves again',
          async () => (await fetch(`${rig.tickcast.url}/healthz`).catch(() => undefined))?.ok,
        );
    }
    const stoppedAt = Date.now();
    expect(await rig.tickcast.stop()).toBe(0);
    expect(Date.now() - stoppedAt).toBeLessThan(3_000);
    expect(rig.tickcast.output()).not.toMatch(/abort|core dumped/i);
  });
});

/** What the gap before `epoch` says: it covers the outage, and no trade that came lies within it. */
function expectHonestGap(client: TickcastClient, epoch: number, brokenAt: number): void {
  const gap = client.of('gap').find(({ cause }) => cause === 'restart');
  const before = client.trades.filter((trade) => trade.epoch < epoch).at(-1);
  const after = client.trades.find((trade) => trade.epoch === epoch);
  if (!gap || !before || !after) throw new Error('there is no gap between trades');
  expect(gap.from, 'it begins before the worker broke, or as it did').toBeLessThanOrEqual(brokenAt + 50);
  // The worker is heard of every second, and was the moment before.
  expect(gap.from).toBeGreaterThanOrEqual(brokenAt - 1_500);
  expect(gap.from, 'no trade that came lies within it').toBeGreaterThanOrEqual(before.t - 50);
  expect(gap.to).toBeLessThanOrEqual(after.t + 100);
  expect(gap.to).toBeGreaterThan(brokenAt);
}

describe('a shard that cannot listen any more', () => {
  it('tries again until it can, and the stop that follows is a clean one', async () => {
    const rig = await startRig();
    const { port } = rig.tickcast;
    rig.tickcast.inject('shard-0', 'throw');
    const thief = createServer();
    const taken = () =>
      new Promise<boolean>((resolve) => {
        thief.once('error', () => resolve(false));
        thief.listen({ host: '127.0.0.1', port, exclusive: true }, () => resolve(true));
      });
    await until('the port is taken', taken);
    await until('it says so', () => rig.tickcast.log.some(({ msg }) => msg.includes('cannot listen')));
    await new Promise((resolve) => thief.close(resolve));
    await until('it serves again', async () => (await fetch(`${rig.tickcast.url}/readyz`).catch(() => undefined))?.ok);
    expect(await rig.tickcast.stop()).toBe(0);
  });
});

describe('a shard that blocks its loop', () => {
  it('ends the process with a reason and a code of its own', async () => {
    const rig = await startRig({}, { flags: ['--shards', '2'] });
    const clients = await watching(rig, 8);
    rig.tickcast.inject('shard-1', 'block', 30_000);
    const code = await rig.tickcast.exited;
    expect(code).toBe(70);
    const last = rig.tickcast.log.find(({ level }) => level === 60);
    expect(last).toMatchObject({ msg: expect.stringContaining('does not react'), workers: ['shard-1'] });
    expect(rig.tickcast.output()).not.toMatch(/abort|core dumped|FATAL ERROR/i);
    await until('all clients know', () => clients.every(({ ws }) => ws.readyState === ws.CLOSED));
  });
});
