import type { Page } from 'playwright-core';
import { describe, expect, it } from 'vitest';
import { faults } from './axe.ts';
import { DESK, drawnTexts } from './browser.ts';
import { openAfter } from './search-page.ts';
import { morePoints, open, PATIENCE_MS, press, serve, setStage, words } from './stage.ts';

setStage();

/** Waits for a price, and opens the panel; the price that stands in it. */
async function openPanel(page: Page): Promise<number> {
  await words(page, /^Live$/);
  await morePoints(page, 1);
  await page.getByRole('button', { name: /^Alert/ }).click({ timeout: PATIENCE_MS });
  return Number((await page.inputValue('.alert-price')).replaceAll(',', ''));
}

const told = (page: Page) => page.locator('.bar-told');

/** How many notifications of the page's service worker are open. */
const notifications = (page: Page): Promise<string[]> =>
  page.evaluate(
    'navigator.serviceWorker.ready.then((r) => r.getNotifications()).then((all) => all.map((n) => n.title))',
  );

describe('an alert', () => {
  it('is set with two taps and its price, shown on the chart, and told once by page and system', async () => {
    const server = await serve();
    const { page, context } = await open(server.url);
    await context.grantPermissions(['notifications'], { origin: server.url });
    await page.evaluate('navigator.serviceWorker.ready.then(() => 0)');
    const now = await openPanel(page);
    // The price wanders by more than that within seconds.
    const level = Math.floor(now) + 1;
    await page.fill('.alert-price', String(level));
    await page.getByRole('button', { name: 'Above' }).click();
    await page.keyboard.press('Escape');
    await expect
      .poll(() => drawnTexts(page), { timeout: PATIENCE_MS })
      .toContainEqual(expect.stringMatching(/^Alert above /));
    await told(page).waitFor({ timeout: 4 * PATIENCE_MS });
    expect(await told(page).textContent()).toMatch(/BTCUSDT is above [\d,.]+ [\d,.]+ at \d\d:\d\d:\d\d/);
    await expect
      .poll(() => notifications(page), { timeout: PATIENCE_MS })
      .toEqual([expect.stringContaining('is above')]);
    await page.getByRole('button', { name: 'Dismiss' }).click();
    await told(page).waitFor({ state: 'detached' });
    // It is not told again, and what became of it stays to be read.
    await page.reload();
    await openPanel(page);
    await page.locator('.alert-list', { hasText: /is above .* at \d\d:\d\d/ }).waitFor({ timeout: PATIENCE_MS });
    expect(await told(page).count()).toBe(0);
    await page.getByRole('button', { name: /^Remove/ }).click();
    expect(await page.locator('.alert-list').count()).toBe(0);
  });

  it('of a symbol that is not on show is told all the same, and leads to it', async () => {
    const server = await serve();
    const { page } = await open(`${server.url}/?symbol=BINANCE:ETHUSDT`, { viewport: DESK });
    const now = await openPanel(page);
    await page.fill('.alert-price', String(now - 0.05));
    await page.getByRole('button', { name: 'Below' }).click();
    await page.keyboard.press('Escape');
    await page.goto(`${server.url}/?symbol=AAPL`);
    await told(page).waitFor({ timeout: 4 * PATIENCE_MS });
    await press(page, 'Show');
    await page.waitForURL('**/?symbol=BINANCE:ETHUSDT');
    expect(await told(page).count()).toBe(0);
  });

  it('asks for permission when one is set and not before, and goes on without it', async () => {
    const server = await serve();
    const { page } = await openAfter(
      server.url,
      `globalThis.asked = 0;
      Object.defineProperty(Notification, 'permission', { get: () => globalThis.asked ? 'denied' : 'default' });
      Notification.requestPermission = async () => { globalThis.asked += 1; return 'denied'; };`,
    );
    const now = await openPanel(page);
    expect(await page.evaluate('asked')).toBe(0);
    await page.fill('.alert-price', String(now * 2));
    await page.getByRole('button', { name: 'Above' }).click();
    await expect.poll(() => page.evaluate('asked')).toBe(1);
    await page.getByText('has been told not to allow notifications').waitFor({ timeout: PATIENCE_MS });
    await page.fill('.alert-price', String(now / 2));
    await page.getByRole('button', { name: 'Below' }).click();
    expect(await page.locator('.alert-list li').count()).toBe(2);
    expect(await page.evaluate('asked')).toBe(1);
  });

  it('says what is wrong with a price, and takes none that is reached already', async () => {
    const server = await serve();
    const { page } = await open(server.url);
    const now = await openPanel(page);
    const problem = page.locator('.alert-problem');
    for (const text of ['', 'much', '-5', '0']) {
      await page.fill('.alert-price', text);
      await page.keyboard.press('Enter');
      expect(await problem.textContent(), text).toBe('Not a price: write it like 123.45.');
    }
    await page.fill('.alert-price', String(now / 2));
    await page.getByRole('button', { name: 'Above' }).click();
    expect(await problem.textContent()).toBe('The price is above that already.');
    expect(await page.locator('.alert-list').count()).toBe(0);
    // By Enter alone it is the side that the price lies on.
    await page.keyboard.press('Enter');
    await page.locator('.alert-list', { hasText: 'below' }).waitFor({ timeout: PATIENCE_MS });
  });

  it.each(['dark', 'light'] as const)('has no fault that axe finds (%s)', async (colorScheme) => {
    const server = await serve();
    const { page } = await open(server.url, { colorScheme });
    const now = await openPanel(page);
    await page.fill('.alert-price', String(now * 2));
    await page.getByRole('button', { name: 'Above' }).click();
    await page.locator('.alert-list').waitFor();
    expect(await faults(page)).toEqual([]);
  });
});
