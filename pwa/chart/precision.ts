import { type Market, marketOf } from '../../src/protocol/symbols.ts';
import { formatPrice } from './formats.ts';

/** More decimals than any market quotes; what lies beyond is a number's binary tail. */
export const MAX_DECIMALS = 8;
const MIN_DECIMALS = 2;
/** A price with more decimals than the market's usual ones (an average) must not widen every label for good. */
const SHARE = 0.95;

/**
 * US stocks are quoted in cents, and in hundredths of a cent below a dollar (Rule 612 of Regulation NMS, 17 CFR 242.612). A
 * stock that crosses the dollar must not change its labels at each trade, hence the two bounds.
 */
const CENTS = 2;
const SUB_CENTS = 4;
const SUB_CENTS_BELOW = 1;
const CENTS_FROM = 1.05;

/** Currencies are quoted to a tenth of a pip: the fifth decimal, and the third where a unit is worth as little as a yen. */
const PIPETTE = 5;
const SMALL_UNIT_PIPETTE = 3;
const SMALL_UNITS = new Set(['JPY', 'HUF']);
/** A pair priced from here on has another small unit, of which nobody quotes five decimals. */
const PIPETTE_BELOW = 500;
/** What forex venues quote against each other. Metals, oil and indices are named alike but have decimals of their own. */
const CURRENCIES = new Set([
  ...['AUD', 'BRL', 'CAD', 'CHF', 'CNH', 'CNY', 'CZK', 'DKK', 'EUR', 'GBP', 'HKD', 'HUF', 'ILS', 'INR', 'JPY'],
  ...['KRW', 'MXN', 'NOK', 'NZD', 'PLN', 'RON', 'RUB', 'SEK', 'SGD', 'THB', 'TRY', 'TWD', 'USD', 'ZAR'],
]);

/** The most decimals every browser can be asked for (ES2023 raised it to 100). */
const MAX_FIXED_DECIMALS = 20;
/** So many digits tell any double from any other. */
const DOUBLE_DIGITS = 17;

/** How many decimals `price` is written with, `MAX_DECIMALS` at most. */
export function decimalsOf(price: number): number {
  return Math.min(MAX_DECIMALS, shortestDecimals(price));
}

/** How many decimals the shortest number has that is read back as the very same double. */
function shortestDecimals(price: number): number {
  const text = String(price);
  const point = text.indexOf('.');
  const exponent = text.indexOf('e');
  const digits = point < 0 ? 0 : (exponent < 0 ? text.length : exponent) - point - 1;
  return exponent < 0 ? digits : Math.max(0, digits - Number(text.slice(exponent + 1)));
}

/**
 * The very price that was paid, in the viewer's language: as many digits as it takes to read the same number back, at least
 * `decimals` of them after the point, and never an exponent: `0.00000012`.
 */
export function exactPrice(price: number, decimals = 0): string {
  const shown = Math.max(decimals, shortestDecimals(price));
  if (shown <= MAX_FIXED_DECIMALS) return formatPrice(price, shown);
  return new Intl.NumberFormat(undefined, { maximumSignificantDigits: DOUBLE_DIGITS }).format(price);
}

/**
 * How many decimals a symbol's prices are shown with: by its market's rule where it has one, else learned from the prices:
 * 0.00141342 has 8, 1666.79 has 2, 189.5 gets 2.
 */
export class Precision {
  readonly #market: Market | undefined;
  /** The decimals of a pair of currencies. */
  readonly #pair: number | undefined;
  readonly #counts = new Uint32Array(MAX_DECIMALS + 1);
  #total = 0;
  #last = Number.NaN;
  #isSubCent = false;

  /** Of no symbol (`''`) the decimals are learned. */
  constructor(symbol = '') {
    this.#market = symbol === '' ? undefined : marketOf(symbol);
    this.#pair = this.#market === 'forex' ? pairDecimals(symbol) : undefined;
  }

  /** The newest price comes last: by it a US stock is one below a dollar or not. */
  add(price: number): void {
    const decimals = decimalsOf(price);
    this.#counts[decimals] = (this.#counts[decimals] ?? 0) + 1;
    this.#total += 1;
    this.#last = price;
    this.#isSubCent = price < (this.#isSubCent ? CENTS_FROM : SUB_CENTS_BELOW);
  }

  get decimals(): number {
    if (this.#market === 'us') return this.#isSubCent ? SUB_CENTS : CENTS;
    const pair = this.#pair;
    if (pair === PIPETTE && this.#last >= PIPETTE_BELOW) return this.#seen;
    return pair ?? this.#seen;
  }

  /** The fewest decimals that show nearly every price in full. */
  get #seen(): number {
    let seen = 0;
    for (let decimals = 0; decimals <= MAX_DECIMALS; decimals += 1) {
      seen += this.#counts[decimals] ?? 0;
      if (seen >= this.#total * SHARE) return Math.max(MIN_DECIMALS, decimals);
    }
    return MIN_DECIMALS;
  }
}

/** `OANDA:EUR_USD` and `FXCM:USD/JPY` are pairs of currencies; `OANDA:XAU_USD`, `OANDA:SPX500_USD` and `IC MARKETS:1` are not. */
function pairDecimals(symbol: string): number | undefined {
  const [, base, quoted] = /:([A-Z]{3})[_/.-]?([A-Z]{3})$/i.exec(symbol.toUpperCase()) ?? [];
  if (base === undefined || quoted === undefined || !CURRENCIES.has(base) || !CURRENCIES.has(quoted)) return undefined;
  return SMALL_UNITS.has(quoted) ? SMALL_UNIT_PIPETTE : PIPETTE;
}
