import type { CatalogueEntry } from '../protocol/catalogue.ts';

/** How busy a symbol is in the simulator, which says what that means in trades a second. */
export type Activity = 'quiet' | 'steady' | 'busy' | 'hectic';

/** A built-in symbol: what search shows of it, and what the simulator needs to make it trade. */
export interface Instrument extends CatalogueEntry {
  /** How it is written for people: `AAPL`, `EUR/USD`, `BTC/USDT`. */
  readonly displaySymbol: string;
  /** A plausible price in the quote currency; the simulated path stays around it. */
  readonly reference: number;
  readonly activity: Activity;
}

/** A US stock or fund: ticker, name, reference price in dollars, and how busy it is (left out: quiet). */
export type UsRow = readonly [ticker: string, name: string, reference: number, activity?: Activity];

/** A pair: base, quote, reference price in the quote currency, and how busy it is (left out: quiet). */
export type PairRow = readonly [base: string, quote: string, reference: number, activity?: Activity];
