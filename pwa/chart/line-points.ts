import type { Break } from './breaks.ts';

export interface Point {
  x: number;
  y: number;
}

/**
 * The points of a line as it is drawn, filled anew for every frame without allocating: at most four for every column of the
 * canvas (the first, the lowest, the highest and the last, in the order they came), so that the line covers the same pixels
 * as one through all. Columns are whole multiples of their width, not counted from the left edge, so that a scrolling line
 * does not shimmer. A price of NaN breaks the line.
 */
export class LinePoints {
  readonly points: Point[] = [];
  readonly #pool: Point[] = [];
  #used = 0;
  #columnMs = 1;
  #breaks: readonly Break[] = [];
  #nextBreak = 0;
  /** Where the breaks that have begun end. */
  #brokenUntil = Number.NEGATIVE_INFINITY;
  #lastT = Number.NEGATIVE_INFINITY;
  #column = Number.NaN;
  /** The points of the column that is being filled. */
  readonly #first: Point = { x: 0, y: 0 };
  readonly #low: Point = { x: 0, y: 0 };
  readonly #high: Point = { x: 0, y: 0 };
  readonly #last: Point = { x: 0, y: 0 };
  #lowest = Number.POSITIVE_INFINITY;
  #highest = Number.NEGATIVE_INFINITY;

  /** Begins a line whose columns are `columnMs` wide. `breaks`, oldest first, are where nothing was seen. */
  begin(columnMs: number, breaks: readonly Break[]): void {
    this.#used = 0;
    this.#columnMs = columnMs;
    this.#breaks = breaks;
    this.#nextBreak = 0;
    this.#brokenUntil = Number.NEGATIVE_INFINITY;
    this.#lastT = Number.NEGATIVE_INFINITY;
    this.#column = Number.NaN;
    this.#lowest = Number.POSITIVE_INFINITY;
    this.#highest = Number.NEGATIVE_INFINITY;
  }

  /** Adds a price paid at `t` (ms since 1970 UTC), which is at `x` on the axis; times and places never fall. */
  add(t: number, x: number, y: number): void {
    if (this.#breaksBefore(t)) this.#break();
    this.#lastT = t;
    const column = Math.floor(x / this.#columnMs);
    if (column !== this.#column) {
      this.#flush();
      this.#column = column;
      set(this.#first, x, y);
      set(this.#low, x, y);
      set(this.#high, x, y);
    }
    if (y < this.#low.y) set(this.#low, x, y);
    if (y > this.#high.y) set(this.#high, x, y);
    set(this.#last, x, y);
    if (y < this.#lowest) this.#lowest = y;
    if (y > this.#highest) this.#highest = y;
  }

  /** The first gap to come that `t` lies in. */
  gapAround(t: number): Break | undefined {
    for (let i = this.#nextBreak; i < this.#breaks.length; i += 1) {
      const gap = this.#breaks[i];
      if (!gap || gap.from >= t) return undefined;
      if (gap.to > t) return gap;
    }
    return undefined;
  }

  /** Ends the line at `t`: a break before then ends it earlier. Whether it did. */
  end(t: number): boolean {
    const isBroken = this.#breaksBefore(t);
    this.#flush();
    if (isBroken) this.#break();
    this.points.length = this.#used;
    return isBroken;
  }

  /** Adds a point as it is after the end. */
  append(x: number, y: number): void {
    this.#put(x, y);
    this.points.length = this.#used;
  }

  /** The lowest and the highest price; `low > high` where there is none. */
  get low(): number {
    return this.#lowest;
  }
  get high(): number {
    return this.#highest;
  }

  /** Whether a break begins between the last point and `t`, or ends there: some price may have been seen within it. */
  #breaksBefore(t: number): boolean {
    let found = false;
    for (let next = this.#breaks[this.#nextBreak]; next && next.from < t; next = this.#breaks[this.#nextBreak]) {
      this.#nextBreak += 1;
      this.#brokenUntil = Math.max(this.#brokenUntil, next.to);
      found = true;
    }
    return found || (this.#lastT < this.#brokenUntil && t >= this.#brokenUntil);
  }

  #break(): void {
    this.#flush();
    const before = this.points[this.#used - 1];
    if (this.#used > 0 && before && !Number.isNaN(before.y)) this.#put(before.x, Number.NaN);
  }

  #flush(): void {
    if (Number.isNaN(this.#column)) return;
    this.#column = Number.NaN;
    const first = this.#first;
    const last = this.#last;
    const early = this.#low.x <= this.#high.x ? this.#low : this.#high;
    const late = early === this.#low ? this.#high : this.#low;
    this.#put(first.x, first.y);
    if (early.y !== first.y) this.#put(early.x, early.y);
    if (late.y !== first.y && late.y !== early.y) this.#put(late.x, late.y);
    if (last.x !== first.x || last.y !== first.y) this.#put(last.x, last.y);
  }

  #put(x: number, y: number): void {
    const point = this.#pool[this.#used] ?? { x, y };
    set(point, x, y);
    this.#pool[this.#used] = point;
    this.points[this.#used] = point;
    this.#used += 1;
  }
}

function set(point: Point, x: number, y: number): void {
  point.x = x;
  point.y = y;
}
