import { fileURLToPath } from 'node:url';
import { Child, temporaryFolder } from './child.ts';
import type { Framing } from './messages.ts';

const TICKCAST = fileURLToPath(new URL('../../dist/main.mjs', import.meta.url));
const BARE_UWS = fileURLToPath(new URL('../peers/bare-uws.ts', import.meta.url));

/** A server under test, in a process of its own that serves at `port` of 127.0.0.1. */
export interface Server {
  readonly port: number;
  readonly pid: number;
  readonly stop: () => Promise<void>;
}

/** Something that can be measured: how it is started on a feed, and what its clients speak. */
export interface Peer {
  readonly name: string;
  readonly framing: Framing;
  readonly start: (feedPort: number) => Promise<Server>;
}

export interface TickcastSettings {
  readonly flushMs: number;
  readonly shards: number;
}

export async function startTickcast(feedPort: number, { flushMs, shards }: TickcastSettings): Promise<Server> {
  const folder = temporaryFolder();
  const flags = {
    port: 0,
    'data-dir': folder,
    'finnhub-ws-url': `ws://127.0.0.1:${feedPort}`,
    'finnhub-rest-url': `http://127.0.0.1:${feedPort}`,
    'flush-ms': flushMs,
    shards,
  };
  const args = Object.entries(flags).flatMap(([name, value]) => [`--${name}`, String(value)]);
  return started(new Child(TICKCAST, args, { env: { FINNHUB_API_KEY: 'bench' }, cwd: folder }));
}

async function startBare(feedPort: number): Promise<Server> {
  return started(new Child(BARE_UWS, [], { env: { FEED_URL: `ws://127.0.0.1:${feedPort}` } }));
}

async function started(child: Child<never, never>): Promise<Server> {
  return { port: await child.port(), pid: child.pid, stop: () => child.stop() };
}

/** The first is what the others are compared with. */
export function fanoutPeers(settings: TickcastSettings): readonly [Peer, ...Peer[]] {
  const start = (feedPort: number): Promise<Server> => startTickcast(feedPort, settings);
  return [
    { name: 'bare uWebSockets.js', framing: 'finnhub', start: startBare },
    { name: 'tickcast.v1', framing: 'tickcast', start },
    { name: 'tickcast drop-in', framing: 'finnhub', start },
  ];
}
