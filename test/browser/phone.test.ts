import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { LOCAL_NAME } from '../support/phone.ts';
import { visit } from './browser.ts';
import { type PhoneStage, startPhoneStage } from './phone-stage.ts';
import { afterwards, morePoints, PATIENCE_MS, setStage, words } from './stage.ts';

setStage();

let stage: PhoneStage;
beforeAll(async () => {
  stage = await startPhoneStage();
});
afterAll(() => stage.close());

async function open(url: string): Promise<{ page: Page; problems: readonly string[] }> {
  const opened = await visit(stage.browser, url);
  afterwards(() => opened.context.close());
  return opened;
}

describe('the second code', () => {
  it('opens live prices in a secure context, and the token is in the address no more', async () => {
    const { page, problems } = await open(stage.openUrl);
    await words(page, 'Live');
    await morePoints(page, 1);
    expect(await page.evaluate('isSecureContext')).toBe(true);
    expect(page.url()).toBe(`${stage.url}/?symbol=BINANCE:BTCUSDT`);
    expect(problems).toEqual([]);
    const [cookie] = await page.context().cookies();
    expect(cookie).toMatchObject({ secure: true, httpOnly: true, sameSite: 'Strict' });
    await page.reload();
    await words(page, 'Live');
  });

  it('keeps the symbol that its address names', async () => {
    const { page } = await open(`${stage.url}/?symbol=AAPL#token=${stage.phone.token}`);
    await page.waitForFunction('!location.href.includes("token")');
    expect(page.url()).toBe(`${stage.url}/?symbol=AAPL`);
    await words(page, 'Live');
  });

  it('with a wrong token shows the form and what is wrong; the right one, pasted into the address, lets in', async () => {
    const { page } = await open(`${stage.url}/#token=not-the-right-token`);
    const form = page.getByRole('heading', { name: 'Access token needed' });
    await form.waitFor({ timeout: PATIENCE_MS });
    expect(await page.getByRole('alert').textContent()).toBe('That is not the right token.');
    expect(page.url()).not.toContain('token=');
    await page.goto(`${page.url()}#token=${stage.phone.token}`);
    await words(page, 'Live');
    expect(page.url()).not.toContain('token=');
  });
});

describe('the page that tells how to trust the authority', () => {
  const IPHONE =
    'Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit/605.1.15 Version/18.0 Mobile/15E148 Safari/604.1';

  it('notices that it is trusted, and then leads to the chart', async () => {
    const { page, problems } = await open(`http://${LOCAL_NAME}:${stage.phone.setupPort}/`);
    await page.getByText('This device trusts Tickcast now.').waitFor({ timeout: PATIENCE_MS });
    expect(problems).toEqual([]);
    await page.getByRole('link', { name: 'Open Tickcast' }).click();
    await page.getByRole('heading', { name: 'Access token needed' }).waitFor({ timeout: PATIENCE_MS });
    expect(page.url()).toContain(stage.url);
  });

  it('waits where it is not trusted, with the steps for this kind of phone first', async () => {
    const stranger = await startPhoneStage({ trusts: false });
    afterwards(() => stranger.close());
    const url = `http://${LOCAL_NAME}:${stranger.phone.setupPort}/`;
    const { page, context } = await visit(stranger.browser, url, { userAgent: IPHONE });
    afterwards(() => context.close());
    const failed = await page.waitForEvent('requestfailed', { timeout: PATIENCE_MS });
    expect(failed.url()).toBe(`${stranger.url}/healthz`);
    expect(await page.getByRole('status').textContent()).toBe('Not trusted yet. This page notices when it is.');
    expect(await page.locator('summary').first().textContent()).toBe('iPhone and iPad');
    expect(await page.locator('details[open]').count()).toBe(1);
    expect(await page.evaluate('document.documentElement.scrollWidth - innerWidth')).toBe(0);
  });
});
