import type { Browser, Page } from 'playwright-core';

/** What Chromium's tracing tells of a thread, as much as is used here; times in µs. */
interface TraceEvent {
  readonly name: string;
  readonly pid: number;
  readonly tid: number;
  readonly dur?: number;
  readonly tdur?: number;
  readonly args?: { readonly data?: { readonly message?: string } };
}

/** The tasks of a page's main thread. */
export interface Tasks {
  /** The longest, in ms as the clock has it and in ms of the processor, which does not see that others were let in between. */
  readonly longestMs: number;
  readonly longestCpuMs: number;
  /** What the thread worked, as a share of the time. */
  readonly busy: number;
  /** Of more than 50 ms. */
  readonly long: number;
}

export const LONG_TASK_MS = 50;
const MARK = 'tickcast-bench';

/** Traces the main thread of `page` while `act` goes on. */
export async function traceTasks(browser: Browser, page: Page, act: () => Promise<void>): Promise<Tasks> {
  const cdp = await browser.newBrowserCDPSession();
  const events: TraceEvent[] = [];
  cdp.on('Tracing.dataCollected', ({ value }) => events.push(...(value as unknown as TraceEvent[])));
  await cdp.send('Tracing.start', {
    transferMode: 'ReportEvents',
    traceConfig: { includedCategories: ['devtools.timeline', 'disabled-by-default-devtools.timeline'] },
  });
  // Tells which of the threads is the page's.
  await page.evaluate(`console.timeStamp('${MARK}')`);
  const began = performance.now();
  await act();
  const wallMs = performance.now() - began;
  const complete = new Promise((resolve) => cdp.once('Tracing.tracingComplete', resolve));
  await cdp.send('Tracing.end');
  await complete;
  await cdp.detach();
  const mark = events.find(({ name, args }) => name === 'TimeStamp' && args?.data?.message === MARK);
  const tasks = events.filter(({ name, pid, tid }) => name === 'RunTask' && pid === mark?.pid && tid === mark.tid);
  if (tasks.length === 0) throw new Error('Chromium traced no task of the page');
  const wall = tasks.map(({ dur = 0 }) => dur / 1e3);
  const cpu = tasks.map(({ tdur = 0 }) => tdur / 1e3);
  return {
    longestMs: Math.max(...wall),
    longestCpuMs: Math.max(...cpu),
    busy: wall.reduce((sum, ms) => sum + ms, 0) / wallMs,
    long: wall.filter((ms) => ms > LONG_TASK_MS).length,
  };
}
