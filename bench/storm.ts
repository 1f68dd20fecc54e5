import { chooseOffset, sleep } from './lib/clock.ts';
import type { CrowdResult, Resumed } from './lib/crowd-messages.ts';
import { type Crowd, startCrowd } from './lib/crowds.ts';
import { startObserved } from './lib/observed.ts';
import type { Options } from './lib/options.ts';
import { cpuBetween, readCpu } from './lib/proc.ts';
import { show, table } from './lib/report.ts';
import { type Feeder, startFeeder, symbolNames } from './lib/round.ts';
import { median, percentile } from './lib/stats.ts';
import { strangersLine, watchStrangers } from './lib/strangers.ts';
import { verdict } from './lib/thresholds.ts';

const SYMBOLS = symbolNames(50);
/** Trades a second of each symbol: 200 in all. */
const RATE = 4;
/** The clients' processes, since one alone could be slower than the server. */
const CROWDS = 2;
/** Handshakes under way at once in each: all together fewer than a listening socket lets wait. */
const AT_ONCE = 100;
const JITTER_MS = 2_000;
/** Between storms and at the end: everything on its way arrives. */
const SETTLE_MS = 3_000;
const MOST_MS = 10_000;

/** Who ends the connections. */
const STORMS = [
  { name: 'the network', by: 'itself' },
  { name: "an error in the shard's thread", by: 'server' },
] as const;

interface Storm {
  readonly name: string;
  readonly subscribedMs: readonly number[];
  readonly liveMs: readonly number[];
  readonly attempts: number;
  readonly serverCpuUs: number;
}

interface Measured {
  readonly perSecond: number;
  readonly handshakeCpuUs: number;
  readonly storms: readonly Storm[];
  readonly strangersShare: number;
  readonly sent: number;
  readonly results: readonly CrowdResult[];
}

/** Thousands of clients that lose their connections in the same moment, and whether each still gets every trade once. */
export async function runStorm(options: Options): Promise<string> {
  const { feeder, port } = await startFeeder();
  const rounds: Measured[] = [];
  try {
    for (let round = 1; round <= options['storm-rounds']; round += 1) {
      const one = await measure(feeder, port, options);
      rounds.push(one);
      for (const { name, liveMs } of one.storms) {
        process.stdout.write(
          `storm ${round}/${options['storm-rounds']} after ${name}: all live after ${show(Math.max(...liveMs), 0)} ms\n`,
        );
      }
    }
  } finally {
    await feeder.stop();
  }
  return section(rounds);
}

async function measure(feeder: Feeder, feedPort: number, options: Options): Promise<Measured> {
  const server = await startObserved(feedPort, 1, options['flush-ms']);
  const clockOffset = chooseOffset();
  feeder.send({ type: 'setup', setup: { symbols: SYMBOLS, rate: RATE, seed: options.seed, clockOffset } });
  const crowds = Array.from({ length: CROWDS }, () =>
    startCrowd({ port: server.port, symbols: SYMBOLS, each: 'one', isCompared: true, clockOffset }),
  );
  try {
    const count = Math.floor(options['storm-clients'] / CROWDS);
    const cpu = readCpu(server.pid);
    const connected = await Promise.all(
      crowds.map((crowd) => crowd.ask('connected', { type: 'connect', count, atOnce: AT_ONCE })),
    );
    const handshakeCpuUs = cpuBetween(cpu, readCpu(server.pid)).ranUs / (count * CROWDS);
    await feeder.ask('subscribed', { type: 'await-subscribed' });
    feeder.send({ type: 'start' });
    const strangers = watchStrangers([feeder.pid, server.pid, ...crowds.map(({ pid }) => pid)]);
    const storms: Storm[] = [];
    for (const { name, by } of STORMS) {
      await sleep(SETTLE_MS);
      const before = readCpu(server.pid);
      const resumed = Promise.all(crowds.map((crowd) => dropAll(crowd, by)));
      if (by === 'server') server.breakThread('shard-0');
      const all = await resumed;
      storms.push({
        name,
        subscribedMs: all.flatMap(({ subscribedMs }) => subscribedMs),
        liveMs: all.flatMap(({ liveMs }) => liveMs),
        attempts: all.reduce((sum, { attempts }) => sum + attempts, 0),
        serverCpuUs: cpuBetween(before, readCpu(server.pid)).ranUs,
      });
    }
    const strangersShare = strangers();
    await sleep(SETTLE_MS);
    const { sent } = await feeder.ask('stopped', { type: 'stop' });
    await sleep(SETTLE_MS);
    const results: CrowdResult[] = [];
    for (const crowd of crowds) results.push((await crowd.ask('result', { type: 'end' })).result);
    const seconds = Math.max(...connected.map(({ ms }) => ms)) / 1e3;
    return { perSecond: (count * CROWDS) / seconds, handshakeCpuUs, storms, strangersShare, sent, results };
  } finally {
    for (const crowd of crowds) await crowd.stop();
    await server.stop();
  }
}

async function dropAll(crowd: Crowd, by: 'itself' | 'server'): Promise<Resumed> {
  return (await crowd.ask('resumed', { type: 'drop', by, jitterMs: JITTER_MS })).resumed;
}

/** Clients that did not get exactly the trades that were sent, each once; and what else was not as promised. */
function wrongs({ sent, results }: Measured): { readonly inexact: number; readonly faults: readonly string[] } {
  const faults = results.flatMap((result) => result.faults);
  const ends = new Map<string, number>();
  for (const { symbol, lowest, highest } of results.flatMap(({ bySymbol }) => bySymbol)) {
    if (lowest !== highest || (ends.get(symbol) ?? highest) !== highest) faults.push(`${symbol} ends apart`);
    ends.set(symbol, highest);
  }
  // The server numbers from 1, and no client came after the first trade.
  const numbered = [...ends.values()].reduce((sum, each) => sum + each, 0);
  if (numbered !== sent) faults.push(`${sent} trades sent, ${numbered} received`);
  for (const reason of results.flatMap(({ resets }) => resets.flat())) faults.push(`reset: ${reason}`);
  return { inexact: results.reduce((sum, each) => sum + each.inexact, 0), faults };
}

function section(rounds: readonly Measured[]): string {
  const clients = rounds[0]?.results.reduce((sum, each) => sum + each.clients, 0) ?? 0;
  const head = [
    'ended by',
    'answered p50 ms',
    'p99 ms',
    'live again p50 ms',
    'p99 ms',
    'the last ms (by round)',
    'tries a client',
    'server CPU s',
  ];
  const rows = STORMS.map(({ name }) => {
    const storms = rounds.flatMap((round) => round.storms.filter((storm) => storm.name === name));
    const sorted = (value: (storm: Storm) => readonly number[]): Float64Array =>
      Float64Array.from(storms.flatMap(value)).sort();
    const subscribed = sorted(({ subscribedMs }) => subscribedMs);
    const live = sorted(({ liveMs }) => liveMs);
    return [
      name,
      show(percentile(subscribed, 0.5), 0),
      show(percentile(subscribed, 0.99), 0),
      show(percentile(live, 0.5), 0),
      show(percentile(live, 0.99), 0),
      storms.map(({ liveMs }) => show(Math.max(...liveMs), 0)).join(', '),
      show(median(storms.map(({ attempts }) => attempts / clients)), 2),
      show(median(storms.map(({ serverCpuUs }) => serverCpuUs / 1e6)), 2),
    ];
  });
  const all = rounds.map(wrongs);
  const inexact = all.reduce((sum, each) => sum + each.inexact, 0);
  const faults = all.flatMap((each) => each.faults);
  const last = Math.max(...rounds.flatMap(({ storms }) => storms.flatMap(({ liveMs }) => liveMs)));
  const sent = rounds.reduce((sum, each) => sum + each.sent, 0);
  const received = rounds.reduce(
    (sum, { results }) => sum + results.reduce((trades, each) => trades + each.trades, 0),
    0,
  );
  return `## Reconnect storms

${clients} clients of \`tickcast.v1\`, each with one of ${SYMBOLS.length} symbols, ${RATE * SYMBOLS.length} trades a second in all; all lose their connections in the same moment
and come back by chance within ${JITTER_MS / 1e3} s, with the number of the last trade they have. ${rounds.length} rounds, SHARDS=1.

${table(head, rows)}

${verdict(last <= MOST_MS, `all are live again ${show(last / 1e3, 1)} s after the drop at the latest (at most ${MOST_MS / 1e3})`)}
${verdict(inexact === 0 && faults.length === 0, `every client has every trade exactly once (${inexact} have not${faults.length > 0 ? `; ${faults.slice(0, 3).join('; ')}` : ''})`)}

- Answered: from the drop to \`subscribed\`. Live again: to the first trade that was sent after that; a symbol has one every ${1_000 / RATE} ms
  on average. What was missed has come before that, out of the shard's ring or, where the thread was started anew, the recording.
- Exactly once: each client's numbers go up by one over all its connections, each number is the same trade for all, and all end with
  the last of the ${sent.toLocaleString('en')} trades sent (${received.toLocaleString('en')} received in all).
- Handshakes: with ${AT_ONCE * CROWDS} at a time, ${show(median(rounds.map(({ perSecond }) => perSecond)), 0)} a second were accepted and their first subscribe answered, ${show(median(rounds.map(({ handshakeCpuUs }) => handshakeCpuUs)), 0)} µs of the
  server's CPU each. Clients and server share this machine.
${strangersLine(rounds.map(({ strangersShare }) => strangersShare))}`;
}
