import { fileURLToPath } from 'node:url';
import { Child } from './lib/child.ts';
import { chooseOffset, sleep } from './lib/clock.ts';
import { startCrowd } from './lib/crowds.ts';
import type { FromReceiver, ToReceiver } from './lib/messages.ts';
import { type Look, type ObservedServer, startObserved, startObservedBare } from './lib/observed.ts';
import type { Options } from './lib/options.ts';
import { cpuBetween, readCpu } from './lib/proc.ts';
import { show, table } from './lib/report.ts';
import { type Feeder, startFeeder, symbolNames } from './lib/round.ts';
import { verdict } from './lib/thresholds.ts';

const RECEIVER = fileURLToPath(new URL('./receiver.ts', import.meta.url));
const SYMBOLS = symbolNames(10);
/** Handshakes under way at once: fewer than a listening socket lets wait. */
const AT_ONCE = 100;
/** Trades a second of each symbol, and for how long: enough to show that everybody is served. */
const RATE = 1;
const LIVE_MS = 10_000;
const SETTLE_MS = 2_000;
const MOST_KB = 2;

interface Idle {
  readonly name: string;
  readonly empty: Look;
  readonly full: Look;
  /** When all have gone. */
  readonly left: Look;
  readonly connectMs: number;
  readonly cpuUs: number;
  /** Trades sent, and received by all clients. */
  readonly sent: number;
  readonly received: number;
}

/** What a connection costs that is subscribed to one symbol and seldom hears of it. */
export async function runIdle(options: Options): Promise<string> {
  const count = options.idle;
  const { feeder, port } = await startFeeder();
  try {
    const tickcast = await measure('tickcast.v1', () => startObserved(port, options.shards, options['flush-ms']));
    const bare = await measure('bare uWebSockets.js', () => startObservedBare(port));
    return section(count, [tickcast, bare]);
  } finally {
    await feeder.stop();
  }

  async function measure(name: string, start: () => Promise<ObservedServer>): Promise<Idle> {
    const server = await start();
    const clockOffset = chooseOffset();
    feeder.send({ type: 'setup', setup: { symbols: SYMBOLS, rate: RATE, seed: options.seed, clockOffset } });
    const clients = name === 'tickcast.v1' ? crowd(server.port, clockOffset) : receiver(server.port, clockOffset);
    try {
      const empty = await server.look();
      const cpu = readCpu(server.pid);
      const connectMs = await clients.connect(count);
      const cpuUs = cpuBetween(cpu, readCpu(server.pid)).ranUs;
      await sleep(SETTLE_MS);
      const sent = await trade(feeder);
      const full = await server.look();
      const received = await clients.received();
      await clients.stop();
      await sleep(SETTLE_MS);
      const idle = { name, empty, full, left: await server.look(), connectMs, cpuUs, sent, received };
      process.stdout.write(`idle ${name}: ${show(kbEach(idle, count), 2)} kB a connection\n`);
      return idle;
    } finally {
      await clients.stop();
      await server.stop();
    }
  }
}

async function trade(feeder: Feeder): Promise<number> {
  feeder.send({ type: 'start' });
  await sleep(LIVE_MS);
  const { sent } = await feeder.ask('stopped', { type: 'stop' });
  await sleep(SETTLE_MS);
  return sent;
}

interface Clients {
  /** Connects so many, every symbol's in turn; how long that took, in ms. */
  readonly connect: (count: number) => Promise<number>;
  readonly received: () => Promise<number>;
  readonly stop: () => Promise<void>;
}

function crowd(port: number, clockOffset: number): Clients {
  const child = startCrowd({ port, symbols: SYMBOLS, each: 'one', clockOffset });
  return {
    connect: async (count) => (await child.ask('connected', { type: 'connect', count, atOnce: AT_ONCE })).ms,
    received: async () => (await child.ask('result', { type: 'end' })).result.trades,
    stop: () => child.stop(),
  };
}

/** Clients of a server that only speaks Finnhub's framing. */
function receiver(port: number, clockOffset: number): Clients {
  const child = new Child<ToReceiver, FromReceiver>(RECEIVER, []);
  const setup = { port, framing: 'finnhub', pollMs: 0, sampleEvery: 0, clockOffset } as const;
  return {
    connect: async (count) => {
      const began = performance.now();
      for (let done = 0, turn = 0; done < count; done += AT_ONCE, turn += 1) {
        child.send({ type: 'setup', setup: { ...setup, symbols: [SYMBOLS[turn % SYMBOLS.length] ?? ''] } });
        await child.ask('connected', { type: 'connect', count: Math.min(AT_ONCE, count - done) });
      }
      return performance.now() - began;
    },
    received: async () => (await child.ask('result', { type: 'end' })).result.trades,
    stop: () => child.stop(),
  };
}

function kbEach({ empty, full }: Idle, count: number): number {
  return (full.residentKb - empty.residentKb) / count;
}

function section(count: number, measured: readonly Idle[]): string {
  const head = [
    '',
    'kB a connection',
    'of it heap',
    'empty MB',
    'full MB',
    'all gone MB',
    'CPU µs a handshake',
    'missing',
  ];
  const rows = measured.map((idle) => {
    const { name, empty, full, left, cpuUs, sent, received } = idle;
    const mb = ({ residentKb }: Look): string => show(residentKb / 1024, 0);
    return [
      name,
      show(kbEach(idle, count), 2),
      show((full.heapKb - empty.heapKb) / count, 2),
      mb(empty),
      mb(full),
      mb(left),
      show(cpuUs / count, 0),
      String((sent * count) / SYMBOLS.length - received),
    ];
  });
  const [tickcast] = measured;
  const kb = tickcast ? kbEach(tickcast, count) : Number.NaN;
  return `## Idle connections

${count} connections, each subscribed to one of ${SYMBOLS.length} symbols with ${RATE} trade a second each; each server in a process of its own.

${table(head, rows)}

${verdict(kb <= MOST_KB, `an idle subscribed connection takes ${show(kb, 2)} kB over the empty server (at most ${MOST_KB})`)}

- Memory: of the process (RSS), after all its threads but a pool's, which sleep, have collected their garbage, over the empty server some seconds after its
  start; what the kernel keeps for a socket is not in it. Heap: the JavaScript part.
- Handshake: from the accept to the answer to the first subscribe; CPU of all threads. ${AT_ONCE} at a time.
- Missing: trades that a client should have got and did not.`;
}
