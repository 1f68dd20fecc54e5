import { fileURLToPath } from 'node:url';
import { Child } from './child.ts';
import { chooseOffset, sleep } from './clock.ts';
import type { FromFeeder, FromReceiver, ReceiverResult, ToFeeder, ToReceiver } from './messages.ts';
import type { Options } from './options.ts';
import { cpuBetween, machineBusyUs, readCpu, residentMb } from './proc.ts';
import type { Peer, Server } from './servers.ts';

const FEEDER = fileURLToPath(new URL('../feeder.ts', import.meta.url));
export const RECEIVER = fileURLToPath(new URL('../receiver.ts', import.meta.url));

/** After subscribing, and after the last trade: how long to wait for what is on its way, before looking (again). */
const SETTLE_MS = 400;
const SYMBOLS = ['AAPL', 'MSFT', 'NVDA', 'AMZN', 'GOOG', 'META', 'TSLA', 'AVGO', 'COST', 'NFLX'];

export type Feeder = Child<ToFeeder, FromFeeder>;
export type Receiver = Child<ToReceiver, FromReceiver>;

/** One peer under load once. CPU in µs of all threads of the server process; shares are of one core. */
export interface Measured {
  readonly peer: string;
  readonly sent: number;
  readonly clients: number;
  readonly trades: number;
  readonly frames: number;
  readonly bytes: number;
  readonly fewest: number;
  readonly most: number;
  readonly holes: number;
  readonly closed: number;
  readonly wallUs: number;
  readonly cpuUs: number;
  /** How long the server's threads were ready but had no core. */
  readonly waitedUs: number;
  readonly residentMb: number;
  /** Ascending. */
  readonly latenciesUs: readonly number[];
  readonly receiverShare: number;
  readonly feederShare: number;
  readonly feederLateMs: number;
  /** What the machine did that was no part of this measurement. */
  readonly strangersShare: number;
}

/** The first `count` symbols of a feed; all of the same length, so that frames are. */
export function symbolNames(count: number): string[] {
  return Array.from({ length: count }, (_, i) => SYMBOLS[i] ?? `S${String(i).padStart(3, '0')}`);
}

export async function startFeeder(): Promise<{ readonly feeder: Feeder; readonly port: number }> {
  const feeder: Feeder = new Child(FEEDER, []);
  const { port } = await feeder.ask('listening');
  return { feeder, port };
}

/** Starts the peer, loads it, warms it up, measures it, and stops it. `connected` may look at it with all its clients. */
export async function measure(
  peer: Peer,
  feeder: Feeder,
  feedPort: number,
  options: Options,
  connected?: (server: Server) => void,
): Promise<Measured> {
  const symbols = symbolNames(options.symbols);
  const server = await peer.start(feedPort, symbols);
  const receivers = [
    new Child<ToReceiver, FromReceiver>(RECEIVER, []),
    new Child<ToReceiver, FromReceiver>(RECEIVER, []),
  ];
  try {
    const [crowd, probes] = receivers;
    if (!crowd || !probes) throw new Error('there are two receivers');
    const clockOffset = chooseOffset();
    feeder.send({ type: 'setup', setup: { symbols, rate: options.rate, seed: options.seed, clockOffset } });
    const setup = { port: server.port, framing: peer.framing, symbols, clockOffset };
    crowd.send({ type: 'setup', setup: { ...setup, pollMs: options['poll-ms'], sampleEvery: 0 } });
    probes.send({ type: 'setup', setup: { ...setup, pollMs: 0, sampleEvery: options.sample } });
    await connectMixed(crowd, probes, options);
    await feeder.ask('subscribed', { type: 'await-subscribed' });
    await sleep(SETTLE_MS);
    connected?.(server);
    if (options.warmup > 0) await load(feeder, [crowd, probes], options.clients, options.warmup);
    return await measureLoad(peer.name, server, feeder, [crowd, probes], options);
  } finally {
    for (const receiver of receivers) await receiver.stop();
    await server.stop();
  }
}

/** Connects the probes spread over all clients: a server that writes to one after the other serves some late. */
async function connectMixed(crowd: Receiver, probes: Receiver, options: Options): Promise<void> {
  let left = options.clients - options.probes;
  for (let probe = 0; probe < options.probes; probe += 1) {
    const count = Math.ceil(left / (options.probes - probe));
    left -= count;
    await crowd.ask('connected', { type: 'connect', count });
    await probes.ask('connected', { type: 'connect', count: 1 });
  }
}

/** Sends trades for a while, and waits until all have arrived or no more come. */
async function load(
  feeder: Feeder,
  receivers: readonly Receiver[],
  clients: number,
  seconds: number,
): Promise<Extract<FromFeeder, { type: 'stopped' }>> {
  const received = async (): Promise<number> => {
    const counts = await Promise.all(receivers.map((receiver) => receiver.ask('counted', { type: 'count' })));
    return counts.reduce((sum, { trades }) => sum + trades, 0);
  };
  const before = await received();
  feeder.send({ type: 'start' });
  await sleep(seconds * 1e3);
  const stopped = await feeder.ask('stopped', { type: 'stop' });
  for (let last = Number.NaN, now = before; now !== last && now - before < stopped.sent * clients; ) {
    await sleep(SETTLE_MS);
    last = now;
    now = await received();
  }
  return stopped;
}

async function measureLoad(
  peer: string,
  server: Server,
  feeder: Feeder,
  receivers: readonly [Receiver, Receiver],
  options: Options,
): Promise<Measured> {
  for (const receiver of receivers) await receiver.ask('begun', { type: 'begin' });
  const ownPids = [
    process.pid,
    feeder.pid,
    server.pid,
    ...receivers.map(({ pid }) => pid),
    ...(server.helperPids ?? []),
  ];
  const read = () => ({ at: performance.now(), busyUs: machineBusyUs(), cpu: ownPids.map(readCpu) });
  const before = read();
  const stopped = await load(feeder, receivers, options.clients, options.seconds);
  const after = read();
  const results: ReceiverResult[] = [];
  for (const receiver of receivers) results.push((await receiver.ask('result', { type: 'end' })).result);

  const wallUs = (after.at - before.at) * 1e3;
  const own = ownPids.map((_, i) =>
    cpuBetween(before.cpu[i] ?? { threads: new Map() }, after.cpu[i] ?? { threads: new Map() }),
  );
  const serverCpu = own[2] ?? { ranUs: Number.NaN, waitedUs: Number.NaN };
  const ownUs = own.reduce((sum, { ranUs }) => sum + ranUs, 0);
  const sum = (value: (result: ReceiverResult) => number): number =>
    results.reduce((all, each) => all + value(each), 0);
  return {
    peer,
    sent: stopped.sent,
    clients: sum(({ clients }) => clients),
    trades: sum(({ trades }) => trades),
    frames: sum(({ frames }) => frames),
    bytes: sum(({ bytes }) => bytes),
    fewest: Math.min(...results.map(({ fewest }) => fewest)),
    most: Math.max(...results.map(({ most }) => most)),
    holes: sum(({ holes }) => holes),
    closed: sum(({ closed }) => closed),
    wallUs,
    cpuUs: serverCpu.ranUs,
    waitedUs: serverCpu.waitedUs,
    residentMb: residentMb(server.pid),
    latenciesUs: results.flatMap(({ latenciesUs }) => latenciesUs).sort((a, b) => a - b),
    receiverShare: Math.max(...results.map(({ cpuShare }) => cpuShare)),
    feederShare: stopped.cpuShare,
    feederLateMs: stopped.latestMs,
    strangersShare: Math.max(0, (after.busyUs - before.busyUs - ownUs) / wallUs),
  };
}
