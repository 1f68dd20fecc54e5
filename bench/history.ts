import { once } from 'node:events';
import { statSync } from 'node:fs';
import { availableParallelism, loadavg } from 'node:os';
import { join } from 'node:path';
import { Worker } from 'node:worker_threads';
import type { CandleQuery } from '../src/protocol/queries.ts';
import { quietArgs } from '../src/runtime/quiet.ts';
import { QueryPool } from '../src/workers/shard/query-pool.ts';
import { temporaryFolder } from './lib/child.ts';
import type { Options } from './lib/options.ts';
import { show, table } from './lib/report.ts';
import { startFeeder, symbolNames } from './lib/round.ts';
import { startTickcast, type TickcastServer } from './lib/servers.ts';
import { median, percentile } from './lib/stats.ts';
import { generateTape } from './lib/tape.ts';

const WEEK_MS = 7 * 24 * 3_600_000;
const WEEK_MINUTES = WEEK_MS / 60_000;
const SYMBOLS = 5;
/** The recordings compared: the same week, with a hundredth of the trades and with all of them. */
const SMALLER = 100;
const REQUESTS = 200;
const WARMUP_REQUESTS = 20;
/** The week ends at a whole minute, so that it has a whole number of candles. */
const WEEK_END = Date.UTC(2026, 10, 22);
/** What a server has to do once it is started (it warms up, too) is over by then, ms. */
const SETTLED_MS = 6_000;

const THREAD = new URL('./history-thread.ts', import.meta.url);
const TASKS = new URL('../dist/tasks.mjs', import.meta.url);

/** One recording and everything that reads it. Times in ms, in the order in which they were measured. */
interface Subject {
  readonly trades: number;
  readonly bytes: number;
  readonly query: CandleQuery;
  readonly thread: Worker;
  readonly pool: QueryPool;
  readonly server: TickcastServer;
  readonly stop: () => Promise<void>;
  /** The very first answer of the server. */
  firstMs: number;
  answerBytes: number;
  readonly threadMs: number[];
  readonly poolMs: number[];
  readonly clientMs: number[];
}

/** How long a week of one-minute candles takes out of a recording, and whether the trades in between matter. */
export async function runHistory(options: Options): Promise<string> {
  const all = options.millions * 1e6;
  const subjects: Subject[] = [];
  try {
    for (const trades of [all / SMALLER, all]) subjects.push(await prepare(trades, options));
    for (let i = 0; i < WARMUP_REQUESTS + REQUESTS; i += 1) {
      // In turn, so that whatever else the machine does meanwhile happens to both.
      for (const subject of subjects) await measure(subject, i >= WARMUP_REQUESTS);
    }
  } finally {
    for (const { stop } of subjects) await stop();
  }
  return section(subjects);
}

async function prepare(trades: number, options: Options): Promise<Subject> {
  const folder = temporaryFolder();
  const file = join(folder, 'tape-finnhub.sqlite');
  const symbols = symbolNames(SYMBOLS);
  const [, , symbol = ''] = symbols;
  process.stdout.write(`history: writing ${trades.toLocaleString('en')} trades\n`);
  const [from, to] = [WEEK_END - WEEK_MS, WEEK_END];
  generateTape(file, { symbols, trades, from, to, seed: options.seed });
  const bytes = statSync(file).size;
  const { feeder, port } = await startFeeder();
  // What is generated lies in the past: it must not be tidied away meanwhile.
  const settings = { flushMs: options['flush-ms'], shards: 1, dataDir: folder, retentionDays: 36_500 };
  const server = await startTickcast(port, settings);
  const thread = new Worker(THREAD, { execArgv: quietArgs() });
  const pool = new QueryPool(TASKS, 1);
  const stop = async (): Promise<void> => {
    await thread.terminate();
    await pool.close();
    await server.stop();
    await feeder.stop();
  };
  const query = { file, symbol, interval: '1m', from, to, limit: WEEK_MINUTES, now: to } as const;
  await new Promise((resolve) => setTimeout(resolve, SETTLED_MS));
  // The client's own first request takes its time.
  await fetch(`http://127.0.0.1:${server.port}/healthz`);
  const began = performance.now();
  const body = await ask(server, query);
  const firstMs = performance.now() - began;
  expectWeek(body);
  const measured = { firstMs, answerBytes: body.byteLength, threadMs: [], poolMs: [], clientMs: [] };
  return { trades, bytes, query, thread, pool, server, stop, ...measured };
}

/** The same answer three ways, each with nothing else to do. */
async function measure({ query, thread, pool, server, ...times }: Subject, counts: boolean): Promise<void> {
  const answered = once(thread, 'message');
  thread.postMessage(query);
  const [threadMs] = await answered;

  const asked = performance.now();
  await pool.candles(query);
  const poolMs = performance.now() - asked;

  const began = performance.now();
  await ask(server, query);
  const clientMs = performance.now() - began;

  if (!counts) return;
  times.threadMs.push(Number(threadMs));
  times.poolMs.push(poolMs);
  times.clientMs.push(clientMs);
}

async function ask({ port }: TickcastServer, { symbol, from, to, limit }: CandleQuery): Promise<ArrayBuffer> {
  const query = `symbol=${symbol}&interval=1m&from=${from}&to=${to}&limit=${limit}`;
  const response = await fetch(`http://127.0.0.1:${port}/api/candles?${query}`);
  const body = await response.arrayBuffer();
  if (!response.ok) throw new Error(`/api/candles answered ${response.status}`);
  return body;
}

/** Fast answers that lack candles would be worth nothing. */
function expectWeek(body: ArrayBuffer): void {
  const { candles }: { readonly candles: readonly unknown[] } = JSON.parse(Buffer.from(body).toString());
  if (candles.length !== WEEK_MINUTES) throw new Error(`${candles.length} candles instead of ${WEEK_MINUTES}`);
}

function section(subjects: readonly Subject[]): string {
  const ascending = (times: readonly number[]): number[] => [...times].sort((a, b) => a - b);
  const rows = subjects.flatMap(({ trades, bytes, threadMs, poolMs, clientMs }) =>
    [['in the thread', threadMs] as const, ['server', poolMs] as const, ['client', clientMs] as const].map(
      ([where, times]) => [
        `${trades.toLocaleString('en')}, ${where}`,
        show(bytes / 2 ** 20, 0),
        ...[0.5, 0.99, 1].map((q) => show(percentile(ascending(times), q), 1)),
      ],
    ),
  );
  const [smaller, larger] = subjects;
  const ratios = (smaller?.poolMs ?? []).map((ms, i) => (larger?.poolMs[i] ?? Number.NaN) / ms);
  const firsts = subjects.map(({ firstMs }) => `${show(firstMs, 1)} ms`).join(' and ');
  const sizes = subjects.map(({ answerBytes }) => `${show(answerBytes / 1024, 0)} kB`).join(' and ');
  return `## History

\`/api/candles\` of one week, ${WEEK_MINUTES} one-minute candles, of one of ${SYMBOLS} symbols; ${REQUESTS} requests one after the other, to both
recordings in turn, with nothing else to do. The recordings are generated in the recorder's own form.

${table(['trades stored, seen from', 'file MB', 'p50 ms', 'p99 ms', 'most ms'], rows)}

- In the thread: what a pool's thread does for the answer. Server: from when the shard asks its pool until it has the bytes to
  send. Client: from the request to the last byte of the answer, on the same machine and by one connection.
- Many trades over few, by the server and pair by pair: × ${show(median(ratios), 2)} (median). The answers are of ${sizes}: of many trades the numbers
  are longer.
- The very first answers after a start, as the client saw them: ${firsts}.
- Load average of the last minute: ${show(loadavg()[0] ?? Number.NaN, 1)} on ${availableParallelism()} cores; the benchmark itself makes 1 of it.`;
}
