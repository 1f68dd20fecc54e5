import type { Browser } from 'playwright-core';
import { BUSY, LISTED, startBusy } from './busy-feed.ts';
import { sleep } from './clock.ts';
import { LONG_TASK_MS, type Tasks, traceTasks } from './main-thread.ts';
import type { Options } from './options.ts';
import { panFor } from './panning.ts';
import { newSlowPage, newVisitor, notesOf, type SlowPage } from './phone-page.ts';
import { SentTrades } from './sent-trades.ts';
import { FULL_SPEED, startSlowLink } from './slow-link.ts';

const SETTLE_MS = 15_000;
/** How long it is traced; and how often it is panned so long. */
const TRACED_MS = 15_000;
const PANS = 3;
const HEAP_SAMPLES = 30;
/** The collector makes tasks of its own, which do not count. */
const COLLECTED_WITHIN_MS = 500;

export interface HeapSample {
  readonly seconds: number;
  readonly bytes: number;
}

export interface Pan {
  readonly framesPerSecond: number;
  readonly drawingsPerSecond: number;
  readonly tasks: Tasks;
}

export interface Streamed {
  /** Trades of the symbol on the screen that came to the page, a second. */
  readonly rate: number;
  /** Without a hand on it. */
  readonly resting: Tasks & { readonly drawingsPerSecond: number };
  readonly pans: readonly Pan[];
  /** From the page's receiving a trade to its price on the screen, ms, ascending; while it rests. */
  readonly delaysMs: readonly number[];
  readonly heap: readonly HeapSample[];
  /** Tasks of more than 50 ms while the heap was watched. */
  readonly longMs: readonly number[];
}

/** What a busy symbol costs a page on a slow processor. `timed` is called when all that is measured by the clock is. */
export async function streamToPage(browser: Browser, options: Options, timed: () => void): Promise<Streamed> {
  const seconds = options['page-seconds'];
  const settings = { flushMs: options['flush-ms'], shards: options.shards };
  // Longer than everything that is measured: on a busy machine all takes its time.
  const feed = { rate: options['page-rate'], seconds: seconds * 2 + 300, seed: options.seed };
  const server = await startBusy(settings, feed);
  const sent = new SentTrades(BUSY);
  const link = await startSlowLink(server.port, FULL_SPEED, () => sent.watch());
  try {
    const visitor = await newVisitor(browser);
    const list = JSON.stringify(LISTED.map(({ symbol, description }) => ({ symbol, description })));
    for (const name of ['finnhub', 'simulated']) {
      await visitor.addInitScript(`localStorage.setItem('tickcast.${name}.watch', ${JSON.stringify(list)})`);
    }
    const slow = await newSlowPage(visitor);
    await slow.page.goto(`http://127.0.0.1:${link.port}/?symbol=${BUSY}`);
    await sleep(SETTLE_MS);
    const from = Date.now();
    const resting = await measured(browser, slow, () => sleep(TRACED_MS));
    const to = Date.now();
    const { shown } = await notesOf(slow.page);
    const delaysMs = sent.delays(
      shown.map(({ at, price }) => ({ at, price })),
      from,
      to,
    );
    const rate = sent.count(from, to) / ((to - from) / 1e3);
    const pans: Pan[] = [];
    for (let i = 0; i < PANS; i += 1) pans.push(await pan(browser, slow));
    timed();
    const { heap, longMs } = await watchHeap(slow, seconds);
    const { tasks, drawingsPerSecond } = resting;
    return { rate, resting: { ...tasks, drawingsPerSecond }, pans, delaysMs, heap, longMs };
  } finally {
    await link.stop();
    await server.stop();
  }
}

/** Frames and tasks of the page while `act` goes on. */
async function measured(browser: Browser, { page }: SlowPage, act: () => Promise<void>): Promise<Pan> {
  let began = { frames: 0, drawings: 0, at: 0 };
  let ended = began;
  const look = async (): Promise<typeof began> =>
    page.evaluate('({ frames: benchNotes.frames, drawings: benchNotes.drawings, at: performance.now() })');
  const tasks = await traceTasks(browser, page, async () => {
    began = await look();
    await act();
    ended = await look();
  });
  const seconds = (ended.at - began.at) / 1e3;
  return {
    tasks,
    framesPerSecond: (ended.frames - began.frames) / seconds,
    drawingsPerSecond: (ended.drawings - began.drawings) / seconds,
  };
}

async function pan(browser: Browser, slow: SlowPage): Promise<Pan> {
  const box = await slow.page.locator('.chart canvas').boundingBox();
  if (!box) throw new Error('there is no chart to pan');
  const hand = { x: box.x + box.width / 4, y: box.y + box.height / 2 };
  const result = await measured(browser, slow, () => panFor(slow.cdp, hand, TRACED_MS));
  // Without it nothing would have been panned, and every number be right.
  const back = slow.page.getByRole('button', { name: 'Back to live' });
  await back.click();
  await back.waitFor({ state: 'detached' });
  return result;
}

async function watchHeap(
  { page, cdp }: SlowPage,
  seconds: number,
): Promise<{ readonly heap: HeapSample[]; readonly longMs: number[] }> {
  const heap: HeapSample[] = [];
  const collected: number[] = [];
  const began = performance.now();
  const from = Date.now();
  for (let i = 1; i <= HEAP_SAMPLES; i += 1) {
    await sleep(Math.max(0, (seconds * 1e3 * i) / HEAP_SAMPLES - (performance.now() - began)));
    collected.push(Date.now());
    await cdp.send('HeapProfiler.collectGarbage');
    const { usedSize, backingStorageSize } = await cdp.send('Runtime.getHeapUsage');
    collected.push(Date.now());
    heap.push({ seconds: (performance.now() - began) / 1e3, bytes: usedSize + backingStorageSize });
    // The notes are kept in the heap that is watched.
    await page.evaluate('benchNotes.shown.length = 0');
  }
  const { longTasks } = await notesOf(page);
  const isOurs = (at: number, ms: number): boolean =>
    collected.some((when) => when > at - COLLECTED_WITHIN_MS && when < at + ms + COLLECTED_WITHIN_MS);
  const longMs = longTasks.filter(({ at, ms }) => at >= from && ms > LONG_TASK_MS && !isOurs(at, ms));
  return { heap, longMs: longMs.map(({ ms }) => ms) };
}
