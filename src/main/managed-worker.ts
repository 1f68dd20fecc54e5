import { type TransferListItem, Worker } from 'node:worker_threads';
import type { Log, LogLevel } from '../runtime/log.ts';
import { quietArgs } from '../runtime/quiet.ts';
import type { ThreadData } from '../runtime/thread.ts';
import {
  HUNG_AFTER_LOOKS,
  NEVER_BEGAN_AFTER_LOOKS,
  RECOVERED_AFTER_MS,
  RESTART_MAX_MS,
  RESTART_MIN_MS,
} from './limits.ts';

export interface ManagedWorkerOptions<Options, From> {
  readonly name: string;
  readonly file: URL;
  readonly logLevel: LogLevel;
  readonly log: Log;
  /** The options of the next start; called anew for each. */
  readonly options: () => Options;
  readonly onMessage: (message: From) => void;
  /** The worker ended without being stopped; it is started again right after this. */
  readonly onCrash: () => void;
}

/** A worker thread that is started again whenever it ends without being asked to, and whose event loop is watched. */
export class ManagedWorker<Options, To, From> {
  readonly name: string;
  readonly #options: ManagedWorkerOptions<Options, From>;
  readonly #heartbeat = new Int32Array(new SharedArrayBuffer(4));
  #worker: Worker | undefined;
  #startedAt = 0;
  #crashes = 0;
  #lastBeat = 0;
  #silentLooks = 0;
  #stopping = false;
  #restarting: NodeJS.Timeout | undefined;
  #hasBeaten = false;
  #onEnded: (() => void) | undefined;

  constructor(options: ManagedWorkerOptions<Options, From>) {
    this.name = options.name;
    this.#options = options;
  }

  start(): void {
    const { file, logLevel, log, options, onMessage } = this.#options;
    const data: ThreadData<Options> = { options: options(), heartbeat: this.#heartbeat, logLevel };
    const worker = new Worker(file, { name: this.name, workerData: data, execArgv: quietArgs() });
    this.#worker = worker;
    this.#startedAt = Date.now();
    this.#silentLooks = 0;
    this.#hasBeaten = false;
    worker.on('message', (message: From) => onMessage(message));
    worker.on('error', (error) =>
      log.error({ worker: this.name, error: error.message, stack: error.stack }, 'worker failed'),
    );
    worker.on('exit', (code) => {
      if (this.#worker === worker) this.#ended(code);
    });
  }

  get isRunning(): boolean {
    return this.#worker !== undefined;
  }

  /** Resolves once the thread has ended; at once where there is none. To be called after `expectEnd`. */
  ended(): Promise<void> {
    if (!this.#worker) return Promise.resolve();
    return new Promise((resolve) => {
      this.#onEnded = resolve;
    });
  }

  post(message: To, transfer: readonly TransferListItem[] = []): void {
    this.#worker?.postMessage(message, transfer);
  }

  /** Looks whether the event loop has turned since the last look; `true` once it is taken to hang. */
  lookHung(): boolean {
    const beat = Atomics.load(this.#heartbeat, 0);
    const silent = this.#worker !== undefined && beat === this.#lastBeat;
    this.#lastBeat = beat;
    this.#hasBeaten ||= this.#worker !== undefined && !silent;
    this.#silentLooks = silent ? this.#silentLooks + 1 : 0;
    return this.#silentLooks >= (this.#hasBeaten ? HUNG_AFTER_LOOKS : NEVER_BEGAN_AFTER_LOOKS);
  }

  /** Ends the thread by force; it counts as a crash and is started again. Never for a shard: its App would be open. */
  async kill(): Promise<void> {
    await this.#worker?.terminate();
  }

  /** From now on its end is not a crash. */
  expectEnd(): void {
    this.#stopping = true;
    clearTimeout(this.#restarting);
  }

  #ended(code: number): void {
    this.#worker = undefined;
    this.#onEnded?.();
    if (this.#stopping) return;
    const { log, onCrash } = this.#options;
    if (Date.now() - this.#startedAt >= RECOVERED_AFTER_MS) this.#crashes = 0;
    const wait = Math.min(RESTART_MAX_MS, RESTART_MIN_MS * 2 ** this.#crashes);
    this.#crashes += 1;
    log.error({ worker: this.name, code, restartInMs: wait }, 'worker ended; starting it again');
    onCrash();
    this.#restarting = setTimeout(() => this.start(), wait);
  }
}
