/**
 * Exponential backoff with full jitter: the n-th wait is anywhere between 0 and `min·2ⁿ`, at most `max`, in ms. Many
 * clients that lost a server at once come back spread out.
 * Source: https://aws.amazon.com/blogs/architecture/exponential-backoff-and-jitter/
 */
export class Backoff {
  readonly #min: number;
  readonly #max: number;
  #attempt = 0;

  constructor(min: number, max: number) {
    this.#min = min;
    this.#max = max;
  }

  /** The wait before the next attempt; `random` is in [0, 1). */
  next(random: number): number {
    const ceiling = Math.min(this.#max, this.#min * 2 ** this.#attempt);
    if (ceiling < this.#max) this.#attempt += 1;
    return Math.round(ceiling * random);
  }

  reset(): void {
    this.#attempt = 0;
  }
}
