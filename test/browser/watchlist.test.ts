import type { Page } from 'playwright-core';
import { describe, expect, it } from 'vitest';
import { faults } from './axe.ts';
import { DESK, hide, PHONE, sidewaysOverflow } from './browser.ts';
import { openAfter } from './search-page.ts';
import { listen } from './sockets.ts';
import {
  afterwards,
  chartPoints,
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

const shared = sharedServer();

const ROWS = ['AAPL', 'MSFT', 'NVDA'];
const LISTED = `if (!localStorage.getItem('tickcast.simulated.watch')) {
  localStorage.setItem('tickcast.feed', 'simulated');
  localStorage.setItem('tickcast.simulated.watch', JSON.stringify(${JSON.stringify(ROWS)}.map((symbol) => ({ symbol, description: '' }))));
}`;

/** So long nobody has to look before the page gives its slots back; here it is a second. */
const FIVE_MINUTES_ARE_SHORT = `
  const real = setTimeout;
  globalThis.setTimeout = (call, ms, ...rest) => real(call, ms === 300_000 ? 1000 : ms, ...rest);`;

/** How many numbers are missing between the first and the last. */
const holes = (numbers: readonly number[]): number => {
  const known = new Set(numbers);
  return Math.max(...known) - Math.min(...known) + 1 - known.size;
};

/** The rates one after the other: a page that hears nothing for a while asks again for what it has. */
const rates = (subscriptions: readonly string[]): string[] =>
  subscriptions.map((each) => each.split(' ', 1).join()).filter((rate, i, all) => rate !== all[i - 1]);

const row = (page: Page, symbol: string) => page.locator('.watch-row', { hasText: symbol });
const names = (page: Page): Promise<string[]> => page.locator('.watch-list .watch-who b').allTextContents();
const order = (page: Page, ...symbols: string[]): Promise<void> =>
  expect.poll(() => names(page), { timeout: PATIENCE_MS }).toEqual(symbols);
const priced = (page: Page, symbol: string): Promise<void> =>
  row(page, symbol).locator('.watch-last', { hasText: /\d/ }).waitFor({ timeout: PATIENCE_MS });

describe('the watchlist', () => {
  it('takes a symbol with one press, shows its price and change, and has it after a reload', async () => {
    const server = await shared();
    const { page, problems } = await open(server.url);
    await words(page, /^Live$/);
    await page.getByText('to keep it here').waitFor({ timeout: PATIENCE_MS });
    await press(page, 'On the watchlist');
    await priced(page, 'BTCUSDT');
    await row(page, 'BTCUSDT').locator('.watch-change', { hasText: '%' }).waitFor({ timeout: PATIENCE_MS });
    await page.reload();
    await priced(page, 'BTCUSDT');
    expect(await row(page, 'BTCUSDT').getAttribute('aria-current')).toBe('true');
    await press(page, 'On the watchlist');
    await page.getByText('to keep it here').waitFor({ timeout: PATIENCE_MS });
    expect(problems).toEqual([]);
  });

  it('streams the chart in full and the rows in bars, and no trade is missing on a way there and back', async () => {
    const server = await shared();
    const { page, context } = await open(`${server.url}/healthz`, { viewport: DESK });
    await context.addInitScript({ content: LISTED });
    const said = listen(page);
    const asked = (symbol: string, ...wanted: readonly string[]): Promise<void> =>
      expect.poll(() => rates(said.subscriptions(symbol)), { timeout: PATIENCE_MS }).toEqual(wanted);
    await page.goto(`${server.url}/?symbol=AAPL`);
    for (const symbol of ROWS) await priced(page, symbol);
    await asked('AAPL', 'full');
    await asked('MSFT', '1hz');
    await morePoints(page, 1);
    await row(page, 'MSFT').click();
    await page.waitForURL('**/?symbol=MSFT');
    await words(page, /^Live$/);
    await morePoints(page, 1);
    await asked('AAPL', 'full', '1hz');
    await asked('MSFT', '1hz', 'full');
    await row(page, 'AAPL').click();
    await page.waitForURL('**/?symbol=AAPL');
    await asked('AAPL', 'full', '1hz', 'full');
    expect(said.subscriptions('AAPL').at(-1)).toBe('full since');
    const before = await chartPoints(page);
    await morePoints(page, before);
    // From the first on the chart has every number once, though in between there were bars only.
    expect(holes(said.numbers('AAPL'))).toBe(0);
  });

  it('is put in order and thinned out by touch, and what was taken off comes back', async () => {
    const server = await shared();
    const { page, problems } = await openAfter(server.url, LISTED, { viewport: PHONE, hasTouch: true });
    await order(page, ...ROWS);
    await press(page, 'Edit');
    await page.getByRole('button', { name: 'Move AAPL down' }).tap();
    await order(page, 'MSFT', 'AAPL', 'NVDA');
    await page.locator('.watch-editor', { hasText: 'NVDA' }).scrollIntoViewIfNeeded();
    const grip = await page.locator('.watch-editor', { hasText: 'NVDA' }).locator('.watch-grip').boundingBox();
    const top = await page.locator('.watch-editor', { hasText: 'MSFT' }).boundingBox();
    if (!grip || !top) throw new Error('no rows');
    await page.mouse.move(grip.x + 20, grip.y + 20);
    await page.mouse.down();
    await page.mouse.move(grip.x + 20, top.y + 20, { steps: 8 });
    await page.mouse.up();
    await order(page, 'NVDA', 'MSFT', 'AAPL');
    await page.getByRole('button', { name: 'Take MSFT off the list' }).tap();
    await order(page, 'NVDA', 'AAPL');
    await press(page, 'Undo');
    await order(page, 'NVDA', 'MSFT', 'AAPL');
    await press(page, 'Done');
    await page.reload();
    await order(page, 'NVDA', 'MSFT', 'AAPL');
    expect(await sidewaysOverflow(page)).toBeLessThanOrEqual(0);
    expect(problems.filter((text) => !text.includes('404'))).toEqual([]);
  });

  it('is walked, put in order and thinned out by keyboard, and the chart follows', async () => {
    const server = await shared();
    const { page } = await openAfter(server.url, LISTED, { viewport: DESK });
    await order(page, ...ROWS);
    const focused = (): Promise<string> =>
      page.evaluate("document.activeElement.querySelector('b')?.textContent ?? ''");
    await row(page, 'AAPL').focus();
    await page.keyboard.press('ArrowDown');
    expect(await focused()).toBe('MSFT');
    await page.keyboard.press('Alt+ArrowDown');
    await order(page, 'AAPL', 'NVDA', 'MSFT');
    await expect.poll(focused).toBe('MSFT');
    await page.keyboard.press('Enter');
    await page.waitForURL('**/?symbol=MSFT');
    await page.keyboard.press('Delete');
    await order(page, 'AAPL', 'NVDA');
    await expect.poll(focused).toBe('NVDA');
  });

  it('lets the chart have a slot of its rows where slots are short; a row without one shows its quote', async () => {
    const server = await serve({ flags: ['--symbol-limit', '3'] });
    const other = new WebSocket(server.wsUrl, 'tickcast.v1');
    afterwards(() => other.close());
    await new Promise((resolve) => other.addEventListener('open', resolve));
    for (const symbol of ['AMZN', 'META']) other.send(JSON.stringify({ type: 'subscribe', symbol }));
    const { page } = await openAfter(server.url, LISTED, { viewport: DESK });
    const inLine = page.locator('.watch-row', { hasText: /\d(?:st|nd|rd) in line/ });
    await inLine.first().waitFor({ timeout: PATIENCE_MS });
    for (const symbol of ROWS) await priced(page, symbol);
    await words(page, /^Live$/);
    const waits = (await inLine.first().locator('b').textContent()) ?? '';
    await row(page, waits).click();
    await page.waitForURL(`**/?symbol=${waits}`);
    await words(page, /^Live$/);
    await morePoints(page, 0);
    // The place that it left is another row's.
    await inLine.first().waitFor({ timeout: PATIENCE_MS });
    expect(await inLine.first().locator('b').textContent()).not.toBe(waits);
  });

  it('has no more symbols than the server lets one connection have', async () => {
    const server = await serve({ flags: ['--symbol-limit', '2'] });
    const { page, problems } = await open(`${server.url}/healthz`, { viewport: DESK });
    await page.context().addInitScript({ content: LISTED });
    const said = listen(page);
    await page.goto(`${server.url}/?symbol=TSLA`);
    for (const symbol of ROWS) await priced(page, symbol);
    await words(page, /^Live$/);
    await expect.poll(() => rates(said.subscriptions('AAPL')), { timeout: PATIENCE_MS }).toEqual(['1hz']);
    expect([...said.subscriptions('MSFT'), ...said.subscriptions('NVDA')]).toEqual([]);
    await row(page, 'NVDA').click();
    await words(page, /^Live$/);
    await morePoints(page, 0);
    expect(problems.filter((text) => !text.includes('404'))).toEqual([]);
  });

  it('gives its slots back when nobody has looked for five minutes, and goes on without a hole', async () => {
    const server = await shared();
    const { page, context } = await open(`${server.url}/healthz`, { viewport: DESK });
    await context.addInitScript({ content: `${LISTED};${FIVE_MINUTES_ARE_SHORT}` });
    const said = listen(page);
    await page.goto(`${server.url}/?symbol=AAPL`);
    for (const symbol of ROWS) await priced(page, symbol);
    await morePoints(page, 1);
    const left = (): unknown[] => said.asked.filter(({ type }) => type === 'unsubscribe').map(({ symbol }) => symbol);
    expect(left()).toEqual([]);
    await hide(page, true);
    await expect.poll(left, { timeout: PATIENCE_MS }).toEqual(expect.arrayContaining(ROWS));
    await hide(page, false);
    await expect.poll(() => said.subscriptions('AAPL').at(-1), { timeout: PATIENCE_MS }).toBe('full since');
    // From the present, both times.
    const begun = (): number => said.subscriptions('MSFT').filter((each) => each === '1hz').length;
    await expect.poll(begun, { timeout: PATIENCE_MS }).toBe(2);
    await morePoints(page, await chartPoints(page));
    expect(holes(said.numbers('AAPL'))).toBe(0);
  });

  it.each(['dark', 'light'] as const)('has no fault that axe finds (%s)', async (colorScheme) => {
    const server = await shared();
    const { page } = await openAfter(server.url, LISTED, { viewport: PHONE, colorScheme });
    for (const symbol of ROWS) await priced(page, symbol);
    expect(await faults(page)).toEqual([]);
    await press(page, 'Edit');
    await page.locator('.watch-editor').first().waitFor();
    expect(await faults(page)).toEqual([]);
  });
});
