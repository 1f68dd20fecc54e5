import type { CandleQuery, QueryResult } from '../../protocol/queries.ts';
import type { Fetch, FetchResult, FromShard } from '../../protocol/threads.ts';
import { errorText, type Log } from '../../runtime/log.ts';
import { sendCsv } from './api-csv.ts';
import { BadParameter, candleParams, noParams, quoteParams, searchParams, tradeParams } from './api-params.ts';
import type { Header } from './headers.ts';
import { TRADES_DEFAULT } from './limits.ts';
import { PoolBusy, type QueryPool } from './query-pool.ts';
import { JSON_TYPE, type Reply } from './reply.ts';
import type { Searches } from './searches.ts';

/** What a request asks for, kept beyond the moment it is read in. */
export interface ApiRequest {
  readonly path: string;
  readonly query: string;
  readonly accept: string;
}

export const AGAIN_SOON: Header = ['Retry-After', '1'];

/** What is said before there is a list of symbols. */
export const CATALOGUE_LOADING = 'The list of symbols is still being loaded.';

/** The part of the API that takes a moment to answer: what is read from the tape, and what main has to fetch. */
export class Api {
  readonly #pool: QueryPool;
  readonly #searches: Searches;
  readonly #tapeFile: string;
  readonly #log: Log;
  readonly #tell: (message: FromShard) => void;
  /** Who waits for what main fetches, by the number main answers with. */
  readonly #waiting = new Map<number, (result: FetchResult) => void>();
  #ref = 0;

  constructor(pool: QueryPool, searches: Searches, tapeFile: string, log: Log, tell: (message: FromShard) => void) {
    this.#pool = pool;
    this.#searches = searches;
    this.#tapeFile = tapeFile;
    this.#log = log;
    this.#tell = tell;
  }

  /** Main's answer to a `fetch`. */
  fetched(ref: number, result: FetchResult): void {
    this.#waiting.get(ref)?.(result);
    this.#waiting.delete(ref);
  }

  /** Answers at once or later; `false`: there is nothing under this path. Never throws. */
  serve(reply: Reply, request: ApiRequest): boolean {
    const answer = this.#answerOf(request.path);
    if (!answer) return false;
    answer(reply, request).catch((error: unknown) => this.#fail(reply, request, error));
    return true;
  }

  #answerOf(path: string): ((reply: Reply, request: ApiRequest) => Promise<void>) | undefined {
    switch (path) {
      case '/api/candles':
        return (reply, request) => this.#candles(reply, request);
      case '/api/trades':
        return (reply, request) => this.#trades(reply, request);
      case '/api/search':
        return (reply, request) => this.#search(reply, request);
      case '/api/quote':
        return async (reply, { query }) => this.#fetch(reply, { kind: 'quote', ...quoteParams(query) });
      case '/api/market':
        return async (reply, { query }) => {
          noParams(query);
          return this.#fetch(reply, { kind: 'market' });
        };
      default:
        return undefined;
    }
  }

  async #candles(reply: Reply, request: ApiRequest): Promise<void> {
    const query: CandleQuery = { file: this.#tapeFile, now: Date.now(), ...candleParams(request.query) };
    sendJson(reply, await this.#pool.candles(query));
  }

  async #trades(reply: Reply, request: ApiRequest): Promise<void> {
    const { limit, ...params } = tradeParams(request.query, request.accept);
    const query = { file: this.#tapeFile, now: Date.now(), ...params };
    if (params.format === 'json') {
      sendJson(reply, await this.#pool.trades({ ...query, limit: limit ?? TRADES_DEFAULT }));
      return;
    }
    if (!(await sendCsv(reply, this.#pool, { ...query, limit: TRADES_DEFAULT }, limit))) sendJson(reply, undefined);
  }

  async #search(reply: Reply, request: ApiRequest): Promise<void> {
    const bytes = await this.#searches.find(searchParams(request.query));
    if (bytes) reply.bytes('200 OK', JSON_TYPE, bytes);
    else reply.fail('503 Service Unavailable', 'loading', CATALOGUE_LOADING, [AGAIN_SOON]);
  }

  async #fetch(reply: Reply, what: Fetch): Promise<void> {
    this.#ref += 1;
    const ref = this.#ref;
    const { status, body, retryAfterS } = await new Promise<FetchResult>((resolve) => {
      this.#waiting.set(ref, resolve);
      this.#tell({ type: 'fetch', ref, what });
    });
    reply.json(status, body, retryAfterS === undefined ? [] : [['Retry-After', String(retryAfterS)]]);
  }

  #fail(reply: Reply, { path }: ApiRequest, error: unknown): void {
    if (error instanceof BadParameter) {
      reply.fail('400 Bad Request', 'bad-parameter', error.message);
    } else if (error instanceof PoolBusy) {
      reply.fail('503 Service Unavailable', 'busy', 'Too many requests are being answered already.', [AGAIN_SOON]);
    } else {
      // (Of an answer that has begun nothing more can be said; its end was cut off.)
      this.#log.error({ path, error: errorText(error) }, 'a query failed');
      reply.fail(
        '500 Internal Server Error',
        'failed',
        `${path === '/api/search' ? 'The list of symbols' : 'The tape'} could not be read; the log says why.`,
      );
    }
  }
}

function sendJson(reply: Reply, answer: QueryResult): void {
  if (answer) reply.bytes('200 OK', JSON_TYPE, answer.bytes);
  else reply.fail('503 Service Unavailable', 'loading', 'Nothing has been recorded yet.', [AGAIN_SOON]);
}
