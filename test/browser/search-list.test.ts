import type { Page } from 'playwright-core';
import { describe, expect, it } from 'vitest';
import { BUILTIN_CATALOGUE } from '../../src/catalogue/builtin.ts';
import { startSimulator } from '../../src/upstream/simulator/server.ts';
import { madeUpStocks } from '../../src/upstream/simulator/stocks.ts';
import { DESK } from './browser.ts';
import { appears, box, findApple, openAfter, options, serveListed, startListed } from './search-page.ts';
import { afterwards, open, PATIENCE_MS, setStage, sharedServer } from './stage.ts';

setStage();

const shared = sharedServer(startListed);

/** A browser has stored something by then. */
const STORE_MS = 500;

const MADE_UP = 30_000;
/** Of a list that is so old the page says so. */
const THREE_DAYS_MS = 3 * 86_400_000;

interface Kept {
  readonly etag: string;
  readonly asOf: number;
  readonly rows: number;
}

/** What the browser has kept of Finnhub's list, made older by `olderMs`. */
function keptList(page: Page, olderMs = 0): Promise<Kept | undefined> {
  return page.evaluate(`new Promise((resolve, reject) => {
    const opening = indexedDB.open('tickcast-symbols');
    opening.onerror = () => reject(opening.error);
    opening.onsuccess = () => {
      const store = opening.result.transaction('lists', 'readwrite').objectStore('lists');
      store.get('finnhub').onsuccess = ({ target: { result } }) => {
        if (result && ${olderMs} > 0) store.put({ ...result, asOf: result.asOf - ${olderMs} }, 'finnhub');
        store.transaction.oncomplete = () => {
          opening.result.close();
          resolve(result && { etag: result.etag, asOf: result.asOf, rows: JSON.parse(result.text).symbols.length });
        };
      };
    };
  })`);
}

describe('the list of symbols', () => {
  it('is kept, and searched while the server has none', async () => {
    const server = await shared();
    const { page, context } = await open(server.url, { viewport: DESK });
    await findApple(page);
    await page.waitForTimeout(STORE_MS);
    await context.route('**/api/symbols', (route) => route.fulfill({ status: 500, body: '' }));
    await page.reload();
    await findApple(page);
    await page.locator('.search-note', { hasText: /^List of \d+ \w+$/ }).waitFor({ timeout: PATIENCE_MS });
  });

  it('is not sent again as long as it has not changed', async () => {
    const server = await shared();
    const { page } = await open(server.url, { viewport: DESK });
    await findApple(page);
    await page.waitForTimeout(STORE_MS);
    const answer = page.waitForResponse('**/api/symbols');
    await page.reload();
    await box(page).click();
    expect((await answer).status()).toBe(304);
    await findApple(page);
    expect(await page.locator('.search-note').count()).toBe(0);
  });

  it('is asked for again while the server is still getting it', async () => {
    // The built-in list is followed by one more question.
    const server = await shared();
    const { page, context } = await open(`${server.url}/healthz`, { viewport: DESK });
    let asked = 0;
    await context.route('**/api/symbols', (route) => {
      asked += 1;
      return asked > 2 ? route.continue() : route.fulfill({ status: 503, body: '' });
    });
    await page.goto(server.url);
    await page.fill('[role=combobox]', 'apple');
    await page.locator('.search-note', { hasText: 'still getting the list' }).waitFor({ timeout: PATIENCE_MS });
    await appears(page, 'AAPL');
    expect(asked).toBe(3);
  });

  it('may lack a symbol, or be lacking: it can be watched anyway', async () => {
    const server = await shared();
    const { page, context } = await open(server.url, { viewport: DESK });
    await page.fill('[role=combobox]', 'zzzqx');
    await page
      .locator('.search-heading', { hasText: 'Nothing found for “zzzqx” among' })
      .waitFor({ timeout: PATIENCE_MS });
    await page.locator('.search-said', { hasText: /^Nothing found for “zzzqx”$/ }).waitFor({ state: 'attached' });
    await page.keyboard.press('Enter');
    await page.waitForURL('**/?symbol=ZZZQX');
    await context.clearCookies();
    await page.evaluate("indexedDB.deleteDatabase('tickcast-symbols'); 0");
    await context.route('**/api/symbols', (route) => route.abort());
    await page.reload();
    await page.fill('[role=combobox]', 'tsla');
    await page.locator('.search-note', { hasText: 'could not be loaded' }).waitFor({ timeout: PATIENCE_MS });
    await page.keyboard.press('Enter');
    await page.waitForURL('**/?symbol=TSLA');
  });

  it('is searched on the page where a browser lets it have no worker', async () => {
    const server = await shared();
    const { page } = await openAfter(server.url, 'delete globalThis.Worker;', { viewport: DESK });
    await findApple(page);
    await page.keyboard.press('Enter');
    await page.waitForURL('**/?symbol=AAPL');
  });
});

describe('a list of 30,000 symbols', () => {
  it('is searched in the worker as it is typed, kept, and not sent again at the next visit', async () => {
    const stocks = madeUpStocks(MADE_UP, new Set(BUILTIN_CATALOGUE.map(({ symbol }) => symbol)));
    const wanted = stocks[20_000];
    if (!wanted) throw new Error('no such stock');
    const simulator = await startSimulator({ stocks });
    afterwards(() => simulator.close());
    const server = await serveListed({
      flags: ['--finnhub-ws-url', simulator.wsUrl, '--finnhub-rest-url', simulator.restUrl],
      env: { FINNHUB_API_KEY: 'test-key' },
    });

    const { page, context, problems } = await open(server.url, { viewport: DESK });
    const first = page.waitForResponse('**/api/symbols');
    await box(page).click();
    // By its name, which others have in part, and then by its symbol.
    await page.keyboard.type(wanted.description.toLowerCase());
    await appears(page, wanted.symbol);
    expect(page.workers()).toHaveLength(1);
    await page.fill('[role=combobox]', wanted.symbol.toLowerCase());
    await expect.poll(() => options(page).first().textContent(), { timeout: PATIENCE_MS }).toContain(wanted.symbol);
    await page.keyboard.press('Enter');
    await page.waitForURL(`**/?symbol=${wanted.symbol}`);
    const { etag = '', 'last-modified': modified = '' } = (await first).headers();
    expect(etag).toMatch(/^"[\w-]+"$/);
    await expect
      .poll(() => keptList(page), { timeout: PATIENCE_MS })
      .toEqual({ etag, asOf: Date.parse(modified), rows: expect.any(Number) });
    expect((await keptList(page, THREE_DAYS_MS))?.rows).toBeGreaterThan(MADE_UP);
    await page.close();

    const again = await context.newPage();
    // The kept list answers before the server does.
    let answer: (() => void) | undefined;
    const mayAnswer = new Promise<void>((resolve) => (answer = resolve));
    await again.route('**/api/symbols', async (route) => {
      await mayAnswer;
      await route.continue();
    });
    const second = again.waitForResponse('**/api/symbols');
    await again.goto(server.url);
    await again.fill('[role=combobox]', wanted.symbol.toLowerCase());
    await appears(again, wanted.symbol);
    const old = again.locator('.search-note', { hasText: /^List of \d+ \w+$/ });
    await old.waitFor({ timeout: PATIENCE_MS });
    answer?.();
    const response = await second;
    expect([response.status(), response.request().headers()['if-none-match']]).toEqual([304, etag]);
    // The answer without a list says how old the list is.
    await old.waitFor({ state: 'detached', timeout: PATIENCE_MS });
    await expect.poll(async () => (await keptList(again))?.asOf, { timeout: PATIENCE_MS }).toBe(Date.parse(modified));
    await again.fill('[role=combobox]', '#9876#9876');
    const among = again.locator('.search-heading', { hasText: /among 3\d,\d{3} symbols/ });
    await among.waitFor({ timeout: PATIENCE_MS });
    expect(problems).toEqual([]);
  });
});
