import type { Page } from 'playwright-core';
import { describe, expect, it } from 'vitest';
import { faults } from './axe.ts';
import { DESK, PHONE, sidewaysOverflow, spilling } from './browser.ts';
import { openAfter } from './search-page.ts';
import { morePoints, open, PATIENCE_MS, press, setStage, sharedServer, words } from './stage.ts';

setStage();

const shared = sharedServer();

const menu = (page: Page) => page.locator('dialog.menu');
const focused = (page: Page): Promise<string> =>
  page.evaluate("document.activeElement.ariaLabel ?? document.activeElement.value ?? ''");
const token = (page: Page, name: string): Promise<string> =>
  page.evaluate(`getComputedStyle(document.documentElement).getPropertyValue('${name}').trim()`);

async function openMenu(page: Page): Promise<void> {
  await press(page, 'Menu');
  await menu(page).waitFor({ timeout: PATIENCE_MS });
}

/** The browser's offer to install the page, which a browser without a window never makes. */
const OFFER = `
  globalThis.asked = 0;
  dispatchEvent(Object.assign(new Event('beforeinstallprompt', { cancelable: true }), {
    prompt: async () => { globalThis.asked += 1; return { outcome: 'accepted' }; },
  }));`;
const OFFER_AFTER_LOAD = `addEventListener('load', () => { ${OFFER} });`;

/** Whether anything in the chart has this colour, `#rrggbb`. */
const hasColour = (page: Page, colour: string): Promise<boolean> =>
  page.evaluate(`(() => {
    const [r, g, b] = [1, 3, 5].map((at) => parseInt('${colour}'.slice(at, at + 2), 16));
    const { width, height } = document.querySelector('canvas');
    const copy = new OffscreenCanvas(width, height).getContext('2d', { willReadFrequently: true });
    copy.drawImage(document.querySelector('canvas'), 0, 0);
    const { data } = copy.getImageData(0, 0, width, height);
    for (let i = 0; i < data.length; i += 4) {
      if (data[i] === r && data[i + 1] === g && data[i + 2] === b && data[i + 3] === 255) return true;
    }
    return false;
  })()`);

const paints = (page: Page, colour: string): Promise<void> =>
  expect.poll(() => hasColour(page, colour), { timeout: PATIENCE_MS }).toBe(true);

describe('the menu', () => {
  it('works by keyboard: opens, keeps the focus, closes by Escape and gives it back', async () => {
    const server = await shared();
    const { page, problems } = await open(server.url, { viewport: DESK });
    await words(page, /^Live$/);
    await page.getByRole('button', { name: 'Menu' }).focus();
    await page.keyboard.press('Enter');
    await menu(page).waitFor({ timeout: PATIENCE_MS });
    expect(await focused(page)).toBe('Close');
    await page.keyboard.press('Tab');
    expect(await focused(page)).toBe('system');
    await page.keyboard.press('ArrowRight');
    expect(await focused(page)).toBe('light');
    expect(await token(page, '--space')).toBe('#f3f5f8');
    await page.keyboard.press('Escape');
    await menu(page).waitFor({ state: 'detached' });
    expect(await focused(page)).toBe('Menu');
    await page.keyboard.press('Enter');
    await menu(page).waitFor();
    await page.keyboard.press('Enter');
    await menu(page).waitFor({ state: 'detached' });
    expect(problems).toEqual([]);
  });

  it('closes by a click beside it, and not by one in it', async () => {
    const server = await shared();
    const { page } = await open(server.url, { viewport: DESK });
    await openMenu(page);
    await menu(page).getByRole('heading', { name: 'Menu' }).click();
    expect(await menu(page).isVisible()).toBe(true);
    await page.mouse.click(100, DESK.height - 100);
    await menu(page).waitFor({ state: 'detached' });
  });

  it('has targets for a finger, and room for letters twice the size', async () => {
    const server = await shared();
    const { page } = await open(server.url, { hasTouch: true, isMobile: true });
    await words(page, /^Live$/);
    const button = await page.locator('.menu-button').boundingBox();
    expect(Math.min(button?.width ?? 0, button?.height ?? 0)).toBeGreaterThanOrEqual(44);
    await page.getByRole('button', { name: 'Menu' }).tap();
    await menu(page).waitFor({ timeout: PATIENCE_MS });
    const heights = await menu(page)
      .locator('button, label, a')
      .evaluateAll((all) => all.map((each) => each.getBoundingClientRect().height));
    expect(Math.min(...heights)).toBeGreaterThanOrEqual(44);
    await page.evaluate("document.documentElement.style.fontSize = '200%'; 0");
    expect(await spilling(page, '.menu-choice span, .menu h2, .menu h3, .menu p')).toEqual([]);
    expect(await sidewaysOverflow(page)).toBeLessThanOrEqual(0);
  });

  it.each([
    ['a phone', 'dark', PHONE],
    ['a phone', 'light', PHONE],
    ['a desk', 'dark', DESK],
    ['a desk', 'light', DESK],
  ] as const)(
    'axe finds nothing in it on %s (%s), nor with colours for the colour-blind',
    async (_, scheme, viewport) => {
      const server = await shared();
      const { page, problems } = await open(server.url, { viewport, colorScheme: scheme });
      await words(page, /^Live$/);
      await page.evaluate(OFFER);
      await morePoints(page, 1);
      expect(await faults(page)).toEqual([]);
      await openMenu(page);
      expect(await faults(page)).toEqual([]);
      await page.getByLabel('Blue and orange').check();
      await press(page, 'Close');
      await menu(page).waitFor({ state: 'detached' });
      expect(await faults(page)).toEqual([]);
      expect(problems).toEqual([]);
    },
  );
});

describe('the look by choice', () => {
  it.each([
    ['Light', 'dark', '#f3f5f8', '#1f5fe0'],
    ['Dark', 'light', '#0a0d13', '#6ea0ff'],
  ] as const)(
    '%s on a %s system: page, browser and chart follow, and keep it',
    async (theme, colorScheme, space, line) => {
      const server = await shared();
      const { page, problems } = await open(server.url, { viewport: DESK, colorScheme });
      await words(page, /^Live$/);
      await morePoints(page, 3);
      expect(await hasColour(page, line)).toBe(false);
      await openMenu(page);
      await page.getByLabel(theme).check();
      const check = async (): Promise<void> => {
        expect(await token(page, '--space')).toBe(space);
        expect(await page.evaluate('getComputedStyle(document.documentElement).colorScheme')).toBe(theme.toLowerCase());
        const counting = await page
          .locator('meta[name=theme-color]')
          .evaluateAll((all) => (all as HTMLMetaElement[]).filter((meta) => matchMedia(meta.media).matches));
        expect(counting).toHaveLength(1);
        await paints(page, line);
      };
      await check();
      await page.reload();
      await words(page, /^Live$/);
      await morePoints(page, 3);
      await check();
      await openMenu(page);
      await page.getByLabel('System').check();
      expect(await token(page, '--space')).not.toBe(space);
      await page.emulateMedia({ colorScheme: colorScheme === 'dark' ? 'light' : 'dark' });
      await check();
      expect(problems).toEqual([]);
    },
  );

  it('a chosen theme is there before the page’s own script runs', async () => {
    const server = await shared();
    const { page } = await open(server.url, { colorScheme: 'dark' });
    await openMenu(page);
    await page.getByLabel('Light').check();
    await page.context().addInitScript(`
      new MutationObserver((_, observer) => {
        if (!document.body) return;
        globalThis.atBody = getComputedStyle(document.body).backgroundColor;
        observer.disconnect();
      }).observe(document, { childList: true, subtree: true });`);
    await page.reload();
    await words(page, /^Live$/);
    expect(await page.evaluate('globalThis.atBody')).toBe('rgb(243, 245, 248)');
  });

  it('blue and orange colour the price and the candles, also after a reload', async () => {
    const server = await shared();
    const { page } = await open(server.url, { viewport: DESK, colorScheme: 'dark' });
    await words(page, /^Live$/);
    await press(page, 'Candles');
    await openMenu(page);
    await page.getByLabel('Blue and orange').check();
    await press(page, 'Close');
    for (let round = 0; round < 2; round += 1) {
      expect(await token(page, '--up')).toBe('#58b4ff');
      await expect
        .poll(async () => (await hasColour(page, '#58b4ff')) || hasColour(page, '#ff9d4d'), { timeout: PATIENCE_MS })
        .toBe(true);
      for (const colour of ['#35c98f', '#ff6b7a']) expect(await hasColour(page, colour)).toBe(false);
      await page.reload();
      await words(page, /^Live$/);
    }
  });
});

describe('the price read aloud', () => {
  it('is said while it is wanted, also after a reload', async () => {
    const server = await shared();
    const { page } = await open(server.url);
    await words(page, /^Live$/);
    const said = page.locator('.price-aloud');
    expect(await said.textContent()).toBe('');
    await openMenu(page);
    await page.getByLabel('Read the price aloud').check();
    await press(page, 'Close');
    await expect.poll(() => said.textContent(), { timeout: PATIENCE_MS }).toMatch(/^Bitcoin \/ Tether [\d,.]+$/);
    await expect.poll(() => said.textContent(), { timeout: 2 * PATIENCE_MS }).toMatch(/^[\d,.]+, (?:up|down)$/);
    await page.reload();
    await expect.poll(() => said.textContent(), { timeout: PATIENCE_MS }).toMatch(/^Bitcoin/);
    await openMenu(page);
    await page.getByLabel('Read the price aloud').uncheck();
    await expect.poll(() => said.textContent()).toBe('');
  });
});

describe('installing', () => {
  it('takes two taps on a phone: the page’s button and the browser’s', async () => {
    const server = await shared();
    const { page } = await openAfter(server.url, OFFER_AFTER_LOAD, { hasTouch: true, isMobile: true });
    const line = page.locator('.bar', { hasText: 'home screen' });
    await line.getByRole('button', { name: 'Install' }).tap({ timeout: PATIENCE_MS });
    expect(await page.evaluate('globalThis.asked')).toBe(1);
    await line.waitFor({ state: 'detached' });
    await page.evaluate("dispatchEvent(new Event('appinstalled')); 0");
    await openMenu(page);
    await menu(page).getByText('Tickcast is installed on this device.').waitFor();
  });

  it('is offered in the header of a desk and in the menu', async () => {
    const server = await shared();
    const { page } = await openAfter(server.url, OFFER_AFTER_LOAD, { viewport: DESK });
    await page.locator('.header').getByRole('button', { name: 'Install' }).waitFor({ timeout: PATIENCE_MS });
    expect(await page.locator('.bar').isVisible()).toBe(false);
    await openMenu(page);
    await press(page, 'Install Tickcast');
    expect(await page.evaluate('globalThis.asked')).toBe(1);
  });

  it('is not offered again once that is not wanted, but in the menu', async () => {
    const server = await shared();
    const { page } = await openAfter(server.url, OFFER_AFTER_LOAD);
    await press(page, 'Do not offer again');
    await page.reload();
    await openMenu(page);
    await menu(page).getByRole('button', { name: 'Install Tickcast' }).waitFor({ timeout: PATIENCE_MS });
    expect(await page.locator('.bar').count()).toBe(0);
  });

  it('is explained where the browser asks nothing, and where it cannot be', async () => {
    const server = await shared();
    const plain = await openAfter(
      server.url,
      "addEventListener('beforeinstallprompt', (e) => e.stopImmediatePropagation())",
    );
    await openMenu(plain.page);
    await menu(plain.page).getByText('Use your browser’s menu').waitFor();
    const insecure = await openAfter(server.url, "Object.defineProperty(window, 'isSecureContext', { value: false })");
    await openMenu(insecure.page);
    await menu(insecure.page).getByText('Cannot be installed from here').waitFor();
    const userAgent = 'Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit/605.1.15 Safari/604.1';
    const phone = await openAfter(server.url, '', { userAgent });
    await openMenu(phone.page);
    await menu(phone.page).getByText('Add to Home Screen').waitFor();
  });
});
