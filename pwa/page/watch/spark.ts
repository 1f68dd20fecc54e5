import { type Candle, INTERVALS, type Interval } from '../../../src/protocol/candles.ts';

/** How much a sparkline shows up to its newest point, ms. */
const SHOWN_MS = 86_400_000;
/** Of finer candles there are too many for a day: these are shown then. */
const MOST_POINTS = 288;

interface Point {
  readonly t: number;
  readonly p: number;
}

/** The closes of the last day's candles, and what was paid since. */
export class Spark {
  #points: Point[] = [];
  #everyMs = Number.POSITIVE_INFINITY;

  /** The price before all that is shown; `undefined` where nothing is known. */
  base: number | undefined;

  get prices(): readonly number[] {
    return this.#points.map(({ p }) => p);
  }

  /** Whether there are too few points to see anything. */
  get isShort(): boolean {
    return this.#points.length < 12;
  }

  get since(): number | undefined {
    return this.#points[0]?.t;
  }

  /** Takes what was recorded, oldest first; prices that came meanwhile and are newer stay. */
  adopt(interval: Interval, candles: readonly Candle[]): void {
    this.#everyMs = INTERVALS[interval];
    const newest = candles.at(-1);
    if (!newest) return;
    const later = this.#points.filter(({ t }) => t > newest.t);
    this.#points = candles.map(({ t, c }) => ({ t, p: c }));
    for (const { t, p } of later) this.paid(t, p);
    this.#cut();
    const first = candles.find(({ t }) => t === this.since);
    this.base = first?.o;
  }

  /** The last price, paid at `t`, ms since 1970 UTC. */
  paid(t: number, p: number): void {
    const start = Math.floor(t / this.#everyMs) * this.#everyMs;
    const last = this.#points.at(-1);
    // Without candles there is no telling how far apart points are to be.
    if (!Number.isFinite(start) || (last && start < last.t)) return;
    if (last?.t === start) this.#points.pop();
    this.#points.push({ t: start, p });
    this.#cut();
  }

  #cut(): void {
    const from = (this.#points.at(-1)?.t ?? 0) - SHOWN_MS;
    this.#points = this.#points.filter(({ t }) => t >= from).slice(-MOST_POINTS);
  }
}

/** The path of a line through `prices` in a box of `width` × `height`, with room for its own width; empty for fewer than two. */
export function sparkPath(prices: readonly number[], width: number, height: number): string {
  if (prices.length < 2) return '';
  const low = Math.min(...prices);
  const span = Math.max(...prices) - low;
  const step = width / (prices.length - 1);
  const y = (p: number): number => (span === 0 ? height / 2 : 1 + (height - 2) * (1 - (p - low) / span));
  return prices.map((p, i) => `${i === 0 ? 'M' : 'L'}${(i * step).toFixed(1)} ${y(p).toFixed(1)}`).join('');
}
