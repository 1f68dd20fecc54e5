import type { Browser, BrowserContext, CDPSession, Page } from 'playwright-core';
import { launchBrowser } from '../../test/browser/browser.ts';
import { type PageNotes, spyOnPage } from './page-spy.ts';

/** The phone of Lighthouse's mobile preset, on a processor that is made so many times slower. */
const PHONE = {
  viewport: { width: 412, height: 823 },
  deviceScaleFactor: 1.75,
  isMobile: true,
  hasTouch: true,
} as const;
export const CPU_SLOWDOWN = 4;

/** The end of the run ends it too: Playwright closes its browsers then. */
export function launchPhone(): Promise<Browser> {
  return launchBrowser();
}

/** Someone who was never here before. */
export async function newVisitor(browser: Browser): Promise<BrowserContext> {
  const context = await browser.newContext({ ...PHONE, locale: 'en-US' });
  await context.addInitScript(spyOnPage);
  return context;
}

export interface SlowPage {
  readonly page: Page;
  readonly cdp: CDPSession;
}

/** An empty page on a slowed processor. Only its main thread is slowed: Chromium leaves workers as they are. */
export async function newSlowPage(context: BrowserContext): Promise<SlowPage> {
  const page = await context.newPage();
  const cdp = await context.newCDPSession(page);
  await cdp.send('Emulation.setCPUThrottlingRate', { rate: CPU_SLOWDOWN });
  return { page, cdp };
}

export function notesOf(page: Page): Promise<PageNotes> {
  return page.evaluate('benchNotes');
}
