import { setPriority } from 'node:os';
import { POOL_NICENESS } from './limits.ts';

/**
 * Lets the threads that serve come first wherever there are more threads to run than cores. Linux alone counts this by thread;
 * elsewhere it would be the whole server that gives way.
 */
export function giveWay(): void {
  if (process.platform !== 'linux') return;
  try {
    setPriority(POOL_NICENESS);
  } catch {
    // A container may forbid it: then all come alike, as before.
  }
}
