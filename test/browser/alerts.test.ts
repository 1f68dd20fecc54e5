import type { Page } from 'playwright-core';
import { describe, expect, it } from 'vitest';
import { faults } from './axe.ts';
import { DESK, drawnTexts } from './browser.ts';
import { openAfter } from './search-page.ts';
import { cuttable } from './sockets.ts';
import { open, PATIENCE_MS, press, setStage, words } from './stage.ts';
import { toldStage } from './told-stage.ts';

setStage();

const BITCOIN = 'BINANCE:BTCUSDT';
const ETHER = 'BINANCE:ETHUSDT';

const { server: shared, say, show: pay } = toldStage();

/** Pays `price` for `symbol`, which is on show, until the page shows it. */
async function show(page: Page, symbol: string, price: number): Promise<void> {
  await words(page, /^Live$/);
  await pay(page, symbol, price);
}

const openPanel = (page: Page): Promise<void> =>
  page.getByRole('button', { name: /^Alert/ }).click({ timeout: PATIENCE_MS });

const told = (page: Page) => page.locator('.bar-told');

/** How many notifications of the page's service worker are open. */
const notifications = (page: Page): Promise<string[]> =>
  page.evaluate(
    'navigator.serviceWorker.ready.then((r) => r.getNotifications()).then((all) => all.map((n) => n.title))',
  );

describe('an alert', () => {
  it('is set with two taps and its price, shown on the chart, and told once by page and system', async () => {
    const server = await shared();
    const { page, context } = await open(server.url);
    await context.grantPermissions(['notifications'], { origin: server.url });
    await page.evaluate('navigator.serviceWorker.ready.then(() => 0)');
    await show(page, BITCOIN, 100);
    await openPanel(page);
    expect(await page.inputValue('.alert-price')).toBe('100.00');
    await page.fill('.alert-price', '101.50');
    await page.getByRole('button', { name: 'Above' }).click();
    await page.keyboard.press('Escape');
    await expect.poll(() => drawnTexts(page), { timeout: PATIENCE_MS }).toContain('Alert above 101.50 ↑');
    await show(page, BITCOIN, 101.49);
    expect(await told(page).count()).toBe(0);
    say(BITCOIN, 101.5);
    await told(page).waitFor({ timeout: PATIENCE_MS });
    expect(await told(page).textContent()).toMatch(/BTCUSDT is above 101\.50 101\.50 at \d\d:\d\d:\d\d/);
    await expect.poll(() => notifications(page), { timeout: PATIENCE_MS }).toEqual(['BTCUSDT is above 101.50']);
    await page.getByRole('button', { name: 'Dismiss' }).click();
    await show(page, BITCOIN, 90);
    await show(page, BITCOIN, 120);
    expect(await told(page).count()).toBe(0);
    // What became of it stays to be read.
    await page.reload();
    await openPanel(page);
    await page
      .locator('.alert-list', { hasText: /is above 101\.50: 101\.50 at \d\d:\d\d/ })
      .waitFor({ timeout: PATIENCE_MS });
    await page.getByRole('button', { name: /^Remove/ }).click();
    expect(await page.locator('.alert-list').count()).toBe(0);
  });

  it('of a symbol that is not on show is told all the same, and leads to it', async () => {
    const server = await shared();
    const { page } = await open(`${server.url}/?symbol=${ETHER}`, { viewport: DESK });
    await show(page, ETHER, 50);
    await openPanel(page);
    await page.fill('.alert-price', '49');
    await page.getByRole('button', { name: 'Below' }).click();
    await page.keyboard.press('Escape');
    await page.goto(`${server.url}/?symbol=${BITCOIN}`);
    await show(page, BITCOIN, 100);
    say(ETHER, 49.5);
    await show(page, BITCOIN, 101);
    expect(await told(page).count()).toBe(0);
    say(ETHER, 48);
    await told(page).waitFor({ timeout: PATIENCE_MS });
    await press(page, 'Show');
    await page.waitForURL(`**/?symbol=${ETHER}`);
    expect(await told(page).count()).toBe(0);
  });

  it('is told of what was paid while the connection was gone', async () => {
    const server = await shared();
    const { page, context } = await open(`${server.url}/healthz`, { viewport: DESK });
    const cut = await cuttable(context);
    await page.goto(`${server.url}/?symbol=${ETHER}`);
    await show(page, ETHER, 50);
    await openPanel(page);
    await page.fill('.alert-price', '60');
    await page.getByRole('button', { name: 'Above' }).click();
    await page.keyboard.press('Escape');
    await page.locator('.quote-tools').getByRole('button', { name: 'Alert, 1 set' }).waitFor();
    // Not on show: its row of bars is what has to go on.
    await page.goto(`${server.url}/?symbol=${BITCOIN}`);
    await show(page, BITCOIN, 100);
    await cut(true);
    await words(page, /Reconnecting/);
    say(ETHER, 61);
    say(ETHER, 52);
    await cut(false);
    await told(page).waitFor({ timeout: PATIENCE_MS });
    expect(await told(page).textContent()).toContain('61.00 at');
  });

  it('asks for permission when one is set and not before, and goes on without it', async () => {
    const server = await shared();
    const { page } = await openAfter(
      server.url,
      `globalThis.asked = 0;
      Object.defineProperty(Notification, 'permission', { get: () => globalThis.asked ? 'denied' : 'default' });
      Notification.requestPermission = async () => { globalThis.asked += 1; return 'denied'; };`,
    );
    await show(page, BITCOIN, 100);
    await openPanel(page);
    expect(await page.evaluate('asked')).toBe(0);
    await page.fill('.alert-price', '200');
    await page.getByRole('button', { name: 'Above' }).click();
    await expect.poll(() => page.evaluate('asked')).toBe(1);
    await page.getByText('has been told not to allow notifications').waitFor({ timeout: PATIENCE_MS });
    await page.fill('.alert-price', '50');
    await page.getByRole('button', { name: 'Below' }).click();
    expect(await page.locator('.alert-list li').count()).toBe(2);
    expect(await page.evaluate('asked')).toBe(1);
  });

  it('says what is wrong with a price, and takes none that is reached already', async () => {
    const server = await shared();
    const { page } = await open(server.url);
    await show(page, BITCOIN, 100);
    await openPanel(page);
    const problem = page.locator('.alert-problem');
    for (const text of ['', 'much', '-5', '0']) {
      await page.fill('.alert-price', text);
      await page.keyboard.press('Enter');
      expect(await problem.textContent(), text).toBe('Not a price: write it like 123.45.');
    }
    await page.fill('.alert-price', '99');
    await page.getByRole('button', { name: 'Above' }).click();
    expect(await problem.textContent()).toBe('The price is above that already.');
    expect(await page.locator('.alert-list').count()).toBe(0);
    // By Enter alone it is the side that the price lies on.
    await page.keyboard.press('Enter');
    await page.locator('.alert-list', { hasText: 'below 99' }).waitFor({ timeout: PATIENCE_MS });
  });

  it.each(['dark', 'light'] as const)('has no fault that axe finds (%s)', async (colorScheme) => {
    const server = await shared();
    const { page } = await open(server.url, { colorScheme });
    await show(page, BITCOIN, 100);
    await openPanel(page);
    await page.fill('.alert-price', '200');
    await page.getByRole('button', { name: 'Above' }).click();
    await page.locator('.alert-list').waitFor();
    expect(await faults(page)).toEqual([]);
  });
});
