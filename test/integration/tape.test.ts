import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { describe, expect, it } from 'vitest';
import { parseReplay } from '../../src/upstream/simulator/replay.ts';
import { hasSharedData, readSharedData } from '../shared-data.ts';
import { sqlCandles } from '../support/independent-candles.ts';
import { later, type Rig, startRig, stopAfter } from '../support/rig.ts';
import { until } from '../support/until.ts';

stopAfter('each');

const INTERVALS_MS = {
  '1s': 1_000,
  '5s': 5_000,
  '1m': 60_000,
  '5m': 300_000,
  '15m': 900_000,
  '1h': 3_600_000,
  '1d': 86_400_000,
};
const FILES = ['trades-binance-ethusdt-2023-02-02.csv', 'trades-binance-xrpeth-2019-10-11.csv'];
const SYMBOL = 'BINANCE:BTCUSDT';

/** A folder that outlives a server, and is gone after the test. */
function dataFolder(): string {
  const dataDir = mkdtempSync(join(tmpdir(), 'tickcast-tape-'));
  later(async () => rmSync(dataDir, { recursive: true, force: true }));
  return dataDir;
}

function tapeOf(dataDir: string): DatabaseSync {
  const db = new DatabaseSync(join(dataDir, 'tape-finnhub.sqlite'), { readOnly: true });
  later(async () => db.close());
  return db;
}

async function getJson(rig: Rig, path: string) {
  const response = await fetch(`${rig.tickcast.url}${path}`);
  expect(response.status, path).toBe(200);
  return response.json();
}

describe.each(FILES)('%s through simulator, server and file', (name) => {
  it.skipIf(!hasSharedData(name))(
    'gives the candles that plain SQL makes of it, and every trade as it was (skipped without ../shared/data)',
    async () => {
      const csv = readSharedData(name);
      const lines = csv.trim().split('\n').slice(1);
      const symbol = lines[0]?.split(',')[0] ?? '';
      const replay = parseReplay(csv);
      if (!replay.ok) throw new Error(replay.reason);
      const dataDir = dataFolder();
      const rig = await startRig(
        { replay: { trades: replay.trades, speed: 0, rebase: false } },
        { dataDir, flags: ['--record', symbol] },
      );
      await until('everything is written', async () => {
        const { recording } = await getJson(rig, '/api/status');
        return recording?.written === lines.length;
      });

      const query = encodeURIComponent(symbol);
      for (const [interval, ms] of Object.entries(INTERVALS_MS)) {
        const expected = sqlCandles(csv, ms);
        const candles = [];
        for (let to = Date.now(); ; ) {
          const page = await getJson(rig, `/api/candles?symbol=${query}&interval=${interval}&limit=7000&to=${to}`);
          candles.unshift(...page.candles);
          if (page.candles.length === 0) break;
          to = page.candles[0].t;
        }
        const withoutVolume = (each: { v: number }) => ({ ...each, v: 0 });
        expect(candles.map(withoutVolume), interval).toEqual(expected.map(withoutVolume));
        for (const [i, { v }] of candles.entries()) {
          const right = expected[i]?.v ?? Number.NaN;
          expect(Math.abs(v - right), `${interval} volume ${i}`).toBeLessThanOrEqual(1e-9 * Math.max(1, right));
        }
      }

      const trades: { t: number; p: number; v: number }[] = [];
      for (let after: string | null = '0.0'; after !== null; ) {
        const page: { trades: typeof trades; next: string | null } = await getJson(
          rig,
          `/api/trades?symbol=${query}&limit=5000${after === '0.0' ? '' : `&after=${after}`}`,
        );
        trades.push(...page.trades);
        after = page.trades.length === 0 ? null : page.next;
      }
      expect(trades.map(({ t, p, v }) => [t, p, v])).toEqual(lines.map((line) => line.split(',').slice(1).map(Number)));
    },
    60_000,
  );
});

describe('a symbol that nobody watches for a while', () => {
  it('has a gap, which the stream, the API and the file tell alike', async () => {
    const dataDir = dataFolder();
    const rig = await startRig({ pace: 5 }, { dataDir, flags: ['--linger-ms', '0'] });
    const first = await rig.tickcastClient();
    first.subscribe(SYMBOL);
    await until('trades', () => first.trades.length > 10);
    const since = first.position(SYMBOL);
    await first.close();
    await until('it is given back', () => rig.simulator.subscriptions().every((symbols) => symbols.length === 0));

    const path = `symbol=${encodeURIComponent(SYMBOL)}`;
    await until('the API says that it is missing now', async () => {
      const { gaps } = await getJson(rig, `/api/candles?${path}&interval=1s`);
      return gaps.some(({ cause }: { cause: string }) => cause === 'unwatched');
    });
    const second = await rig.tickcastClient();
    second.subscribe(SYMBOL, since);
    await until('trades again', () => second.trades.length > 10);
    const [told] = second.of('gap', SYMBOL).filter(({ cause }) => cause === 'unwatched');
    if (!told) throw new Error('no gap was told');
    expect(second.faults).toEqual([]);
    await until('the gap is written', async () => {
      const { gaps } = await getJson(rig, `/api/candles?${path}&interval=1s&limit=10000`);
      return gaps.some(({ from, to }: { from: number; to: number }) => from === told.from && to === told.to);
    });
    const { gaps } = await getJson(rig, `/api/trades?${path}&limit=10000`);
    expect(gaps).toContainEqual(
      expect.objectContaining({ cause: 'unwatched', from: told.from, to: told.to, afterSeq: told.fromSeq }),
    );
    const rows = tapeOf(dataDir).prepare('SELECT from_t, to_t, seq FROM gaps WHERE cause = ?').all('unwatched');
    expect(rows).toContainEqual({ from_t: told.from, to_t: told.to, seq: told.fromSeq });
  });
});

describe('a client that comes back', () => {
  it('over a restart gets the rest of the old epoch, the gap, and the new epoch', async () => {
    const dataDir = dataFolder();
    const rig = await startRig({ pace: 5 }, { dataDir, flags: ['--record', SYMBOL] });
    const witness = await rig.tickcastClient();
    witness.subscribe(SYMBOL);
    await until('trades', () => witness.trades.length > 20);
    const since = { epoch: witness.trades[4]?.epoch ?? 0, seq: witness.trades[4]?.seq ?? 0 };
    await rig.tickcast.stop();
    const before = witness.trades.slice(5);

    const again = await startRig({ pace: 5 }, { dataDir, flags: ['--record', SYMBOL] });
    const client = await again.tickcastClient();
    client.subscribe(SYMBOL, since);
    await until('trades of both epochs', () => new Set(client.trades.map(({ epoch }) => epoch)).size === 2);
    await until('enough of the new one', () => client.trades.filter(({ epoch }) => epoch !== since.epoch).length > 10);
    expect(client.faults).toEqual([]);
    expect(client.of('reset')).toEqual([]);
    // The witness was cut off a moment before the server had written its last trades: the client may get more.
    expect(client.trades.slice(0, before.length)).toEqual(before);
    const old = client.trades.filter(({ epoch }) => epoch === since.epoch);
    expect(old.map(({ seq }) => seq)).toEqual(old.map((_, i) => since.seq + 1 + i));
    const [gap] = client.of('gap', SYMBOL).filter(({ cause }) => cause === 'restart');
    expect(gap?.from).toBeGreaterThanOrEqual((old.at(-1)?.t ?? 0) - 1_000);
    expect(gap?.to).toBeGreaterThan(gap?.from ?? Number.POSITIVE_INFINITY);
    const fresh = client.trades.filter(({ epoch }) => epoch !== since.epoch);
    expect(fresh.map(({ seq }) => seq)).toEqual(fresh.map((_, i) => i + 1));
  });

  it('with more to catch up than the ring has joins the stream without a hole while trades pour in', async () => {
    const rig = await startRig({ pace: 400 }, { flags: ['--shards', '2'] });
    const witness = await rig.tickcastClient();
    witness.subscribe(SYMBOL);
    // About 25 bytes each: the ring of 512 kB has forgotten the first by then.
    await until('more than a ring holds', () => witness.trades.length > 40_000, 60_000);
    const [first] = witness.trades;
    if (!first) throw new Error('no trade');
    const clients = await Promise.all(Array.from({ length: 4 }, () => rig.tickcastClient()));
    for (const client of clients) client.subscribe(SYMBOL, { epoch: first.epoch, seq: first.seq });
    const end = witness.trades.length + 2_000;
    await until('everybody has caught up', () => clients.every(({ trades }) => trades.length >= end), 30_000);
    for (const client of clients) {
      expect(client.faults).toEqual([]);
      expect(client.of('reset')).toEqual([]);
      expect(client.trades.slice(0, end - 1_000)).toEqual(witness.trades.slice(1, end - 999));
    }
  }, 120_000);
});
