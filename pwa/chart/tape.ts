import { ChartClock } from './clock.ts';
import { Precision } from './precision.ts';
import { type Point, PointRing } from './ring.ts';

/** Breaks kept per symbol; older ones have left the ring long before. */
const MAX_BREAKS = 64;

/** A stretch without data, ms since 1970 UTC; what it was is said in words by `label`. */
export interface Break {
  readonly from: number;
  readonly to: number;
  readonly label: string;
}

/** What the page holds of one symbol: its price-forming trades, the breaks between them, and how it is quoted. */
export class Tape {
  readonly ring: PointRing;
  readonly clock = new ChartClock();
  readonly #precision: Precision;
  #breaks: Break[] = [];
  /** A break whose other end has not come yet. */
  #openBreak: string | undefined;
  /** Rises with every point and break, so that a drawing knows whether it is up to date. */
  version = 0;

  /** Without a symbol it is learned from the prices how they are quoted. */
  constructor(ring: PointRing = new PointRing(), symbol = '') {
    this.ring = ring;
    this.#precision = new Precision(symbol);
  }

  get decimals(): number {
    return this.#precision.decimals;
  }

  get breaks(): readonly Break[] {
    return this.#breaks;
  }

  /** The last price and its time; `undefined` before the first. */
  get last(): { readonly t: number; readonly p: number } | undefined {
    const { ring } = this;
    for (let i = ring.length - 1; i >= 0 && i >= ring.length - 2; i -= 1) {
      const p = ring.priceAt(i);
      if (!Number.isNaN(p)) return { t: ring.timeAt(i), p };
    }
    return undefined;
  }

  push(t: number, price: number): void {
    const label = this.#openBreak;
    if (label !== undefined) {
      this.#openBreak = undefined;
      const from = this.last?.t;
      if (from !== undefined && t > from) this.#note({ from, to: t, label });
    }
    this.ring.push(t, price);
    this.#precision.add(price);
    this.version += 1;
  }

  /** Puts what was before the first point before it: points, oldest first and NaN where the line breaks, and breaks. */
  prepend(points: readonly Point[], breaks: readonly Break[]): void {
    const first = this.ring.timeAt(0);
    this.ring.prepend(Number.isNaN(first) ? points : points.filter(({ t }) => t <= first));
    for (const { p } of points) if (!Number.isNaN(p)) this.#precision.add(p);
    const known = new Set(this.#breaks.map(({ from }) => from));
    this.#breaks = [...breaks.filter(({ from }) => !known.has(from)), ...this.#breaks].slice(-MAX_BREAKS);
    this.version += 1;
  }

  /** The line breaks here, until the next point: it is not known what lies between. */
  break(label: string): void {
    const { ring } = this;
    if (ring.length === 0 || Number.isNaN(ring.priceAt(ring.length - 1))) return;
    ring.push(ring.timeAt(ring.length - 1), Number.NaN);
    this.#openBreak = label;
    this.version += 1;
  }

  /** The line breaks here, and it is known from when to when (ms since 1970 UTC). */
  gap(from: number, to: number, label: string): void {
    this.break(label);
    this.#openBreak = undefined;
    const last = this.last?.t;
    // Before the first point there is no line to break.
    if (last === undefined) return;
    const start = Math.max(from, last);
    if (to > start) this.#note({ from: start, to, label });
    this.version += 1;
  }

  #note(stretch: Break): void {
    this.#breaks.push(stretch);
    if (this.#breaks.length > MAX_BREAKS) this.#breaks = this.#breaks.slice(-MAX_BREAKS);
  }
}

/** What a window of a tape shows in numbers. */
export interface Summary {
  /** The first price in the window, and its time in ms since 1970 UTC. */
  readonly base: number;
  readonly baseAt: number;
  readonly low: number;
  readonly high: number;
}

/** Sums up the points of `ring` from time `from` on; `undefined` when there are none. */
export function summarize(ring: PointRing, from: number): Summary | undefined {
  let base = Number.NaN;
  let baseAt = 0;
  let low = Number.POSITIVE_INFINITY;
  let high = Number.NEGATIVE_INFINITY;
  for (let i = ring.firstAt(from); i < ring.length; i += 1) {
    const p = ring.priceAt(i);
    if (Number.isNaN(p)) continue;
    if (Number.isNaN(base)) {
      base = p;
      baseAt = ring.timeAt(i);
    }
    if (p < low) low = p;
    if (p > high) high = p;
  }
  return Number.isNaN(base) ? undefined : { base, baseAt, low, high };
}
