import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  connect,
  type FeedError,
  type FeedGap,
  type FeedReset,
  type FeedStatus,
  type FeedTrade,
} from 'tickcast/client';
import { describe, expect, it } from 'vitest';
import { WebSocket as WsSocket } from 'ws';
import { type PrintedTrade, pythonWithWebsockets, startFollower, untold } from '../support/followers.ts';
import { later, type Rig, startRig, stopAfter } from '../support/rig.ts';
import { until } from '../support/until.ts';

stopAfter('each');

const SYMBOLS = ['BINANCE:BTCUSDT', 'BINANCE:ETHUSDT'];
const [SYMBOL = ''] = SYMBOLS;
const TOKEN = 'correct-horse-battery-staple';
const python = pythonWithWebsockets();

function dataFolder(): string {
  const dataDir = mkdtempSync(join(tmpdir(), 'tickcast-client-'));
  later(async () => rmSync(dataDir, { recursive: true, force: true }));
  return dataDir;
}

/** What the server's file has from one number to another, by the API. */
async function recorded(rig: Rig, first: PrintedTrade, last: PrintedTrade): Promise<PrintedTrade[]> {
  const { symbol } = first;
  const trades: PrintedTrade[] = [];
  const isLast = (trade: PrintedTrade): boolean => trade.epoch === last.epoch && trade.seq === last.seq;
  let after = `${first.epoch}.${first.seq - 1}`;
  await until('the last trade is recorded', async () => {
    const path = `/api/trades?symbol=${encodeURIComponent(symbol)}&limit=5000&after=${after}`;
    const page: { trades: Omit<PrintedTrade, 'symbol'>[] } = await (await fetch(`${rig.tickcast.url}${path}`)).json();
    trades.push(...page.trades.map(({ epoch, seq, t, p, v }) => ({ symbol, epoch, seq, t, p, v })));
    const end = trades.at(-1);
    if (end) after = `${end.epoch}.${end.seq}`;
    return trades.some(isLast);
  });
  return trades.slice(0, trades.findIndex(isLast) + 1);
}

describe.each([
  { name: 'the Node example', command: process.execPath, file: 'follow.mjs' },
  { name: 'the Python example', command: python, file: 'follow.py' },
])('$name', ({ name, command, file }) => {
  const title = 'goes on over a restart of the server: each trade once, as recorded, and the gap told';
  it.skipIf(!command)(
    command ? title : `${title} (skipped: ${name} needs Debian's python3-websockets)`,
    async () => {
      const dataDir = dataFolder();
      const before = await startRig({ pace: 5 }, { dataDir });
      const follower = startFollower(command ?? '', file, [before.tickcast.wsUrl, ...SYMBOLS]);
      later(() => follower.stop());
      const epochs = (symbol: string): Set<number> => new Set(follower.trades(symbol).map(({ epoch }) => epoch));
      await until('trades', () => SYMBOLS.every((symbol) => follower.trades(symbol).length > 20));
      expect(await before.tickcast.stop()).toBe(0);
      const after = await startRig({ pace: 5 }, { dataDir, port: before.tickcast.port });
      await until(
        'trades of the new epoch',
        () => SYMBOLS.every((symbol) => epochs(symbol).size === 2 && (follower.trades(symbol).at(-1)?.seq ?? 0) > 20),
        30_000,
      );
      await follower.stop();
      for (const symbol of SYMBOLS) {
        expect(untold(follower.lines(), symbol), follower.output()).toEqual([]);
        expect(follower.lines().filter((line) => line.startsWith(`reset ${symbol} `))).toEqual([]);
        expect(follower.lines().filter((line) => line.startsWith(`gap ${symbol} restart `))).toHaveLength(1);
        const trades = follower.trades(symbol);
        const [first] = trades;
        const last = trades.at(-1);
        if (!first || !last) throw new Error('no trade');
        expect(trades).toEqual(await recorded(after, first, last));
      }
    },
    60_000,
  );

  it.skipIf(!command)('shows its token, and ends when that is wrong', async () => {
    const rig = await startRig({ pace: 5 }, { env: { ACCESS_TOKEN: TOKEN } });
    const good = startFollower(command ?? '', file, [rig.tickcast.wsUrl, SYMBOL], TOKEN);
    later(() => good.stop());
    await until('trades', () => good.trades(SYMBOL).length > 5);
    const bad = startFollower(command ?? '', file, [rig.tickcast.wsUrl, SYMBOL], 'wrong');
    later(() => bad.stop());
    await until('it has ended by itself', () => bad.process.exitCode !== null);
    expect([bad.process.exitCode, bad.trades(SYMBOL)], bad.output()).toEqual([1, []]);
    await good.stop();
  });
});

describe('tickcast/client', () => {
  /** A feed and all it told. */
  function follow(url: string, options: Parameters<typeof connect>[1] = {}) {
    const told = {
      trades: [] as FeedTrade[],
      gaps: [] as FeedGap[],
      resets: [] as FeedReset[],
      errors: [] as FeedError[],
      statuses: [] as FeedStatus[],
    };
    const feed = connect(url, {
      onTrades: (trades) => told.trades.push(...trades),
      onGap: (gap) => told.gaps.push(gap),
      onReset: (reset) => told.resets.push(reset),
      onError: (error) => told.errors.push(error),
      onStatus: (status) => told.statuses.push(status),
      ...options,
    });
    later(async () => feed.close());
    return { feed, ...told };
  }

  it.each([
    { name: "Node's own WebSocket", WebSocket: undefined },
    { name: 'the package ws', WebSocket: WsSocket },
  ])('goes on where a program that ended has left off, with $name', async ({ WebSocket }) => {
    const rig = await startRig({ pace: 5 });
    const options = WebSocket ? { WebSocket } : {};
    const first = follow(rig.tickcast.wsUrl, options);
    first.feed.watch(SYMBOL);
    await until('trades', () => first.trades.length > 20);
    first.feed.close();
    const since = first.feed.position(SYMBOL);
    expect(since).toEqual({ epoch: first.trades.at(-1)?.epoch, seq: first.trades.at(-1)?.seq });
    const witness = await rig.tickcastClient();
    witness.subscribe(SYMBOL);
    await until('others get trades meanwhile', () => witness.trades.length > 20);

    const second = follow(rig.tickcast.wsUrl, options);
    second.feed.watch(SYMBOL, { since });
    await until('trades again', () => second.trades.length > 60);
    const all = [...first.trades, ...second.trades];
    expect(all.map(({ seq }) => seq)).toEqual(all.map((_, i) => (all[0]?.seq ?? 0) + i));
    expect([second.gaps, second.resets, second.errors]).toEqual([[], [], []]);
    expect(first.statuses.at(-1)).toMatchObject({ connection: 'closed', feed: 'finnhub' });
  });

  it('waits for a server that is not there yet, with either WebSocket, and throws nothing', async () => {
    const gone = await startRig();
    await gone.tickcast.stop();
    const feeds = [follow(gone.tickcast.wsUrl), follow(gone.tickcast.wsUrl, { WebSocket: WsSocket })];
    for (const { feed } of feeds) feed.watch(SYMBOL);
    await until('both have tried', () =>
      feeds.every(({ statuses }) => statuses.filter(({ connection }) => connection === 'lost').length > 1),
    );
    await startRig({ pace: 5 }, { port: gone.tickcast.port });
    await until('trades', () => feeds.every(({ trades }) => trades.length > 5), 30_000);
    for (const { errors } of feeds) expect(errors).toEqual([]);
  }, 60_000);

  it('tells a reset for a position the server knows nothing of, and goes on from there', async () => {
    const rig = await startRig({ pace: 5 });
    const { feed, trades, resets } = follow(rig.tickcast.wsUrl);
    feed.watch(SYMBOL, { since: { epoch: 1_600_000_000_000, seq: 5 } });
    await until('trades', () => trades.length > 5);
    expect(resets).toEqual([expect.objectContaining({ symbol: SYMBOL, reason: 'other-epoch' })]);
    expect(trades[0]?.epoch).toBe(resets[0]?.epoch);
    expect(trades[0]?.seq).toBe((resets[0]?.seq ?? 0) + 1);
  });

  it("tells the server's errors, about a symbol and about the token", async () => {
    const open = await startRig({ anySymbol: false });
    const asking = follow(open.tickcast.wsUrl);
    asking.feed.watch('NOPE');
    await until('the error', () => asking.errors.length > 0);
    expect(asking.errors[0]).toMatchObject({ code: 'unknown-symbol', symbol: 'NOPE' });

    const guarded = await startRig({}, { env: { ACCESS_TOKEN: TOKEN } });
    const { feed, errors, statuses } = follow(guarded.tickcast.wsUrl, { token: 'wrong' });
    feed.watch(SYMBOL);
    await until('it gives up', () => statuses.at(-1)?.connection === 'locked');
    expect(errors).toEqual([expect.objectContaining({ code: 'unauthorized' })]);
  });
});
