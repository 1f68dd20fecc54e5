import axe from 'axe-core';
import type { Page } from 'playwright-core';

/** What axe finds wrong, with where. */
export async function faults(page: Page): Promise<readonly string[]> {
  await page.evaluate(axe.source);
  return page.evaluate(
    'axe.run().then(({ violations }) => violations.map(({ id, nodes }) => id + " " + nodes.map((n) => n.html).join(" ")))',
  );
}
