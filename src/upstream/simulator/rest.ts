import { INSTRUMENTS } from '../../catalogue/builtin.ts';
import type { Instrument } from '../../catalogue/instrument.ts';
import { holidaysFrom, marketStatus } from '../../protocol/market-calendar.ts';
import type { Trade } from '../../protocol/trade.ts';
import type { Model } from './model.ts';
import { type Quote, quoteOf, quoteOfTrade, UNKNOWN_QUOTE } from './quote.ts';
import type { ListedStock } from './stocks.ts';
import type { Troubles } from './troubles.ts';

/** A REST answer, or none at all. */
export type RestAnswer = { readonly status: number; readonly body: unknown } | 'hang';

/** What the calls are answered from. */
export interface RestContext {
  readonly troubles: Troubles;
  /** ms since 1970 UTC. */
  readonly now: number;
  readonly authorized: boolean;
  /** Whether the key has calls left. */
  readonly withinBudget: () => boolean;
  /** What the list of US stocks has besides the built-in ones. */
  readonly stocks: readonly ListedStock[];
  readonly model: (symbol: string) => Model | undefined;
  readonly lastReplayed: (symbol: string) => Trade | undefined;
}

const error = (status: number, text: string): RestAnswer => ({ status, body: { error: text } });
const ok = (body: unknown): RestAnswer => ({ status: 200, body });

const INVALID_KEY = error(401, 'Invalid API key.');
const OVER_LIMIT = error(429, 'API limit reached. Please try again later. Remaining Limit: 0');
const PREMIUM = error(403, "You don't have access to this resource.");

/** Answers a call to `path` (below `/api/v1`) as Finnhub would on the free tier. */
export function answerCall(path: string, query: URLSearchParams, context: RestContext): RestAnswer {
  const { troubles } = context;
  if (troubles.restHang) return 'hang';
  if (troubles.restStatus === 401 || !context.authorized) return INVALID_KEY;
  if (troubles.restStatus === 429 || !context.withinBudget()) return OVER_LIMIT;
  if (troubles.restStatus !== undefined) return error(troubles.restStatus, 'Simulated outage');
  const exchange = (query.get('exchange') ?? '').toUpperCase();
  switch (path) {
    case '/stock/symbol':
      return ok(exchange === 'US' ? [...instruments('us').map(builtinRow), ...context.stocks.map(stockRow)] : []);
    case '/forex/symbol':
      return ok(instruments('forex', exchange).map(pairRow));
    case '/crypto/symbol':
      return ok(instruments('crypto', exchange).map(pairRow));
    case '/forex/exchange':
      return ok(venues('forex').map((venue) => venue.toLowerCase()));
    case '/crypto/exchange':
      return ok(venues('crypto'));
    case '/quote':
      return ok(quote(query.get('symbol') ?? '', context));
    case '/stock/market-status':
      return ok(marketStatus(context.now, troubles.closedMarket));
    case '/stock/market-holiday':
      return ok({ data: holidaysFrom(context.now), exchange: 'US', timezone: 'America/New_York' });
    case '/stock/candle':
    case '/forex/candle':
    case '/crypto/candle':
      return PREMIUM;
    default:
      return error(404, 'There is no such call.');
  }
}

function instruments(market: 'us' | 'forex' | 'crypto', venue?: string): Instrument[] {
  return INSTRUMENTS.filter((item) => item.market === market && (venue === undefined || item.type === venue));
}

function venues(market: 'forex' | 'crypto'): string[] {
  return [...new Set(instruments(market).map((item) => item.type))];
}

function builtinRow({ symbol, description, type }: Instrument): unknown {
  return stockRow({ symbol, description, type, figi: '', mic: '' });
}

function stockRow({ symbol, description, type, figi, mic }: ListedStock): unknown {
  return { currency: 'USD', description, displaySymbol: symbol, figi, mic, symbol, type };
}

function pairRow({ symbol, displaySymbol, description }: Instrument): unknown {
  return { description, displaySymbol, symbol };
}

function quote(symbol: string, { troubles, now, model, lastReplayed }: RestContext): Quote {
  if (troubles.restZeroQuote) return UNKNOWN_QUOTE;
  const replayed = lastReplayed(symbol);
  if (replayed) return quoteOfTrade(replayed);
  const known = model(symbol);
  return known ? quoteOf(known, now) : UNKNOWN_QUOTE;
}
