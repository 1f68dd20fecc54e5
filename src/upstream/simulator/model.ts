import type { Activity, Instrument } from '../../catalogue/instrument.ts';
import { type Market, marketOf } from '../../protocol/symbols.ts';
import { hashText, mix, unit } from './random.ts';

/** Everything about one symbol that its simulated trades are computed from. */
export interface Model {
  readonly symbol: string;
  readonly market: Market;
  /** Differs by symbol and by the simulator's seed. */
  readonly seed: number;
  /** What the price stays around, in the quote currency. */
  readonly reference: number;
  /** Standard deviation of the price's relative change over one second. */
  readonly volatility: number;
  /** Events a second, over the long run; a quarter of them are several trades at once. */
  readonly eventsPerSecond: number;
  /** What one unit of the quote currency is worth in dollars, roughly: it makes sizes plausible. */
  readonly quoteUsd: number;
}

const EVENTS_PER_SECOND: Readonly<Record<Activity, number>> = { quiet: 0.45, steady: 1.1, busy: 3.5, hectic: 8 };

/** Lively days for stocks and crypto, quiet ones for currencies: about 3 %, 3 % and 0.5 % in 24 hours. */
const VOLATILITY: Readonly<Record<Market, number>> = { us: 0.9e-4, other: 0.9e-4, forex: 1.6e-5, crypto: 1.1e-4 };

const QUOTE_USD: ReadonlyMap<string, number> = new Map([
  ['BTC', 110_000],
  ['ETH', 4_000],
]);

/** How a catalogue's instrument trades. `pace` multiplies how much (1: as in life). */
export function modelOf(instrument: Instrument, seed: number, pace: number): Model {
  const own = mix(hashText(instrument.symbol), seed);
  const quote = instrument.displaySymbol.split('/')[1];
  return {
    symbol: instrument.symbol,
    market: instrument.market,
    seed: own,
    reference: instrument.reference,
    volatility: VOLATILITY[instrument.market] * (0.7 + 0.8 * unit(mix(own, 1))),
    eventsPerSecond: EVENTS_PER_SECOND[instrument.activity] * pace,
    quoteUsd: (quote === undefined ? undefined : QUOTE_USD.get(quote)) ?? 1,
  };
}

/** A symbol that is in no catalogue, for tests that need many: everything about it follows from its name. */
export function inventedModel(symbol: string, seed: number, pace: number): Model {
  const reference = Number((10 + 490 * unit(hashText(symbol))).toFixed(2));
  const market = marketOf(symbol);
  return modelOf(
    { symbol, displaySymbol: symbol, description: symbol, market, type: '', reference, activity: 'busy' },
    seed,
    pace,
  );
}
