import type { HttpRequest, HttpResponse } from 'uWebSockets.js';
import { type Coding, chooseCoding, type Encoded } from './encoding.ts';
import type { Header } from './headers.ts';

const CONTENT_SECURITY_POLICY =
  "default-src 'self'; manifest-src 'self'; worker-src 'self'; img-src 'self' data:; object-src 'none'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'";
const ETAG = Buffer.from('ETag');

/** An answer in one coding: its headers as they stand on the wire, from the value of `ETag` on. */
interface Form {
  readonly etag: string;
  readonly body: Uint8Array;
  readonly headers: Buffer;
  /** Of the answer that says that the client has this one already. */
  readonly unchanged: Buffer;
}

/**
 * A body that is the same for every request, with the headers of its answers put together once: uWebSockets.js takes each
 * header by a call of its own, and these calls would cost more than all the rest.
 */
export class Prepared {
  readonly #file: Encoded;
  readonly #common: readonly Header[];
  readonly #forms = new Map<Coding, Form>();

  constructor(file: Encoded, common: readonly Header[]) {
    this.#file = file;
    this.#common = common;
  }

  /** Answers in the best form that the client accepts, or with the word that it has this one. Within uWS' handler only. */
  send(response: HttpResponse, request: HttpRequest, isHead: boolean): void {
    const coding = chooseCoding(this.#file, request.getHeader('accept-encoding'));
    const { etag, body, headers, unchanged } = this.#form(coding);
    const known = request.getHeader('if-none-match');
    if (known !== '' && known.split(/\s*,\s*/).includes(etag)) {
      response.writeStatus('304 Not Modified').writeHeader(ETAG, unchanged).endWithoutBody();
      return;
    }
    response.writeHeader(ETAG, headers);
    if (!isHead) {
      response.end(body);
      return;
    }
    // Not endWithoutBody(length): uWS then takes the answer for unfinished, and closes at the connection's next request.
    response.writeHeader('Content-Length', String(body.byteLength));
    response.endWithoutBody();
  }

  #form(coding: Coding): Form {
    let form = this.#forms.get(coding);
    if (!form) {
      form = this.#make(coding);
      this.#forms.set(coding, form);
    }
    return form;
  }

  #make(coding: Coding): Form {
    const { identity, brotli, gzip, type, cacheControl, lastModified } = this.#file;
    const etag = `"${this.#file.etag}${coding === '' ? '' : `-${coding}`}"`;
    const unchanged: Header[] = [...this.#common, ['Cache-Control', cacheControl], ['Vary', 'Accept-Encoding']];
    if (lastModified !== undefined) unchanged.push(['Last-Modified', new Date(lastModified).toUTCString()]);
    const headers: Header[] = [...unchanged, ['Content-Type', type]];
    if (type.startsWith('text/html')) headers.push(['Content-Security-Policy', CONTENT_SECURITY_POLICY]);
    if (coding !== '') headers.push(['Content-Encoding', coding]);
    const body = (coding === 'br' ? brotli : coding === 'gzip' ? gzip : undefined) ?? identity;
    return { etag, body, headers: block(etag, headers), unchanged: block(etag, unchanged) };
  }
}

/** The value of a header and the headers that follow it, but for the end of the last line. */
function block(first: string, rest: readonly Header[]): Buffer {
  return Buffer.from([first, ...rest.map(([name, value]) => `${name}: ${value}`)].join('\r\n'));
}
