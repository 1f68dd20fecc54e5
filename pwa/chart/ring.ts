/** How many points a ring keeps: 15 minutes at 70 trades a second. 1 MB, allocated once. */
export const RING_POINTS = 65_536;

/** A point of a line, `t` in ms since 1970 UTC. */
export interface Point {
  readonly t: number;
  readonly p: number;
}

/**
 * The last `capacity` points of a line in two typed arrays, oldest first: nothing is allocated while trades come.
 * A point whose price is NaN is a break in the line. Times never fall: `push` lifts a time that would.
 */
export class PointRing {
  readonly capacity: number;
  readonly #times: Float64Array;
  readonly #prices: Float64Array;
  #start = 0;
  #length = 0;

  constructor(capacity: number = RING_POINTS) {
    this.capacity = capacity;
    this.#times = new Float64Array(capacity);
    this.#prices = new Float64Array(capacity);
  }

  get length(): number {
    return this.#length;
  }

  /**
   * Adds a point, `t` in ms since 1970 UTC. Finnhub sends trades slightly out of time order at times; the line is drawn in
   * the order of arrival, so a time before the last one becomes the last one.
   */
  push(t: number, price: number): void {
    const last = this.#length === 0 ? t : this.timeAt(this.#length - 1);
    const slot = (this.#start + this.#length) % this.capacity;
    this.#times[slot] = Math.max(t, last);
    this.#prices[slot] = price;
    if (this.#length < this.capacity) this.#length += 1;
    else this.#start = (this.#start + 1) % this.capacity;
  }

  /** Puts points (oldest first) before all others, as many of the newest as there is room for. None may be later than those. */
  prepend(points: readonly Point[]): void {
    const taken = points.slice(Math.max(0, points.length - (this.capacity - this.#length)));
    this.#start = (this.#start - taken.length + this.capacity) % this.capacity;
    this.#length += taken.length;
    for (const [i, { t, p }] of taken.entries()) {
      const slot = (this.#start + i) % this.capacity;
      this.#times[slot] = t;
      this.#prices[slot] = p;
    }
  }

  /** The time of point `i`, 0 being the oldest; NaN where there is none. */
  timeAt(i: number): number {
    return i < 0 || i >= this.#length ? Number.NaN : (this.#times[(this.#start + i) % this.capacity] ?? Number.NaN);
  }

  /** The price of point `i`, 0 being the oldest; NaN where there is none and where the line breaks. */
  priceAt(i: number): number {
    return i < 0 || i >= this.#length ? Number.NaN : (this.#prices[(this.#start + i) % this.capacity] ?? Number.NaN);
  }

  /** The index of the first point at `t` or after it; `length` when there is none. */
  firstAt(t: number): number {
    let low = 0;
    let high = this.#length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (this.timeAt(middle) < t) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}
