import { MessageChannel } from 'node:worker_threads';
import type { Shard, Upstream } from './workers.ts';

/**
 * Gives each shard a data port of its own to the upstream worker. Both sides must be there before it is made, and it is made
 * once for each start of either: a second one would lose batches.
 */
export class DataPorts {
  readonly #upstream: () => Upstream;
  readonly #shards: () => readonly Shard[];
  readonly #serving = new Set<number>();
  #hasUpstream = false;

  constructor(upstream: () => Upstream, shards: () => readonly Shard[]) {
    this.#upstream = upstream;
    this.#shards = shards;
  }

  /** How many shards serve. */
  get serving(): number {
    return this.#serving.size;
  }

  upstreamReady(): void {
    this.#hasUpstream = true;
    for (const shard of this.#serving) this.#connect(shard);
  }

  upstreamGone(): void {
    this.#hasUpstream = false;
  }

  shardReady(shard: number): void {
    this.#serving.add(shard);
    if (this.#hasUpstream) this.#connect(shard);
  }

  shardGone(shard: number): void {
    this.#serving.delete(shard);
  }

  #connect(shard: number): void {
    const { port1, port2 } = new MessageChannel();
    this.#upstream().post({ type: 'consumer', name: `shard-${shard}`, port: port1, patienceMs: 0 }, [port1]);
    this.#shards()[shard]?.post({ type: 'feed', port: port2 }, [port2]);
  }
}
