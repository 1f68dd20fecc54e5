import type { HttpRequest, HttpResponse } from 'uWebSockets.js';
import { type Header, SECURITY_HEADERS } from './headers.ts';
import type { Prepared } from './prepared.ts';

const NOT_STORED: Header = ['Cache-Control', 'no-store'];
export const JSON_TYPE = 'application/json; charset=utf-8';

/** The answer to one request: the headers that all have, and no body where the request was a `HEAD`. */
export class Reply {
  readonly #response: HttpResponse;
  readonly #isHead: boolean;
  readonly #headers: readonly Header[];
  #isAborted = false;
  #onTaken: (() => void) | undefined;

  constructor(response: HttpResponse, isHead: boolean, headers: readonly Header[]) {
    this.#response = response;
    this.#isHead = isHead;
    this.#headers = [...SECURITY_HEADERS, ...headers];
    // Whoever has gone is sent nothing: uWS throws at whoever touches a response after that.
    response.onAborted(() => {
      this.#isAborted = true;
      this.#onTaken?.();
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

  /** Begins a body of unknown length; `false` where none is to follow, since it was a `HEAD` or the client has gone. */
  begin(status: string, type: string, headers: readonly Header[] = []): boolean {
    if (this.#isAborted) return false;
    this.#response.cork(() => {
      this.#head(status, [['Content-Type', type], NOT_STORED, ...headers]);
      if (this.#isHead) this.#response.endWithoutBody();
    });
    return !this.#isHead;
  }

  /** Resolves when the client's socket has taken the piece; to `false` where the client has gone. */
  async write(piece: string | Uint8Array): Promise<boolean> {
    if (this.#isAborted) return false;
    if (piece.length === 0) return true;
    await new Promise<void>((resolve) => {
      this.#onTaken = resolve;
      this.#response.onWritable(() => {
        resolve();
        return true;
      });
      this.#response.cork(() => {
        if (this.#response.write(piece)) resolve();
      });
    });
    return !this.#isAborted;
  }

  finish(): void {
    if (!this.#isAborted) this.#response.cork(() => this.#response.end());
  }

  /** Closes the connection in the middle of a body. */
  cutOff(): void {
    if (this.#isAborted) return;
    this.#isAborted = true;
    this.#response.close();
  }

  text(status: string, body: string): void {
    this.#send(status, [['Content-Type', 'text/plain; charset=utf-8'], NOT_STORED], body);
  }

  fail(status: string, code: string, message: string, headers: readonly Header[] = []): void {
    this.json(status, { error: { code, message } }, headers);
  }

  prepared(request: HttpRequest, answer: Prepared): void {
    answer.send(this.#response, request, this.#isHead);
  }

  #head(status: string, headers: readonly Header[]): void {
    this.#response.writeStatus(status);
    for (const [name, value] of [...this.#headers, ...headers]) this.#response.writeHeader(name, value);
  }

  #send(status: string, headers: readonly Header[], body: string | Uint8Array | undefined): void {
    if (this.#isAborted) return;
    this.#response.cork(() => {
      this.#head(status, headers);
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
