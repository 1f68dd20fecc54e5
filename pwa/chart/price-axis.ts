import { type Glide, glideAt, glideTo, isGliding, restAt } from './glide.ts';
import { fitRange, type Range } from './range.ts';

/** How long the price axis takes to a new range. */
const GLIDE_MS = 280;
/** A price level is worth being shown when the axis becomes at most so many times as high for it. */
const WORTH = 1.8;

/** The price axis on its way to what has to be shown. Times of `now` are ms on any clock. */
export class PriceAxis {
  #low: Glide = restAt(0);
  #high: Glide = restAt(1);
  #range: Range | undefined;

  /** Another chart is shown: the axis is at once where it should be. */
  begin(): void {
    this.#range = undefined;
  }

  /** Fits the axis to prices from `low` to `high` (`low > high`: there are none), and to `levels` where that costs little. */
  follow(
    low: number,
    high: number,
    levels: readonly number[],
    decimals: number,
    now: number,
    reducedMotion: boolean,
  ): Range & { readonly hasPrices: boolean; readonly moving: boolean } {
    const isEmpty = low > high;
    const [lowest, highest] = isEmpty ? [Math.min(...levels), Math.max(...levels)] : withLevels(low, high, levels);
    const before = this.#range;
    if (lowest <= highest) {
      const range = fitRange(before, lowest, highest, decimals);
      if (range !== before) {
        const ms = !before || reducedMotion ? 0 : GLIDE_MS;
        this.#range = range;
        this.#low = ms === 0 ? restAt(range.low) : glideTo(this.#low, range.low, now, ms);
        this.#high = ms === 0 ? restAt(range.high) : glideTo(this.#high, range.high, now, ms);
      }
    }
    return {
      low: glideAt(this.#low, now),
      high: glideAt(this.#high, now),
      hasPrices: this.#range !== undefined,
      moving: isGliding(this.#low, now) || isGliding(this.#high, now),
    };
  }
}

function withLevels(low: number, high: number, levels: readonly number[]): readonly [number, number] {
  let [lowest, highest] = [low, high];
  for (const level of levels) {
    const [nextLow, nextHigh] = [Math.min(lowest, level), Math.max(highest, level)];
    if (nextHigh - nextLow <= (high - low) * WORTH) [lowest, highest] = [nextLow, nextHigh];
  }
  return [lowest, highest];
}
