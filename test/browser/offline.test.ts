import type { Page } from 'playwright-core';
import { describe, expect, it } from 'vitest';
import { DESK } from './browser.ts';
import { listen } from './sockets.ts';
import { chartPoints, morePoints, open, PATIENCE_MS, press, serve, setStage, sharedServer, words } from './stage.ts';

setStage();

const shared = sharedServer();

/** What the browser has kept of `symbol`: how many candles, and up to which trade. */
function kept(
  page: Page,
  store: 'tapes' | 'rows',
  symbol: string,
): Promise<{ candles: number; seq: number } | undefined> {
  return page.evaluate(`(async () => {
    // Opening what is not there would make it, empty.
    if (!(await indexedDB.databases()).some(({ name }) => name === 'tickcast-kept')) return undefined;
    return new Promise((resolve, reject) => {
      const opening = indexedDB.open('tickcast-kept');
      opening.onerror = () => reject(opening.error);
      opening.onsuccess = () => {
        const request = opening.result.transaction('${store}').objectStore('${store}').get('simulated ${symbol}');
        request.onsuccess = () => {
          const { result } = request;
          opening.result.close();
          resolve(result && { candles: result.histories[0]?.candles.length ?? 0, seq: result.position?.seq ?? 0 });
        };
      };
    });
  })()`);
}

/** A page that has kept what it shows and is then without a network. */
async function openKept(url: string) {
  const visit = await open(`${url}/?symbol=AAPL`, { viewport: DESK });
  const { page, context } = visit;
  await words(page, /^Live$/);
  await morePoints(page, 3);
  await page.evaluate('navigator.serviceWorker.ready.then(() => 0)');
  await expect
    .poll(() => kept(page, 'tapes', 'AAPL'), { timeout: 2 * PATIENCE_MS })
    .toMatchObject({ candles: expect.any(Number) });
  await context.setOffline(true);
  return visit;
}

describe('without a network', () => {
  it('shows what it had, with its age, and goes on from there without a hole', async () => {
    const server = await shared();
    const { page, context } = await openKept(server.url);
    await page.reload();
    await words(page, /^Offline, as of \d\d:\d\d$/);
    await expect
      .poll(() => page.locator('.chart').getAttribute('data-drawn'), { timeout: PATIENCE_MS })
      .toMatch(/^[1-9]/);
    expect(await page.locator('.price').textContent()).toMatch(/\d/);
    const { seq = 0 } = (await kept(page, 'tapes', 'AAPL')) ?? {};
    const said = listen(page);
    await context.setOffline(false);
    await words(page, /^Live$/);
    await morePoints(page, 1);
    expect(said.subscriptions('AAPL')[0]).toBe('full since');
    const numbers = said.numbers('AAPL');
    expect(Math.min(...numbers)).toBe(seq + 1);
    expect(new Set(numbers).size).toBe(Math.max(...numbers) - seq);
    await page.locator('.chart[data-interval]').waitFor();
    expect(await chartPoints(page)).toBeGreaterThan(0);
  });

  it('shows the rows of the watchlist with their age, and opens one that was never on the chart', async () => {
    const server = await shared();
    const { page, context } = await open(`${server.url}/?symbol=MSFT`, { viewport: DESK });
    await words(page, /^Live$/);
    await morePoints(page, 1);
    await press(page, 'On the watchlist');
    await page.goto(`${server.url}/?symbol=AAPL`);
    await page
      .locator('.watch-row', { hasText: 'MSFT' })
      .locator('.watch-spark path')
      .waitFor({ timeout: 2 * PATIENCE_MS });
    await page.evaluate('navigator.serviceWorker.ready.then(() => 0)');
    await expect.poll(() => kept(page, 'rows', 'MSFT'), { timeout: 2 * PATIENCE_MS }).toBeTruthy();
    await context.setOffline(true);
    await page.reload();
    const row = page.locator('.watch-row', { hasText: 'MSFT' });
    await row.getByText(/as of \d\d:\d\d/).waitFor({ timeout: PATIENCE_MS });
    expect(await row.locator('.watch-last').textContent()).toMatch(/\d/);
    await row.click();
    await words(page, /^Offline, as of \d\d:\d\d$/);
    await expect
      .poll(() => page.locator('.chart').getAttribute('data-drawn'), { timeout: PATIENCE_MS })
      .toMatch(/^[1-9]/);
  });

  it('with a server that is gone shows the same, and says that it tries to reconnect', async () => {
    const server = await serve();
    const { page, context } = await openKept(server.url);
    await server.stop();
    await context.setOffline(false);
    await page.reload();
    await words(page, /Reconnecting.*, as of \d\d:\d\d$/i);
    expect(await page.locator('.price').textContent()).toMatch(/\d/);
    await serve({ port: server.port });
    await words(page, /^Live$/);
    await morePoints(page, 0);
  });
});
