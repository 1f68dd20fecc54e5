import autocannon from 'autocannon';
import { sleep } from './lib/clock.ts';
import type { Options } from './lib/options.ts';
import { cpuBetween, readCpu } from './lib/proc.ts';
import { show, table } from './lib/report.ts';
import { startFeeder } from './lib/round.ts';
import { type Server, startTickcast } from './lib/servers.ts';
import { median } from './lib/stats.ts';

const PATHS = ['/', '/api/status', '/api/symbols'];
/** The list of symbols is loaded after the start. */
const LOADED_WITHIN_MS = 10_000;
const LOOK_MS = 50;

interface Measured {
  readonly path: string;
  readonly perSecond: number;
  readonly cpuUs: number;
  readonly bytes: number;
  readonly p99Ms: number;
  readonly failed: number;
  /** The load generator's CPU, as a share of one core. */
  readonly loaderShare: number;
}

/** What one HTTP request costs the server, for what it serves from memory. No trades meanwhile. */
export async function runHttp(options: Options): Promise<string> {
  const { feeder, port } = await startFeeder();
  const server = await startTickcast(port, { flushMs: options['flush-ms'], shards: options.shards });
  const measured: Measured[] = [];
  try {
    await loaded(server);
    for (const path of PATHS) if (options.warmup > 0) await load(server, path, options.connections, options.warmup);
    for (let round = 1; round <= options.rounds; round += 1) {
      for (const path of PATHS) {
        const one = await measure(server, path, options);
        measured.push(one);
        process.stdout.write(
          `http ${round}/${options.rounds} ${path.padEnd(14)} ${show(one.perSecond, 0)} requests/s; ${show(one.cpuUs, 1)} µs each\n`,
        );
      }
    }
  } finally {
    await server.stop();
    await feeder.stop();
  }
  return section(options, measured);
}

async function loaded(server: Server): Promise<void> {
  const deadline = performance.now() + LOADED_WITHIN_MS;
  for (;;) {
    const response = await fetch(`http://127.0.0.1:${server.port}/api/symbols`);
    await response.arrayBuffer();
    if (response.ok) return;
    if (performance.now() > deadline) throw new Error('the list of symbols is not loaded');
    await sleep(LOOK_MS);
  }
}

function load(server: Server, path: string, connections: number, seconds: number): Promise<autocannon.Result> {
  return autocannon({
    url: `http://127.0.0.1:${server.port}${path}`,
    connections,
    duration: seconds,
    headers: { 'accept-encoding': 'gzip, deflate, br' },
  });
}

async function measure(server: Server, path: string, options: Options): Promise<Measured> {
  const before = { server: readCpu(server.pid), own: readCpu(process.pid), at: performance.now() };
  const result = await load(server, path, options.connections, options.seconds);
  const wallUs = (performance.now() - before.at) * 1e3;
  const { ranUs } = cpuBetween(before.server, readCpu(server.pid));
  const answered = result['2xx'];
  return {
    path,
    perSecond: answered / result.duration,
    cpuUs: ranUs / answered,
    bytes: result.throughput.total / answered,
    p99Ms: result.latency.p99,
    failed: result.non2xx + result.errors + result.timeouts,
    loaderShare: cpuBetween(before.own, readCpu(process.pid)).ranUs / wallUs,
  };
}

function section(options: Options, measured: readonly Measured[]): string {
  const rows = PATHS.map((path) => {
    const rounds = measured.filter((m) => m.path === path);
    const cpu = rounds.map((m) => m.cpuUs);
    return [
      `\`${path}\``,
      show(median(rounds.map((m) => m.perSecond)), 0),
      `${show(median(cpu), 1)} (${show(Math.min(...cpu), 1)}–${show(Math.max(...cpu), 1)})`,
      show(1e6 / median(cpu), 0),
      show(median(rounds.map((m) => m.bytes)), 0),
      show(median(rounds.map((m) => m.p99Ms)), 1),
      String(rounds.reduce((sum, m) => sum + m.failed, 0)),
    ];
  });
  const head = [
    '',
    'requests/s',
    'server CPU µs each (least–most)',
    'requests per CPU-second',
    'bytes each',
    'p99 ms',
    'failed',
  ];
  return `## HTTP

autocannon with ${options.connections} connections that accept brotli; ${options.rounds} rounds of ${options.seconds} s, paths in turn; Tickcast with SHARDS=${options.shards} and no trades.

${table(head, rows)}

- CPU: user and system time of all threads of the server process, by answered request; the median of the rounds and the range.
- Bytes: the answer with its headers.
- The load generator used ${show(Math.max(...measured.map((m) => m.loaderShare)) * 100, 0)} % of a core: where that is near 100 %, requests/s is what *it* can do, and the CPU of
  the server is the number to compare.`;
}
