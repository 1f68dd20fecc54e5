import { readFileSync } from 'node:fs';
import { chooseOffset, sleep } from './lib/clock.ts';
import type { CrowdResult } from './lib/crowd-messages.ts';
import { type Crowd, startCrowd } from './lib/crowds.ts';
import { type ObservedServer, startObserved } from './lib/observed.ts';
import type { Options } from './lib/options.ts';
import { show, table } from './lib/report.ts';
import { type Feeder, startFeeder, symbolNames } from './lib/round.ts';
import { median, percentile } from './lib/stats.ts';
import { strangersLine, watchStrangers } from './lib/strangers.ts';
import { verdict } from './lib/thresholds.ts';

const SYMBOLS = symbolNames(4);
/** 500 clients: most read at leisure, some at once for the latencies, some are slow; and a few more never read again. */
const LEISURELY = 440;
const PROBES = 10;
const SLOW = 50;
const STUCK = 5;
const AT_ONCE = 50;
const POLL_MS = 50;
/** A probe looks into one frame of so many. */
const SAMPLE_EVERY = 4;
/** What a slow client reads at a time, and in a second once it reads again: some times what is sent to it live. */
const SIP_BYTES = 16 * 1024;
const SIP_PER_SECOND = 250_000;

const WARM_UP_MS = 15_000;
const SETTLE_MS = 3_000;
const LOOK_MS = 1_000;
/** The system takes some MB for a socket that is not read; then what is sent is kept by the server itself. */
const FULL_WITHIN_MS = 240_000;
const FULL_STILL_LOOKS = 3;
/** The 30 s of a client that is blocked, the sweep, and some. */
const CLOSED_WITHIN_MS = 60_000;

const MOST_MOVE = 0.2;
const MOST_KB = 128;

const PHASES = ['all read', 'the slow read nothing', 'the slow read slowly', 'all have the present'] as const;
type Phase = (typeof PHASES)[number];

interface Measured {
  readonly latenciesUs: ReadonlyMap<Phase, readonly number[]>;
  readonly sent: number;
  readonly good: readonly CrowdResult[];
  readonly slow: CrowdResult;
  readonly kbEach: number;
  /** Of what the system holds for a client that does not read, in kB. */
  readonly kernelKbEach: number;
  /** Clients that never read again: how many the server has closed. */
  readonly stuckClosed: number;
  readonly strangersShare: number;
}

/** What clients that do not keep up cost the others, and what becomes of them. */
export async function runSlow(options: Options): Promise<string> {
  const { feeder, port } = await startFeeder();
  const rounds: Measured[] = [];
  try {
    for (let round = 1; round <= options['slow-rounds']; round += 1) {
      const one = await measure(feeder, port, options);
      rounds.push(one);
      const p99 = PHASES.map((phase) => `${phase} ${show(percentileMs(one, phase, 0.99), 2)}`);
      process.stdout.write(`slow ${round}/${options['slow-rounds']} p99 ms: ${p99.join('; ')}\n`);
    }
  } finally {
    await feeder.stop();
  }
  return section(options, rounds);
}

async function measure(feeder: Feeder, feedPort: number, options: Options): Promise<Measured> {
  const server = await startObserved(feedPort, options.shards, options['flush-ms']);
  const clockOffset = chooseOffset();
  const setup = { symbols: SYMBOLS, rate: options['slow-rate'], seed: options.seed, clockOffset };
  feeder.send({ type: 'setup', setup });
  const all = { port: server.port, symbols: SYMBOLS, each: 'all', clockOffset } as const;
  const leisurely = startCrowd({ ...all, pollMs: POLL_MS });
  const probes = startCrowd({ ...all, sampleEvery: SAMPLE_EVERY });
  const slow = startCrowd({ ...all, sipBytes: SIP_BYTES });
  const stuck = startCrowd({ ...all, sipBytes: SIP_BYTES });
  const crowds = [leisurely, probes, slow, stuck];
  try {
    // The probes stand spread among the others: a server that writes to one after the other serves some late.
    for (let i = 0; i < PROBES; i += 1) {
      await connect(leisurely, LEISURELY / PROBES);
      await connect(probes, 1);
      await connect(slow, SLOW / PROBES);
    }
    await connect(stuck, STUCK);
    await feeder.ask('subscribed', { type: 'await-subscribed' });
    await leisurely.ask('begun', { type: 'begin' });
    feeder.send({ type: 'start' });
    await sleep(WARM_UP_MS);
    return await phases(server, feeder, { leisurely, probes, slow, stuck }, options.seconds * 1e3);
  } finally {
    for (const crowd of crowds) await crowd.stop();
    await server.stop();
  }
}

async function phases(
  server: ObservedServer,
  feeder: Feeder,
  { leisurely, probes, slow, stuck }: Readonly<Record<'leisurely' | 'probes' | 'slow' | 'stuck', Crowd>>,
  ms: number,
): Promise<Measured> {
  const latenciesUs = new Map<Phase, readonly number[]>();
  const during = async (phase: Phase, what: () => Promise<unknown>): Promise<void> => {
    await probes.ask('begun', { type: 'begin' });
    await what();
    latenciesUs.set(phase, (await probes.ask('result', { type: 'end' })).result.latenciesUs);
  };
  const pids = [feeder, leisurely, probes, slow, stuck].map(({ pid }) => pid);
  const strangers = watchStrangers([server.pid, ...pids]);
  await during('all read', () => sleep(ms));
  // Looking stops the server for a moment: between the measurements.
  const before = await server.look();
  let kernelBytes = 0;
  await during('the slow read nothing', async () => {
    await slow.ask('paused', { type: 'pause' });
    await stuck.ask('paused', { type: 'pause' });
    kernelBytes = await untilFull(server.port);
  });
  const full = await server.look();
  await during('the slow read slowly', () => slow.ask('caught-up', { type: 'sip', bytesPerSecond: SIP_PER_SECOND }));
  await during('all have the present', () => sleep(ms));
  const strangersShare = strangers();
  const { sent } = await feeder.ask('stopped', { type: 'stop' });
  await sleep(SETTLE_MS);
  const good: CrowdResult[] = [];
  for (const crowd of [leisurely, probes]) good.push((await crowd.ask('result', { type: 'end' })).result);
  const { result } = await slow.ask('result', { type: 'end' });
  const clients = LEISURELY + PROBES + SLOW;
  let left = await connections(server.port);
  const deadline = performance.now() + CLOSED_WITHIN_MS;
  while (left > clients && performance.now() < deadline) {
    await sleep(LOOK_MS);
    left = await connections(server.port);
  }
  return {
    latenciesUs,
    sent,
    good,
    slow: result,
    kbEach: (full.residentKb - before.residentKb) / (SLOW + STUCK),
    kernelKbEach: kernelBytes / 1024 / (SLOW + STUCK),
    stuckClosed: clients + STUCK - left,
    strangersShare,
  };
}

async function connect(crowd: Crowd, count: number): Promise<void> {
  await crowd.ask('connected', { type: 'connect', count, atOnce: AT_ONCE });
}

async function connections(port: number): Promise<number> {
  const response = await fetch(`http://127.0.0.1:${port}/api/status`);
  const status: { readonly connections: number } = JSON.parse(await response.text());
  return status.connections;
}

/** Waits until the system takes no more for the clients that do not read: what it holds then, in bytes. */
async function untilFull(port: number): Promise<number> {
  const deadline = performance.now() + FULL_WITHIN_MS;
  let most = 0;
  let still = 0;
  while (still < FULL_STILL_LOOKS) {
    if (performance.now() > deadline) throw new Error('the sockets of the slow clients do not fill');
    await sleep(LOOK_MS);
    const waiting = sendQueues(port);
    still = most > 0 && waiting <= most * 1.001 ? still + 1 : 0;
    most = Math.max(most, waiting);
  }
  return most;
}

/** Bytes that the server has handed to the system for its clients and that they have not taken. */
function sendQueues(port: number): number {
  const local = `:${port.toString(16).toUpperCase().padStart(4, '0')}`;
  let bytes = 0;
  for (const line of readFileSync('/proc/net/tcp', 'utf8').split('\n').slice(1)) {
    const [, address, , , queues = ''] = line.trim().split(/\s+/);
    if (address?.endsWith(local)) bytes += Number.parseInt(queues.split(':')[0] ?? '0', 16);
  }
  return bytes;
}

function percentileMs({ latenciesUs }: Measured, phase: Phase, q: number): number {
  return percentile(Float64Array.from(latenciesUs.get(phase) ?? []).sort(), q) / 1e3;
}

/** How far the worse of the two slow phases is from the round's phases in which all read. */
function move(one: Measured): number {
  const p99 = (phase: Phase): number => percentileMs(one, phase, 0.99);
  const usual = (p99('all read') + p99('all have the present')) / 2;
  return Math.max(p99('the slow read nothing'), p99('the slow read slowly')) / usual - 1;
}

/** Clients that have not what they should have at the end, of those that read and of those that were slow. */
function wrongs({ sent, good, slow }: Measured): {
  readonly good: readonly string[];
  readonly slow: readonly string[];
} {
  const last = new Map(good.flatMap(({ bySymbol }) => bySymbol).map(({ symbol, highest }) => [symbol, highest]));
  const ends = (result: CrowdResult): string[] =>
    result.bySymbol
      .filter((each) => each.lowest !== last.get(each.symbol) || each.highest !== each.lowest)
      .map(({ symbol }) => `${symbol} ends apart`);
  const numbered = [...last.values()].reduce((sum, each) => sum + each, 0);
  const faults = good.flatMap((result) => [...result.faults, ...result.resets.flat(), ...ends(result)]);
  if (numbered !== sent) faults.push(`${sent} sent, ${numbered} received`);
  const slowFaults = [...slow.faults, ...ends(slow)];
  for (const reasons of slow.resets) {
    if (reasons.length < SYMBOLS.length || reasons.some((reason) => reason !== 'slow'))
      slowFaults.push(`resets: ${reasons}`);
  }
  if (slow.closed.length > 0) slowFaults.push(`${slow.closed.length} were closed`);
  return { good: faults, slow: slowFaults };
}

function section(options: Options, rounds: readonly Measured[]): string {
  const rate = options['slow-rate'];
  const rows = PHASES.map((phase) => {
    const at = (q: number): string => show(median(rounds.map((one) => percentileMs(one, phase, q))), 2);
    const p99 = rounds.map((one) => percentileMs(one, phase, 0.99));
    return [phase, at(0.5), at(0.99), `${show(Math.min(...p99), 2)}–${show(Math.max(...p99), 2)}`, at(0.999), at(1)];
  });
  const moves = rounds.map(move);
  const moved = median(moves);
  const all = rounds.map(wrongs);
  const good = all.flatMap((each) => each.good);
  const slow = all.flatMap((each) => each.slow);
  const kb = median(rounds.map(({ kbEach }) => kbEach));
  const shown = (faults: readonly string[]): string =>
    faults.length === 0 ? '' : ` (${faults.slice(0, 3).join('; ')})`;
  const percent = (share: number): string => `${show(share * 100, 0)} %`;
  const closed = rounds.every(({ stuckClosed }) => stuckClosed === STUCK);
  return `## Slow clients

${LEISURELY + PROBES + SLOW} clients × ${SYMBOLS.length} symbols × ${rate} trades a second each; ${SLOW} of them stop reading until the server keeps all it keeps for them, and then
read ${SIP_PER_SECOND / 1e3} kB a second until they have been told to go on. ${STUCK} more never read again. ${rounds.length} rounds, each in a fresh process.

${table(['latency of the others while', 'p50 ms', 'p99 ms', 'least–most', 'p99.9 ms', 'most ms'], rows)}

${verdict(good.length === 0, `the other ${LEISURELY + PROBES} lose nothing${shown(good)}`)}
${verdict(moved < MOST_MOVE, `their p99 moves by ${percent(moved)} (less than ${percent(MOST_MOVE)}; by round ${moves.map(percent).join(', ')})`)}
${verdict(slow.length === 0, `the ${SLOW} are told to forget what they missed (\`reset\`, \`slow\`) and end with the same last trade as the others${shown(slow)}`)}
${verdict(kb <= MOST_KB, `a client that does not read takes ${show(kb, 0)} kB of the server (at most ${MOST_KB})`)}
${verdict(closed, `one that takes nothing for 30 s is closed (${rounds.map(({ stuckClosed }) => stuckClosed).join(', ')} of ${STUCK})`)}

- Latency: from just before the source sends a trade to when ${PROBES} of the clients, spread among all, have read it. The move is that of the
  worse of the two middle rows against the mean of the first and the last, within a round.
- Memory: of the process (RSS) after all its threads but a pool's, which sleep, have collected their garbage, with the slow clients full and before they stopped
  reading. What the system holds for each besides, in its own buffers: ${show(median(rounds.map(({ kernelKbEach }) => kernelKbEach / 1024)), 1)} MB on this machine.
- Drop-in clients have no word for a reset: that they are closed instead, with nothing missing before, is a test's.
${strangersLine(rounds.map((one) => one.strangersShare))}`;
}
