import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { describe, expect, it } from 'vitest';
import { isJsonObject, type JsonObject, parseJson } from '../../src/protocol/json.ts';
import { faults } from './axe.ts';
import { DESK, PHONE, sidewaysOverflow } from './browser.ts';
import { openAfter } from './search-page.ts';
import { open, PATIENCE_MS, serve, setStage, sharedServer, words } from './stage.ts';
import { toldStage } from './told-stage.ts';

setStage();

/** Where pictures of every state go, if anybody wants to look at them. */
const PICTURES = process.env.TICKCAST_PICTURES;
const BITCOIN = 'BINANCE:BTCUSDT';
const MINUTE_MS = 60_000;
/** Of New York, in winter time. */
const SATURDAY = Date.UTC(2026, 10, 21, 17);
const TUESDAY_EVENING = Date.UTC(2026, 10, 24, 22, 30);

/** Holds the page as it is now to what every state promises: nothing beside the screen, nothing that axe finds, light and dark. */
async function look(page: Page, name: string): Promise<void> {
  for (const [size, viewport, colorScheme] of [
    ['phone', PHONE, 'dark'],
    ['desk', DESK, 'light'],
    ['phone', PHONE, 'light'],
    ['desk', DESK, 'dark'],
  ] as const) {
    await page.setViewportSize(viewport);
    await page.emulateMedia({ colorScheme });
    expect(await sidewaysOverflow(page), `${name} ${size}`).toBeLessThanOrEqual(0);
    expect(await faults(page), `${name} ${size} ${colorScheme}`).toEqual([]);
    if (!PICTURES) continue;
    mkdirSync(PICTURES, { recursive: true });
    await page.screenshot({ path: join(PICTURES, `${name}-${size}-${colorScheme}.png`) });
  }
}

const { server: told, show: paid } = toldStage();
const simulated = sharedServer();

type Change = (message: JsonObject) => JsonObject | undefined;

/** The page of `url`, which hears of its server what `change` makes of it; `undefined`: nothing. */
async function openChanged(url: string, change: Change): Promise<Page> {
  const { page, context } = await open(`${new URL(url).origin}/healthz`);
  await context.routeWebSocket(/./, (socket) => {
    const server = socket.connectToServer();
    server.onMessage((text) => {
      const message = parseJson(String(text));
      if (!isJsonObject(message)) socket.send(text);
      else {
        const changed = change(message);
        if (changed) socket.send(JSON.stringify(changed));
      }
    });
  });
  await page.goto(url);
  return page;
}

const withStatus =
  (status: JsonObject): Change =>
  (message) =>
    message.type === 'status' ? { ...message, ...status } : message;
/** The server's clock shows `time`. */
const at =
  (time: number): Change =>
  (message) =>
    message.type === 'hello' ? { ...message, time } : message;

const notice = (page: Page, text: string | RegExp): Promise<void> =>
  page.locator('.notice', { hasText: text }).waitFor({ timeout: PATIENCE_MS });

describe('every state is designed', () => {
  it('first visit, loading: nothing is known yet', async () => {
    const server = await told();
    const page = await openChanged(`${server.url}/?symbol=${BITCOIN}`, () => undefined);
    await words(page, 'Connecting…');
    await notice(page, 'Waiting for the server');
    await look(page, 'loading');
  });

  it('simulated: said on the chart, and in the menu', async () => {
    const server = await simulated();
    const { page } = await open(server.url);
    await words(page, /^Live$/);
    await page
      .locator('.chart[data-simulated="true"][data-points]:not([data-points="0"])')
      .waitFor({ timeout: PATIENCE_MS });
    await page.getByText('to keep it here').waitFor({ timeout: PATIENCE_MS });
    await look(page, 'simulated');
  });

  it('no history yet, live, and quiet', async () => {
    const server = await told();
    const { page } = await open(`${server.url}/?symbol=BINANCE:LTCUSDT`);
    await words(page, /^Live$/);
    await notice(page, 'Waiting for the first trade');
    await page.getByText('No trade in this window yet').waitFor();
    await look(page, 'no-history');
    await paid(page, 'BINANCE:LTCUSDT', 81.25);
    await page.locator('.notice').waitFor({ state: 'detached' });
    await look(page, 'live-and-quiet');
  });

  it('closed market', async () => {
    const server = await told();
    const page = await openChanged(`${server.url}/?symbol=MSFT`, at(SATURDAY));
    await words(page, 'Market closed');
    await notice(page, 'Market closed');
    await look(page, 'closed');
  });

  it('after hours', async () => {
    const server = await told();
    const page = await openChanged(`${server.url}/?symbol=AAPL`, at(TUESDAY_EVENING));
    await words(page, /^Live$/);
    await paid(page, 'AAPL', 190.5, TUESDAY_EVENING);
    await page.locator('.price-lines', { hasText: 'After hours' }).waitFor({ timeout: PATIENCE_MS });
    await look(page, 'after-hours');
  });

  it.each([
    ['delayed', { upstream: 'live', delayMs: 15 * MINUTE_MS }, 'Delayed 15 min'],
    ['stale', { upstream: 'stale', since: Date.now() - 3 * MINUTE_MS }, 'Data is stale since'],
    [
      'upstream-down',
      { upstream: 'connecting', retryAt: Date.now() + 60 * MINUTE_MS },
      'Finnhub unreachable, retrying in',
    ],
    ['key-refused', { upstream: 'unauthorized' }, 'Finnhub refuses the API key'],
    ['key-in-use', { upstream: 'connecting', reason: 'key-in-use' }, 'Another program is probably using this key'],
  ] as const)('%s', async (name, status, text) => {
    const server = await told();
    const page = await openChanged(`${server.url}/?symbol=${BITCOIN}`, withStatus(status));
    await words(page, text);
    await look(page, name);
  });

  it('waiting for a slot: its place in line', async () => {
    const server = await told();
    const waiting: Change = (message) =>
      message.type === 'subscribed' ? { type: 'waiting', symbol: String(message.symbol), position: 2 } : message;
    const page = await openChanged(`${server.url}/?symbol=NVDA`, waiting);
    await notice(page, 'Waiting for a slot: 2nd in line');
    await look(page, 'waiting');
  });

  it('symbol refused', async () => {
    const server = await simulated();
    const { page } = await open(`${server.url}/?symbol=NOSUCHTHING`);
    await notice(page, 'does not know “NOSUCHTHING”');
    await words(page, 'Not available');
    await look(page, 'refused');
  });

  it('access token needed, and a wrong one', async () => {
    const server = await serve({ env: { ACCESS_TOKEN: 'a-token-of-some-length' } });
    const { page } = await open(server.url);
    await page.locator('#token').waitFor({ timeout: PATIENCE_MS });
    await look(page, 'token');
    await page.fill('#token', 'wrong');
    await page.keyboard.press('Enter');
    await page.locator('.token-problem', { hasText: 'not the right token' }).waitFor({ timeout: PATIENCE_MS });
    await look(page, 'wrong-token');
  });

  it('server gone', async () => {
    const server = await serve();
    const { page } = await open(server.url);
    await words(page, /^Live$/);
    await server.stop();
    await words(page, /reconnecting/i);
    await look(page, 'server-gone');
  });

  it('offline, with nothing kept', async () => {
    const server = await simulated();
    const { page, context } = await open(server.url);
    await page.evaluate('navigator.serviceWorker.ready.then(() => 0)');
    await context.setOffline(true);
    await page.goto(`${server.url}/?symbol=TSLA`);
    await words(page, /^Offline/);
    await look(page, 'offline');
  });

  it('not installable here', async () => {
    const server = await simulated();
    const { page } = await openAfter(server.url, "Object.defineProperty(window, 'isSecureContext', { value: false })");
    await page.getByRole('button', { name: 'Menu' }).click();
    await page.getByText('Cannot be installed from here').waitFor({ timeout: PATIENCE_MS });
    await look(page, 'not-installable');
  });
});
