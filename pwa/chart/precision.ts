/** More decimals than any market quotes; what lies beyond is a number's binary tail. */
export const MAX_DECIMALS = 8;
const MIN_DECIMALS = 2;
/** A price with more decimals than the market's usual ones (an average) must not widen every label for good. */
const SHARE = 0.95;

/** How many decimals `price` is written with. */
export function decimalsOf(price: number): number {
  const text = String(price);
  const exponent = text.indexOf('e-');
  if (exponent >= 0) {
    const mantissa = text.indexOf('.');
    const digits = mantissa < 0 ? 0 : exponent - mantissa - 1;
    return Math.min(MAX_DECIMALS, digits + Number(text.slice(exponent + 2)));
  }
  const point = text.indexOf('.');
  return point < 0 ? 0 : Math.min(MAX_DECIMALS, text.length - point - 1);
}

/** Learns from a symbol's prices how many decimals its market quotes: 0.00141342 has 8, 1666.79 has 2, 189.5 gets 2. */
export class Precision {
  readonly #counts = new Uint32Array(MAX_DECIMALS + 1);
  #total = 0;

  add(price: number): void {
    const decimals = decimalsOf(price);
    this.#counts[decimals] = (this.#counts[decimals] ?? 0) + 1;
    this.#total += 1;
  }

  /** The fewest decimals that show nearly every price in full. */
  get decimals(): number {
    let seen = 0;
    for (let decimals = 0; decimals <= MAX_DECIMALS; decimals += 1) {
      seen += this.#counts[decimals] ?? 0;
      if (seen >= this.#total * SHARE) return Math.max(MIN_DECIMALS, decimals);
    }
    return MIN_DECIMALS;
  }
}
