import type { Browser, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, expect, vi } from 'vitest';
import type { Candle } from '../../src/protocol/candles.ts';
import { startTickcast, type Tickcast, type TickcastArgs } from '../support/server.ts';
import { launchBrowser, type Visit, visit } from './browser.ts';

/** A page on a busy machine may take this long for anything. */
export const PATIENCE_MS = 15_000;

/** A test opens a browser's page on a server of its own, several times over; every wait in it has its own bound. */
const TEST_MS = 90_000;

let browser: Browser;
const cleanups: (() => unknown)[] = [];

/** To be called once at the top of a file: one browser for all its tests; what they start is stopped after each. */
export function setStage(): void {
  vi.setConfig({ testTimeout: TEST_MS, hookTimeout: TEST_MS });
  beforeAll(async () => {
    browser = await launchBrowser();
  });
  afterAll(() => browser.close());
  afterEach(async () => {
    for (const cleanup of cleanups.splice(0).reverse()) await cleanup();
  });
}

export function afterwards(cleanup: () => unknown): void {
  cleanups.push(cleanup);
}

export async function serve(args: TickcastArgs = {}): Promise<Tickcast> {
  const server = await startTickcast(args);
  afterwards(() => server.kill());
  return server;
}

/** One server for all tests of a file that do no more than look at its page: it starts with the first that wants it. */
export function sharedServer(start: () => Promise<Tickcast> = startTickcast): () => Promise<Tickcast> {
  let started: Promise<Tickcast> | undefined;
  afterAll(async () => (await started)?.kill());
  return () => {
    started ??= start();
    return started;
  };
}

export async function open(
  ...args: Parameters<typeof visit> extends [Browser, ...infer Rest] ? Rest : never
): Promise<Visit> {
  const opened = await visit(browser, ...args);
  afterwards(() => opened.context.close());
  return opened;
}

export const words = (page: Page, text: string | RegExp): Promise<void> =>
  page.locator('.connection-text', { hasText: text }).waitFor({ timeout: PATIENCE_MS });

/** How many trades the chart holds. */
export const chartPoints = async (page: Page): Promise<number> =>
  Number(await page.locator('.chart').getAttribute('data-points'));

/** Waits until the chart holds more than `count` trades. */
export const morePoints = (page: Page, count: number): Promise<void> =>
  expect.poll(() => chartPoints(page), { timeout: PATIENCE_MS }).toBeGreaterThan(count);

/** What the chart was last drawn of; see `data-…` of the figure. */
export async function drawn(page: Page) {
  const chart = page.locator('.chart');
  const [interval, span, candle] = await Promise.all(
    ['data-interval', 'data-span', 'data-last-candle'].map((name) => chart.getAttribute(name)),
  );
  return { interval, spanMs: Number(span), lastCandle: JSON.parse(candle ?? 'null') as Candle | null };
}

/** Presses a button by its name. */
export const press = (page: Page, name: string): Promise<void> =>
  page.getByRole('button', { name, exact: true }).click({ timeout: PATIENCE_MS });
