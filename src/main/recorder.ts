import { MessageChannel } from 'node:worker_threads';
import { ensureNever } from '../protocol/brand.ts';
import type { Fault, FromRecorder, Recording } from '../protocol/threads.ts';
import { RECORDER_PATIENCE_MS, RECORDER_START_MS, RECORDER_STOP_MS } from './limits.ts';
import { createRecorder, type RecorderWorker, type ServerContext, type Shard, type Upstream } from './workers.ts';

/** What the recorder is connected to. */
export interface RecorderPeers {
  readonly upstream: () => Upstream;
  readonly shards: () => readonly Shard[];
}

/**
 * The recorder as main sees it: started before the feed, so that it misses nothing; connected to the upstream worker and to
 * every shard by ports of their own; never in the way of prices, whatever its disk does.
 */
export class Recorder {
  readonly #context: ServerContext;
  readonly #peers: RecorderPeers;
  readonly #worker: RecorderWorker;
  /** Each pair is connected once, when both sides are there. */
  readonly #shards = new Set<number>();
  #hasUpstream = false;
  #isReady = false;
  #isStalled = false;
  #recording: Recording | undefined;
  #onStarted: (() => void) | undefined;

  constructor(context: ServerContext, peers: RecorderPeers) {
    this.#context = context;
    this.#peers = peers;
    this.#worker = createRecorder(context, {
      onMessage: (message) => this.#receive(message),
      onCrash: () => {
        this.#isReady = false;
        this.#started();
      },
    });
  }

  /** Resolves once it is ready, or has failed, or takes too long: prices do not wait for it any longer than that. */
  start(): Promise<void> {
    return new Promise((resolve) => {
      const timer = setTimeout(() => {
        this.#context.log.warn('the recorder is not ready: prices go first, and what comes until it is, is a gap');
        resolve();
      }, RECORDER_START_MS);
      this.#onStarted = () => {
        clearTimeout(timer);
        resolve();
      };
      this.#worker.start();
    });
  }

  upstreamReady(): void {
    this.#hasUpstream = true;
    if (this.#isReady) this.#connectUpstream();
  }

  upstreamGone(): void {
    this.#hasUpstream = false;
  }

  shardReady(shard: number): void {
    this.#shards.add(shard);
    if (this.#isReady) this.#connectShard(shard);
    if (this.#recording) this.#peers.shards()[shard]?.post({ type: 'recording', recording: this.#recording });
  }

  shardGone(shard: number): void {
    this.#shards.delete(shard);
  }

  /** Tells the recorder what Finnhub's lists and quotes say beside the trades. */
  get post(): RecorderWorker['post'] {
    return (message) => this.#worker.post(message);
  }

  /** Does to it what a test asked for. */
  inject(worker: string, fault: Fault): void {
    if (worker === this.#worker.name) this.#worker.post(fault);
  }

  /**
   * Looks whether it still reacts. A recorder whose disk does not answer stands in a system call and cannot be ended either;
   * it is said, and prices go on.
   */
  look(now: number): void {
    const isStalled = this.#worker.lookHung();
    if (isStalled === this.#isStalled) return;
    this.#isStalled = isStalled;
    if (isStalled) this.#context.log.error('the recorder does not react: its disk does not answer; prices go on');
    else this.#context.log.warn('the recorder reacts again');
    if (this.#recording) this.#tell({ ...this.#recording, state: isStalled ? 'stalled' : 'recording', since: now });
  }

  expectEnd(): void {
    this.#worker.expectEnd();
  }

  /** Lets it write what it holds; resolves when it has ended. */
  async stop(): Promise<void> {
    this.#worker.post({ type: 'stop' });
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<'late'>((resolve) => {
      timer = setTimeout(() => resolve('late'), RECORDER_STOP_MS);
    });
    const outcome = await Promise.race([late, this.#worker.ended()]);
    clearTimeout(timer);
    if (outcome !== 'late') return;
    this.#context.log.error('the recorder did not end in time: what it held is lost');
    // Not waited for: a thread that stands in a system call does not end before that returns.
    void this.#worker.kill();
  }

  #receive(message: FromRecorder): void {
    switch (message.type) {
      case 'ready':
        this.#isReady = true;
        if (this.#hasUpstream) this.#connectUpstream();
        for (const shard of this.#shards) this.#connectShard(shard);
        this.#started();
        return;
      case 'recording':
        this.#tell(message.recording);
        return;
      default:
        ensureNever(message);
    }
  }

  #started(): void {
    this.#onStarted?.();
    this.#onStarted = undefined;
  }

  #tell(recording: Recording): void {
    this.#recording = recording;
    for (const shard of this.#peers.shards()) shard.post({ type: 'recording', recording });
  }

  #connectUpstream(): void {
    const { port1, port2 } = new MessageChannel();
    const { name } = this.#worker;
    this.#peers.upstream().post({ type: 'consumer', name, port: port1, patienceMs: RECORDER_PATIENCE_MS }, [port1]);
    this.#worker.post({ type: 'feed', port: port2 }, [port2]);
  }

  #connectShard(shard: number): void {
    const { port1, port2 } = new MessageChannel();
    this.#worker.post({ type: 'shard', port: port1 }, [port1]);
    this.#peers.shards()[shard]?.post({ type: 'recorder', port: port2 }, [port2]);
  }
}
