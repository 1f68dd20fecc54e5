import type { MessagePort } from 'node:worker_threads';
import { ensureNever } from '../protocol/brand.ts';
import type { EncodedCatalogue } from '../protocol/catalogue-task.ts';
import type { Fault, Fetch, FromShard, FromUpstream, ToShard } from '../protocol/threads.ts';
import { closeShards } from './close-shards.ts';
import { isLoopback } from './config.ts';
import { DataPorts } from './data-ports.ts';
import { Demand } from './demand.ts';
import { endNow } from './end.ts';
import { EXIT_HUNG, LAST_WORDS_MS, STOP_WITHIN_MS, WATCH_MS } from './limits.ts';
import { Recorder } from './recorder.ts';
import { NOT_YET, RestService } from './rest-service.ts';
import { WantedBars } from './wanted-bars.ts';
import {
  builtFile,
  createShard,
  createSimulator,
  createUpstream,
  feedSource,
  isSimulated,
  type ServerContext,
  type Shard,
  type Simulator,
  tapeFileOf,
  type Upstream,
} from './workers.ts';

/** What stands for an address where the operator has asked for a symbol himself (RECORD), and for a shard. */
const RECORDING = 'recording';
const NO_SHARD = -1;

/** Starts the workers, connects them, brings back the ones that crash, and stops them in order. */
export class Supervisor {
  readonly #context: ServerContext;
  readonly #demand: Demand;
  readonly #shards: readonly Shard[];
  readonly #upstream: Upstream;
  readonly #recorder: Recorder;
  readonly #simulator: Simulator | undefined;
  readonly #dataPorts: DataPorts;
  readonly #wantedBars = new WantedBars();
  #rest: RestService | undefined;
  #encoded: EncodedCatalogue | undefined;
  #simulatorPort = 0;
  #watching: NodeJS.Timeout | undefined;
  #onStarted: ((failure?: string) => void) | undefined;

  constructor(context: ServerContext) {
    this.#context = context;
    const { settings, listeners, log } = context;
    const connections = new Int32Array(new SharedArrayBuffer(4 * listeners.length));
    this.#demand = new Demand(
      {
        capacity: this.#fullCapacity,
        lingerMs: settings.lingerMs,
        fairness: {
          isExempt: (address) =>
            address === RECORDING || (isLoopback(address) && !settings.trustedProxies.includes(address)),
        },
      },
      {
        upstream: (message) => this.#upstream.post(message),
        shard: (shard, effect) => this.#toShards(shard, effect),
      },
      log,
    );
    this.#upstream = createUpstream(context, () => feedSource(settings, this.#simulatorPort), {
      onMessage: (message) => this.#fromUpstream(message),
      onCrash: () => {
        this.#dataPorts.upstreamGone();
        this.#recorder.upstreamGone();
        this.#demand.upstreamGone();
        this.#onStarted?.('the upstream worker does not start: see the log');
      },
    });
    this.#dataPorts = new DataPorts(
      () => this.#upstream,
      () => this.#shards,
    );
    this.#recorder = new Recorder(context, { upstream: () => this.#upstream, shards: () => this.#shards });
    this.#simulator = isSimulated(settings)
      ? createSimulator(context, () => this.#simulatorPort, {
          onMessage: ({ port }) => this.#simulatorReady(port),
          onCrash: () => this.#onStarted?.('the simulator does not start: see the log'),
        })
      : undefined;
    this.#shards = listeners.map((listener, shard) =>
      createShard(
        context,
        shard,
        listener,
        () => ({ limit: this.#demand.capacity, maxSubscriptions: this.#fullCapacity, connections }),
        {
          onMessage: (message) => this.#fromShard(shard, message),
          onCrash: () => {
            this.#dataPorts.shardGone(shard);
            this.#recorder.shardGone(shard);
            this.#demand.shardGone(shard);
            for (const demand of this.#wantedBars.shardGone(shard)) this.#upstream.post(demand);
            this.#onStarted?.(`shard-${shard} does not start: see the log`);
          },
        },
      ),
    );
  }

  /** Resolves once every shard serves; rejects with what kept one from it. After that a crash only means a new start. */
  start(): Promise<void> {
    return new Promise((resolve, reject) => {
      this.#onStarted = (failure) => (failure === undefined ? resolve() : reject(new Error(failure)));
      void this.#recorder.start().then(() => {
        if (this.#simulator) this.#simulator.start();
        else this.#startFeed();
      });
      this.#watching = setInterval(() => this.#watch(), WATCH_MS);
    });
  }

  /** Closes every client and every worker, in that order. Resolves when it is safe to exit. */
  async stop(): Promise<void> {
    clearInterval(this.#watching);
    this.#demand.stop();
    for (const worker of [this.#upstream, this.#simulator, this.#recorder, ...this.#shards]) worker?.expectEnd();
    if (!(await closeShards(this.#shards, 'drain', STOP_WITHIN_MS))) {
      this.#context.log.fatal('a shard did not close in time');
      endNow(EXIT_HUNG);
    }
    await this.#recorder.stop();
    await Promise.all([this.#upstream.kill(), this.#simulator?.kill(), this.#rest?.stop()]);
  }

  /** Ends the process because it cannot go on; the shards that still react say goodbye to their clients first. */
  async endProcess(code: number): Promise<never> {
    clearInterval(this.#watching);
    for (const worker of [this.#recorder, ...this.#shards]) worker.expectEnd();
    this.#recorder.post({ type: 'stop' });
    await closeShards(this.#shards, 'stop', LAST_WORDS_MS);
    endNow(code);
  }

  /** Does to a worker what a test asked for over the IPC channel. */
  inject(worker: string, fault: Fault): void {
    this.#recorder.inject(worker, fault);
    for (const candidate of [this.#upstream, this.#simulator, ...this.#shards]) {
      if (candidate?.name === worker) candidate.post(fault);
    }
  }

  get #fullCapacity(): number {
    const { keys, symbolLimit } = this.#context.settings;
    return Math.max(1, keys.length) * symbolLimit;
  }

  #simulatorReady(port: number): void {
    const isFirst = this.#simulatorPort === 0;
    this.#simulatorPort = port;
    if (isFirst) this.#startFeed();
  }

  #startFeed(): void {
    const { settings, dataDir, log } = this.#context;
    this.#upstream.start();
    for (const [ref, symbol] of settings.record.entries()) {
      this.#demand.join({ shard: NO_SHARD, ref, symbol, address: RECORDING, patient: true });
    }
    for (const shard of this.#shards) shard.start();
    const files = { tasks: builtFile('tasks.mjs'), tape: tapeFileOf(dataDir.path, settings), cacheDir: dataDir.path };
    this.#rest = new RestService(feedSource(settings, this.#simulatorPort), files, log, {
      onLoaded: ({ catalogue, figis }) => {
        this.#recorder.post({ type: 'figis', figis });
        this.#encoded = catalogue;
        for (const shard of this.#shards) shard.post({ type: 'catalogue', catalogue });
      },
      onSplit: (split) => this.#recorder.post({ type: 'split', ...split }),
    });
  }

  #fromUpstream(message: FromUpstream): void {
    switch (message.type) {
      case 'ready':
        // Before anything is subscribed: the recorder is to have every trade from the first on.
        this.#recorder.upstreamReady();
        this.#dataPorts.upstreamReady();
        this.#demand.upstreamStarted(this.#fullCapacity);
        for (const demand of this.#wantedBars.all()) this.#upstream.post(demand);
        this.#toShards(undefined, { type: 'limit', limit: this.#fullCapacity });
        return;
      case 'capacity':
        this.#demand.setCapacity(message.capacity, message.rejected);
        this.#toShards(undefined, { type: 'limit', limit: message.capacity });
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
        this.#dataPorts.shardReady(shard);
        this.#recorder.shardReady(shard);
        if (this.#encoded) this.#shards[shard]?.post({ type: 'catalogue', catalogue: this.#encoded });
        if (this.#dataPorts.serving === this.#shards.length) this.#onStarted?.();
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
      case 'bars': {
        const demand = this.#wantedBars.tell(shard, message);
        if (demand) this.#upstream.post(demand);
        return;
      }
      case 'ask':
        this.#demand.ask(shard, message.symbol);
        return;
      case 'fetch':
        void this.#fetch(shard, message.ref, message.what);
        return;
      default:
        ensureNever(message);
    }
  }

  async #fetch(shard: number, ref: number, what: Fetch): Promise<void> {
    const result = (await this.#rest?.answer(what, Date.now())) ?? NOT_YET;
    this.#shards[shard]?.post({ type: 'fetched', ref, result });
  }

  #toShards(shard: number | undefined, message: ToShard<MessagePort>): void {
    if (shard !== undefined) this.#shards[shard]?.post(message);
    else for (const each of this.#shards) each.post(message);
  }

  #watch(): void {
    this.#recorder.look(Date.now());
    for (const worker of [this.#upstream, this.#simulator]) {
      if (!worker?.lookHung()) continue;
      this.#context.log.error({ worker: worker.name }, 'worker hangs; ending it');
      void worker.kill();
    }
    const hung = this.#shards.filter((shard) => shard.lookHung()).map(({ name }) => name);
    if (hung.length === 0) return;
    // A shard that hangs cannot close its App, so the whole process ends and the service manager brings it back.
    this.#context.log.fatal({ workers: hung }, 'a shard does not react any more: ending the process');
    void this.endProcess(EXIT_HUNG);
  }
}
