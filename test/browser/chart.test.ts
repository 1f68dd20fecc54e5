import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import type { Page } from 'playwright-core';
import { afterAll, describe, expect, it } from 'vitest';
import { tradingTime } from '../../pwa/chart/time-map.ts';
import type { Candle } from '../../src/protocol/candles.ts';
import { sessionAt } from '../../src/protocol/sessions.ts';
import { type Simulator, startSimulator } from '../../src/upstream/simulator/server.ts';
import { startTickcast, type Tickcast, type TickcastArgs } from '../support/server.ts';
import { writeTape } from '../support/tape-file.ts';
import { until } from '../support/until.ts';
import { DESK, drawnTexts } from './browser.ts';
import {
  afterwards,
  drawn,
  morePoints,
  open,
  PATIENCE_MS,
  press,
  serve,
  setStage,
  sharedServer,
  words,
} from './stage.ts';

setStage();

const SYMBOL = 'BINANCE:BTCUSDT';
const MINUTE_MS = 60_000;
const DAY_MS = 24 * 60 * MINUTE_MS;

function dataFolder(): string {
  const dataDir = mkdtempSync(join(tmpdir(), 'tickcast-chart-'));
  afterwards(() => rmSync(dataDir, { recursive: true, force: true }));
  return dataDir;
}

async function playFinnhub(): Promise<Simulator> {
  const simulator = await startSimulator({ anySymbol: true, pace: 5 });
  afterwards(() => simulator.close());
  return simulator;
}

const argsFor = (simulator: Simulator, dataDir: string, port?: number): TickcastArgs => ({
  dataDir,
  ...(port === undefined ? {} : { port }),
  flags: ['--finnhub-ws-url', simulator.wsUrl, '--finnhub-rest-url', simulator.restUrl],
  env: { FINNHUB_API_KEY: 'test-key' },
});

/** One server and its Finnhub for all tests of a `describe` that only look; `prepare` is given its data folder. */
function sharedRig(prepare: (dataDir: string) => void = () => undefined): () => Promise<Tickcast> {
  const dataDir = mkdtempSync(join(tmpdir(), 'tickcast-chart-'));
  let simulator: Simulator | undefined;
  afterAll(async () => {
    await simulator?.close();
    rmSync(dataDir, { recursive: true, force: true });
  });
  return sharedServer(async () => {
    prepare(dataDir);
    simulator = await startSimulator({ anySymbol: true, pace: 5 });
    return startTickcast(argsFor(simulator, dataDir));
  });
}

/** The newest minute on the tape as plain SQL makes it of the trades; no code of the product has a part in it. */
function newestMinute(dataDir: string): Candle {
  const db = new DatabaseSync(join(dataDir, 'tape-finnhub.sqlite'), { readOnly: true });
  const row = db
    .prepare(
      `WITH minute AS (
         SELECT * FROM tape WHERE symbol = ?1
         AND t / ${MINUTE_MS} = (SELECT MAX(t) / ${MINUTE_MS} FROM tape WHERE symbol = ?1)
       )
       SELECT MIN(t) / ${MINUTE_MS} * ${MINUTE_MS} AS t,
         (SELECT p FROM minute ORDER BY t, epoch, seq LIMIT 1) AS o, MAX(p) AS h, MIN(p) AS l,
         (SELECT p FROM minute ORDER BY t DESC, epoch DESC, seq DESC LIMIT 1) AS c,
         SUM(v) AS v, COUNT(*) FILTER (WHERE v > 0) AS n
       FROM minute`,
    )
    .get(SYMBOL);
  db.close();
  if (!row) throw new Error('nothing is recorded');
  const [t, o, h, l, c, v, n] = ['t', 'o', 'h', 'l', 'c', 'v', 'n'].map((name) => Number(row[name]));
  return { t, o, h, l, c, v, n } as Candle;
}

/** The table's newest row: its prices and its time. */
async function newestRow(page: Page): Promise<{ t: number; prices: number[] }> {
  const row = page.locator('.chart-table tbody tr').first();
  const cells = await row.locator('td').allTextContents();
  return {
    t: Number(await row.getAttribute('data-t')),
    prices: cells.slice(0, 4).map((text) => Number(text.replaceAll(',', ''))),
  };
}

/** Waits until what was on its way when the trades stopped is on the tape: longer than the recorder's window without a change. */
async function settled(dataDir: string): Promise<Candle> {
  let candle = newestMinute(dataDir);
  let since = Date.now();
  await until('the tape is at rest', async () => {
    const next = newestMinute(dataDir);
    if (JSON.stringify(next) !== JSON.stringify(candle)) since = Date.now();
    candle = next;
    return Date.now() - since > 1_000;
  });
  return candle;
}

/** Stops the trades and sees that chart, table and file have the same newest candle. */
async function expectSameCandle(page: Page, simulator: Simulator, dataDir: string): Promise<Candle> {
  simulator.inject({ type: 'freeze' });
  const stored = await settled(dataDir);
  const { v, ...prices } = stored;
  await expect
    .poll(
      async () => {
        const { interval, lastCandle } = await drawn(page);
        const { v: shownV = Number.NaN, ...shown } = lastCandle ?? {};
        return { interval, ...shown, isVolumeRight: Math.abs(v - shownV) <= 1e-9 * v };
      },
      { timeout: PATIENCE_MS },
    )
    .toEqual({ interval: '1m', ...prices, isVolumeRight: true });
  const { o, h, l, c } = stored;
  await expect
    .poll(() => newestRow(page), { timeout: PATIENCE_MS })
    .toEqual({ t: stored.t, prices: [o, h, l, c].map((p) => Number(p.toFixed(2))) });
  return stored;
}

describe('the last candle on the screen', () => {
  it('is the one that plain SQL makes of the tape: live, after a reload, and after a restart of the server', async () => {
    const dataDir = dataFolder();
    const epoch = Date.now() - 2 * 60 * MINUTE_MS;
    const earlier = Array.from({ length: 110 }, (_, i) => ({ t: epoch + i * MINUTE_MS, p: 120_000 + i, v: 2 }));
    writeTape(join(dataDir, 'tape-finnhub.sqlite'), { symbol: SYMBOL, epoch, trades: earlier });
    const simulator = await playFinnhub();
    const server = await serve(argsFor(simulator, dataDir));
    const { page, problems } = await open(server.url);
    await words(page, /^Live$/);
    await press(page, 'Candles');
    await press(page, '1h');
    await press(page, 'Table');
    await morePoints(page, 20);
    const live = await expectSameCandle(page, simulator, dataDir);

    await page.reload();
    await press(page, '1h');
    await press(page, 'Table');
    const reloaded = await expectSameCandle(page, simulator, dataDir);
    expect(reloaded).toEqual(live);

    await server.stop();
    await words(page, /reconnecting/i);
    simulator.inject({ type: 'clear' });
    await serve(argsFor(simulator, dataDir, server.port));
    await words(page, /^Live$/);
    await expect
      .poll(async () => newestMinute(dataDir).n + newestMinute(dataDir).t, { timeout: PATIENCE_MS })
      .toBeGreaterThan(live.n + live.t + 10);
    const restarted = await expectSameCandle(page, simulator, dataDir);
    expect(restarted).not.toEqual(live);
    expect(problems.filter((text) => !/WebSocket|ERR_CONNECTION_REFUSED|Failed to load/.test(text))).toEqual([]);
  });
});

describe('the chart of a week that is recorded', () => {
  const now = Date.now();
  const trades = Array.from({ length: 9 * 24 * 60 }, (_, i) => ({
    t: now - 9 * DAY_MS + i * MINUTE_MS,
    p: 120_000 + Math.round(2_000 * Math.sin(i / 300)),
    v: 1 + (i % 7),
  })).filter(({ t }) => t < now - MINUTE_MS);

  const shared = sharedRig((dataDir) =>
    writeTape(join(dataDir, 'tape-finnhub.sqlite'), { symbol: SYMBOL, epoch: now - 9 * DAY_MS, trades }),
  );

  async function openWeek(): Promise<Page> {
    const server = await shared();
    const { page, problems } = await open(server.url, { viewport: DESK });
    await words(page, /^Live$/);
    await morePoints(page, 1);
    afterwards(() => expect(problems).toEqual([]));
    return page;
  }

  it('goes back by dragging, by buttons and by keys, loads what it shows, and comes back to live', async () => {
    const page = await openWeek();
    await press(page, 'Candles');
    await press(page, '1D');
    await expect
      .poll(() => drawn(page), { timeout: PATIENCE_MS })
      .toMatchObject({ interval: '15m', lastCandle: { t: expect.any(Number) } });
    const newest = (await drawn(page)).lastCandle?.t ?? Number.NaN;
    const box = await page.locator('.chart canvas').boundingBox();
    if (!box) throw new Error('no chart');
    const y = box.y + box.height / 2;
    await page.mouse.move(box.x + 60, y);
    await page.mouse.down();
    await page.mouse.move(box.x + box.width - 160, y, { steps: 8 });
    await page.mouse.up();
    await page.locator('.chart-live').waitFor({ timeout: PATIENCE_MS });
    // Most of the plot's width, which is a day.
    await expect
      .poll(async () => newest - ((await drawn(page)).lastCandle?.t ?? newest), { timeout: PATIENCE_MS })
      .toBeGreaterThan(DAY_MS / 2);
    await page.locator('.chart-plot').focus();
    for (let i = 0; i < 4; i += 1) await page.keyboard.press('PageUp');
    const back = await expect
      .poll(async () => (await drawn(page)).lastCandle, { timeout: PATIENCE_MS })
      .toSatisfy((candle: Candle | null) => candle !== null && newest - candle.t > 4 * DAY_MS)
      .then(() => drawn(page));
    const { t = 0, c } = back.lastCandle ?? {};
    const within = trades.filter((trade) => trade.t >= t && trade.t < t + 15 * MINUTE_MS);
    expect(c).toBe(within.at(-1)?.p);
    await press(page, 'Back to live');
    await expect
      .poll(async () => (await drawn(page)).lastCandle?.t ?? 0, { timeout: PATIENCE_MS })
      .toBeGreaterThanOrEqual(newest);
    await expect.poll(() => page.locator('.chart-live').count()).toBe(0);
  });

  it('zooms by wheel, by button and by key', async () => {
    const page = await openWeek();
    await press(page, '1D');
    const span = async (): Promise<number> => (await drawn(page)).spanMs;
    await expect.poll(span, { timeout: PATIENCE_MS }).toBe(DAY_MS);
    await press(page, 'Zoom in');
    await expect.poll(span, { timeout: PATIENCE_MS }).toBeLessThan(DAY_MS * 0.7);
    await press(page, 'Zoom out');
    await expect.poll(span, { timeout: PATIENCE_MS }).toBeCloseTo(DAY_MS, -3);
    await page.locator('.chart canvas').hover();
    await page.mouse.wheel(0, -400);
    await expect.poll(span, { timeout: PATIENCE_MS }).toBeLessThan(DAY_MS * 0.7);
    await page.locator('.chart-plot').focus();
    const before = await span();
    await page.keyboard.press('-');
    await expect.poll(span, { timeout: PATIENCE_MS }).toBeGreaterThan(before * 1.4);
    expect(await page.getByRole('button', { name: '1D' }).getAttribute('aria-pressed')).toBe('false');
  });

  it('reads exact times and prices under the mouse, by keys, and lets go', async () => {
    const page = await openWeek();
    await press(page, 'Candles');
    await press(page, '1W');
    await expect.poll(async () => (await drawn(page)).interval, { timeout: PATIENCE_MS }).toBe('1h');
    const legend = page.locator('.chart-legend');
    expect(await legend.textContent()).toBe('');
    await page.locator('.chart canvas').hover();
    await expect.poll(() => legend.textContent(), { timeout: PATIENCE_MS }).toMatch(/\d\d:00O 1[\d,.]+H 1[\d,.]+L 1/);
    await page.mouse.move(5, 5);
    await expect.poll(() => legend.textContent()).toBe('');
    await page.locator('.chart-plot').focus();
    await page.keyboard.press('ArrowLeft');
    await expect.poll(() => legend.textContent()).not.toBe('');
    const newest = await legend.textContent();
    await page.keyboard.press('ArrowLeft');
    await expect.poll(() => legend.textContent()).not.toBe(newest);
    await page.keyboard.press('Escape');
    await expect.poll(() => legend.textContent()).toBe('');
  });

  it('shows everything there is, and offers the trades in sight as CSV', async () => {
    const page = await openWeek();
    await press(page, 'All');
    await expect.poll(async () => (await drawn(page)).spanMs, { timeout: PATIENCE_MS }).toBeGreaterThan(8.9 * DAY_MS);
    const href = await page.getByRole('link', { name: 'Download trades as CSV' }).getAttribute('href');
    const csv = await page.evaluate(`fetch(${JSON.stringify(href)}).then((answer) => answer.text())`);
    const lines = String(csv).trim().split('\n');
    expect(lines[0]).toBe('symbol,epoch,seq,t_ms,price,volume,conditions');
    expect(lines[1]).toBe(`${SYMBOL},${now - 9 * DAY_MS},1,${trades[0]?.t},${trades[0]?.p},${trades[0]?.v},`);
    expect(lines.length).toBeGreaterThan(trades.length);
  });
});

describe('the chart of a stock', () => {
  it('has no width for closed hours, also for a browser that has never seen this server', async () => {
    const dataDir = dataFolder();
    const now = Date.now();
    const trades = Array.from({ length: 12 * 24 * 12 }, (_, i) => ({
      t: now - 12 * DAY_MS + i * 5 * MINUTE_MS,
      p: 200 + (i % 5),
    })).filter(({ t }) => sessionAt('us', t) !== 'closed');
    writeTape(join(dataDir, 'tape-finnhub.sqlite'), { symbol: 'AAPL', epoch: now - 12 * DAY_MS, trades });
    const simulator = await playFinnhub();
    // The simulated market would trade at night as well.
    simulator.inject({ type: 'freeze' });
    const server = await serve(argsFor(simulator, dataDir));
    const { page } = await open(`${server.url}/?symbol=AAPL`, { viewport: DESK });
    await press(page, '1W');
    const from = async (): Promise<number> => {
      const href = await page.getByRole('link', { name: 'Download trades as CSV' }).getAttribute('href');
      return Number(new URLSearchParams(href?.split('?')[1]).get('from'));
    };
    // Five days of sixteen hours.
    const week = 80 * 60 * MINUTE_MS;
    const axis = tradingTime('us', now);
    const expected = axis.t(axis.x(now) - week);
    await expect
      .poll(async () => Math.abs((await from()) - expected) / MINUTE_MS, { timeout: PATIENCE_MS })
      .toBeLessThan(10);
    expect((await drawn(page)).spanMs).toBe(week);
  });
});

/** Nothing was recorded before it started. */
const fresh = sharedRig();

describe('a symbol that was never recorded', () => {
  it('says since when it is recorded, and what its day was like', async () => {
    const server = await fresh();
    const { page } = await open(server.url);
    await words(page, /^Live$/);
    await morePoints(page, 1);
    await expect
      .poll(async () => (await drawnTexts(page)).join('|'), { timeout: PATIENCE_MS })
      .toMatch(/Recording since \d\d:\d\d/);
    const texts = (await drawnTexts(page)).join('|');
    expect(texts).toMatch(/Previous close [\d,.]+/);
    expect(texts).toMatch(/Day’s high [\d,.]+/);
    await page.locator('.price-lines', { hasText: 'Today' }).waitFor({ timeout: PATIENCE_MS });
  });
});

describe('by touch', () => {
  it('reads where it is tapped, and lets go at the next tap; two fingers zoom', async () => {
    const server = await fresh();
    const { page, context } = await open(server.url, { hasTouch: true, isMobile: true });
    await words(page, /^Live$/);
    await morePoints(page, 20);
    const box = await page.locator('.chart canvas').boundingBox();
    if (!box) throw new Error('no chart');
    const [x, y] = [box.x + box.width / 2, box.y + box.height / 2];
    const legend = page.locator('.chart-legend');
    await page.touchscreen.tap(box.x + box.width * 0.7, y);
    await expect.poll(() => legend.textContent(), { timeout: PATIENCE_MS }).toMatch(/\d\d:\d\d:\d\d\.\d{3}Price/);
    await page.touchscreen.tap(x, y);
    await expect.poll(() => legend.textContent(), { timeout: PATIENCE_MS }).toBe('');

    const before = (await drawn(page)).spanMs;
    const cdp = await context.newCDPSession(page);
    const touch = (type: string, ...points: number[]) =>
      cdp.send('Input.dispatchTouchEvent', {
        type: type as 'touchStart',
        touchPoints: points.map((px, id) => ({ x: px, y, id })),
      });
    await touch('touchStart', x - 30, x + 30);
    for (let way = 10; way <= 90; way += 20) await touch('touchMove', x - 30 - way, x + 30 + way);
    await touch('touchEnd');
    await expect.poll(async () => (await drawn(page)).spanMs, { timeout: PATIENCE_MS }).toBeLessThan(before * 0.6);
  });
});
