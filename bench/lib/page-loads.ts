import type { Browser, Page } from 'playwright-core';
import { sleep } from './clock.ts';
import { newSlowPage, newVisitor, notesOf } from './phone-page.ts';

/** A load is over by then on any machine; a page that shows nothing by then never will. */
const LOADED_WITHIN_MS = 30_000;
const LOOK_MS = 500;
/** The server, and what the last page left to be done, come to rest. */
const REST_MS = 1_500;

/** When a first price and the chart were painted, ms since the navigation began. */
export interface Load {
  readonly priceMs: number;
  readonly chartMs: number;
}

export interface Visits {
  /** With nothing kept. */
  readonly first: Load;
  /** With the files from the service worker. */
  readonly again: Load;
}

/** Comes to `url` as somebody who was never there, and then once more. */
export async function visitTwice(browser: Browser, url: string): Promise<Visits> {
  const visitor = await newVisitor(browser);
  const load = async (wasHere: boolean): Promise<Load> => {
    const { page } = await newSlowPage(visitor);
    await sleep(REST_MS);
    await page.goto(url, { waitUntil: 'commit' });
    const loaded = await awaitLoad(page);
    const isKept = await page.evaluate<boolean>("performance.getEntriesByType('navigation')[0].workerStart > 0");
    if (isKept !== wasHere) throw new Error(`the page ${isKept ? 'came' : 'did not come'} from a service worker`);
    if (!wasHere) await awaitKept(page);
    await page.close();
    return loaded;
  };
  try {
    return { first: await load(false), again: await load(true) };
  } finally {
    await visitor.close();
  }
}

/** The service worker is in charge once it has all files. */
async function awaitKept(page: Page): Promise<void> {
  const deadline = Date.now() + LOADED_WITHIN_MS;
  while (!(await page.evaluate<boolean>("navigator.serviceWorker.controller?.state === 'activated'"))) {
    if (Date.now() > deadline) throw new Error('no service worker took over');
    await sleep(LOOK_MS);
  }
}

async function awaitLoad(page: Page): Promise<Load> {
  const deadline = Date.now() + LOADED_WITHIN_MS;
  // Seldom: looking costs the page time.
  while (Date.now() < deadline) {
    await sleep(LOOK_MS);
    const { priceAt, chartAt } = await notesOf(page);
    if (priceAt !== undefined && chartAt !== undefined) return { priceMs: priceAt, chartMs: chartAt };
  }
  throw new Error('the page showed no price, or no chart');
}
