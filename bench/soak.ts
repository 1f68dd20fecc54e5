import { chooseOffset, sleep } from './lib/clock.ts';
import type { CrowdResult } from './lib/crowd-messages.ts';
import { type Crowd, startCrowd } from './lib/crowds.ts';
import { type Look, type ObservedServer, startObserved } from './lib/observed.ts';
import type { Options } from './lib/options.ts';
import { show, table } from './lib/report.ts';
import { type Feeder, startFeeder, symbolNames } from './lib/round.ts';
import { median, percentile } from './lib/stats.ts';
import { verdict } from './lib/thresholds.ts';
import { type Point, riseOver } from './lib/trend.ts';

const AT_ONCE = 50;
/** A probe looks into one frame of so many. */
const SAMPLE_EVERY = 50;
const SAMPLES = 30;
/** Rows of the table. */
const SHOWN = 10;
const SETTLE_MS = 2_000;
/** What a line fitted through the last two thirds may rise over them, as a share of where it begins. */
const MOST_RISE = 0.02;

interface Sample extends Look {
  /** Since the start of the load. */
  readonly seconds: number;
}

/** Whether a server that serves for long holds no more at the end than it did at the beginning. */
export async function runSoak(options: Options): Promise<string> {
  const { feeder, port } = await startFeeder();
  const server = await startObserved(port, options.shards, options['flush-ms']);
  const clockOffset = chooseOffset();
  const symbols = symbolNames(options.symbols);
  feeder.send({ type: 'setup', setup: { symbols, rate: options.rate, seed: options.seed, clockOffset } });
  const all = { port: server.port, symbols, each: 'all', clockOffset } as const;
  const crowd = startCrowd({ ...all, pollMs: options['poll-ms'] });
  const probes = startCrowd({ ...all, sampleEvery: SAMPLE_EVERY });
  try {
    await crowd.ask('connected', { type: 'connect', count: options.clients - options.probes, atOnce: AT_ONCE });
    await probes.ask('connected', { type: 'connect', count: options.probes, atOnce: AT_ONCE });
    await feeder.ask('subscribed', { type: 'await-subscribed' });
    for (const each of [crowd, probes]) await each.ask('begun', { type: 'begin' });
    const samples = await load(feeder, server, options['soak-seconds']);
    const { sent } = await feeder.ask('stopped', { type: 'stop' });
    await sleep(SETTLE_MS);
    return section(options, samples, sent, [await end(crowd), await end(probes)]);
  } finally {
    for (const each of [crowd, probes]) await each.stop();
    await server.stop();
    await feeder.stop();
  }
}

async function load(feeder: Feeder, server: ObservedServer, seconds: number): Promise<Sample[]> {
  feeder.send({ type: 'start' });
  const began = performance.now();
  const samples: Sample[] = [];
  for (let i = 1; i <= SAMPLES; i += 1) {
    await sleep(Math.max(0, (seconds * 1e3 * i) / SAMPLES - (performance.now() - began)));
    const at = (performance.now() - began) / 1e3;
    const sample = { seconds: at, ...(await server.look()) };
    samples.push(sample);
    process.stdout.write(`soak ${show(at, 0)} of ${seconds} s: ${row(sample).slice(1).join('; ')}\n`);
  }
  return samples;
}

async function end(crowd: Crowd): Promise<CrowdResult> {
  return (await crowd.ask('result', { type: 'end' })).result;
}

const HEAD = ['minute', 'RSS MB', 'heap MB', 'outside the heap MB', 'threads', 'handles', 'open files'];

function row({ seconds, residentKb, heapKb, externalKb, threads, handles, files }: Sample): string[] {
  const mb = (kb: number): string => show(kb / 1024, 1);
  return [
    show(seconds / 60, 1),
    mb(residentKb),
    mb(heapKb),
    mb(externalKb),
    String(threads),
    String(handles),
    String(files),
  ];
}

function section(options: Options, samples: readonly Sample[], sent: number, results: readonly CrowdResult[]): string {
  const late = samples.slice(Math.floor(samples.length / 3));
  const points = (value: (sample: Sample) => number): Point[] =>
    late.map((each) => ({ x: each.seconds, y: value(each) }));
  const percent = (share: number): string => `${share < 0 ? '−' : '+'}${show(Math.abs(share) * 100, 1)} %`;
  const flat = (what: string, value: (sample: Sample) => number): string => {
    const rise = riseOver(points(value));
    return verdict(
      rise <= MOST_RISE,
      `${what} is flat: ${percent(rise)} over the last two thirds (at most ${percent(MOST_RISE)})`,
    );
  };
  // One timer more or less is under way at any moment.
  const kept = (what: string, value: (sample: Sample) => number): string => {
    const half = late.length >> 1;
    const first = median(late.slice(0, half).map(value));
    const last = median(late.slice(half).map(value));
    return verdict(last <= first, `no more ${what} in the last third (${last}) than in the second (${first})`);
  };
  const received = results.reduce((sum, { trades }) => sum + trades, 0);
  const missing = sent * options.clients - received;
  const faults = results.flatMap((result) => [...result.faults, ...result.resets.flat()]);
  const latencies = Float64Array.from(results.flatMap(({ latenciesUs }) => latenciesUs)).sort();
  const ms = (q: number): string => show(percentile(latencies, q) / 1e3, 2);
  const every = Math.max(1, Math.round(samples.length / SHOWN));
  return `## Soak

${options.clients} clients × ${options.symbols} symbols × ${options.rate} trades a second each for ${show(options['soak-seconds'] / 60, 1)} minutes, SHARDS=${options.shards}, recorder included.

${table(HEAD, samples.filter((_, i) => i % every === 0 || i === samples.length - 1).map(row))}

${flat('memory of the process', ({ residentKb }) => residentKb)}
${flat('the heap of all threads', ({ heapKb }) => heapKb)}
${kept('handles', ({ handles }) => handles)}
${kept('open files', ({ files }) => files)}
${verdict(missing === 0 && faults.length === 0, `no trade missed: ${missing} of ${(sent * options.clients).toLocaleString('en')}${faults.length > 0 ? `; ${faults.slice(0, 3).join('; ')}` : ''}`)}

- Memory after all threads have collected their garbage, heap and handles without those of pools, which sleep; ${samples.length} samples in all. Flat: a line fitted through the samples of the last two thirds.
- Handles: timers, ports and sockets that keep a thread's event loop alive. Clients' sockets are not among them; open files have these.
- Latency of one trade in ${SAMPLE_EVERY} of ${options.probes} clients: p50 ${ms(0.5)}, p99 ${ms(0.99)}, p99.9 ${ms(0.999)}, most ${ms(1)} ms. Collecting garbage for the samples stops the server, and is in it.`;
}
