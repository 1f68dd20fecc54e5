import { describe, expect, it } from 'vitest';
import { startSimulator } from '../../src/upstream/simulator/server.ts';
import { DESK, drawings, drawnTexts, hide, PHONE, sidewaysOverflow, spilling } from './browser.ts';
import {
  afterwards,
  chartPoints,
  morePoints,
  open,
  PATIENCE_MS,
  serve,
  setStage,
  sharedServer,
  words,
} from './stage.ts';

setStage();

const shared = sharedServer();

describe('the live page', () => {
  it.each([
    ['phone, dark', PHONE, 'dark'],
    ['phone, light', PHONE, 'light'],
    ['desk, dark', DESK, 'dark'],
    ['desk, light', DESK, 'light'],
  ] as const)(
    'shows a chart that moves (%s), fills the screen, and nothing to complain about',
    async (_name, viewport, colorScheme) => {
      const server = await shared();
      const { page, problems } = await open(server.url, { viewport, colorScheme, reducedMotion: 'no-preference' });
      await words(page, /^Live$/);
      await morePoints(page, 1);
      const before = await page.locator('canvas').screenshot();
      await morePoints(page, await chartPoints(page));
      expect((await page.locator('canvas').screenshot()).equals(before)).toBe(false);
      expect(await drawnTexts(page)).toContain('SIMULATED');
      expect(await sidewaysOverflow(page)).toBeLessThanOrEqual(0);
      const box = await page.locator('.chart').boundingBox();
      // Below it, or on a desk beside it, there is the watchlist.
      expect(box?.height).toBeGreaterThan(viewport.height * 0.4);
      expect(box?.width).toBeGreaterThan(viewport.width * (viewport === DESK ? 0.65 : 0.9));
      expect(await page.title()).toMatch(/^[\d,.]+ BINANCE:BTCUSDT · Tickcast$/);
      expect(problems).toEqual([]);
    },
  );

  it('finds a company by keyboard alone and puts it into the address', async () => {
    const server = await shared();
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
    const server = await shared();
    const { page } = await open(server.url);
    await words(page, /^Live$/);
    await morePoints(page, 0);
    await page.evaluate("document.documentElement.style.fontSize = '200%'; 0");
    await page.fill('[role=combobox]', 'eur');
    await page.locator('[role=option]', { hasText: 'EUR_USD' }).waitFor({ timeout: PATIENCE_MS });
    expect(await sidewaysOverflow(page)).toBeLessThanOrEqual(0);
    expect(await spilling(page, '.price, .option-symbol, .segments button')).toEqual([]);
  });

  it('opens with the symbol viewed last', async () => {
    const server = await shared();
    const { page } = await open(`${server.url}/?symbol=MSFT`);
    await words(page, /^Live$/);
    await page.goto(server.url);
    await page.waitForURL('**/?symbol=MSFT');
  });

  it('draws seldom while no trade comes', async () => {
    const simulator = await startSimulator();
    afterwards(() => simulator.close());
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
    const server = await shared();
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

  it('shows nothing of a simulated feed beside a real one, when the server comes back with a key', async () => {
    const server = await serve();
    const { page } = await open(server.url);
    await words(page, /^Live$/);
    await page.locator('.chart[data-simulated="true"]').waitFor({ timeout: PATIENCE_MS });
    const loaded = page.waitForEvent('load', { timeout: 3 * PATIENCE_MS });
    await server.stop();
    const simulator = await startSimulator();
    afterwards(() => simulator.close());
    await serve({
      port: server.port,
      flags: ['--finnhub-ws-url', simulator.wsUrl, '--finnhub-rest-url', simulator.restUrl],
      env: { FINNHUB_API_KEY: 'test-key' },
    });
    await loaded;
    await page.locator('.chart[data-simulated="false"]').waitFor({ timeout: PATIENCE_MS });
    await words(page, /^Live$/);
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
    const server = await shared();
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
