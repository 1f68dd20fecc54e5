import type { Locator, Page } from 'playwright-core';
import { open, PATIENCE_MS } from './stage.ts';

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
