import { instrumentOf } from '../../catalogue/builtin.ts';
import { pairName } from '../../catalogue/names.ts';
import type { CatalogueEntry } from '../../protocol/catalogue.ts';
import type { Figis } from '../../protocol/figis.ts';
import { isJsonObject, type JsonObject } from '../../protocol/json.ts';
import { isSymbol } from '../../protocol/symbols.ts';
import { MAX_DESCRIPTION_LENGTH, MAX_ROWS } from './limits.ts';

/** One of Finnhub's symbol lists. */
export interface SymbolList {
  /** Names the list in the cache and in messages. */
  readonly name: string;
  /** The call, below the REST address. */
  readonly path: string;
  readonly market: 'us' | 'forex' | 'crypto';
}

/**
 * Every venue of Finnhub's `/forex/exchange`, the one whose prices are free first. Named here, not asked for: a venue that
 * the page does not know by name would be taken for one of crypto (see `marketOf`).
 */
const FOREX = ['OANDA', 'FXCM', 'FOREX.COM', 'IC MARKETS', 'FXPRO', 'PEPPERSTONE', 'ICM', 'SAXO', 'FXPIG', 'FHFX'];

/**
 * Those of `/crypto/exchange` where people trade. Left out: BITTREX, ZB and FTX, which have closed, and HITBTC and POLONIEX,
 * whose thousands of thinly traded pairs would only stand between others.
 */
const CRYPTO = ['BINANCE', 'COINBASE', 'KRAKEN', 'BITFINEX', 'GEMINI', 'KUCOIN', 'OKEX', 'HUOBI'];

/** The lists that make the catalogue, most wanted first: one call each, once a day, of a free key's 60 a minute. */
export const LISTS: readonly SymbolList[] = [
  { name: 'US', path: '/stock/symbol?exchange=US', market: 'us' },
  ...FOREX.map((name) => pairs(name, 'forex', name.toLowerCase())),
  ...CRYPTO.map((name) => pairs(name, 'crypto', name)),
];

function pairs(name: string, market: 'forex' | 'crypto', exchange: string): SymbolList {
  return { name, path: `/${market}/symbol?exchange=${encodeURIComponent(exchange)}`, market };
}

/** A list's rows as entries; `dropped` counts the rows that were none, and repeated symbols. */
export interface MappedList {
  readonly entries: readonly CatalogueEntry[];
  readonly dropped: number;
  /** Finnhub's figis of the stocks that have one, as pairs of symbol and figi; left out where none has. */
  readonly figis?: Figis;
}

/**
 * Reads one list as Finnhub sends it; `undefined` when it is no list at all. In the order of the symbols: in what order Finnhub
 * sends them is not promised, and another order would be another list to all who keep it.
 */
export function mapList(list: SymbolList, value: unknown): MappedList | undefined {
  if (!Array.isArray(value)) return undefined;
  const entries = new Map<string, CatalogueEntry>();
  const figis: [string, string][] = [];
  for (const row of value.slice(0, MAX_ROWS) as readonly unknown[]) {
    const entry = isJsonObject(row) ? mapRow(list, row) : undefined;
    if (!entry || entries.has(entry.symbol)) continue;
    entries.set(entry.symbol, entry);
    const figi = isJsonObject(row) && row.figi;
    if (isFigi(figi)) figis.push([entry.symbol, figi]);
  }
  const mapped = { entries: [...entries.values()].sort(bySymbol), dropped: value.length - entries.size };
  return figis.length === 0 ? mapped : { ...mapped, figis };
}

function bySymbol(a: CatalogueEntry, b: CatalogueEntry): number {
  return a.symbol < b.symbol ? -1 : 1;
}

function mapRow({ market, name }: SymbolList, row: JsonObject): CatalogueEntry | undefined {
  const { symbol, description, displaySymbol, type } = row;
  if (!isSymbol(symbol) || typeof description !== 'string') return undefined;
  const shown = text(displaySymbol) || symbol;
  const described = text(description) || shown;
  if (market === 'us')
    return { symbol, description: stockName(symbol, described), market, type: text(type) || 'Other' };
  // Finnhub describes a pair as "Binance BTCUSDT"; nobody searches for that.
  return { symbol, description: pairName(shown) ?? shown, market, type: name };
}

/** 12 capitals and digits (https://www.openfigi.com/about/figi). */
export function isFigi(value: unknown): value is string {
  return typeof value === 'string' && /^[A-Z0-9]{12}$/.test(value);
}

/** Finnhub writes `APPLE INC`; where only the case differs, the built-in name reads better. */
function stockName(symbol: string, description: string): string {
  const known = instrumentOf(symbol)?.description;
  return known !== undefined && known.toUpperCase() === description.toUpperCase() ? known : description;
}

function text(value: unknown): string {
  return typeof value === 'string' ? value.trim().slice(0, MAX_DESCRIPTION_LENGTH) : '';
}
