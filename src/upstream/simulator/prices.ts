import type { Model } from './model.ts';
import { mix, unit } from './random.ts';

/** The fastest and the slowest movement of a price: half a second, and 12 days. Beyond that it has a mean. */
const FASTEST_MS = 500;
const OCTAVES = 22;
/** Makes the movement over seconds to days have the model's volatility (measured). */
const AMPLITUDE = 0.8;

/**
 * The price in the middle of bid and ask at `t` (ms since 1970 UTC). A sum of smooth noises, each twice as slow as the one
 * before and √2 times as large, moves like a random walk over seconds to days, stays around its reference for ever, and
 * costs the same for any moment.
 */
export function midAt(model: Model, t: number): number {
  let sum = 0;
  let period = FASTEST_MS;
  let scale = AMPLITUDE * model.volatility * Math.sqrt(FASTEST_MS / 1000);
  for (let octave = 0; octave < OCTAVES; octave += 1) {
    sum += scale * noise(mix(model.seed, octave + 16), t / period);
    period *= 2;
    scale *= Math.SQRT2;
  }
  return model.reference * Math.exp(sum);
}

/** Smooth noise in [-1, 1]: random at whole `x`, eased in between. The knots of the octaves are shifted apart. */
function noise(seed: number, x: number): number {
  const shifted = x + unit(seed);
  const knot = Math.floor(shifted);
  const f = shifted - knot;
  const from = unit(mix(seed, knot));
  const to = unit(mix(seed, knot + 1));
  return 2 * (from + (to - from) * f * f * (3 - 2 * f)) - 1;
}

/** How many decimals prices of this symbol have: as on the venues. */
export function decimalsOf(model: Model, price: number): number {
  switch (model.market) {
    case 'us':
    case 'other':
      return price < 1 ? 4 : 2;
    case 'forex':
      return model.symbol.endsWith('JPY') ? 3 : 5;
    case 'crypto':
      return Math.min(8, Math.max(2, 4 - Math.floor(Math.log10(model.reference))));
  }
}

/** How far from the middle a buyer or seller trades, as a share of the price. */
const HALF_SPREAD = { us: 2e-5, other: 2e-5, forex: 1.2e-5, crypto: 8e-6 } as const;

/** The price a trade is printed at, `steps` (whole, negative for a sale) half spreads away from the middle. */
export function printedPrice(model: Model, mid: number, steps: number): number {
  const decimals = decimalsOf(model, mid);
  const tick = 10 ** -decimals;
  const half = Math.max(tick / 2, mid * HALF_SPREAD[model.market]);
  return Math.max(tick, Number((mid + steps * half).toFixed(decimals)));
}
