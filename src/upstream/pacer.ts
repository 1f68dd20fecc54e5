/**
 * A token bucket: so many messages may leave at once, then so many a second. Whoever must send all the same puts it into
 * debt, and those after wait the longer. Times in ms; a clock that is set back costs nobody anything.
 */
export class Pacer {
  /** What one message costs, and how much is there, both in ms of waiting. */
  readonly #cost: number;
  readonly #most: number;
  #credit: number;
  #at: number | undefined;

  constructor(burst: number, perSecond: number) {
    this.#cost = 1_000 / perSecond;
    this.#most = burst * this.#cost;
    this.#credit = this.#most;
  }

  /** How long until one more message may leave; 0: now. */
  waitMs(now: number): number {
    const passed = Math.max(0, now - (this.#at ?? now));
    this.#at = now;
    this.#credit = Math.min(this.#most, this.#credit + passed);
    return Math.max(0, Math.ceil(this.#cost - this.#credit));
  }

  /** One message leaves at `now`, whether or not it may. */
  spend(now: number): void {
    this.waitMs(now);
    this.#credit -= this.#cost;
  }
}
