import type { CatalogueEntry } from '../protocol/catalogue.ts';
import { CRYPTO_INSTRUMENTS } from './crypto.ts';
import { FOREX_INSTRUMENTS } from './forex.ts';
import type { Instrument } from './instrument.ts';
import { US_INSTRUMENTS } from './us.ts';

/** Every symbol the project knows by itself: what the simulator trades. */
export const INSTRUMENTS: readonly Instrument[] = [...US_INSTRUMENTS, ...FOREX_INSTRUMENTS, ...CRYPTO_INSTRUMENTS];

/** The catalogue for the keyless start, and for when neither Finnhub nor the cache has one. */
export const BUILTIN_CATALOGUE: readonly CatalogueEntry[] = INSTRUMENTS.map(
  ({ symbol, description, market, type }) => ({ symbol, description, market, type }),
);

const bySymbol: ReadonlyMap<string, Instrument> = new Map(INSTRUMENTS.map((item) => [item.symbol, item]));

export function instrumentOf(symbol: string): Instrument | undefined {
  return bySymbol.get(symbol);
}
