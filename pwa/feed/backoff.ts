/** The first attempt's longest wait: thousands who are cut off in the same moment come back at a pace that a server takes. */
const BASE_MS = 2_000;
/** The longest wait however many attempts failed. */
const CAP_MS = 15_000;

/**
 * How long to wait before the next attempt after `failures` (1 is the first) failed in a row: anywhere between nothing and
 * a bound that doubles ("full jitter": https://aws.amazon.com/blogs/architecture/exponential-backoff-and-jitter/), so that
 * the pages of a server that has restarted or was cut off do not all come back at once. `random` in 0 to 1.
 */
export function backoffMs(failures: number, random: number): number {
  const bound = Math.min(CAP_MS, BASE_MS * 2 ** Math.max(0, failures - 1));
  return Math.round(random * bound);
}
