/** How many calls Finnhub's free tier allows, over how long, ms. */
export const CALLS_PER_MINUTE = 60;
const MINUTE_MS = 60_000;
/** How long nothing is asked after Finnhub said that it was too much: its minute has begun at some moment we do not know. */
const PAUSE_MS = MINUTE_MS;

/** The one budget of all calls to Finnhub's REST API: so many within any minute. Times are ms on any clock that only rises. */
export class RestBudget {
  readonly #calls: number;
  /** When the calls of the last minute were made, oldest first. */
  #made: number[] = [];
  /** How many calls somebody waits for who needs them at once. */
  #wanted = 0;
  #pausedUntil = Number.NEGATIVE_INFINITY;

  constructor(calls = CALLS_PER_MINUTE) {
    this.#calls = calls;
  }

  /** Takes one call and gives 0; or takes none, and says in how many ms there will be one. */
  take(now: number): number {
    return this.#take(now, 1, this.#calls - this.#wanted);
  }

  /**
   * Takes `count` calls at once and gives 0; or takes none, and says in how many ms there will be so many. From then on until it
   * has them `take` leaves room for them: those who take one at a time would never let so many come together.
   */
  takeMany(now: number, count: number): number {
    const waitMs = this.#take(now, count, this.#calls);
    this.#wanted = waitMs > 0 ? Math.min(count, this.#calls - 1) : 0;
    return waitMs;
  }

  #take(now: number, count: number, calls: number): number {
    if (now < this.#pausedUntil) return this.#pausedUntil - now;
    this.#made = this.#made.filter((at) => now - at < MINUTE_MS);
    const missing = this.#made.length + count - calls;
    if (missing <= 0) {
      for (let call = 0; call < count; call += 1) this.#made.push(now);
      return 0;
    }
    return (this.#made[Math.min(missing, this.#made.length) - 1] ?? now) + MINUTE_MS - now;
  }

  /** Finnhub refused a call as one too many: others use the key as well. */
  exhausted(now: number): void {
    this.#pausedUntil = now + PAUSE_MS;
  }
}
