// Lighthouse on the page as it is served. Usage: npm run audit, or node bench/audit.ts [--runs N] [--print-only] after a build.
// Ends with 1 where a target is missed; writes bench/audit.md.
import { writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import lighthouse, { type Result } from 'lighthouse';
import { chromium } from 'playwright-core';
import { CATEGORIES, failingAudits, scoreOf, TARGETS } from './lib/audits.ts';
import { cleanUpAtExit } from './lib/child.ts';
import { startChromium } from './lib/chromium.ts';
import { sleep } from './lib/clock.ts';
import { describeLoad, describeMachine, show, table } from './lib/report.ts';
import { startKeyless } from './lib/servers.ts';
import { verdict } from './lib/thresholds.ts';

const RECORD = fileURLToPath(new URL('./audit.md', import.meta.url));
/** The page opens with what was recorded, as it does for anybody who comes back to it. */
const SYMBOL = 'BINANCE:BTCUSDT';
const RECORDED_MS = 10_000;

/** Blink's own numbers of the two. */
const SCHEMES = { dark: 0, light: 1 } as const;
type Scheme = keyof typeof SCHEMES;

const METRICS = {
  'first-contentful-paint': 'first paint',
  'largest-contentful-paint': 'largest paint',
  'total-blocking-time': 'blocked',
  'speed-index': 'speed index',
  'cumulative-layout-shift': 'layout shift',
} as const;

interface Audited {
  readonly scheme: Scheme;
  /** The run whose score of performance is in the middle. */
  readonly result: Result;
  /** Of every run. */
  readonly performance: readonly number[];
}

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: { runs: { type: 'string', default: '3' }, 'print-only': { type: 'boolean', default: false } },
  });
  const runs = Number(values.runs);
  if (!Number.isInteger(runs) || runs < 1) throw new Error('--runs is a whole number, at least 1');
  cleanUpAtExit();
  const server = await startKeyless(['--record', SYMBOL]);
  await sleep(RECORDED_MS);
  const audited: Audited[] = [];
  for (const scheme of Object.keys(SCHEMES) as Scheme[]) {
    audited.push(await audit(`http://127.0.0.1:${server.port}/`, scheme, runs));
  }
  await server.stop();
  const record = write(audited);
  process.stdout.write(`\n${record}`);
  if (!values['print-only']) writeFileSync(RECORD, record);
  if (!audited.every(isMet)) process.exitCode = 1;
}

async function audit(url: string, scheme: Scheme, runs: number): Promise<Audited> {
  const results: Result[] = [];
  for (let run = 1; run <= runs; run += 1) {
    const result = await look(url, scheme);
    const scores = CATEGORIES.map((category) => `${category} ${scoreOf(result, category)}`);
    process.stdout.write(`${scheme}, ${run} of ${runs}: ${scores.join(', ')}\n`);
    results.push(result);
  }
  const score = (result: Result): number => scoreOf(result, 'performance');
  const sorted = results.toSorted((a, b) => score(a) - score(b));
  const result = sorted[sorted.length >> 1];
  if (!result) throw new Error('nothing was audited');
  return { scheme, result, performance: sorted.map(score) };
}

/** Lighthouse as it comes: a middling phone on a slow mobile network, simulated. */
async function look(url: string, scheme: Scheme): Promise<Result> {
  const browser = await startChromium([`--blink-settings=preferredColorScheme=${SCHEMES[scheme]}`]);
  try {
    await assertScheme(browser.port, scheme);
    const run = await lighthouse(url, { port: browser.port, logLevel: 'error', onlyCategories: [...CATEGORIES] });
    if (!run) throw new Error('Lighthouse gave no result');
    const { runtimeError } = run.lhr;
    if (runtimeError) throw new Error(`${runtimeError.code}: ${runtimeError.message}`);
    return run.lhr;
  } finally {
    await browser.stop();
  }
}

/** Nothing else would show that Chromium has stopped to know the setting: both audits would be of the same page. */
async function assertScheme(port: number, scheme: Scheme): Promise<void> {
  const browser = await chromium.connectOverCDP(`http://127.0.0.1:${port}`);
  const page = browser.contexts()[0]?.pages()[0];
  // Playwright makes every page prefer light unless it is told not to.
  await page?.emulateMedia({ colorScheme: null });
  const isRight = await page?.evaluate(`matchMedia('(prefers-color-scheme: ${scheme})').matches`);
  await browser.close();
  if (isRight !== true) throw new Error(`Chromium does not prefer ${scheme}`);
}

function isMet({ result }: Audited): boolean {
  return CATEGORIES.every((category) => scoreOf(result, category) >= TARGETS[category]);
}

function write(audited: readonly Audited[]): string {
  const [first] = audited;
  if (!first) throw new Error('nothing was audited');
  const { lighthouseVersion, environment } = first.result;
  const chromiumVersion = /Chrome\/(\S+)/.exec(environment.hostUserAgent)?.[1] ?? 'unknown';
  const title = (category: string): string => first.result.categories[category]?.title ?? category;
  const scores = audited.map(({ scheme, result }) => [
    scheme,
    ...CATEGORIES.map((category) => String(scoreOf(result, category))),
  ]);
  const metrics = audited.map(({ scheme, result }) => [
    scheme,
    ...Object.keys(METRICS).map((id) => result.audits[id]?.displayValue?.replace('\u00a0', ' ') ?? '–'),
  ]);
  const kept = audited.flatMap(({ scheme, result }) =>
    CATEGORIES.map((category) => {
      const score = scoreOf(result, category);
      return verdict(
        score >= TARGETS[category],
        `${title(category)}, ${scheme}: ${score} (at least ${TARGETS[category]})`,
      );
    }),
  );
  const failing = audited.flatMap(({ scheme, result }) =>
    failingAudits(result).map(({ category, id, reason }) => `- ${scheme}, ${title(category)}, \`${id}\`: ${reason}`),
  );
  const all = audited.map(({ scheme, performance }) => `${scheme} ${performance.join(', ')}`);
  return `# Audit of the page

Written by \`npm run audit\`: Lighthouse ${lighthouseVersion} with Chromium ${chromiumVersion}, headless, on the built page and a server on this machine with its
simulated feed; Lighthouse's mobile preset (a middling phone on a slow network, simulated). Of several runs the one with the middle score of performance.

${describeMachine(new Date())}; Lighthouse's index of it: ${show(environment.benchmarkIndex, 0)}; load: ${describeLoad()}.
With more load than cores the performance is that of the machine.

${table(['', ...CATEGORIES.map(title)], scores)}

${table(['', ...Object.values(METRICS)], metrics)}

${kept.join('\n')}

Performance in every run: ${all.join('; ')}.

${failing.length === 0 ? 'No audit that counts lost a point.' : `What cost points:\n\n${failing.join('\n')}`}
`;
}

// What still runs after an error ends with the process.
main().then(
  () => process.exit(),
  (error: unknown) => {
    process.stderr.write(`audit: ${error instanceof Error ? error.message : String(error)}\n`);
    process.exit(1);
  },
);
