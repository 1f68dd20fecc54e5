import { Child } from './child.ts';
import { chooseOffset, sleep } from './clock.ts';
import type { FromReceiver, ToReceiver } from './messages.ts';
import type { Options } from './options.ts';
import { residentMb } from './proc.ts';
import { RECEIVER, type Receiver, startFeeder, symbolNames } from './round.ts';
import type { Peer } from './servers.ts';

/** After these a server has compiled, and taken from the system, what it needs for any connection. */
export const FIRST_CONNECTIONS = 3_000;
/** Enough of them to be seen beside what a heap does by itself. */
export const MORE_CONNECTIONS = 3_000;
/** Fewer than a listening socket lets wait. */
const AT_ONCE = 100;
/** Everything a server does after a start, or after a connection, is done by then. */
const SETTLE_MS = 1_000;

/** What a connection that is subscribed and at rest takes of each server's process, in kB, by the peer's name. */
export async function measureMemory(peers: readonly Peer[], options: Options): Promise<ReadonlyMap<string, number>> {
  const { feeder, port } = await startFeeder();
  const kilobytes = new Map<string, number>();
  try {
    for (const peer of peers) kilobytes.set(peer.name, await measureConnection(peer, port, options));
  } finally {
    await feeder.stop();
  }
  return kilobytes;
}

async function measureConnection(peer: Peer, feedPort: number, options: Options): Promise<number> {
  const symbols = symbolNames(options.symbols);
  const server = await peer.start(feedPort, symbols);
  const receiver: Receiver = new Child<ToReceiver, FromReceiver>(RECEIVER, []);
  try {
    const { framing } = peer;
    const setup = { port: server.port, framing, symbols, pollMs: 0, sampleEvery: 0, clockOffset: chooseOffset() };
    receiver.send({ type: 'setup', setup });
    await connect(receiver, FIRST_CONNECTIONS);
    const before = residentMb(server.pid);
    await connect(receiver, MORE_CONNECTIONS);
    return ((residentMb(server.pid) - before) * 1024) / MORE_CONNECTIONS;
  } finally {
    await receiver.stop();
    await server.stop();
  }
}

async function connect(receiver: Receiver, count: number): Promise<void> {
  for (let left = count; left > 0; left -= AT_ONCE) {
    await receiver.ask('connected', { type: 'connect', count: Math.min(AT_ONCE, left) });
  }
  await sleep(SETTLE_MS);
}
