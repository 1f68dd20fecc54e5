import type { HttpRequest, HttpResponse, TemplatedApp } from 'uWebSockets.js';
import type { EncodedCatalogue } from '../../protocol/catalogue-task.ts';
import type { ShardOptions } from '../../protocol/threads.ts';
import {
  bearerToken,
  isAllowedHost,
  isAllowedOrigin,
  isAuthorized,
  isListedOrigin,
  isToken,
  sessionCookie,
} from './access.ts';
import { AGAIN_SOON, type Api, CATALOGUE_LOADING } from './api.ts';
import { loadAssets } from './assets.ts';
import type { Encoded } from './encoding.ts';
import { ANY_ORIGIN, type Header, HTTPS_ONLY, SAME_ORIGIN, SECURITY_HEADERS, sharing } from './headers.ts';
import { Prepared } from './prepared.ts';
import { JSON_TYPE, Reply } from './reply.ts';

/** What `/api/status` and `/readyz` report; asked for at every request. */
export interface ServerState {
  readonly isReady: () => boolean;
  readonly status: () => object;
}

const METHODS = 'GET, HEAD';
const BEARER: Header = ['WWW-Authenticate', 'Bearer'];

/** The HTTP side of a shard: the page's files, the API (`Api` has what takes a moment), and health. */
export class Http {
  readonly #options: ShardOptions;
  readonly #state: ServerState;
  readonly #api: Api;
  /** Headers of every answer beside those that all listeners have. */
  readonly #always: readonly Header[];
  readonly #assets: ReadonlyMap<string, Prepared>;
  #catalogue: { readonly file: Encoded; readonly ownPages: Prepared } | undefined;
  /** The last name that was asked for and is this server's: most are the same. */
  #knownHost: string | undefined;

  constructor(app: TemplatedApp, options: ShardOptions, state: ServerState, api: Api) {
    this.#options = options;
    this.#state = state;
    this.#api = api;
    this.#always = options.isHttpsOnly ? [HTTPS_ONLY] : [];
    const common = [...SECURITY_HEADERS, ...this.#always, SAME_ORIGIN];
    this.#assets = new Map(
      [...loadAssets(options.pageDir)].map(([path, asset]) => [path, new Prepared(asset, common)]),
    );
    app.any('/*', (response, request) => this.#serve(response, request));
  }

  set catalogue({ etag, asOf, identity, brotli, gzip }: EncodedCatalogue) {
    const lastModified = asOf > 0 ? { lastModified: asOf } : {};
    const file = { type: JSON_TYPE, etag, cacheControl: 'no-cache', ...lastModified, identity, brotli, gzip };
    this.#catalogue = { file, ownPages: this.#catalogueFor(file, undefined) };
  }

  #serve(response: HttpResponse, request: HttpRequest): void {
    const method = request.getMethod();
    const path = request.getUrl();
    const host = request.getHeader('host');
    const origin = request.getHeader('origin');
    const isHost = this.#isHost(host);
    const isOrigin = isAllowedOrigin(origin, host, this.#options);
    const asset = this.#assets.get(path);
    if (asset && isHost && isOrigin && (method === 'get' || method === 'head')) {
      asset.send(response, request, method === 'head');
      return;
    }
    const isApi = path.startsWith('/api/');
    const listedOrigin = isApi && isListedOrigin(origin, this.#options) ? origin : undefined;
    const who = isApi ? sharing(listedOrigin) : [this.#isShared(path) ? ANY_ORIGIN : SAME_ORIGIN];
    const reply = new Reply(response, method === 'head', [...this.#always, ...who]);
    if (!isHost) {
      reply.fail('421 Misdirected Request', 'wrong-host', 'This server is not known by that name (ALLOWED_HOSTS).');
    } else if (!isOrigin) {
      reply.fail('403 Forbidden', 'wrong-origin', 'Pages of that origin may not use this server (ALLOWED_ORIGINS).');
    } else if (method === 'options' && listedOrigin !== undefined) {
      // A browser asks so before it sends another origin's token, and does not send the token with the question.
      reply.empty('204 No Content', [
        ['Access-Control-Allow-Methods', METHODS],
        ['Access-Control-Allow-Headers', 'authorization'],
      ]);
    } else if (path === '/api/session' && method === 'post') {
      this.#session(reply, request);
    } else if (method !== 'get' && method !== 'head') {
      reply.fail('405 Method Not Allowed', 'method', 'Only GET and HEAD are served here.', [['Allow', METHODS]]);
    } else if (isApi) {
      this.#serveApi(reply, request, path, listedOrigin);
    } else {
      this.#health(reply, path);
    }
  }

  /** The page where a phone is told to trust this server looks whether it can reach it by now. */
  #isShared(path: string): boolean {
    return path === '/healthz' && this.#options.isHealthShared;
  }

  #isHost(host: string): boolean {
    if (host === this.#knownHost) return true;
    if (!isAllowedHost(host, this.#options)) return false;
    this.#knownHost = host;
    return true;
  }

  #serveApi(reply: Reply, request: HttpRequest, path: string, listedOrigin: string | undefined): void {
    if (!isAuthorized(credentialsOf(request), this.#options)) {
      reply.fail('401 Unauthorized', 'unauthorized', 'An access token is needed.', [BEARER]);
      return;
    }
    switch (path) {
      case '/api/status':
        reply.json('200 OK', this.#state.status());
        return;
      case '/api/symbols':
        this.#symbols(reply, request, listedOrigin);
        return;
      default: {
        const asked = { path, query: request.getQuery(), accept: request.getHeader('accept') };
        if (!this.#api.serve(reply, asked)) reply.fail('404 Not Found', 'not-found', 'There is nothing here.');
      }
    }
  }

  #symbols(reply: Reply, request: HttpRequest, listedOrigin: string | undefined): void {
    const catalogue = this.#catalogue;
    if (!catalogue) {
      reply.fail('503 Service Unavailable', 'loading', CATALOGUE_LOADING, [AGAIN_SOON]);
      return;
    }
    const { file, ownPages } = catalogue;
    reply.prepared(request, listedOrigin === undefined ? ownPages : this.#catalogueFor(file, listedOrigin));
  }

  #catalogueFor(file: Encoded, listedOrigin: string | undefined): Prepared {
    return new Prepared(file, [...SECURITY_HEADERS, ...this.#always, ...sharing(listedOrigin)]);
  }

  #health(reply: Reply, path: string): void {
    if (path === '/healthz') {
      reply.text('200 OK', 'ok\n');
      return;
    }
    if (path === '/readyz') {
      const isReady = this.#state.isReady();
      reply.text(isReady ? '200 OK' : '503 Service Unavailable', isReady ? 'ready\n' : 'not ready\n');
      return;
    }
    reply.fail('404 Not Found', 'not-found', 'There is nothing here.');
  }

  /** Trades the access token for the page's cookie, so that the page never has to keep it. */
  #session(reply: Reply, request: HttpRequest): void {
    const isHttps = this.#options.tls !== undefined || request.getHeader('origin').startsWith('https:');
    const cookie = sessionCookie(this.#options, isHttps);
    const given = bearerToken(request.getHeader('authorization'));
    if (cookie === undefined) {
      reply.empty('204 No Content');
    } else if (given !== undefined && isToken(given, this.#options)) {
      reply.empty('204 No Content', [['Set-Cookie', cookie]]);
    } else {
      reply.fail('401 Unauthorized', 'unauthorized', 'That is not the access token.', [BEARER]);
    }
  }
}

function credentialsOf(request: HttpRequest) {
  return {
    authorization: request.getHeader('authorization'),
    cookie: request.getHeader('cookie'),
    queryToken: request.getQuery('token') ?? '',
  };
}
