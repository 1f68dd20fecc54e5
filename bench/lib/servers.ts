import { fileURLToPath } from 'node:url';
import { Child, temporaryFolder } from './child.ts';
import type { Framing } from './messages.ts';
import { hasNchan, startNchan } from './nchan.ts';

const SERVER = fileURLToPath(new URL('../../dist/main.mjs', import.meta.url));
const BARE_UWS = new URL('../peers/bare-uws.ts', import.meta.url);
const WS_PACKAGE = new URL('../peers/ws.ts', import.meta.url);
const SOCKET_IO_PACKAGE = new URL('../peers/socket-io.ts', import.meta.url);
const SIMULATOR = fileURLToPath(new URL('../../dist/simulator-cli.mjs', import.meta.url));

/** A server under test, in a process of its own that serves at `port` of 127.0.0.1. */
export interface Server {
  readonly port: number;
  /** The process whose CPU and memory count. */
  readonly pid: number;
  /** Processes that only this server needs and that do not count. */
  readonly helperPids?: readonly number[];
  readonly stop: () => Promise<void>;
}

/** Something that can be measured: how it is started on a feed, and what its clients speak. */
export interface Peer {
  readonly name: string;
  readonly framing: Framing;
  readonly start: (feedPort: number, symbols: readonly string[]) => Promise<Server>;
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
  const child = new Child<BlockFault, never>(SERVER, args, { env, cwd: folder });
  const block = (worker: string, ms: number): void => child.send({ worker, kind: 'block', ms });
  return { ...(await started(child)), dataDir: folder, block };
}

/** Tickcast without a key: on the simulated feed of its own, as `npm start` has it. */
export async function startKeyless(flags: readonly string[] = []): Promise<Server> {
  const folder = temporaryFolder();
  return started(new Child<never, never>(SERVER, ['--port', '0', '--data-dir', folder, ...flags], { cwd: folder }));
}

/** The simulator of Finnhub as it is built; `flags` are those of its command line. */
export async function startSimulator(flags: readonly string[]): Promise<Server> {
  return started(new Child(SIMULATOR, ['--port', '0', ...flags]));
}

function startPeer(file: URL, settings: Record<string, string> = {}): (feedPort: number) => Promise<Server> {
  const path = fileURLToPath(file);
  return (feedPort) => started(new Child(path, [], { env: { FEED_URL: `ws://127.0.0.1:${feedPort}`, ...settings } }));
}

interface BlockFault {
  readonly worker: string;
  readonly kind: 'block';
  readonly ms: number;
}

async function started(child: Pick<Child<never, never>, 'port' | 'pid' | 'stop'>): Promise<Server> {
  return { port: await child.port(), pid: child.pid, stop: () => child.stop() };
}

/** The names are those of `--peers` too. */
export const BARE = 'bare uWebSockets.js';
export const WINDOWED = 'bare uWebSockets.js + window';
export const FROM_FIRST = "bare uWebSockets.js + Tickcast's window";
export const NCHAN = 'nchan';
export const WS = 'ws';
export const SOCKET_IO = 'Socket.IO';
export const TICKCAST = 'tickcast.v1';
export const DROP_IN = 'tickcast drop-in';
export const UNGATHERED = 'tickcast.v1 FLUSH_MS=0';

export function barePeer(name = BARE): Peer {
  return { name, framing: 'finnhub', start: startPeer(BARE_UWS) };
}

export function tickcastPeer(name: string, settings: TickcastSettings, framing: Framing = 'tickcast'): Peer {
  return { name, framing, start: (feedPort) => startTickcast(feedPort, settings) };
}

/** What is measured beside `barePeer`, as far as this machine has it. */
export function fanoutPeers(settings: TickcastSettings): readonly Peer[] {
  const windowed = { WINDOW_MS: `${settings.flushMs}` };
  return [
    { name: WINDOWED, framing: 'finnhub', start: startPeer(BARE_UWS, windowed) },
    { name: FROM_FIRST, framing: 'finnhub', start: startPeer(BARE_UWS, { ...windowed, FROM_FIRST: '1' }) },
    ...(hasNchan() ? [{ name: NCHAN, framing: 'nchan', start: startNchan } as const] : []),
    { name: WS, framing: 'finnhub', start: startPeer(WS_PACKAGE) },
    { name: SOCKET_IO, framing: 'socket.io', start: startPeer(SOCKET_IO_PACKAGE) },
    tickcastPeer(TICKCAST, settings),
    tickcastPeer(DROP_IN, settings, 'finnhub'),
    tickcastPeer(UNGATHERED, { ...settings, flushMs: 0 }),
  ];
}
