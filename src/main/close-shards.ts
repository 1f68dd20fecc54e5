import type { Shard } from './workers.ts';

/** Resolves once every shard's thread has ended, or after `withinMs`; whether they all have. */
export async function closeShards(shards: readonly Shard[], how: 'drain' | 'stop', withinMs: number): Promise<boolean> {
  for (const shard of shards) shard.post({ type: how });
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<void>((resolve) => {
    timer = setTimeout(resolve, withinMs);
  });
  await Promise.race([late, Promise.all(shards.map((shard) => shard.ended()))]);
  clearTimeout(timer);
  return shards.every((shard) => !shard.isRunning);
}
