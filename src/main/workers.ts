import { join } from 'node:path';
import type { MessagePort } from 'node:worker_threads';
import type {
  Fault,
  FromRecorder,
  FromShard,
  FromSimulator,
  FromUpstream,
  Listener,
  RecorderOptions,
  ShardOptions,
  SimulatorOptions,
  ToRecorder,
  ToShard,
  ToUpstream,
  UpstreamOptions,
} from '../protocol/threads.ts';
import type { FeedKind } from '../protocol/wire.ts';
import type { Log } from '../runtime/log.ts';
import type { DataDir } from './data-dir.ts';
import type { Epochs } from './epochs.ts';
import { ManagedWorker } from './managed-worker.ts';
import type { Settings } from './settings.ts';

export type Shard = ManagedWorker<ShardOptions, ToShard<MessagePort>, FromShard>;
export type Upstream = ManagedWorker<UpstreamOptions, ToUpstream<MessagePort>, FromUpstream>;
export type RecorderWorker = ManagedWorker<RecorderOptions, ToRecorder<MessagePort>, FromRecorder>;
export type Simulator = ManagedWorker<SimulatorOptions, Fault, FromSimulator>;

/** What every worker is made from. */
export interface ServerContext {
  readonly settings: Settings;
  /** One for each shard, by its number; their ports are known to be free. Shards with the same one share the port. */
  readonly listeners: readonly Listener[];
  readonly dataDir: DataDir;
  readonly epochs: Epochs;
  readonly version: string;
  readonly log: Log;
}

/** Where trades and lists come from. */
export interface FeedSource {
  readonly kind: FeedKind;
  readonly keys: readonly string[];
  readonly wsUrl: string;
  readonly restUrl: string;
}

/** The key of the simulated feed; it guards nothing. */
const SIMULATOR_KEY = 'simulated';
/** Every keyless start tells the same story. */
const SIMULATOR_SEED = 1;

/** A built file beside this one. */
export const builtFile = (name: string): URL => new URL(`./${name}`, import.meta.url);

export function isSimulated(settings: Settings): boolean {
  return settings.keys.length === 0;
}

/** Finnhub, or without a key the simulator on its port: from here on they are the same. */
export function feedSource(settings: Settings, simulatorPort: number): FeedSource {
  const { keys, finnhubWsUrl, finnhubRestUrl } = settings;
  if (!isSimulated(settings)) return { kind: 'finnhub', keys, wsUrl: finnhubWsUrl, restUrl: finnhubRestUrl };
  const host = `127.0.0.1:${simulatorPort}`;
  return { kind: 'simulated', keys: [SIMULATOR_KEY], wsUrl: `ws://${host}`, restUrl: `http://${host}/api/v1` };
}

/** `port` is asked at every start: after a crash the simulator comes back where the upstream worker looks for it. */
export function createSimulator(
  { settings, log }: ServerContext,
  port: () => number,
  events: { readonly onMessage: (message: FromSimulator) => void; readonly onCrash: () => void },
): Simulator {
  return new ManagedWorker({
    name: 'simulator',
    file: builtFile('simulator.mjs'),
    logLevel: settings.logLevel,
    log,
    options: () => ({ port: port(), seed: SIMULATOR_SEED }),
    ...events,
  });
}

/** Where the feed is recorded: what is simulated has a file of its own, and can never mix with what is not. */
export function tapeFileOf(dataDir: string, settings: Settings): string {
  return join(dataDir, isSimulated(settings) ? 'tape-simulated.sqlite' : 'tape-finnhub.sqlite');
}

export function createRecorder(
  { settings, dataDir, log }: ServerContext,
  events: { readonly onMessage: (message: FromRecorder) => void; readonly onCrash: () => void },
): RecorderWorker {
  const { retentionDays, maxDiskMb, logLevel } = settings;
  return new ManagedWorker({
    name: 'recorder',
    file: builtFile('recorder.mjs'),
    logLevel,
    log,
    options: () => ({ file: tapeFileOf(dataDir.path, settings), retentionDays, maxDiskMb }),
    ...events,
  });
}

/** Every start of the upstream worker is a new epoch. */
export function createUpstream(
  { settings, epochs, log }: ServerContext,
  source: () => FeedSource,
  events: { readonly onMessage: (message: FromUpstream) => void; readonly onCrash: () => void },
): Upstream {
  let starts = 0;
  return new ManagedWorker({
    name: 'upstream',
    file: builtFile('upstream.mjs'),
    logLevel: settings.logLevel,
    log,
    options: () => {
      const start = starts;
      starts += 1;
      return {
        epoch: epochs.next(Date.now()),
        start,
        keys: source().keys,
        wsUrl: source().wsUrl,
        symbolLimit: settings.symbolLimit,
        flushMs: settings.flushMs,
      };
    },
    ...events,
  });
}

export function createShard(
  { settings, dataDir, version, log }: ServerContext,
  shard: number,
  listener: Listener,
  capacity: () => Pick<ShardOptions, 'limit' | 'maxSubscriptions' | 'connections'>,
  events: { readonly onMessage: (message: FromShard) => void; readonly onCrash: () => void },
): Shard {
  return new ManagedWorker({
    name: `shard-${shard}`,
    file: builtFile('shard.mjs'),
    logLevel: settings.logLevel,
    log,
    options: () => ({
      ...listener,
      shard,
      feed: isSimulated(settings) ? 'simulated' : 'finnhub',
      allowedOrigins: settings.allowedOrigins,
      trustedProxies: settings.trustedProxies,
      maxConnections: settings.maxConnections,
      pageDir: builtFile('pwa/').pathname,
      tapeFile: tapeFileOf(dataDir.path, settings),
      version,
      ...capacity(),
    }),
    ...events,
  });
}
