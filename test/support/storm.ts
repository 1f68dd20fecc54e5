import { setTimeout as delay } from 'node:timers/promises';
import type { Follower } from './follower.ts';
import type { ServerAddress } from './serving-shard.ts';
import { sleep } from './until.ts';

/** How long clients stay, ms. */
const MIN_STAY_MS = 100;
const MAX_STAY_MS = 4_000;
/** The shortest time that they stay away, ms. */
const MIN_AWAY_MS = 100;
/** How long everybody may take at the end to get what there is, ms, and how often that is looked at. */
const CAUGHT_UP_WITHIN_MS = 60_000;
const LOOK_MS = 20;

/**
 * Lets every follower come and go by chance, away for 0.1 s up to `maxAwayMs`, as long as `during` takes; then everybody
 * comes back and stays until it has what there is.
 */
export async function storm(
  followers: readonly Follower[],
  server: () => ServerAddress,
  maxAwayMs: number,
  during: () => Promise<void>,
): Promise<void> {
  const end = new AbortController();
  const { signal } = end;
  const coming = followers.map(async (follower) => {
    while (!signal.aborted) {
      await pause(between(MIN_AWAY_MS, maxAwayMs), signal);
      if (!signal.aborted && (await follower.connect(server()))) {
        await Promise.race([follower.closed, pause(between(MIN_STAY_MS, MAX_STAY_MS), signal)]);
        follower.disconnect();
      }
    }
    await catchUp(follower, server);
  });
  await during();
  end.abort();
  await Promise.all(coming);
}

async function catchUp(follower: Follower, server: () => ServerAddress): Promise<void> {
  const end = Date.now() + CAUGHT_UP_WITHIN_MS;
  while (!follower.isCaughtUp && Date.now() < end) {
    if (!(await follower.connect(server()))) await sleep(LOOK_MS);
    let isOpen = true;
    void follower.closed.then(() => {
      isOpen = false;
    });
    while (isOpen && !follower.isCaughtUp && Date.now() < end) await sleep(LOOK_MS);
    follower.disconnect();
  }
}

/** Short times are as frequent as long ones are: the logarithm is uniform. */
function between(min: number, max: number): number {
  return min * (max / min) ** Math.random();
}

/** Ends early with the signal. */
async function pause(ms: number, signal: AbortSignal): Promise<void> {
  await delay(ms, undefined, { signal }).catch(() => undefined);
}
