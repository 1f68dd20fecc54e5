import { fileURLToPath } from 'node:url';
import { Child, temporaryFolder } from './child.ts';
import type { Framing } from './messages.ts';

const TICKCAST = fileURLToPath(new URL('../../dist/main.mjs', import.meta.url));
const SIMULATOR = fileURLToPath(new URL('../../dist/simulator-cli.mjs', import.meta.url));
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
  /** Where there is a recording already; a new folder otherwise. */
  readonly dataDir?: string;
  readonly retentionDays?: number;
  /** Where the feed answers REST calls; at its root otherwise. */
  readonly restPath?: string;
}

export interface TickcastServer extends Server {
  readonly dataDir: string;
  /** Makes one of its threads stand still. */
  readonly block: (worker: string, ms: number) => void;
}

export async function startTickcast(feedPort: number, settings: TickcastSettings): Promise<TickcastServer> {
  const { flushMs, shards, dataDir: folder = temporaryFolder(), retentionDays = 30, restPath = '' } = settings;
  const flags = {
    port: 0,
    'data-dir': folder,
    'finnhub-ws-url': `ws://127.0.0.1:${feedPort}`,
    'finnhub-rest-url': `http://127.0.0.1:${feedPort}${restPath}`,
    'flush-ms': flushMs,
    shards,
    'retention-days': retentionDays,
  };
  const args = Object.entries(flags).flatMap(([name, value]) => [`--${name}`, String(value)]);
  const env = { FINNHUB_API_KEY: 'bench', TICKCAST_FAULTS: '1' };
  const child = new Child<BlockFault, never>(TICKCAST, args, { env, cwd: folder });
  const block = (worker: string, ms: number): void => child.send({ worker, kind: 'block', ms });
  return { ...(await started(child)), dataDir: folder, block };
}

/** The simulator of Finnhub as it is built; `flags` are those of its command line. */
export async function startSimulator(flags: readonly string[]): Promise<Server> {
  return started(new Child(SIMULATOR, ['--port', '0', ...flags]));
}

async function startBare(feedPort: number): Promise<Server> {
  return started(new Child(BARE_UWS, [], { env: { FEED_URL: `ws://127.0.0.1:${feedPort}` } }));
}

interface BlockFault {
  readonly worker: string;
  readonly kind: 'block';
  readonly ms: number;
}

async function started(child: Pick<Child<never, never>, 'port' | 'pid' | 'stop'>): Promise<Server> {
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
