import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { beforeAll, describe, expect, it } from 'vitest';
import { DESK, hide, launchProfile } from './browser.ts';
import { buildNext } from './next-build.ts';
import { appears, box, findApple, serveListed, startListed } from './search-page.ts';
import { afterwards, morePoints, open, PATIENCE_MS, serve, setStage, sharedServer, words } from './stage.ts';

setStage();

const shared = sharedServer(startListed);

const NEXT = 'dist.new-shell-test';

beforeAll(async () => {
  await buildNext(NEXT, '9.9.9');
  return () => rmSync(NEXT, { recursive: true, force: true });
});

/** The page's files are all at hand, and the page has them from its service worker. */
const isKept = (page: Page): Promise<void> =>
  expect
    .poll(() => page.evaluate('navigator.serviceWorker.controller?.state'), { timeout: PATIENCE_MS })
    .toBe('activated');

const bar = (page: Page) => page.locator('.bar', { hasText: 'New version' });

/** Which scripts the page has loaded, by their hashed names. */
const scriptOf = (page: Page): Promise<string | null> => page.locator('script[type=module]').getAttribute('src');

/** Marks the page, so that a load of another one can be told. */
const mark = (page: Page): Promise<unknown> => page.evaluate('globalThis.isOld = true');
const isMarked = (page: Page): Promise<boolean> => page.evaluate('globalThis.isOld === true');

describe('an installable page', () => {
  it('has a manifest without faults, and nothing that keeps a browser from installing it', async () => {
    const server = await shared();
    const folder = mkdtempSync(join(tmpdir(), 'tickcast-profile-'));
    afterwards(() => rmSync(folder, { recursive: true, force: true }));
    const context = await launchProfile(folder);
    afterwards(() => context.close());
    const page = await context.newPage();
    await page.goto(`http://localhost:${server.port}/`);
    await isKept(page);
    const cdp = await context.newCDPSession(page);
    const { errors, url } = await cdp.send('Page.getAppManifest');
    expect(url).toBe(`http://localhost:${server.port}/manifest.webmanifest`);
    expect(errors).toEqual([]);
    expect((await cdp.send('Page.getInstallabilityErrors')).installabilityErrors).toEqual([]);
  });

  it('opens without a network, with its chart and its search', async () => {
    const server = await shared();
    const { page, context } = await open(server.url, { viewport: DESK });
    await words(page, /^Live$/);
    await findApple(page);
    await isKept(page);
    await context.setOffline(true);
    await page.goto(`${server.url}/?symbol=MSFT`);
    await words(page, 'Offline');
    await page.locator('canvas').waitFor({ timeout: PATIENCE_MS });
    await findApple(page);
    await context.setOffline(false);
    await words(page, /^Live$/);
    await morePoints(page, 0);
  });

  it('opens while the server is down, and goes on when it is back', async () => {
    const server = await serveListed();
    const { page } = await open(server.url, { viewport: DESK });
    await words(page, /^Live$/);
    await findApple(page);
    await isKept(page);
    await server.stop();
    await page.reload();
    await words(page, /reconnecting/i);
    await page.fill('[role=combobox]', 'micro');
    await appears(page, 'MSFT');
    await page.keyboard.press('Escape');
    await serve({ port: server.port });
    await words(page, /^Live$/);
  });

  it('leaves the API and health to the server', async () => {
    const server = await shared();
    const { page } = await open(server.url);
    await isKept(page);
    for (const path of ['/api/status', '/healthz']) {
      const answer = await page.goto(`${server.url}${path}`);
      expect([path, answer?.fromServiceWorker(), answer?.status()]).toEqual([path, false, 200]);
    }
    const answer = await page.goto(`${server.url}/?symbol=AAPL`);
    expect(answer?.fromServiceWorker()).toBe(true);
  });

  it('is taken over by its first service worker without a reload', async () => {
    const server = await shared();
    const { page, problems } = await open(server.url);
    await isKept(page);
    await words(page, /^Live$/);
    expect(await page.evaluate('performance.getEntriesByType("navigation")[0].type')).toBe('navigate');
    expect(await bar(page).count()).toBe(0);
    expect(problems).toEqual([]);
  });
});

describe('a new version', () => {
  it('is told of, and shown by Reload alone: in all tabs, which have all of the old one till then', async () => {
    const server = await serve();
    const { page, context, problems } = await open(server.url, { viewport: DESK });
    await isKept(page);
    const other = await context.newPage();
    await other.goto(server.url);
    await words(other, /^Live$/);
    const old = await scriptOf(page);
    for (const tab of [page, other]) await mark(tab);
    await server.stop();
    await serve({ port: server.port, dist: NEXT });
    await words(page, /^Live$/);
    await hide(page, false);
    await bar(page).waitFor({ timeout: PATIENCE_MS });
    await bar(other).waitFor({ timeout: PATIENCE_MS });

    // The search comes now, from what the server has no longer.
    const worker = page.waitForEvent('worker', { timeout: PATIENCE_MS });
    await findApple(page);
    expect((await fetch((await worker).url())).status).toBe(404);
    await page.keyboard.press('Escape');
    await page.reload();
    expect(await scriptOf(page)).toBe(old);
    await bar(page).waitFor({ timeout: PATIENCE_MS });

    expect(await isMarked(other)).toBe(true);
    const loads = [page, other].map((tab) => tab.waitForEvent('load', { timeout: PATIENCE_MS }));
    await bar(page).getByRole('button', { name: 'Reload' }).click();
    await Promise.all(loads);
    for (const tab of [page, other]) {
      await words(tab, /^Live$/);
      expect(await scriptOf(tab)).not.toBe(old);
      expect(await bar(tab).count()).toBe(0);
    }
    await page.getByRole('button', { name: 'Menu' }).click();
    await page.locator('.menu', { hasText: 'Tickcast 9.9.9' }).waitFor({ timeout: PATIENCE_MS });
    expect(problems.filter((problem) => !/WebSocket|ERR_CONNECTION_REFUSED/.test(problem))).toEqual([]);
  });

  it('waits when it is put off, and the old page goes on', async () => {
    const server = await serve();
    const { page } = await open(server.url);
    await isKept(page);
    await mark(page);
    await server.stop();
    await serve({ port: server.port, dist: NEXT });
    await words(page, /^Live$/);
    await hide(page, false);
    await bar(page).getByRole('button', { name: 'Later' }).click({ timeout: PATIENCE_MS });
    await bar(page).waitFor({ state: 'detached' });
    expect(await isMarked(page)).toBe(true);
    await page.reload();
    await bar(page).waitFor({ timeout: PATIENCE_MS });
  });
});

describe('a shortcut of the installed page', () => {
  it.each([
    ['?recent=1', 'MSFT'],
    ['?recent=2', 'AAPL'],
    ['?recent=3', 'MSFT'],
  ])('%s opens %s of two symbols that were viewed', async (query, symbol) => {
    const server = await shared();
    const { page } = await open(`${server.url}/?symbol=AAPL`);
    await words(page, /^Live$/);
    await page.goto(`${server.url}/?symbol=MSFT`);
    await words(page, /^Live$/);
    await page.goto(`${server.url}/${query}`);
    await page.waitForURL(`**/?symbol=${symbol}`);
  });

  it('opens the search box, ready to be typed into', async () => {
    const server = await shared();
    const { page } = await open(`${server.url}/?search`, { viewport: DESK });
    await page.waitForURL('**/?symbol=BINANCE:BTCUSDT');
    expect(await box(page).evaluate((field) => field === document.activeElement)).toBe(true);
    await page.keyboard.type('apple');
    await appears(page, 'AAPL');
  });
});
