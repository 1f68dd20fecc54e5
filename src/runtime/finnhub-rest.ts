import { isJsonObject } from '../protocol/json.ts';

/** What went wrong with a call, in words of our own: never a text that might repeat a header or an address. */
export class RestError extends Error {
  /** The HTTP status, where there was one. */
  readonly status: number | undefined;

  constructor(message: string, status?: number) {
    super(message);
    this.status = status;
  }
}

export interface RestCall {
  /** `https://finnhub.io/api/v1`, or the simulator's. */
  readonly restUrl: string;
  readonly key: string;
  /** The call, below the REST address, with its query. */
  readonly path: string;
  readonly timeoutMs: number;
  readonly maxBytes: number;
}

/** The JSON of one call to Finnhub's REST API. Rejects with `RestError` only. */
export async function callFinnhub({ restUrl, key, path, timeoutMs, maxBytes }: RestCall): Promise<unknown> {
  try {
    const response = await fetch(`${restUrl.replace(/\/+$/, '')}${path}`, {
      // The key goes in a header, so that it is in no address and in no error.
      headers: { 'X-Finnhub-Token': key, accept: 'application/json' },
      // A redirect would carry the key to another host.
      redirect: 'error',
      signal: AbortSignal.timeout(timeoutMs),
    });
    if (!response.ok) {
      await response.body?.cancel();
      throw new RestError(`HTTP ${response.status}`, response.status);
    }
    return parse(await readText(response, maxBytes));
  } catch (error) {
    throw asRestError(error);
  }
}

async function readText(response: Response, maxBytes: number): Promise<string> {
  if (!response.body) return '';
  const chunks: Uint8Array[] = [];
  let bytes = 0;
  for await (const chunk of response.body as AsyncIterable<Uint8Array>) {
    bytes += chunk.byteLength;
    if (bytes > maxBytes) throw new RestError('the answer is too long');
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString();
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw new RestError('the answer is not JSON');
  }
}

function asRestError(error: unknown): RestError {
  if (error instanceof RestError) return error;
  if (error instanceof DOMException && error.name === 'TimeoutError') return new RestError('no answer in time');
  const cause = error instanceof Error ? error.cause : undefined;
  const code = isJsonObject(cause) && typeof cause.code === 'string' ? cause.code : undefined;
  return new RestError(code ?? 'the connection failed');
}
