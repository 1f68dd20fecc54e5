const MINUTE_MS = 60_000;
const SECOND_MS = 1_000;

/** Counts REST calls against Finnhub's limits a minute and a second. Time comes in as a parameter. */
export class CallBudget {
  readonly #aMinute: number;
  readonly #aSecond: number;
  /** When the calls of the last minute were made, oldest first. */
  #calls: number[] = [];

  constructor(aMinute: number, aSecond: number) {
    this.#aMinute = aMinute;
    this.#aSecond = aSecond;
  }

  /** Whether a call at `now` is within the limits; only those that are count. */
  take(now: number): boolean {
    this.#calls = this.#calls.filter((at) => at > now - MINUTE_MS);
    const lastSecond = this.#calls.filter((at) => at > now - SECOND_MS).length;
    if (this.#calls.length >= this.#aMinute || lastSecond >= this.#aSecond) return false;
    this.#calls.push(now);
    return true;
  }
}
