import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startTickcast, type Tickcast } from '../support/server.ts';
import { writeTape } from '../support/tape-file.ts';

const EPOCH = Date.UTC(2025, 9, 15, 14, 30);
const BTC = 'BINANCE:BTCUSDT';
const MANY = 'BINANCE:ETHUSDT';
const COUNT = 60_000;
const dataDir = mkdtempSync(join(tmpdir(), 'tickcast-api-'));
let server: Tickcast;

beforeAll(async () => {
  const trades = Array.from({ length: 3_000 }, (_, index) => ({
    t: EPOCH + index * 1_000,
    p: 100 + index / 8,
    v: 0.1,
  }));
  writeTape(join(dataDir, 'tape-simulated.sqlite'), { symbol: BTC, epoch: EPOCH, trades });
  const many = Array.from({ length: COUNT }, (_, index) => ({
    t: EPOCH + index,
    p: 100,
    v: index / 8,
    c: ['1', '12'],
  }));
  writeTape(join(dataDir, 'tape-simulated.sqlite'), { symbol: MANY, epoch: EPOCH, trades: many });
  // The recording is of a year ago: without this the server would begin to delete it.
  server = await startTickcast({ dataDir, flags: ['--retention-days', '36500', '--shards', '1'] });
});
afterAll(async () => {
  await server.kill();
  rmSync(dataDir, { recursive: true, force: true });
});

describe('/api/candles', () => {
  it('answers the newest candles, oldest first', async () => {
    const response = await fetch(`${server.url}/api/candles?symbol=${BTC}&interval=1m&limit=2`);
    expect(response.status).toBe(200);
    expect(response.headers.get('cache-control')).toBe('no-store');
    const body = await response.json();
    expect(body).toMatchObject({ symbol: BTC, interval: '1m', through: { epoch: EPOCH, seq: 3_000 } });
    expect(body).toMatchObject({ candles: [{ t: EPOCH + 48 * 60_000 }, { t: EPOCH + 49 * 60_000, n: 60 }] });
  });

  it('names a wrong parameter', async () => {
    const response = await fetch(`${server.url}/api/candles?symbol=${BTC}&interval=2m`);
    expect(response.status).toBe(400);
    expect(await response.json()).toEqual({
      error: { code: 'bad-parameter', message: 'interval is "2m": it must be one of 1s, 5s, 1m, 5m, 15m, 1h, 1d.' },
    });
  });
});

describe('/api/trades', () => {
  it('is streamed as CSV, whole, to a client that reads slowly', async () => {
    const response = await fetch(`${server.url}/api/trades?symbol=${MANY}&format=csv`);
    expect(response.headers.get('content-type')).toContain('text/csv');
    expect(response.headers.get('content-disposition')).toBe('attachment; filename="tickcast-BINANCE_ETHUSDT.csv"');
    let text = '';
    for await (const chunk of response.body?.pipeThrough(new TextDecoderStream()) ?? []) {
      text += chunk;
      await new Promise((resolve) => setImmediate(resolve));
    }
    const lines = text.trimEnd().split('\n');
    expect(lines.length).toBe(COUNT + 1);
    expect(lines[0]).toBe('symbol,epoch,seq,t_ms,price,volume,conditions');
    expect(lines.slice(1).every((line, index) => line.split(',')[2] === String(index + 1))).toBe(true);
  });

  it('is bounded by the limit in CSV too, and its header is there without trades', async () => {
    const csv = async (query: string) =>
      (await fetch(`${server.url}/api/trades?${query}`, { headers: { accept: 'text/csv' } })).text();
    expect((await csv(`symbol=${MANY}&limit=12345`)).trimEnd().split('\n').length).toBe(12_346);
    expect(await csv('symbol=NEVER')).toBe('symbol,epoch,seq,t_ms,price,volume,conditions\n');
  });

  it('is paged by epoch and number', async () => {
    const url = `${server.url}/api/trades?symbol=${BTC}&limit=2`;
    const first = await (await fetch(url)).json();
    expect(first).toMatchObject({ next: `${EPOCH}.2`, trades: [{ seq: 1 }, { seq: 2 }] });
    expect(await (await fetch(`${url}&after=${EPOCH}.2998`)).json()).toMatchObject({
      next: null,
      trades: [{ seq: 2_999 }, { seq: 3_000 }],
    });
  });

  it('goes on serving after a client has left in the middle', async () => {
    const controller = new AbortController();
    const response = await fetch(`${server.url}/api/trades?symbol=${MANY}&format=csv`, { signal: controller.signal });
    await response.body?.getReader().read();
    controller.abort();
    expect((await fetch(`${server.url}/api/trades?symbol=${MANY}&limit=1`)).status).toBe(200);
  });
});

describe('more queries than the server takes on', () => {
  it('are told to come back in a second, and nothing else suffers', async () => {
    const ask = (): Promise<Response> => fetch(`${server.url}/api/trades?symbol=${MANY}&limit=10000`);
    // The shard's pool takes 64 at a time, and each of them writes 10,000 trades.
    const answers = await Promise.all(Array.from({ length: 300 }, ask));
    const [taken, busy] = [200, 503].map((status) => answers.filter((each) => each.status === status));
    expect(taken?.length).toBeGreaterThanOrEqual(64);
    expect(busy?.length).toBeGreaterThan(0);
    expect((taken?.length ?? 0) + (busy?.length ?? 0)).toBe(300);
    expect(busy?.[0]?.headers.get('retry-after')).toBe('1');
    expect(await busy?.[0]?.json()).toEqual({
      error: { code: 'busy', message: 'Too many requests are being answered already.' },
    });
    for (const each of taken ?? []) expect(await each.json()).toHaveProperty('trades.length', 10_000);
    expect((await ask()).status).toBe(200);
  });

  it('do not break a download that has begun: it waits for its turn', async () => {
    const response = await fetch(`${server.url}/api/trades?symbol=${MANY}&format=csv`);
    expect(response.status).toBe(200);
    const others = Array.from({ length: 200 }, () => fetch(`${server.url}/api/trades?symbol=${MANY}&limit=10000`));
    expect((await response.text()).trimEnd().split('\n').length).toBe(COUNT + 1);
    await Promise.all(others);
  });
});

describe('every answer', () => {
  it.each(['candles?interval=1m&symbol=', 'trades?symbol=', 'trades?format=csv&symbol=', 'quote?symbol='])(
    'of %s has no body for HEAD',
    async (path) => {
      const response = await fetch(`${server.url}/api/${path}${BTC}`, { method: 'HEAD' });
      expect(response.status).toBe(200);
      expect(await response.text()).toBe('');
    },
  );
});

describe('what Finnhub is asked', () => {
  it('is a quote, which is kept for a while', async () => {
    const quote = async () => (await fetch(`${server.url}/api/quote?symbol=${BTC}`)).json();
    const first = await quote();
    expect(first).toMatchObject({ symbol: BTC, known: true, source: 'simulated' });
    expect(await quote()).toEqual(first);
    const unknown = await (await fetch(`${server.url}/api/quote?symbol=NEVER`)).json();
    expect(unknown).toMatchObject({ known: false, c: null, dp: null });
  });

  it('is whether the market is open', async () => {
    const market = await (await fetch(`${server.url}/api/market`)).json();
    expect(market).toMatchObject({ exchange: 'US', timezone: 'America/New_York', source: 'finnhub' });
    expect(market.holidays.length).toBeGreaterThan(5);
  });

  it('is refused past 60 calls a minute, and says when to come back', async () => {
    const answers = await Promise.all(
      Array.from({ length: 70 }, (_, index) => fetch(`${server.url}/api/quote?symbol=NONE${index}`)),
    );
    const refused = answers.filter(({ status }) => status === 503);
    expect(refused.length).toBeGreaterThanOrEqual(10);
    expect(Number(refused[0]?.headers.get('retry-after'))).toBeGreaterThan(0);
    expect(answers.every(({ status }) => status === 200 || status === 503)).toBe(true);
    expect((await fetch(`${server.url}/api/quote?symbol=${BTC}`)).status).toBe(200);
  });
});
