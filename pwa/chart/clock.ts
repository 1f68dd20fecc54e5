/** A last price that is later than the present by no more than this is the present: a server's clock may be a little behind. */
const AHEAD_MS = 10_000;
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
  #standsAt: number | undefined;

  /** Nothing is known of what came after `at`, ms since 1970 UTC: the edge stays there. */
  stand(at: number): void {
    this.#standsAt = at;
  }

  /** The edge goes with the time. */
  go(): void {
    this.#standsAt = undefined;
  }

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

  /** The right edge's time at `now`; `last` is when the last price was paid. */
  edge(now: number, last = Number.NEGATIVE_INFINITY): number {
    const edge = this.#standsAt ?? now - this.#lagMs;
    return last > edge && last < edge + AHEAD_MS ? last : edge;
  }
}
