import type { HttpRequest, HttpResponse, TemplatedApp } from 'uWebSockets.js';
import type { EncodedCatalogue, ShardOptions } from '../../protocol/threads.ts';
import { isAllowedHost, isAllowedOrigin, isAuthorized, isToken, sessionCookie } from './access.ts';
import { type Asset, loadAssets } from './assets.ts';
import { chooseEncoding, type Encoded } from './encoding.ts';

/** What `/api/status` and `/readyz` report; asked for at every request. */
export interface ServerState {
  readonly isReady: () => boolean;
  readonly status: () => object;
}

/** Headers of every answer. */
const SECURITY_HEADERS: readonly (readonly [string, string])[] = [
  ['X-Content-Type-Options', 'nosniff'],
  ['Referrer-Policy', 'no-referrer'],
  ['Cross-Origin-Opener-Policy', 'same-origin'],
  ['Cross-Origin-Resource-Policy', 'same-origin'],
];
const CONTENT_SECURITY_POLICY =
  "default-src 'self'; img-src 'self' data:; object-src 'none'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'";
const JSON_TYPE = 'application/json; charset=utf-8';

/** The HTTP side of a shard: the page's files, the API that needs no pool, and health. */
export class Http {
  readonly #options: ShardOptions;
  readonly #state: ServerState;
  readonly #assets: ReadonlyMap<string, Asset>;
  #catalogue: Encoded | undefined;

  constructor(app: TemplatedApp, options: ShardOptions, state: ServerState) {
    this.#options = options;
    this.#state = state;
    this.#assets = loadAssets(options.pageDir);
    app.any('/*', (response, request) => {
      // Everything is answered before this returns, so an aborted request is none of our business; uWS wants it said.
      response.onAborted(() => undefined);
      this.#serve(response, request);
    });
  }

  set catalogue(catalogue: EncodedCatalogue) {
    this.#catalogue = {
      type: JSON_TYPE,
      etag: catalogue.etag,
      cacheControl: 'no-cache',
      identity: catalogue.identity,
      brotli: catalogue.brotli,
      gzip: catalogue.gzip,
    };
  }

  #serve(response: HttpResponse, request: HttpRequest): void {
    const method = request.getMethod();
    const path = request.getUrl();
    const host = request.getHeader('host');
    if (!isAllowedHost(host, this.#options)) {
      fail(response, '421 Misdirected Request', 'wrong-host', 'This server is not known by that name (ALLOWED_HOSTS).');
    } else if (!isAllowedOrigin(request.getHeader('origin'), host, this.#options)) {
      fail(
        response,
        '403 Forbidden',
        'wrong-origin',
        'Pages of that origin may not use this server (ALLOWED_ORIGINS).',
      );
    } else if (path === '/api/session' && method === 'post') {
      this.#session(response, request);
    } else if (method !== 'get' && method !== 'head') {
      fail(response, '405 Method Not Allowed', 'method', 'Only GET and HEAD are served here.', [
        ['Allow', 'GET, HEAD'],
      ]);
    } else if (path.startsWith('/api/')) {
      this.#api(response, request, path, method === 'head');
    } else {
      this.#file(response, request, path, method === 'head');
    }
  }

  #api(response: HttpResponse, request: HttpRequest, path: string, isHead: boolean): void {
    if (!isAuthorized(credentialsOf(request), this.#options)) {
      fail(response, '401 Unauthorized', 'unauthorized', 'An access token is needed.', [
        ['WWW-Authenticate', 'Bearer'],
      ]);
      return;
    }
    switch (path) {
      case '/api/status':
        json(response, '200 OK', this.#state.status(), isHead);
        return;
      case '/api/symbols':
        if (this.#catalogue) sendEncoded(response, request, this.#catalogue, isHead);
        else {
          fail(response, '503 Service Unavailable', 'loading', 'The list of symbols is still being loaded.', [
            ['Retry-After', '1'],
          ]);
        }
        return;
      default:
        fail(response, '404 Not Found', 'not-found', 'There is nothing here.');
    }
  }

  #file(response: HttpResponse, request: HttpRequest, path: string, isHead: boolean): void {
    if (path === '/healthz') {
      text(response, '200 OK', 'ok\n', isHead);
      return;
    }
    if (path === '/readyz') {
      const isReady = this.#state.isReady();
      text(response, isReady ? '200 OK' : '503 Service Unavailable', isReady ? 'ready\n' : 'not ready\n', isHead);
      return;
    }
    const asset = this.#assets.get(path);
    if (asset) sendEncoded(response, request, asset, isHead);
    else fail(response, '404 Not Found', 'not-found', 'There is nothing here.');
  }

  /** Trades the access token for the page's cookie, so that the page never has to keep it. */
  #session(response: HttpResponse, request: HttpRequest): void {
    const { accessToken } = this.#options;
    const given = /^Bearer ([\w.~-]+)$/i.exec(request.getHeader('authorization'))?.[1];
    if (accessToken === undefined) {
      response.cork(() => head(response, '204 No Content').endWithoutBody());
    } else if (given !== undefined && isToken(given, this.#options)) {
      const secure = request.getHeader('origin').startsWith('https:');
      response.cork(() =>
        head(response, '204 No Content').writeHeader('Set-Cookie', sessionCookie(accessToken, secure)).endWithoutBody(),
      );
    } else {
      fail(response, '401 Unauthorized', 'unauthorized', 'That is not the access token.', [
        ['WWW-Authenticate', 'Bearer'],
      ]);
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

function head(response: HttpResponse, status: string): HttpResponse {
  response.writeStatus(status);
  for (const [name, value] of SECURITY_HEADERS) response.writeHeader(name, value);
  return response;
}

/** Sends a body in the best form the client accepts, or the word that it has this one already. */
function sendEncoded(response: HttpResponse, request: HttpRequest, file: Encoded, isHead: boolean): void {
  const { body, encoding } = chooseEncoding(file, request.getHeader('accept-encoding'));
  const etag = `"${file.etag}${encoding === '' ? '' : `-${encoding}`}"`;
  const isKnown = request
    .getHeader('if-none-match')
    .split(/\s*,\s*/)
    .includes(etag);
  response.cork(() => {
    head(response, isKnown ? '304 Not Modified' : '200 OK')
      .writeHeader('ETag', etag)
      .writeHeader('Cache-Control', file.cacheControl)
      .writeHeader('Vary', 'Accept-Encoding');
    if (isKnown) {
      response.endWithoutBody();
      return;
    }
    response.writeHeader('Content-Type', file.type);
    if (file.type.startsWith('text/html')) response.writeHeader('Content-Security-Policy', CONTENT_SECURITY_POLICY);
    if (encoding !== '') response.writeHeader('Content-Encoding', encoding);
    finish(response, body, isHead);
  });
}

function json(response: HttpResponse, status: string, body: object, isHead = false): void {
  response.cork(() => {
    head(response, status).writeHeader('Content-Type', JSON_TYPE).writeHeader('Cache-Control', 'no-store');
    finish(response, JSON.stringify(body), isHead);
  });
}

function text(response: HttpResponse, status: string, body: string, isHead: boolean): void {
  response.cork(() => {
    head(response, status)
      .writeHeader('Content-Type', 'text/plain; charset=utf-8')
      .writeHeader('Cache-Control', 'no-store');
    finish(response, body, isHead);
  });
}

function finish(response: HttpResponse, body: string | Uint8Array, isHead: boolean): void {
  if (isHead) response.endWithoutBody(typeof body === 'string' ? Buffer.byteLength(body) : body.byteLength);
  else response.end(body);
}

function fail(
  response: HttpResponse,
  status: string,
  code: string,
  message: string,
  headers: readonly (readonly [string, string])[] = [],
): void {
  response.cork(() => {
    head(response, status).writeHeader('Content-Type', JSON_TYPE).writeHeader('Cache-Control', 'no-store');
    for (const [name, value] of headers) response.writeHeader(name, value);
    response.end(JSON.stringify({ error: { code, message } }));
  });
}
