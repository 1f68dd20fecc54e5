import type { Fetch, FetchResult } from '../protocol/threads.ts';
import type { FeedKind } from '../protocol/wire.ts';
import { RestError } from '../runtime/finnhub-rest.ts';
import { HOLIDAYS_AGE_MS, MARKET_AGE_MS, MAX_QUOTES, QUOTE_AGE_MS } from './limits.ts';
import {
  calendarHolidays,
  calendarState,
  type MarketHoliday,
  type MarketState,
  parseHolidays,
  parseMarketState,
} from './market.ts';
import { parseQuote, type Quote } from './quote.ts';
import type { RestBudget } from './rest-budget.ts';
import { type Fetched, OverBudget, RestCache, type RestSource } from './rest-cache.ts';

const ONE = { maxEntries: 1 };
const UNAVAILABLE = '503 Service Unavailable';
const BAD_GATEWAY = '502 Bad Gateway';

/** What shards ask of Finnhub's REST API: quotes and the market's hours, within the one budget of all. */
export class Quotes {
  readonly #kind: FeedKind;
  readonly #quotes: RestCache<Quote>;
  readonly #market: RestCache<MarketState>;
  readonly #holidays: RestCache<readonly MarketHoliday[]>;
  readonly #onQuote: (symbol: string, quote: Quote) => void;

  constructor(
    kind: FeedKind,
    source: RestSource,
    budget: RestBudget,
    onQuote: (symbol: string, quote: Quote) => void = () => undefined,
  ) {
    this.#kind = kind;
    this.#onQuote = onQuote;
    this.#quotes = new RestCache(source, budget, parseQuote, { maxAgeMs: QUOTE_AGE_MS, maxEntries: MAX_QUOTES });
    this.#market = new RestCache(source, budget, parseMarketState, { maxAgeMs: MARKET_AGE_MS, ...ONE });
    this.#holidays = new RestCache(source, budget, parseHolidays, { maxAgeMs: HOLIDAYS_AGE_MS, ...ONE });
  }

  /** Answers as the API does, at `now` (ms since 1970 UTC); a failure is an answer too. */
  async answer(what: Fetch, now: number): Promise<FetchResult> {
    try {
      return what.kind === 'quote' ? await this.#quote(what.symbol, now) : await this.#marketNow(now);
    } catch (error) {
      return failure(error);
    }
  }

  async #quote(symbol: string, now: number): Promise<FetchResult> {
    const { value, asOf } = await this.#quotes.get(`/quote?symbol=${encodeURIComponent(symbol)}`, now);
    if (asOf === now) this.#onQuote(symbol, value);
    return { status: '200 OK', body: { symbol, ...value, asOf, source: this.#kind } };
  }

  async #marketNow(now: number): Promise<FetchResult> {
    const [state, holidays] = await Promise.all([
      orNone(this.#market.get('/stock/market-status?exchange=US', now)),
      orNone(this.#holidays.get('/stock/market-holiday?exchange=US', now)),
    ]);
    // Whether the market is open changes by the minute: our own calendar is right where Finnhub's word is an old one.
    const isRecent = state !== undefined && now - state.asOf < MARKET_AGE_MS;
    const body = {
      exchange: 'US',
      ...(isRecent ? state.value : calendarState(now)),
      source: isRecent ? 'finnhub' : 'calendar',
      holidays: holidays?.value ?? calendarHolidays(now),
    };
    return { status: '200 OK', body };
  }
}

/** `undefined` where Finnhub could not be asked; what nobody expects is thrown on. */
async function orNone<T>(value: Promise<Fetched<T>>): Promise<Fetched<T> | undefined> {
  try {
    return await value;
  } catch (error) {
    if (error instanceof OverBudget || error instanceof RestError) return undefined;
    throw error;
  }
}

function failure(error: unknown): FetchResult {
  if (error instanceof OverBudget) {
    const retryAfterS = Math.ceil(error.waitMs / 1_000);
    return failed(UNAVAILABLE, 'busy', 'Finnhub may be asked 60 times a minute, and was.', retryAfterS);
  }
  if (!(error instanceof RestError)) throw error;
  switch (error.status) {
    case 429:
      return failed(UNAVAILABLE, 'busy', 'Finnhub was asked too often with this key.', 60);
    case 401:
      return failed(BAD_GATEWAY, 'finnhub', 'Finnhub refuses the API key.');
    // The key is right, but its tier does not have the symbol: a stock of an exchange outside the US on the free one.
    case 403:
      return failed(BAD_GATEWAY, 'finnhub', 'Finnhub does not give this to the API key of this server.');
    default:
      return failed(BAD_GATEWAY, 'finnhub', `Finnhub did not answer: ${error.message}.`);
  }
}

function failed(status: string, code: string, message: string, retryAfterS?: number): FetchResult {
  return { status, body: { error: { code, message } }, ...(retryAfterS === undefined ? {} : { retryAfterS }) };
}
