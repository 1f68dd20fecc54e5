import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startTickcast, type Tickcast } from '../support/server.ts';
import { writeTape } from '../support/tape-file.ts';

const EPOCH = Date.UTC(2025, 9, 15, 14, 30);
const BTC = 'BINANCE:BTCUSDT';
const dataDir = mkdtempSync(join(tmpdir(), 'tickcast-api-'));
let server: Tickcast;

beforeAll(async () => {
  const trades = Array.from({ length: 3_000 }, (_, index) => ({
    t: EPOCH + index * 1_000,
    p: 100 + index / 8,
    v: 0.1,
  }));
  writeTape(join(dataDir, 'tape-simulated.sqlite'), { symbol: BTC, epoch: EPOCH, trades });
  server = await startTickcast({ dataDir });
});
afterAll(async () => {
  await server.stop();
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
