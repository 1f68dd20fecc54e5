import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { createServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { makeLeaf, readAuthority } from '../../src/main/phone/certificates.ts';
import { leafValidity } from '../../src/main/phone/validity.ts';
import { LOCAL_NAME, OUTSIDE_NAME } from '../support/phone.ts';
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
    expect(await page.locator('.token-problem').textContent()).toBe('That is not the right token.');
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
    const stranger = await stage.startStranger();
    afterwards(() => stranger.close());
    const url = `http://${LOCAL_NAME}:${stage.phone.setupPort}/`;
    const { page } = await visit(stranger, url, { userAgent: IPHONE });
    const failed = await page.waitForEvent('requestfailed', { timeout: PATIENCE_MS });
    expect(failed.url()).toBe(`${stage.url}/healthz`);
    expect(await page.getByRole('status').textContent()).toBe('Not trusted yet. This page notices when it is.');
    expect(await page.locator('summary').first().textContent()).toBe('iPhone and iPad');
    expect(await page.locator('details[open]').count()).toBe(1);
    expect(await page.evaluate('document.documentElement.scrollWidth - innerWidth')).toBe(0);
  });
});

describe('the authority', () => {
  it('vouches for no host of the internet, even for whoever has its key', async () => {
    const authority = readFileSync(join(stage.dataDir, 'phone', 'authority.pem'), 'utf8');
    const { validity } = await readAuthority(authority);
    const addressOf = async (name: string): Promise<string> => {
      const pem = await makeLeaf(authority, { names: [name], addresses: [] }, leafValidity(Date.now(), validity));
      const other = createServer({ key: pem, cert: pem }, (_, response) => response.end('in')).listen(0, '127.0.0.1');
      afterwards(() => other.close());
      await once(other, 'listening');
      return `https://${name}:${(other.address() as AddressInfo).port}/`;
    };
    const { page } = await open('about:blank');
    await page.goto(await addressOf(LOCAL_NAME));
    expect(await page.textContent('body')).toBe('in');
    await expect(page.goto(await addressOf(OUTSIDE_NAME))).rejects.toThrow('ERR_CERT_');
  });
});
