import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import autocannon from 'autocannon';
import { Child, temporaryFolder } from './lib/child.ts';
import { sleep } from './lib/clock.ts';
import { startNginx } from './lib/nginx.ts';
import { hasNginx } from './lib/nginx-process.ts';
import type { Options } from './lib/options.ts';
import { cpuBetween, readCpu } from './lib/proc.ts';
import { show, table } from './lib/report.ts';
import { startFeeder, symbolNames } from './lib/round.ts';
import { type Server, startTickcast } from './lib/servers.ts';
import { median } from './lib/stats.ts';
import { generateTape } from './lib/tape.ts';
import { verdict } from './lib/thresholds.ts';
import { distinctSearches } from './lib/words.ts';

const SHELL = fileURLToPath(new URL('../dist/pwa/index.html', import.meta.url));
const BARE = fileURLToPath(new URL('./peers/bare-http.ts', import.meta.url));
const SYMBOLS = symbolNames(5);
/** What the recording holds: a day of minutes. */
const DAY_MS = 24 * 3_600_000;
const DAY_END = Date.UTC(2026, 10, 22);
const TRADES = 500_000;
/** More than the server keeps answers of. */
const SEARCHES = 5_000;
const LEAST_TIMES = 1.3;
/** The list of symbols is loaded after the start, and the pools are warmed up. */
const LOADED_WITHIN_MS = 10_000;
const SETTLED_MS = 5_000;
const LOOK_MS = 50;

/** What is asked of whom, again and again; several paths: in turn. */
interface Subject {
  readonly name: string;
  readonly server: Server;
  readonly paths: readonly string[];
  readonly encoding: string;
}

interface Measured {
  readonly name: string;
  readonly perSecond: number;
  readonly cpuUs: number;
  readonly bytes: number;
  readonly p99Ms: number;
  readonly failed: number;
  /** The load generator's CPU, as a share of one core. */
  readonly loaderShare: number;
}

const shellOf = (server: string): string => `\`/\`, ${server}`;
const TICKCAST = shellOf('Tickcast');
const AGAIN = shellOf('Tickcast again');
const NGINX = shellOf('nginx');
const TUNED = shellOf('nginx, tuned for small files');
const BARE_NAME = shellOf('bare uWebSockets.js from memory');

/** What one HTTP request costs a server: the page's shell beside others that serve the same file, and the API. No trades. */
export async function runHttp(options: Options): Promise<string> {
  const stops: (() => Promise<void>)[] = [];
  try {
    const shells: Subject[] = [];
    const { feeder, port } = await startFeeder();
    stops.push(() => feeder.stop());
    const dataDir = temporaryFolder();
    const stretch = { from: DAY_END - DAY_MS, to: DAY_END };
    generateTape(join(dataDir, 'tape-finnhub.sqlite'), {
      ...{ symbols: SYMBOLS, trades: TRADES, seed: options.seed },
      ...stretch,
    });
    const settings = { flushMs: options['flush-ms'], shards: options.shards, dataDir, retentionDays: 36_500 };
    const tickcast = await startTickcast(port, settings);
    stops.push(() => tickcast.stop());
    const bareProcess = new Child(BARE, [SHELL]);
    stops.push(() => bareProcess.stop());
    const bare = { port: await bareProcess.port(), pid: bareProcess.pid, stop: () => bareProcess.stop() };
    const shell = { paths: ['/'], encoding: 'gzip' } as const;
    shells.push({ ...shell, name: TICKCAST, server: tickcast });
    if (hasNginx()) {
      for (const [name, reading] of [
        [NGINX, 'usual'],
        [TUNED, 'tuned'],
      ] as const) {
        const nginx = await startNginx(SHELL, reading);
        stops.push(() => nginx.stop());
        shells.push({ ...shell, name, server: nginx });
      }
    }
    shells.push({ ...shell, name: BARE_NAME, server: bare }, { ...shell, name: AGAIN, server: tickcast });
    await loaded(tickcast);

    const { from, to } = stretch;
    const candles = SYMBOLS.map((symbol) => `/api/candles?symbol=${symbol}&interval=1m&from=${from}&to=${to}`);
    const words = distinctSearches();
    const searches = Array.from({ length: SEARCHES }, () => `/api/search?q=${encodeURIComponent(words())}`);
    const api = { server: tickcast, encoding: 'gzip, deflate, br' } as const;
    const apis: Subject[] = [
      { ...api, name: '`/`, brotli', paths: ['/'] },
      { ...api, name: '`/api/status`', paths: ['/api/status'] },
      { ...api, name: '`/api/symbols`', paths: ['/api/symbols'] },
      { ...api, name: '`/api/search`, no words twice', paths: searches },
      { ...api, name: '`/api/candles`, 500 of a minute', paths: candles },
    ];
    return section(options, await rounds(shells, options), await rounds(apis, options));
  } finally {
    for (const stop of stops.reverse()) await stop();
  }
}

async function loaded(server: Server): Promise<void> {
  const deadline = performance.now() + LOADED_WITHIN_MS;
  for (;;) {
    const response = await fetch(`http://127.0.0.1:${server.port}/api/symbols`);
    await response.arrayBuffer();
    if (response.ok) break;
    if (performance.now() > deadline) throw new Error('the list of symbols is not loaded');
    await sleep(LOOK_MS);
  }
  await sleep(SETTLED_MS);
}

async function rounds(subjects: readonly Subject[], options: Options): Promise<Measured[]> {
  const measured: Measured[] = [];
  for (const subject of subjects) if (options.warmup > 0) await load(subject, options, options.warmup);
  for (let round = 1; round <= options.rounds; round += 1) {
    for (const subject of subjects) {
      const one = await measure(subject, options);
      measured.push(one);
      process.stdout.write(
        `http ${round}/${options.rounds} ${one.name.padEnd(40)} ${show(one.perSecond, 0)} requests/s; ${show(one.cpuUs, 1)} µs each\n`,
      );
    }
  }
  return measured;
}

function load({ server, paths, encoding }: Subject, options: Options, seconds: number): Promise<autocannon.Result> {
  return autocannon({
    url: `http://127.0.0.1:${server.port}`,
    connections: options.connections,
    duration: seconds,
    requests: paths.map((path) => ({ path, headers: { 'accept-encoding': encoding } })),
  });
}

async function measure(subject: Subject, options: Options): Promise<Measured> {
  const { pid } = subject.server;
  const before = { server: readCpu(pid), own: readCpu(process.pid), at: performance.now() };
  const result = await load(subject, options, options.seconds);
  const wallUs = (performance.now() - before.at) * 1e3;
  const { ranUs } = cpuBetween(before.server, readCpu(pid));
  const answered = result['2xx'];
  return {
    name: subject.name,
    perSecond: answered / result.duration,
    cpuUs: ranUs / answered,
    bytes: result.throughput.total / answered,
    p99Ms: result.latency.p99,
    failed: result.non2xx + result.errors + result.timeouts,
    loaderShare: cpuBetween(before.own, readCpu(process.pid)).ranUs / wallUs,
  };
}

function tableOf(measured: readonly Measured[]): string {
  const names = [...new Set(measured.map(({ name }) => name))];
  const rows = names.map((name) => {
    const each = measured.filter((m) => m.name === name);
    const cpu = each.map((m) => m.cpuUs);
    return [
      name,
      show(1e6 / median(cpu), 0),
      `${show(median(cpu), 1)} (${show(Math.min(...cpu), 1)}–${show(Math.max(...cpu), 1)})`,
      show(median(each.map((m) => m.perSecond)), 0),
      show(median(each.map((m) => m.bytes)), 0),
      show(median(each.map((m) => m.p99Ms)), 1),
      String(each.reduce((sum, m) => sum + m.failed, 0)),
    ];
  });
  const head = [
    '',
    'requests per CPU-second',
    'server CPU µs each (least–most)',
    'requests/s',
    'bytes each',
    'p99 ms',
    'failed',
  ];
  return table(head, rows);
}

/** How many times as many requests one serves with a CPU-second as another, in each round. */
function times(measured: readonly Measured[], name: string, other: string): number[] {
  const others = measured.filter((m) => m.name === other);
  return measured.filter((m) => m.name === name).map(({ cpuUs }, i) => (others[i]?.cpuUs ?? Number.NaN) / cpuUs);
}

function section(options: Options, shells: readonly Measured[], apis: readonly Measured[]): string {
  const spread = (values: readonly number[]): string =>
    `× ${show(median(values), 2)} (${show(Math.min(...values), 2)}–${show(Math.max(...values), 2)})`;
  const overNginx = times(shells, TICKCAST, NGINX);
  const best = overNginx.length === 0 ? Number.NaN : median(overNginx);
  const judged =
    overNginx.length === 0
      ? '- not measured: the shell beside nginx, which is not installed here (Debian: apt-get install nginx-light)'
      : verdict(best >= LEAST_TIMES, `the shell per CPU-second ${spread(overNginx)} nginx (at least ${LEAST_TIMES})`);
  const all = [...shells, ...apis];
  return `## HTTP

autocannon with ${options.connections} connections; ${options.rounds} rounds of ${options.seconds} s, rows in turn; Tickcast with SHARDS=${options.shards} and no trades.

The page's shell, gzipped beforehand: the same file for all.

${tableOf(shells)}

${judged}

- Tickcast over bare uWebSockets.js: ${spread(times(shells, TICKCAST, BARE_NAME))}; the same server again over itself, which is the noise: ${spread(times(shells, AGAIN, TICKCAST))}.
${
  overNginx.length === 0
    ? ''
    : `- Bare uWebSockets.js over nginx: ${spread(times(shells, BARE_NAME, NGINX))}. nginx has one process, \`gzip_static\` and no log, and else what Debian's configuration has;
  tuned: \`open_file_cache\`, and without \`sendfile\`, which is worth its calls for large files only. Tickcast over that: ${spread(times(shells, TICKCAST, TUNED))}.\n`
}
Tickcast's other answers, as a browser asks for them:

${tableOf(apis)}

- CPU: user and system time of all threads of the server process, its pools too, by answered request; the median of the rounds and the range.
- Bytes: the answer with its headers.
- The load generator used ${show(Math.max(...all.map((m) => m.loaderShare)) * 100, 0)} % of a core: where that is near 100 %, requests/s is what *it* can do, and the CPU of
  the server is the number to compare.`;
}
