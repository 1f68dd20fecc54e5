import type { Model } from './model.ts';
import { type Draw, normal } from './random.ts';

/** The typical crypto trade, in dollars; a tenth of them is over 20 times as large. */
const TYPICAL_USD = 180;
const SPREAD = 1.9;
/** Some crypto trades come with volume 0: price updates. */
const ZERO_SHARE = 0.03;

/** Shares, or units of the base currency. Currencies trade over the counter and have none. */
export function volumeOf(model: Model, draw: Draw, price: number, odd: boolean): number {
  switch (model.market) {
    case 'us':
    case 'other':
      return shares(draw, roundLot(model.reference), odd);
    case 'forex':
      return 0;
    case 'crypto': {
      if (draw() < ZERO_SHARE) return 0;
      const usd = price * model.quoteUsd;
      const decimals = Math.min(5, Math.max(0, Math.round(Math.log10(usd))));
      const units = (TYPICAL_USD * Math.exp(SPREAD * normal(draw))) / usd;
      return Math.max(10 ** -decimals, Number(units.toFixed(decimals)));
    }
  }
}

/** Shares in a round lot by price (SEC Rule 600(b)(93), in force since November 2025). */
function roundLot(price: number): number {
  if (price <= 250) return 100;
  if (price <= 1_000) return 40;
  return price <= 10_000 ? 10 : 1;
}

/** Odd lots are mostly a few shares, round lots mostly one lot. */
function shares(draw: Draw, lot: number, odd: boolean): number {
  if (odd) return Math.max(1, Math.floor((lot - 1) * draw() ** 3));
  const lots = 1 + Math.floor(-Math.log(1 - draw()) * 0.8);
  return lot * lots + (draw() < 0.2 ? Math.floor(draw() * lot) : 0);
}

/** An opening or closing auction: a hundred and more round lots. */
export function auctionShares(model: Model, draw: Draw): number {
  return roundLot(model.reference) * Math.round(100 + 900 * draw());
}
