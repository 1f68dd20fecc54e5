import type { Locator, Page } from 'playwright-core';
import { expect } from 'vitest';
import { isJsonObject } from '../../src/protocol/json.ts';
import { startTickcast, type Tickcast } from '../support/server.ts';
import { open, PATIENCE_MS, serve } from './stage.ts';

export const box = (page: Page): Locator => page.locator('[role=combobox]');
export const options = (page: Page): Locator => page.locator('[role=option]');
export const option = (page: Page, text: string): Locator => page.locator('[role=option]', { hasText: text }).first();
export const appears = (page: Page, text: string): Promise<void> =>
  option(page, text).waitFor({ timeout: PATIENCE_MS });

export async function findApple(page: Page): Promise<void> {
  await page.fill('[role=combobox]', 'apple');
  await appears(page, 'AAPL');
}

/** A page whose scripts find `script` done before them. */
export async function openAfter(url: string, script: string, options: Parameters<typeof open>[1] = {}) {
  const visit = await open(`${url}/healthz`, options);
  await visit.context.addInitScript({ content: script });
  await visit.page.goto(url);
  return visit;
}

/** A server whose list of symbols is no longer the built-in one that it begins with; stopped after the test. */
export async function serveListed(...args: Parameters<typeof serve>): Promise<Tickcast> {
  return listed(await serve(...args));
}

/** The same, to be stopped by whoever starts it. */
export async function startListed(): Promise<Tickcast> {
  return listed(await startTickcast());
}

async function listed(server: Tickcast): Promise<Tickcast> {
  const source = async (): Promise<unknown> => {
    const list: unknown = await (await fetch(`${server.url}/api/symbols`)).json();
    return isJsonObject(list) ? list.source : undefined;
  };
  await expect.poll(source, { timeout: 2 * PATIENCE_MS }).toMatch(/^(?:simulated|finnhub)$/);
  return server;
}
