/**
 * One clock for all processes of a run, in µs since 1970 UTC: the system's monotonic clock, which every process of the
 * machine reads alike, moved by one offset that the run chooses.
 */
function monotonicUs(): number {
  const [seconds, nanoseconds] = process.hrtime();
  return seconds * 1e6 + nanoseconds / 1e3;
}

/** What to add to the monotonic clock so that it is near the wall clock now. */
export function chooseOffset(): number {
  return Math.round(Date.now() * 1e3 - monotonicUs());
}

export function nowUs(offset: number): number {
  return monotonicUs() + offset;
}

const SECOND_US = 1e6;

/** A send time as a trade carries it: `t` in ms, as trades have it, and the µs within the second as its volume. */
export function stampOf(us: number): { readonly t: number; readonly v: number } {
  const whole = Math.floor(us);
  return { t: Math.floor(whole / 1e3), v: whole % SECOND_US };
}

/** The send time in µs out of a trade's `t` and `v`. */
export function stampedUs(t: number, v: number): number {
  return Math.floor(t / 1e3) * SECOND_US + v;
}

export function sleep(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
