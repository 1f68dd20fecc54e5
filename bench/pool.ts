import { cpSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Child, temporaryFolder } from './lib/child.ts';
import { sleep } from './lib/clock.ts';
import type { Options } from './lib/options.ts';
import type { FromStorm, StormResult, ToStorm } from './lib/pool-messages.ts';
import { show, table } from './lib/report.ts';
import { type Measured, measure, startFeeder, symbolNames } from './lib/round.ts';
import { type Peer, startTickcast } from './lib/servers.ts';
import { median, percentile } from './lib/stats.ts';
import { strangersLine } from './lib/strangers.ts';
import { generateTape } from './lib/tape.ts';
import { verdict } from './lib/thresholds.ts';

const LOADER = fileURLToPath(new URL('./pool-storm.ts', import.meta.url));
/** What is asked for: weeks of minutes, so that an answer is some ms of work. */
const TAPE_SYMBOLS = symbolNames(5);
const WEEK_MS = 7 * 24 * 3_600_000;
const WEEK_END = Date.UTC(2026, 10, 22);
const TRADES = 500_000;
/** A start is over by then. */
const SETTLED_MS = 6_000;

const QUIET = 'nobody asks';
const STORM = 'a storm of searches and candles';
const AGAIN = 'nobody asks, again';
const MOST_MOVE = 0.2;

/** Whether the stream goes on as before while the pools have more to do than they can. */
export async function runPool(options: Options): Promise<string> {
  const tape = join(temporaryFolder(), 'tape-finnhub.sqlite');
  const stretch = { from: WEEK_END - WEEK_MS, to: WEEK_END };
  generateTape(tape, { symbols: TAPE_SYMBOLS, trades: TRADES, seed: options.seed, ...stretch });
  const storms: StormResult[] = [];
  const lineUp = [peer(QUIET, false), peer(STORM, true), peer(AGAIN, false)];
  const { feeder, port } = await startFeeder();
  const measured: Measured[] = [];
  try {
    for (let round = 0; round < options.rounds; round += 1) {
      const first = round % lineUp.length;
      for (const each of [...lineUp.slice(first), ...lineUp.slice(0, first)]) {
        const one = await measure(each, feeder, port, options);
        measured.push(one);
        process.stdout.write(
          `pool ${round + 1}/${options.rounds} ${each.name.padEnd(32)} p99 ${show(p99(one), 2)} ms\n`,
        );
      }
    }
  } finally {
    await feeder.stop();
  }
  return section(options, measured, storms);

  function peer(name: string, isStorm: boolean): Peer {
    return {
      name,
      framing: 'tickcast',
      start: async (feedPort) => {
        const dataDir = temporaryFolder();
        cpSync(tape, join(dataDir, 'tape-finnhub.sqlite'));
        const settings = { flushMs: options['flush-ms'], shards: options.shards, dataDir, retentionDays: 36_500 };
        const server = await startTickcast(feedPort, settings);
        await sleep(SETTLED_MS);
        if (!isStorm) return server;
        const loader = new Child<ToStorm, FromStorm>(LOADER, []);
        loader.send({ type: 'start', port: server.port, symbols: TAPE_SYMBOLS, ...stretch });
        const stop = async (): Promise<void> => {
          storms.push((await loader.ask('stopped', { type: 'stop' })).result);
          await loader.stop();
          await server.stop();
        };
        return { ...server, stop };
      },
    };
  }
}

const p99 = ({ latenciesUs }: Measured): number => percentile(latenciesUs, 0.99) / 1e3;

function section(options: Options, measured: readonly Measured[], storms: readonly StormResult[]): string {
  const of = (name: string): Measured[] => measured.filter(({ peer }) => peer === name);
  const rows = [QUIET, STORM, AGAIN].map((name) => {
    const rounds = of(name);
    const all = Float64Array.from(rounds.flatMap(({ latenciesUs }) => latenciesUs)).sort();
    const each = rounds.map(p99);
    return [
      name,
      show(percentile(all, 0.5) / 1e3, 2),
      `${show(median(each), 2)} (${show(Math.min(...each), 2)}–${show(Math.max(...each), 2)})`,
      show(percentile(all, 0.999) / 1e3, 2),
      show(percentile(all, 1) / 1e3, 2),
      show(median(rounds.map((m) => (m.cpuUs / m.wallUs) * 100)), 0),
      String(rounds.reduce((sum, m) => sum + m.sent * m.clients - m.trades, 0)),
    ];
  });
  const quiet = of(QUIET);
  const again = of(AGAIN);
  const moves = of(STORM).map((m, i) => p99(m) / ((p99Of(quiet, i) + p99Of(again, i)) / 2) - 1);
  const noise = again.map((m, i) => p99(m) / p99Of(quiet, i) - 1);
  const percent = (share: number): string => `${show(share * 100, 0)} %`;
  const sum = (value: (storm: StormResult) => number): number => storms.reduce((all, storm) => all + value(storm), 0);
  const seconds = sum(({ ms }) => ms) / 1e3;
  return `## The stream in a storm of queries

${options.clients} clients × ${options.symbols} symbols × ${options.rate} trades a second each, with and without a storm of \`/api/search\` and \`/api/candles\`; ${options.rounds} rounds of ${options.seconds} s in turn,
each in a fresh process, SHARDS=${options.shards}.

${table(['', 'p50 ms', 'p99 ms (least–most)', 'p99.9 ms', 'most ms', 'server CPU %', 'missing'], rows)}

${verdict(median(moves) < MOST_MOVE, `the storm moves the stream's p99 by ${percent(median(moves))} (less than ${percent(MOST_MOVE)}; by round ${moves.map(percent).join(', ')})`)}

- The move is that against the mean of the two quiet measurements of the same round; those differ by ${noise.map(percent).join(', ')} themselves.
- The storm: ${storms[0]?.connections ?? 0} connections that ask without a pause, words that nobody asked for before and weeks of one-minute candles of ${TAPE_SYMBOLS.length} symbols in turn;
  ${show(sum(({ searches }) => searches) / seconds, 0)} searches and ${show(sum(({ candles }) => candles) / seconds, 0)} weeks a second were answered, ${sum(({ busy }) => busy)} were told to come back. It is asked on this same machine.
${strangersLine(quiet.map(({ strangersShare }) => strangersShare))}`;
}

function p99Of(rounds: readonly Measured[], i: number): number {
  const round = rounds[i];
  return round ? p99(round) : Number.NaN;
}
