import { INTERVALS, type Interval } from '../../protocol/candles.ts';
import type { Place } from '../../protocol/queries.ts';
import { isSymbol } from '../../protocol/symbols.ts';
import {
  CANDLES_DEFAULT,
  CANDLES_MAX,
  MAX_SEARCH_LENGTH,
  SEARCH_DEFAULT,
  SEARCH_MAX,
  TRADES_DEFAULT,
  TRADES_MAX,
} from './limits.ts';

/** What is wrong with a parameter, as the answer's message. */
export class BadParameter extends Error {}

export interface CandleParams {
  readonly symbol: string;
  readonly interval: Interval;
  readonly from: number | undefined;
  readonly to: number | undefined;
  readonly limit: number;
}
export interface TradeParams {
  readonly symbol: string;
  readonly after: Place | undefined;
  readonly from: number | undefined;
  readonly to: number | undefined;
  /** `undefined`: for JSON a page of the default size, for CSV everything. */
  readonly limit: number | undefined;
  readonly format: 'json' | 'csv';
}

export interface SearchParams {
  /** What is searched, without space around it. */
  readonly q: string;
  readonly limit: number;
}

/** How much of a wrong value is repeated in the answer. */
const ECHO_LENGTH = 80;

/** Reads the parameters of `/api/candles`. Throws `BadParameter`. */
export function candleParams(query: string): CandleParams {
  const params = known(query, ['symbol', 'interval', 'from', 'to', 'limit']);
  return {
    symbol: symbolOf(params),
    interval: intervalOf(params),
    ...stretchOf(params),
    limit: countOf(params, 'limit', CANDLES_MAX) ?? CANDLES_DEFAULT,
  };
}

/** Reads the parameters of `/api/trades`. Throws `BadParameter`. */
export function tradeParams(query: string, accept: string): TradeParams {
  const params = known(query, ['symbol', 'after', 'from', 'to', 'limit', 'format']);
  const format = formatOf(params, accept);
  const limit = countOf(params, 'limit', format === 'csv' ? Number.MAX_SAFE_INTEGER : TRADES_MAX);
  return {
    symbol: symbolOf(params),
    after: afterOf(params),
    ...stretchOf(params),
    limit: limit ?? (format === 'csv' ? undefined : TRADES_DEFAULT),
    format,
  };
}

/** Reads the parameters of `/api/quote`. Throws `BadParameter`. */
export function quoteParams(query: string): { readonly symbol: string } {
  return { symbol: symbolOf(known(query, ['symbol'])) };
}

/** Reads the parameters of `/api/search`. Throws `BadParameter`. */
export function searchParams(query: string): SearchParams {
  const params = known(query, ['q', 'limit']);
  const value = params.get('q');
  if (value === undefined) throw new BadParameter('q is missing: what is searched, such as q=apple.');
  const q = value.trim();
  if (q === '' || q.length > MAX_SEARCH_LENGTH) throw wrong('q', value, `1 to ${MAX_SEARCH_LENGTH} characters`);
  return { q, limit: countOf(params, 'limit', SEARCH_MAX) ?? SEARCH_DEFAULT };
}

/** Reads the parameters of `/api/market`: it has none. Throws `BadParameter`. */
export function noParams(query: string): void {
  known(query, []);
}

/** The parameters by name. The access token may be among them. */
function known(query: string, names: readonly string[]): ReadonlyMap<string, string> {
  const params = new Map<string, string>();
  for (const [name, value] of new URLSearchParams(query)) {
    if (name === 'token') continue;
    if (!names.includes(name)) {
      const listed = names.length === 0 ? 'none' : names.join(', ');
      throw new BadParameter(`There is no parameter ${quoted(name)} here; there is: ${listed}.`);
    }
    if (params.has(name)) throw new BadParameter(`${name} is given twice.`);
    params.set(name, value);
  }
  return params;
}

type Params = ReadonlyMap<string, string>;

function symbolOf(params: Params): string {
  const value = params.get('symbol');
  if (value === undefined) throw new BadParameter('symbol is missing: such as symbol=AAPL or symbol=BINANCE:BTCUSDT.');
  if (isSymbol(value)) return value;
  throw wrong(
    'symbol',
    value,
    '1 to 64 printable ASCII characters without " and \\, and without a space at either end',
  );
}

function intervalOf(params: Params): Interval {
  const value = params.get('interval');
  const allowed = Object.keys(INTERVALS).join(', ');
  if (value === undefined) throw new BadParameter(`interval is missing: one of ${allowed}.`);
  if (isInterval(value)) return value;
  throw wrong('interval', value, `one of ${allowed}`);
}

function isInterval(value: string): value is Interval {
  return Object.hasOwn(INTERVALS, value);
}

function stretchOf(params: Params): { readonly from: number | undefined; readonly to: number | undefined } {
  const [from, to] = [timeOf(params, 'from'), timeOf(params, 'to')];
  if (from !== undefined && to !== undefined && from >= to) {
    throw new BadParameter(
      `from is ${quoted(params.get('from') ?? '')} and to is ${quoted(params.get('to') ?? '')}: from must be before to.`,
    );
  }
  return { from, to };
}

/** ISO 8601 with its offset from UTC, or a date alone, which is UTC's. Without an offset it would be anybody's time. */
const ISO_8601 = /^\d{4}-\d{2}-\d{2}(?:T\d{2}:\d{2}(?::\d{2}(?:\.\d{1,9})?)?(?:Z|[+-]\d{2}:\d{2}))?$/;

function timeOf(params: Params, name: string): number | undefined {
  const value = params.get(name);
  if (value === undefined) return undefined;
  // A `+` in a query stands for a space, and is easily forgotten to be escaped.
  const iso = value.replace(/ (\d{2}:\d{2})$/, '+$1');
  const t = /^\d{1,16}$/.test(value) ? Number(value) : ISO_8601.test(iso) ? Date.parse(iso) : Number.NaN;
  if (!Number.isNaN(new Date(t).getTime())) return t;
  throw wrong(name, value, 'ms since 1970 UTC, or ISO 8601 such as 2025-10-15T14:30:00Z');
}

function countOf(params: Params, name: string, max: number): number | undefined {
  const value = params.get(name);
  if (value === undefined) return undefined;
  const count = /^\d{1,16}$/.test(value) ? Number(value) : 0;
  if (count >= 1 && count <= max) return count;
  throw wrong(name, value, `a whole number from 1 to ${max}`);
}

function afterOf(params: Params): Place | undefined {
  const value = params.get('after');
  if (value === undefined) return undefined;
  const [, epoch, seq] = /^(\d{1,16})\.(\d{1,16})$/.exec(value) ?? [];
  const place = { epoch: Number(epoch), seq: Number(seq) };
  if (Number.isSafeInteger(place.epoch) && Number.isSafeInteger(place.seq)) return place;
  throw wrong('after', value, 'epoch.seq, such as 1672339999000.1045');
}

function formatOf(params: Params, accept: string): 'json' | 'csv' {
  const value = params.get('format');
  if (value === 'json' || value === 'csv') return value;
  if (value !== undefined) throw wrong('format', value, 'json or csv');
  return prefersCsv(accept) ? 'csv' : 'json';
}

/** Whether an `Accept` header asks for CSV, and not at least as much for JSON. */
function prefersCsv(accept: string): boolean {
  const weight = (type: string): number => {
    for (const item of accept.toLowerCase().split(',')) {
      const [name, ...parameters] = item.split(';').map((part) => part.trim());
      if (name !== type) continue;
      const q = parameters.find((parameter) => parameter.startsWith('q='));
      return q === undefined ? 1 : Number(q.slice(2)) || 0;
    }
    return 0;
  };
  return weight('text/csv') > weight('application/json');
}

function wrong(name: string, value: string, allowed: string): BadParameter {
  return new BadParameter(`${name} is ${quoted(value)}: it must be ${allowed}.`);
}

function quoted(value: string): string {
  return JSON.stringify(value.length > ECHO_LENGTH ? `${value.slice(0, ECHO_LENGTH)}…` : value);
}
