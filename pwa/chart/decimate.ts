import type { PointRing } from './ring.ts';

/** The lowest and highest price among the points drawn; `low > high` when there are none. */
export interface Drawn {
  readonly low: number;
  readonly high: number;
}

/**
 * Hands points `first` to `end` (excluded) of `ring` to `add`, at most four for every `columnMs` of time: the first, the
 * lowest, the highest and the last, in the order they came. A line through them covers the same pixels as a line through
 * all. Columns are whole multiples of `columnMs` since 1970, not since the left edge, so that a scrolling line does not
 * shimmer. A break (NaN) is passed on.
 */
export function decimate(
  ring: PointRing,
  first: number,
  end: number,
  columnMs: number,
  add: (t: number, price: number) => void,
): Drawn {
  let lowest = Number.POSITIVE_INFINITY;
  let highest = Number.NEGATIVE_INFINITY;
  let from = first;
  while (from < end) {
    const price = ring.priceAt(from);
    if (Number.isNaN(price)) {
      add(ring.timeAt(from), price);
      from += 1;
      continue;
    }
    const column = Math.floor(ring.timeAt(from) / columnMs);
    let low = from;
    let high = from;
    let next = from + 1;
    while (next < end && Math.floor(ring.timeAt(next) / columnMs) === column) {
      const p = ring.priceAt(next);
      if (Number.isNaN(p)) break;
      if (p < ring.priceAt(low)) low = next;
      if (p > ring.priceAt(high)) high = next;
      next += 1;
    }
    lowest = Math.min(lowest, ring.priceAt(low));
    highest = Math.max(highest, ring.priceAt(high));
    addInOrder(ring, [from, Math.min(low, high), Math.max(low, high), next - 1], add);
    from = next;
  }
  return { low: lowest, high: highest };
}

/** Adds the points of a column once each; `rising` is sorted and may repeat. */
function addInOrder(ring: PointRing, rising: readonly number[], add: (t: number, price: number) => void): void {
  let last = -1;
  for (const i of rising) {
    if (i === last) continue;
    add(ring.timeAt(i), ring.priceAt(i));
    last = i;
  }
}
