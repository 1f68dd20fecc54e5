import { existsSync } from 'node:fs';
import { type Browser, type BrowserContext, type BrowserContextOptions, chromium, type Page } from 'playwright-core';

const CANDIDATES = [
  process.env.CHROMIUM_PATH,
  '/usr/bin/chromium',
  '/usr/bin/chromium-browser',
  '/usr/bin/google-chrome',
];

/**
 * The address bar's popups are pages, two for every context, which take more of the processor than ours does. Chromium counts
 * the last list alone, so the others that concern us from Playwright's list are here too.
 */
const WITHOUT = [
  'WebUIOmniboxPopup',
  'WebUIOmniboxAimPopup',
  'AimEnabled',
  'AvoidCorsURLLoaderRestartOnRedirect',
  'AvoidUnnecessaryBeforeUnloadCheckSync',
  'DestroyProfileOnBrowserClose',
  'HttpsFirstBalancedModeAutoEnable',
  'HttpsUpgrades',
  'LensOverlay',
  'MediaRouter',
  'NetworkTimeServiceQuerying',
  'OptimizationHints',
  'PaintHolding',
  'PreconnectToSearch',
  'ThirdPartyStoragePartitioning',
];

/** No sandbox (tests run as root in containers), and no traffic of the browser's own. */
export const ARGS = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
  `--disable-features=${WITHOUT.join(',')}`,
];

export const PHONE = { width: 390, height: 844 };
export const DESK = { width: 1440, height: 900 };

export function chromiumPath(): string {
  const found = CANDIDATES.find((path) => path !== undefined && existsSync(path));
  if (found === undefined) throw new Error('no Chromium found: set CHROMIUM_PATH');
  return found;
}

/** `options`: what a browser is to have beside what all have. */
export async function launchBrowser(
  options: { readonly args?: readonly string[]; readonly env?: NodeJS.ProcessEnv } = {},
): Promise<Browser> {
  const env = options.env ? { env: options.env } : {};
  return chromium.launch({ executablePath: chromiumPath(), args: [...ARGS, ...(options.args ?? [])], ...env });
}

/** A browser with a profile in `folder`: all others are incognito, where nothing can be installed. */
export function launchProfile(folder: string): Promise<BrowserContext> {
  return chromium.launchPersistentContext(folder, { executablePath: chromiumPath(), args: ARGS });
}

/** A page in a context of its own (storage, cookies), and what the browser complained about in it. */
export interface Visit {
  readonly page: Page;
  readonly context: BrowserContext;
  readonly problems: readonly string[];
}

export async function visit(browser: Browser, url: string, options: BrowserContextOptions = {}): Promise<Visit> {
  // A line that glides is drawn 60 times a second, by this machine's processors: half of one for every page that is open.
  const calm = { reducedMotion: 'reduce' } as const;
  const context = await browser.newContext({ viewport: PHONE, locale: 'en-US', ...calm, ...options });
  await context.addInitScript({ content: SPY });
  const page = await context.newPage();
  const problems: string[] = [];
  // Violations of the content security policy are console errors too.
  page.on('console', (message) => {
    if (message.type() === 'error' || message.type() === 'warning') problems.push(message.text());
  });
  page.on('pageerror', (error) => problems.push(String(error)));
  await page.goto(url);
  return { page, context, problems };
}

/** Notes what is written on canvases and how often they are cleared for a new drawing, and lets a test hide the tab. */
const SPY = `
  const spy = (globalThis.canvasSpy = { texts: new Set(), drawings: 0, hidden: false });
  const { fillText, clearRect } = CanvasRenderingContext2D.prototype;
  CanvasRenderingContext2D.prototype.fillText = function (text, ...rest) {
    spy.texts.add(String(text));
    return fillText.call(this, text, ...rest);
  };
  CanvasRenderingContext2D.prototype.clearRect = function (...rest) {
    spy.drawings += 1;
    return clearRect.apply(this, rest);
  };
  Object.defineProperty(Document.prototype, 'hidden', { configurable: true, get: () => spy.hidden });
`;

/** The texts drawn on the page's canvas so far. */
export function drawnTexts(page: Page): Promise<readonly string[]> {
  return page.evaluate('[...canvasSpy.texts]');
}

/** How many times the chart was drawn so far. */
export function drawings(page: Page): Promise<number> {
  return page.evaluate('canvasSpy.drawings');
}

/** Makes the page believe that its tab is hidden, or shown again. */
export async function hide(page: Page, hidden: boolean): Promise<void> {
  await page.evaluate(`canvasSpy.hidden = ${hidden}; document.dispatchEvent(new Event('visibilitychange')); 0`);
}

/** How far the page can be scrolled sideways, CSS pixels. */
export function sidewaysOverflow(page: Page): Promise<number> {
  return page.evaluate('document.documentElement.scrollWidth - innerWidth');
}

/** The texts of the elements that are wider than the room they have. */
export function spilling(page: Page, selector: string): Promise<readonly string[]> {
  return page.evaluate(
    `[...document.querySelectorAll('${selector}')].filter((e) => e.scrollWidth > e.clientWidth).map((e) => e.textContent)`,
  );
}
