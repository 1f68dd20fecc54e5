import { beforeEach, describe, expect, it, vi } from 'vitest';
import { BATCH_STRIDE, writeFrame } from '../../src/protocol/batch.ts';
import { asEpoch, asSeq, asSymbolId } from '../../src/protocol/brand.ts';
import { encodeFrame, encodeFrameTrade } from '../../src/protocol/frame.ts';
import { FinnhubClient, TickcastClient } from '../support/clients.ts';
import { later, stopAfter } from '../support/rig.ts';
import { type ServedShard, serveInProcess } from '../support/shard.ts';
import { sleep, until } from '../support/until.ts';

stopAfter('each');

const EPOCH = 100;
const ID = 1;
const FRAME_TRADES = 500;
/** More than the kernel holds for a connection on this machine, which is some megabytes, and what the server adds. */
const FRAMES = 1_000;
const encoder = new TextEncoder();

let shard: ServedShard;
let sent = 0;

beforeEach(async () => {
  // Before the shard sets its own timers.
  vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval', 'Date'] });
  later(async () => vi.useRealTimers());
  shard = await serveInProcess();
  later(shard.close);
  sent = 0;
  const status = { upstream: 'live', since: 0 } as const;
  shard.hub.receive({ type: 'snapshot', epoch: asEpoch(EPOCH), open: [], lost: [], status });
  shard.hub.receive({ type: 'open', open: { symbol: 'A', id: asSymbolId(ID), seq: asSeq(0) } });
});

/** The next trades; each has its number for its price. */
function trade(count: number): void {
  const from = sent + 1;
  sent += count;
  const prices = Array.from({ length: count }, (_, i) => from + i);
  const v1 = encoder.encode(
    encodeFrame(
      ID,
      from,
      1_000,
      prices.map((p) => encodeFrameTrade(1_000, 1_000, p, 123_456, 0)),
    ),
  );
  const data = prices.map((p) => ({ c: null, p, s: 'A', t: 1_000, v: 123_456 }));
  const finnhub = encoder.encode(JSON.stringify({ type: 'trade', data }));
  const index = new Float64Array(BATCH_STRIDE);
  const numbers = { id: asSymbolId(ID), firstSeq: asSeq(from), lastSeq: asSeq(sent), lastT: 1_000, lastP: sent };
  writeFrame(index, 0, { ...numbers, start: 0, middle: v1.length, end: v1.length + finnhub.length });
  shard.hub.receive({ type: 'batch', ack: false, number: from, bytes: Buffer.concat([v1, finnhub]), index });
}

/** More than any socket takes that is not read. */
async function flood(): Promise<void> {
  for (let i = 0; i < FRAMES; i += 1) {
    trade(FRAME_TRADES);
    await sleep(0);
  }
}

async function numbered(): Promise<TickcastClient> {
  const client = await TickcastClient.connect(shard.url);
  client.subscribe('A');
  await client.subscribed('A');
  trade(1);
  await until('the first trade', () => client.trades.length > 0);
  return client;
}

async function program(): Promise<FinnhubClient> {
  const client = await FinnhubClient.connect(shard.url);
  client.subscribe('A');
  await until('the first trade', () => {
    trade(1);
    return client.trades.length > 0;
  });
  return client;
}

describe('a client that does not read', () => {
  it('gets what its socket holds, then a reset and the present, while the others miss nothing', async () => {
    const slow = await numbered();
    const quick = await numbered();
    slow.ws.pause();
    await flood();
    await until('the others', () => quick.trades.length === sent - 1);
    slow.ws.resume();
    const reset = await until('the reset', () => slow.of('reset').at(-1));
    expect(reset).toMatchObject({ symbol: 'A', epoch: EPOCH, seq: sent, reason: 'slow' });
    expect(slow.of('subscribed').at(-1)).toMatchObject({ recovered: false, last: { p: sent } });
    expect(slow.of('status').length, 'and what else it may have missed').toBeGreaterThan(1);
    expect(slow.trades.length, 'not all of it was kept for it').toBeLessThan(sent);
    trade(1);
    await until('the next trade', () => slow.position('A')?.seq === sent);
    for (const { faults } of [slow, quick]) expect(faults).toEqual([]);
  });

  it('is closed with 1013, not thinned, when it speaks a framing that has no word for it', async () => {
    const slow = await program();
    slow.ws.pause();
    await flood();
    expect(shard.connections()).toBe(1);
    slow.ws.resume();
    expect(await slow.closed).toBe(1013);
    expect(slow.trades.length).toBeLessThan(sent);
    const first = slow.trades[0]?.p ?? 0;
    for (const [i, { p }] of slow.trades.entries()) if (p !== first + i) throw new Error(`${p} after ${first + i - 1}`);
  });

  it('is closed after 30 s, with nothing missing in what it reads after all', async () => {
    const stuck = await numbered();
    stuck.ws.pause();
    await flood();
    vi.advanceTimersByTime(30_000);
    expect(shard.connections()).toBe(1);
    vi.advanceTimersByTime(10_000);
    expect(shard.connections()).toBe(0);
    stuck.ws.resume();
    // A full socket takes no reason either.
    expect([1006, 1013]).toContain(await stuck.closed);
    expect(stuck.trades.length).toBeLessThan(sent);
    expect(stuck.faults).toEqual([]);
  });
});
