import type { Browser, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { startSimulator } from '../../src/upstream/simulator/server.ts';
import { startTickcast, type Tickcast, type TickcastArgs } from '../support/server.ts';
import {
  DESK,
  drawings,
  drawnTexts,
  hide,
  launchBrowser,
  PHONE,
  sidewaysOverflow,
  spilling,
  type Visit,
  visit,
} from './browser.ts';

/** A page on a busy machine may take this long for anything. */
const PATIENCE_MS = 15_000;

let browser: Browser;
const cleanups: (() => unknown)[] = [];

beforeAll(async () => {
  browser = await launchBrowser();
});
afterAll(() => browser.close());
afterEach(async () => {
  for (const cleanup of cleanups.splice(0).reverse()) await cleanup();
});

async function serve(args: TickcastArgs = {}): Promise<Tickcast> {
  const server = await startTickcast(args);
  cleanups.push(() => server.stop());
  return server;
}

async function open(...args: Parameters<typeof visit> extends [Browser, ...infer Rest] ? Rest : never): Promise<Visit> {
  const opened = await visit(browser, ...args);
  cleanups.push(() => opened.context.close());
  return opened;
}

const words = (page: Page, text: string | RegExp): Promise<void> =>
  page.locator('.connection-text', { hasText: text }).waitFor({ timeout: PATIENCE_MS });

const chartPoints = async (page: Page): Promise<number> =>
  Number(await page.locator('.chart').getAttribute('data-points'));

/** Waits until the chart holds more than `count` points. */
const morePoints = (page: Page, count: number): Promise<void> =>
  expect.poll(() => chartPoints(page), { timeout: PATIENCE_MS }).toBeGreaterThan(count);

describe('the live page', () => {
  it.each([
    ['phone, dark', PHONE, 'dark'],
    ['phone, light', PHONE, 'light'],
    ['desk, dark', DESK, 'dark'],
    ['desk, light', DESK, 'light'],
  ] as const)(
    'shows a chart that moves (%s), fills the screen, and nothing to complain about',
    async (_name, viewport, colorScheme) => {
      const server = await serve();
      const { page, problems } = await open(server.url, { viewport, colorScheme });
      await words(page, /^Live$/);
      await morePoints(page, 1);
      const before = await page.locator('canvas').screenshot();
      await morePoints(page, await chartPoints(page));
      expect((await page.locator('canvas').screenshot()).equals(before)).toBe(false);
      expect(await drawnTexts(page)).toContain('SIMULATED');
      expect(await sidewaysOverflow(page)).toBeLessThanOrEqual(0);
      const box = await page.locator('.chart').boundingBox();
      expect(box?.height).toBeGreaterThan(viewport.height / 2);
      expect(box?.width).toBeGreaterThan(viewport.width * 0.9);
      expect(await page.title()).toMatch(/^[\d,.]+ BINANCE:BTCUSDT · Tickcast$/);
      expect(problems).toEqual([]);
    },
  );

  it('finds a company by keyboard alone and puts it into the address', async () => {
    const server = await serve();
    const { page, problems } = await open(server.url, { viewport: DESK });
    await words(page, /^Live$/);
    await page.keyboard.press('/');
    await page.keyboard.type('apple');
    await page.locator('[role=option]', { hasText: 'AAPL' }).first().waitFor({ timeout: PATIENCE_MS });
    await page.keyboard.press('ArrowDown');
    await page.keyboard.press('ArrowUp');
    const active = await page.locator('[role=combobox]').getAttribute('aria-activedescendant');
    expect(await page.locator(`#${active}`).textContent()).toContain('AAPL');
    await page.keyboard.press('Enter');
    await page.waitForURL('**/?symbol=AAPL');
    await words(page, /^Live$/);
    await morePoints(page, 0);
    expect(await page.locator('h1').textContent()).toMatch(/Apple/);
    await page.goBack();
    await page.waitForURL('**/?symbol=BINANCE:BTCUSDT');
    await page.locator('h1', { hasText: 'Bitcoin' }).waitFor({ timeout: PATIENCE_MS });
    expect(problems).toEqual([]);
  });

  it('stays readable with letters twice the size', async () => {
    const server = await serve();
    const { page } = await open(server.url);
    await words(page, /^Live$/);
    await morePoints(page, 0);
    await page.evaluate("document.documentElement.style.fontSize = '200%'; 0");
    await page.fill('[role=combobox]', 'eur');
    await page.locator('[role=option]', { hasText: 'EUR_USD' }).waitFor({ timeout: PATIENCE_MS });
    expect(await sidewaysOverflow(page)).toBeLessThanOrEqual(0);
    expect(await spilling(page, '.price, .option-symbol, .windows button')).toEqual([]);
  });

  it('opens with the symbol viewed last', async () => {
    const server = await serve();
    const { page } = await open(`${server.url}/?symbol=MSFT`);
    await words(page, /^Live$/);
    await page.goto(server.url);
    await page.waitForURL('**/?symbol=MSFT');
  });

  it('draws seldom while no trade comes', async () => {
    const simulator = await startSimulator();
    cleanups.push(() => simulator.close());
    const server = await serve({
      flags: ['--finnhub-ws-url', simulator.wsUrl, '--finnhub-rest-url', simulator.restUrl],
      env: { FINNHUB_API_KEY: 'test-key' },
    });
    const { page } = await open(server.url, { viewport: DESK });
    await words(page, /^Live$/);
    await morePoints(page, 1);
    simulator.inject({ type: 'freeze' });
    await page.waitForTimeout(2000);
    const before = await drawings(page);
    await page.waitForTimeout(3000);
    expect((await drawings(page)) - before).toBeLessThanOrEqual(36);
  });

  it('draws nothing while its tab is hidden, and goes on when it is shown', async () => {
    const server = await serve();
    const { page } = await open(server.url);
    await words(page, /^Live$/);
    await morePoints(page, 1);
    await hide(page, true);
    await page.waitForTimeout(100);
    const before = await drawings(page);
    await page.waitForTimeout(1500);
    expect(await drawings(page)).toBe(before);
    await hide(page, false);
    await expect.poll(() => drawings(page), { timeout: PATIENCE_MS }).toBeGreaterThan(before);
    await words(page, /^Live$/);
  });
});

describe('when something is in the way', () => {
  it('says that it reconnects, and goes on by itself when the server is back', async () => {
    const server = await serve();
    const { page } = await open(server.url);
    await words(page, /^Live$/);
    await morePoints(page, 1);
    const points = await chartPoints(page);
    await server.stop();
    await words(page, /reconnecting/i);
    await serve({ port: server.port });
    await words(page, /^Live$/);
    await morePoints(page, points);
  });

  it('tells its place in line, and starts when a slot is free', async () => {
    const server = await serve({ flags: ['--symbol-limit', '1'] });
    const first = await open(server.url);
    await words(first.page, /^Live$/);
    const second = await open(`${server.url}/?symbol=AAPL`);
    await words(second.page, 'Waiting for a slot: 1st in line');
    await second.page.locator('.notice', { hasText: 'Waiting for a slot: 1st in line' }).waitFor();
    await first.context.close();
    await words(second.page, /^Live$/);
    expect(second.problems).toEqual([]);
  });

  it('says that a symbol is not known', async () => {
    const server = await serve();
    const { page } = await open(`${server.url}/?symbol=NOSUCHTHING`);
    await page.locator('.notice', { hasText: 'does not know “NOSUCHTHING”' }).waitFor({ timeout: PATIENCE_MS });
  });

  it('asks for the access token once', async () => {
    const server = await serve({ env: { ACCESS_TOKEN: 'a-token-of-some-length' } });
    const { page } = await open(server.url);
    await page.fill('#token', 'wrong');
    await page.keyboard.press('Enter');
    await page.locator('.token-problem', { hasText: 'not the right token' }).waitFor({ timeout: PATIENCE_MS });
    await page.fill('#token', 'a-token-of-some-length');
    await page.keyboard.press('Enter');
    await words(page, /^Live$/);
    await page.reload();
    await words(page, /^Live$/);
  });
});
