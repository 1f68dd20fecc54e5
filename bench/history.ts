import { statSync } from 'node:fs';
import { join } from 'node:path';
import { temporaryFolder } from './lib/child.ts';
import type { Options } from './lib/options.ts';
import { show, table } from './lib/report.ts';
import { startFeeder, symbolNames } from './lib/round.ts';
import { startTickcast } from './lib/servers.ts';
import { percentile } from './lib/stats.ts';
import { generateTape } from './lib/tape.ts';

const WEEK_MS = 7 * 24 * 3_600_000;
const WEEK_MINUTES = WEEK_MS / 60_000;
const SYMBOLS = 5;
/** The recordings compared: the same week, with a hundredth of the trades and with all of them. */
const SMALLER = 100;
const REQUESTS = 100;
const WARMUP_REQUESTS = 20;
/** The week ends at a whole minute, so that it has a whole number of candles. */
const WEEK_END = Date.UTC(2026, 10, 22);

interface Measured {
  readonly trades: number;
  readonly bytes: number;
  /** Ascending, ms. */
  readonly totalMs: readonly number[];
  readonly answerBytes: number;
}

/** How long a week of one-minute candles takes out of a recording, and whether the trades in between matter. */
export async function runHistory(options: Options): Promise<string> {
  const measured: Measured[] = [];
  for (const trades of [(options.millions * 1e6) / SMALLER, options.millions * 1e6]) {
    measured.push(await measure(trades, options));
  }
  const rows = measured.map(({ trades, bytes, totalMs, answerBytes }) => [
    trades.toLocaleString('en'),
    show(bytes / 2 ** 20, 0),
    ...[0.5, 0.99, 1].map((q) => show(percentile(totalMs, q), 1)),
    show(answerBytes / 1024, 0),
  ]);
  return `## History

\`/api/candles\` of one week, ${WEEK_MINUTES} one-minute candles, of one of ${SYMBOLS} symbols; ${REQUESTS} requests one after the other over one
connection, with nothing else to do. The recording is generated in the recorder's own form.

${table(['trades stored', 'file MB', 'p50 ms', 'p99 ms', 'most ms', 'answer kB'], rows)}

- Time: from the request to the last byte of the answer, as a client on the same machine sees it.`;
}

async function measure(trades: number, options: Options): Promise<Measured> {
  const folder = temporaryFolder();
  const file = join(folder, 'tape-finnhub.sqlite');
  const symbols = symbolNames(SYMBOLS);
  process.stdout.write(`history: writing ${trades.toLocaleString('en')} trades\n`);
  generateTape(file, { symbols, trades, from: WEEK_END - WEEK_MS, to: WEEK_END, seed: options.seed });
  const bytes = statSync(file).size;
  const { feeder, port } = await startFeeder();
  // What is generated lies in the past: it must not be tidied away meanwhile.
  const server = await startTickcast(port, {
    flushMs: options['flush-ms'],
    shards: 1,
    dataDir: folder,
    retentionDays: 36_500,
  });
  try {
    const query = `symbol=${symbols[2]}&interval=1m&from=${WEEK_END - WEEK_MS}&to=${WEEK_END}&limit=${WEEK_MINUTES}`;
    const totalMs: number[] = [];
    let answerBytes = 0;
    for (let i = 0; i < WARMUP_REQUESTS + REQUESTS; i += 1) {
      const began = performance.now();
      const response = await fetch(`http://127.0.0.1:${server.port}/api/candles?${query}`);
      const body = await response.arrayBuffer();
      const took = performance.now() - began;
      if (!response.ok) throw new Error(`/api/candles answered ${response.status}`);
      answerBytes = body.byteLength;
      if (i >= WARMUP_REQUESTS) totalMs.push(took);
      if (i === 0) expectWeek(body);
    }
    totalMs.sort((a, b) => a - b);
    process.stdout.write(
      `history: ${trades.toLocaleString('en')} trades: p50 ${show(percentile(totalMs, 0.5), 1)} ms\n`,
    );
    return { trades, bytes, totalMs, answerBytes };
  } finally {
    await server.stop();
    await feeder.stop();
  }
}

/** Fast answers that lack candles would be worth nothing. */
function expectWeek(body: ArrayBuffer): void {
  const { candles }: { readonly candles: readonly unknown[] } = JSON.parse(Buffer.from(body).toString());
  if (candles.length !== WEEK_MINUTES) throw new Error(`${candles.length} candles instead of ${WEEK_MINUTES}`);
}
