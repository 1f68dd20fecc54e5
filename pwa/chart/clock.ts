/** Trades later than this are a delayed feed, not a slow network. */
const LATE_MS = 15_000;
/** A feed is taken for delayed when nothing but late trades came for this long: trades made up after a reconnect are late too. */
const CONVINCED_AFTER_MS = 3000;

/**
 * What time it is at the right edge of the chart. Normally now; for a feed that is minutes late the time of its trades,
 * or they would all lie outside the chart.
 */
export class ChartClock {
  #lagMs = 0;
  #lateSince: number | undefined;

  /** A trade of time `t` came at `now`, both ms since 1970 UTC by the server's clock. */
  arrived(t: number, now: number): void {
    const late = now - t;
    if (late < LATE_MS) {
      this.#lagMs = 0;
      this.#lateSince = undefined;
      return;
    }
    this.#lateSince ??= now;
    if (now - this.#lateSince >= CONVINCED_AFTER_MS) this.#lagMs = late;
  }

  /** The right edge's time at `now`. */
  edge(now: number): number {
    return now - this.#lagMs;
  }
}
