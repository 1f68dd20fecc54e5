import { MessageChannel, type MessagePort } from 'node:worker_threads';
import { ensureNever } from '../protocol/brand.ts';
import type {
  EncodedCatalogue,
  Fault,
  FromShard,
  FromSimulator,
  FromUpstream,
  ShardOptions,
  SimulatorOptions,
  ToShard,
  ToUpstream,
  UpstreamOptions,
} from '../protocol/threads.ts';
import type { Log } from '../runtime/log.ts';
import { Catalogue } from './catalogue.ts';
import { isLoopback } from './config.ts';
import type { DataDir } from './data-dir.ts';
import { Demand } from './demand.ts';
import { endNow } from './end.ts';
import { EXIT_HUNG, LAST_WORDS_MS, STOP_WITHIN_MS, WATCH_MS } from './limits.ts';
import { ManagedWorker } from './managed-worker.ts';
import type { Settings } from './settings.ts';

type Shard = ManagedWorker<ShardOptions, ToShard<MessagePort>, FromShard>;
type Upstream = ManagedWorker<UpstreamOptions, ToUpstream<MessagePort>, FromUpstream>;
type Simulator = ManagedWorker<SimulatorOptions, Fault, FromSimulator>;

export interface SupervisorOptions {
  readonly settings: Settings;
  /** The port the shards listen on; known to be free. */
  readonly port: number;
  readonly dataDir: DataDir;
  readonly version: string;
  readonly log: Log;
}

/** The key of the simulated feed; it guards nothing. */
const SIMULATOR_KEY = 'simulated';
const file = (name: string): URL => new URL(`./${name}`, import.meta.url);

/** Starts the workers, connects them, brings back the ones that crash, and stops them in order. */
export class Supervisor {
  readonly #options: SupervisorOptions;
  readonly #demand: Demand;
  readonly #shards: readonly Shard[];
  readonly #upstream: Upstream;
  readonly #simulator: Simulator | undefined;
  readonly #connections: Int32Array;
  readonly #closed = new Set<number>();
  #catalogue: Catalogue | undefined;
  #encoded: EncodedCatalogue | undefined;
  #simulatorPort = 0;
  #watching: NodeJS.Timeout | undefined;
  #onStarted: ((failure?: string) => void) | undefined;
  #onShardClosed: (() => void) | undefined;
  #ready = 0;

  constructor(options: SupervisorOptions) {
    this.#options = options;
    const { settings, log } = options;
    this.#connections = new Int32Array(new SharedArrayBuffer(4 * settings.shards));
    this.#demand = new Demand(
      {
        capacity: this.#fullCapacity,
        lingerMs: settings.lingerMs,
        fairness: { isExempt: (address) => isLoopback(address) && !settings.trustedProxies.includes(address) },
      },
      {
        upstream: (message) => this.#upstream.post(message),
        shard: (shard, effect) => this.#toShards(shard, effect),
      },
      log,
    );
    this.#upstream = this.#createUpstream();
    this.#simulator = this.#isSimulated ? this.#createSimulator() : undefined;
    this.#shards = Array.from({ length: settings.shards }, (_, i) => this.#createShard(i));
  }

  /** Resolves once every shard serves; rejects with what kept one from it. */
  start(): Promise<void> {
    return new Promise((resolve, reject) => {
      this.#onStarted = (failure) => (failure === undefined ? resolve() : reject(new Error(failure)));
      if (this.#simulator) this.#simulator.start();
      else this.#startFeed();
      this.#watching = setInterval(() => this.#watch(), WATCH_MS);
    });
  }

  /** Closes every client and every worker, in that order. Resolves when it is safe to exit. */
  async stop(): Promise<void> {
    clearInterval(this.#watching);
    this.#demand.stop();
    for (const worker of [this.#upstream, this.#simulator, ...this.#shards]) worker?.expectEnd();
    await this.#closeShards('drain', STOP_WITHIN_MS);
    if (!this.#allClosed) {
      this.#options.log.fatal('a shard did not close in time');
      endNow(EXIT_HUNG);
    }
    await Promise.all([this.#upstream.kill(), this.#simulator?.kill(), this.#catalogue?.stop()]);
  }

  /** Does to a worker what a test asked for over the IPC channel. */
  inject(worker: string, fault: Fault): void {
    for (const candidate of [this.#upstream, this.#simulator, ...this.#shards]) {
      if (candidate?.name === worker) candidate.post(fault);
    }
  }

  get #isSimulated(): boolean {
    return this.#options.settings.keys.length === 0;
  }

  get #fullCapacity(): number {
    const { keys, symbolLimit } = this.#options.settings;
    return Math.max(1, keys.length) * symbolLimit;
  }

  #startFeed(): void {
    this.#upstream.start();
    for (const shard of this.#shards) shard.start();
    const { settings, dataDir, log } = this.#options;
    this.#catalogue = new Catalogue(
      file('tasks.mjs'),
      {
        restUrl: this.#isSimulated ? `http://127.0.0.1:${this.#simulatorPort}/api/v1` : settings.finnhubRestUrl,
        key: settings.keys[0] ?? SIMULATOR_KEY,
        source: this.#isSimulated ? 'simulated' : 'finnhub',
        cacheDir: dataDir.path,
      },
      log,
      (catalogue) => {
        this.#encoded = catalogue;
        for (const shard of this.#shards) shard.post({ type: 'catalogue', catalogue });
      },
    );
    void this.#catalogue.load();
  }

  #createSimulator(): Simulator {
    const { settings, log } = this.#options;
    return new ManagedWorker<SimulatorOptions, Fault, FromSimulator>({
      name: 'simulator',
      file: file('simulator.mjs'),
      logLevel: settings.logLevel,
      log,
      // After a crash it comes back where the upstream worker looks for it.
      options: () => ({ port: this.#simulatorPort, seed: 1 }),
      onMessage: ({ port }) => {
        const isFirst = this.#simulatorPort === 0;
        this.#simulatorPort = port;
        if (isFirst) this.#startFeed();
      },
      onCrash: () => undefined,
    });
  }

  #createUpstream(): Upstream {
    const { settings, dataDir, log } = this.#options;
    return new ManagedWorker<UpstreamOptions, ToUpstream<MessagePort>, FromUpstream>({
      name: 'upstream',
      file: file('upstream.mjs'),
      logLevel: settings.logLevel,
      log,
      options: () => ({
        epoch: dataDir.nextEpoch(Date.now()),
        keys: this.#isSimulated ? [SIMULATOR_KEY] : settings.keys,
        wsUrl: this.#isSimulated ? `ws://127.0.0.1:${this.#simulatorPort}` : settings.finnhubWsUrl,
        symbolLimit: settings.symbolLimit,
        flushMs: settings.flushMs,
      }),
      onMessage: (message) => this.#fromUpstream(message),
      onCrash: () => undefined,
    });
  }

  #createShard(shard: number): Shard {
    const { settings, port, log, version } = this.#options;
    return new ManagedWorker<ShardOptions, ToShard<MessagePort>, FromShard>({
      name: `shard-${shard}`,
      file: file('shard.mjs'),
      logLevel: settings.logLevel,
      log,
      options: () => ({
        shard,
        host: settings.host,
        port,
        feed: this.#isSimulated ? 'simulated' : 'finnhub',
        limit: this.#demand.capacity,
        maxSubscriptions: this.#fullCapacity,
        accessToken: settings.accessToken,
        allowedOrigins: settings.allowedOrigins,
        allowedHosts: settings.allowedHosts,
        trustedProxies: settings.trustedProxies,
        maxConnections: settings.maxConnections,
        connections: this.#connections,
        pageDir: file('pwa/').pathname,
        version,
      }),
      onMessage: (message) => this.#fromShard(shard, message),
      onCrash: () => this.#demand.shardGone(shard),
    });
  }

  #fromUpstream(message: FromUpstream): void {
    switch (message.type) {
      case 'ready':
        for (const shard of this.#shards.keys()) this.#connect(shard);
        this.#demand.upstreamStarted(this.#fullCapacity);
        return;
      case 'capacity':
        this.#demand.setCapacity(message.capacity, message.rejected);
        for (const shard of this.#shards) shard.post({ type: 'limit', limit: message.capacity });
        return;
      case 'invalid':
        this.#demand.invalid(message.symbol);
        return;
      default:
        ensureNever(message);
    }
  }

  #fromShard(shard: number, message: FromShard): void {
    switch (message.type) {
      case 'ready':
        this.#connect(shard);
        if (this.#encoded) this.#shards[shard]?.post({ type: 'catalogue', catalogue: this.#encoded });
        this.#ready += 1;
        if (this.#ready === this.#shards.length) this.#onStarted?.();
        return;
      case 'failed':
        this.#onStarted?.(message.reason);
        return;
      case 'join': {
        const { ref, symbol, address, patient } = message;
        this.#demand.join({ shard, ref, symbol, address, patient });
        return;
      }
      case 'leave':
        this.#demand.leave(shard, message.ref);
        return;
      case 'ask':
        this.#demand.ask(shard, message.symbol);
        return;
      case 'closed':
        this.#closed.add(shard);
        this.#onShardClosed?.();
        return;
      default:
        ensureNever(message);
    }
  }

  /** Gives a shard a data port of its own to the upstream worker; a former one is closed by its receiver. */
  #connect(shard: number): void {
    const { port1, port2 } = new MessageChannel();
    this.#upstream.post({ type: 'consumer', name: `shard-${shard}`, port: port1 }, [port1]);
    this.#shards[shard]?.post({ type: 'feed', port: port2 }, [port2]);
  }

  #toShards(shard: number | undefined, message: ToShard<MessagePort>): void {
    if (shard !== undefined) this.#shards[shard]?.post(message);
    else for (const each of this.#shards) each.post(message);
  }

  #watch(): void {
    for (const worker of [this.#upstream, this.#simulator]) {
      if (!worker?.lookHung()) continue;
      this.#options.log.error({ worker: worker.name }, 'worker hangs; ending it');
      void worker.kill();
    }
    const hung = this.#shards.filter((shard) => shard.lookHung());
    if (hung.length > 0) void this.#endHung(hung.map((shard) => shard.name));
  }

  /** A shard that hangs cannot close its App, so the whole process ends and the service manager brings it back. */
  async #endHung(workers: readonly string[]): Promise<void> {
    clearInterval(this.#watching);
    this.#options.log.fatal({ workers }, 'a shard does not react any more: ending the process');
    for (const shard of this.#shards) shard.expectEnd();
    await this.#closeShards('stop', LAST_WORDS_MS);
    endNow(EXIT_HUNG);
  }

  #closeShards(how: 'drain' | 'stop', withinMs: number): Promise<void> {
    return new Promise((resolve) => {
      const timer = setTimeout(resolve, withinMs);
      this.#onShardClosed = () => {
        if (!this.#allClosed) return;
        clearTimeout(timer);
        resolve();
      };
      for (const shard of this.#shards) shard.post({ type: how });
      this.#onShardClosed();
    });
  }

  get #allClosed(): boolean {
    return this.#shards.every((shard, i) => this.#closed.has(i) || !shard.isRunning);
  }
}
