import { Backoff } from './backoff.ts';
import { EARLY_DROPS_UNTIL_SUSPECT, type Timing } from './limits.ts';
import type { Phase } from './status.ts';

/** How a connection ended: refused with an HTTP status, could not be made, or was lost after it was open. */
export type Ending =
  | { readonly kind: 'refused'; readonly status: number }
  | { readonly kind: 'failed'; readonly reason: string }
  /** `lastHeard`: when the socket last showed life, ms since 1970 UTC; a hang is noticed later than it begins. */
  | { readonly kind: 'lost'; readonly reason: string; readonly lastHeard: number };

/** Not connected, until the next attempt at `retryAt`. */
export type Pause = Exclude<Phase, { phase: 'connected' }> & { readonly retryAt: number };

/** What the end of one connection means for the next: when it is tried, and whether somebody else has the key. */
export class Attempts {
  readonly #timing: Timing;
  readonly #backoff: Backoff;
  #earlyDrops = 0;

  constructor(timing: Timing) {
    this.#timing = timing;
    this.#backoff = new Backoff(timing.backoffMinMs, timing.backoffMaxMs);
  }

  /** `before`: what it was until now; `isOwn`: we have ended it, and want it back at once; `random` is in [0, 1). */
  after(ending: Ending, before: Phase, isOwn: boolean, now: number, random: number): Pause {
    const { healthyMs, earlyDropMs, unauthorizedMs } = this.#timing;
    if (ending.kind === 'lost') {
      const lived = before.phase === 'connected' ? now - before.since : 0;
      if (lived >= healthyMs) this.#backoff.reset();
      this.#earlyDrops = lived < earlyDropMs && !isOwn ? this.#earlyDrops + 1 : 0;
    }
    if (ending.kind === 'refused' && ending.status === 401) {
      const since = before.phase === 'unauthorized' ? before.since : now;
      return { phase: 'unauthorized', since, retryAt: now + unauthorizedMs };
    }
    const wait = isOwn ? 0 : this.#backoff.next(random);
    const since = before.phase === 'connecting' ? before.since : now;
    return {
      phase: 'connecting',
      since,
      retryAt: now + wait,
      suspect: this.#earlyDrops >= EARLY_DROPS_UNTIL_SUSPECT,
    };
  }
}
