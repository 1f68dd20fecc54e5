import { sleep } from './lib/clock.ts';
import type { Options } from './lib/options.ts';
import { type Load, type Visits, visitTwice } from './lib/page-loads.ts';
import { type Streamed, streamToPage } from './lib/page-stream.ts';
import { CPU_SLOWDOWN, launchPhone } from './lib/phone-page.ts';
import { describeLoad, show, table } from './lib/report.ts';
import { startKeyless } from './lib/servers.ts';
import { FAST_4G, startSlowLink } from './lib/slow-link.ts';
import { median, percentile } from './lib/stats.ts';
import { verdict, verdicts } from './lib/thresholds.ts';
import { riseOver } from './lib/trend.ts';

const SYMBOL = 'BINANCE:BTCUSDT';
/** The page opens with what is recorded. */
const RECORDED_MS = 15_000;

const MOST_PRICE_MS = 1_000;
const MOST_CHART_MS = 1_800;
const MOST_AGAIN_MS = 400;
const MOST_TASK_MS = 50;
const LEAST_FRAMES = 50;
const MOST_DELAY_MS = 100;
const MOST_HEAP_RISE = 0.05;

/** The page on a phone: how soon it shows a price, and what a busy symbol costs it. */
export async function runPage(options: Options): Promise<string> {
  const loads = [describeLoad()];
  const browser = await launchPhone();
  try {
    const visits: Visits[] = [];
    const server = await startKeyless(['--record', SYMBOL]);
    const link = await startSlowLink(server.port, FAST_4G);
    await sleep(RECORDED_MS);
    for (let i = 1; i <= options['page-loads']; i += 1) {
      const visit = await visitTwice(browser, `http://127.0.0.1:${link.port}/`);
      visits.push(visit);
      const times = [visit.first, visit.again].flatMap(({ priceMs, chartMs }) => [priceMs, chartMs]);
      process.stdout.write(`page, load ${i}: ${times.map((ms) => show(ms, 0)).join(', ')} ms\n`);
    }
    await link.stop();
    await server.stop();
    loads.push(describeLoad());
    const streamed = await streamToPage(browser, options, () => loads.push(describeLoad()));
    return section(options, browser.version(), loads, visits, streamed);
  } finally {
    await browser.close();
  }
}

const LOADS = [
  { what: 'first visit, price', of: ({ first }: Visits) => first.priceMs },
  { what: 'first visit, chart', of: ({ first }: Visits) => first.chartMs },
  { what: 'repeat visit, price', of: ({ again }: Visits) => again.priceMs },
  { what: 'repeat visit, chart', of: ({ again }: Visits) => again.chartMs },
] as const;

function loadRows(visits: readonly Visits[]): string[][] {
  return LOADS.map(({ what, of }) => {
    const values = visits.map(of);
    return [what, ...[Math.min(...values), median(values), Math.max(...values)].map((ms) => show(ms, 0))];
  });
}

function section(
  options: Options,
  version: string,
  loads: readonly string[],
  visits: readonly Visits[],
  streamed: Streamed,
): string {
  const { resting, pans, delaysMs, heap, longMs, rate } = streamed;
  const typical = (of: (load: Visits) => Load, what: keyof Load): number =>
    median(visits.map((each) => of(each)[what]));
  const first = ({ first }: Visits): Load => first;
  const again = ({ again }: Visits): Load => again;
  const ms = { unit: ' ms', digits: 0 };
  const whole = (share: number): string => `${show(share * 100, 0)} %`;
  const late = heap.slice(Math.floor(heap.length / 3));
  const rise = riseOver(late.map(({ seconds, bytes }) => ({ x: seconds, y: bytes })));
  const megabytes = (bytes: number | undefined): string => show((bytes ?? Number.NaN) / 2 ** 20, 1);
  const frames = median(pans.map(({ framesPerSecond }) => framesPerSecond));
  const drawings = median(pans.map(({ drawingsPerSecond }) => drawingsPerSecond));
  const all = [resting, ...pans.map(({ tasks }) => tasks)];
  const minutes = show(options['page-seconds'] / 60, 1);
  const rows = [
    { name: 'at rest', tasks: resting, frames: Number.NaN, drawings: resting.drawingsPerSecond },
    ...pans.map(({ tasks, framesPerSecond, drawingsPerSecond }, i) => ({
      name: `panned, ${i + 1}`,
      tasks,
      frames: framesPerSecond,
      drawings: drawingsPerSecond,
    })),
  ].map(({ name, tasks, frames, drawings }) => [
    name,
    show(tasks.longestMs, 1),
    show(tasks.longestCpuMs, 1),
    String(tasks.long),
    whole(tasks.busy),
    show(frames, 1),
    show(drawings, 1),
  ]);
  return `## The page on a phone

Chromium ${version}, headless and without a GPU, with the screen of Lighthouse's mobile preset and a main thread ${CPU_SLOWDOWN} times slower (CDP). Server, simulator
and browser share this machine.

${visits.length} first visits with nothing kept, each followed by one that has its files from the service worker, over DevTools' "Fast 4G"; ms from the navigation to
the frame in which it was painted:

${table(['', 'least', 'median', 'most'], loadRows(visits))}

${verdicts([
  { what: 'first price of a first visit, median', value: typical(first, 'priceMs'), most: MOST_PRICE_MS, ...ms },
  { what: 'chart of a first visit, median', value: typical(first, 'chartMs'), most: MOST_CHART_MS, ...ms },
  { what: 'first price of a repeat visit, median', value: typical(again, 'priceMs'), most: MOST_AGAIN_MS, ...ms },
])}

${show(rate, 0)} trades a second of the symbol on the screen, at random times; 20 symbols of the watchlist trade as in life:

${table(['', 'longest task ms', 'of it CPU ms', `over ${MOST_TASK_MS} ms`, 'main thread busy', 'frames a second', 'drawings a second'], rows)}

${verdicts([
  {
    what: 'longest task',
    value: Math.max(...all.map(({ longestMs }) => longestMs)),
    most: MOST_TASK_MS,
    unit: ' ms',
    digits: 1,
  },
  {
    what: "longest task by the processor's time",
    value: Math.max(...all.map(({ longestCpuMs }) => longestCpuMs)),
    most: MOST_TASK_MS,
    unit: ' ms',
    digits: 1,
  },
])}
${verdict(frames >= LEAST_FRAMES, `frames a second while panning, median: ${show(frames, 1)} (at least ${LEAST_FRAMES}); the chart was drawn ${show(drawings, 1)} times a second`)}
${verdicts([{ what: 'from a trade to its price on the screen, 99 of 100', value: percentile(delaysMs, 0.99), most: MOST_DELAY_MS, ...ms }])}
${verdict(Math.abs(rise) <= MOST_HEAP_RISE, `the heap after a collection is flat over ${minutes} minutes: ${show(rise * 100, 1)} % over the last two thirds (at most ${whole(MOST_HEAP_RISE)} either way)`)}

- Load of the machine (average of a minute) before, between the two and after the panning: ${loads.join(', ')}. A browser takes about as much as there is; far above that, all times by the clock
  say more of the machine's other work than of the page.
- Fast 4G: a proxy that delays and paces every byte both ways, so that it holds for WebSockets and the service worker's requests too; a round trip takes ${show(FAST_4G.down.delayMs + FAST_4G.up.delayMs, 0)} ms,
  ${show(FAST_4G.down.bytesPerSecond / 1e3, 0)} kB/s down and ${show(FAST_4G.up.bytesPerSecond / 1e3, 0)} up. DevTools counts that much for a request and no more for what follows on a WebSocket; here each message back and forth takes it. TCP's slow start is left out.
- Only the main thread is slowed; Chromium leaves the service worker and the search's worker as they are.
- From a trade to its price: from the moment in which its frame was handed to the browser's socket to the painting of its price or a later one's in large figures. Median ${show(percentile(delaysMs, 0.5), 0)}, most ${show(percentile(delaysMs, 1), 0)} ms; ${delaysMs.length} trades.
- Panning: a mouse drags the chart to and fro (mouse events by CDP), ${pans.length} times; frames by \`requestAnimationFrame\`, at most 60.
- CPU: the thread's own time, in which the slowing counts and other work of the machine does not.
- Heap: JavaScript's objects and typed arrays, ${megabytes(heap[0]?.bytes)} MB at first and ${megabytes(heap.at(-1)?.bytes)} MB in the end; ${heap.length} samples. While it was watched there were ${longMs.length} tasks of more than ${MOST_TASK_MS} ms, without those of the collections that were asked for${longMs.length > 0 ? `; the longest took ${show(Math.max(...longMs), 0)} ms` : ''}.`;
}
