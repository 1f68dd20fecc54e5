import type { BarsDemand } from '../protocol/threads.ts';

interface Wanted {
  readonly demand: BarsDemand;
  readonly shards: Set<number>;
}

/** Which shards want which bars, summed up for the upstream worker: it is told of the first and after the last. */
export class WantedBars {
  readonly #wanted = new Map<string, Wanted>();

  /** A shard begins or ends to want bars; what the upstream worker must be told, if it is the first or was the last. */
  tell(shard: number, demand: BarsDemand): BarsDemand | undefined {
    const key = `${demand.rate}|${demand.symbol}`;
    if (!demand.isWanted) return this.#end(key, shard);
    const known = this.#wanted.get(key);
    if (known) {
      known.shards.add(shard);
      return undefined;
    }
    this.#wanted.set(key, { demand, shards: new Set([shard]) });
    return demand;
  }

  /** The shard has ended, and wants nothing any more. */
  shardGone(shard: number): BarsDemand[] {
    return [...this.#wanted.keys()].flatMap((key) => this.#end(key, shard) ?? []);
  }

  /** Everything that is wanted, for an upstream worker that has just started. */
  all(): BarsDemand[] {
    return [...this.#wanted.values()].map(({ demand }) => demand);
  }

  #end(key: string, shard: number): BarsDemand | undefined {
    const wanted = this.#wanted.get(key);
    if (!wanted?.shards.delete(shard) || wanted.shards.size > 0) return undefined;
    this.#wanted.delete(key);
    return { ...wanted.demand, isWanted: false };
  }
}
