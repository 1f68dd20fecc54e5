import type { HttpRequest, HttpResponse } from 'uWebSockets.js';
import { chooseEncoding, type Encoded } from './encoding.ts';

export type Header = readonly [name: string, value: string];

/** Headers of every answer. */
const SECURITY_HEADERS: readonly Header[] = [
  ['X-Content-Type-Options', 'nosniff'],
  ['Referrer-Policy', 'no-referrer'],
  ['Cross-Origin-Opener-Policy', 'same-origin'],
];
const SAME_ORIGIN: Header = ['Cross-Origin-Resource-Policy', 'same-origin'];
const CONTENT_SECURITY_POLICY =
  "default-src 'self'; img-src 'self' data:; object-src 'none'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'";
const NOT_STORED: Header = ['Cache-Control', 'no-store'];
export const JSON_TYPE = 'application/json; charset=utf-8';

/** Who may read an answer of the API: this host's pages, and those of `listedOrigin` where the request came from one. */
export function sharing(listedOrigin: string | undefined): readonly Header[] {
  // Said of every answer: a cache must not give one origin what was meant for another.
  const vary: Header = ['Vary', 'Origin'];
  if (listedOrigin === undefined) return [vary, SAME_ORIGIN];
  return [vary, ['Access-Control-Allow-Origin', listedOrigin], ['Cross-Origin-Resource-Policy', 'cross-origin']];
}

/** The answer to one request: the headers that all have, and no body where the request was a `HEAD`. */
export class Reply {
  readonly #response: HttpResponse;
  readonly #isHead: boolean;
  readonly #headers: readonly Header[];
  #isAborted = false;

  constructor(response: HttpResponse, isHead: boolean, headers: readonly Header[] = [SAME_ORIGIN]) {
    this.#response = response;
    this.#isHead = isHead;
    this.#headers = [...SECURITY_HEADERS, ...headers];
    // Whoever has gone is sent nothing: uWS throws at whoever touches a response after that.
    response.onAborted(() => {
      this.#isAborted = true;
    });
  }

  /** An answer that has no body for any method: 204, 304. */
  empty(status: string, headers: readonly Header[] = []): void {
    this.#send(status, headers, undefined);
  }

  json(status: string, body: object, headers: readonly Header[] = []): void {
    this.#send(status, [['Content-Type', JSON_TYPE], NOT_STORED, ...headers], JSON.stringify(body));
  }

  bytes(status: string, type: string, body: Uint8Array, headers: readonly Header[] = []): void {
    this.#send(status, [['Content-Type', type], NOT_STORED, ...headers], body);
  }

  text(status: string, body: string): void {
    this.#send(status, [['Content-Type', 'text/plain; charset=utf-8'], NOT_STORED], body);
  }

  fail(status: string, code: string, message: string, headers: readonly Header[] = []): void {
    this.json(status, { error: { code, message } }, headers);
  }

  /** Sends a body in the best form the client accepts, or the word that it has this one already. */
  encoded(request: HttpRequest, file: Encoded): void {
    const { body, encoding } = chooseEncoding(file, request.getHeader('accept-encoding'));
    const etag = `"${file.etag}${encoding === '' ? '' : `-${encoding}`}"`;
    const known = request.getHeader('if-none-match').split(/\s*,\s*/);
    const headers: Header[] = [
      ['ETag', etag],
      ['Cache-Control', file.cacheControl],
      ['Vary', 'Accept-Encoding'],
    ];
    if (known.includes(etag)) {
      this.empty('304 Not Modified', headers);
      return;
    }
    headers.push(['Content-Type', file.type]);
    if (file.type.startsWith('text/html')) headers.push(['Content-Security-Policy', CONTENT_SECURITY_POLICY]);
    if (encoding !== '') headers.push(['Content-Encoding', encoding]);
    this.#send('200 OK', headers, body);
  }

  #send(status: string, headers: readonly Header[], body: string | Uint8Array | undefined): void {
    if (this.#isAborted) return;
    this.#response.cork(() => {
      this.#response.writeStatus(status);
      for (const [name, value] of [...this.#headers, ...headers]) this.#response.writeHeader(name, value);
      if (body !== undefined && !this.#isHead) {
        this.#response.end(body);
        return;
      }
      // Not endWithoutBody(length): uWS then takes the answer for unfinished, and closes at the connection's next request.
      if (body !== undefined) this.#response.writeHeader('Content-Length', String(Buffer.byteLength(body)));
      this.#response.endWithoutBody();
    });
  }
}
