import type { ServerAnswer } from './choose-list.ts';
import { FETCH_WITHIN_MS } from './limits.ts';
import { parseList } from './parse-list.ts';

const HTTP_NOT_MODIFIED = 304;
const HTTP_UNAUTHORIZED = 401;
const HTTP_UNAVAILABLE = 503;

/** Asks the server for its list; `etag`: of the one that is here. */
export async function fetchList(etag: string | undefined): Promise<ServerAnswer> {
  try {
    // With a header of its own the request goes past the browser's cache, so that "not modified" reaches this place.
    const headers: HeadersInit = etag === undefined ? {} : { 'If-None-Match': etag };
    const response = await fetch('/api/symbols', { headers, signal: AbortSignal.timeout(FETCH_WITHIN_MS) });
    if (response.status === HTTP_NOT_MODIFIED) return { type: 'same', asOf: asOfIn(response) };
    if (response.status === HTTP_UNAUTHORIZED) return { type: 'none', problem: 'unauthorized' };
    if (response.status === HTTP_UNAVAILABLE) return { type: 'none', problem: 'loading' };
    if (!response.ok) return { type: 'none', problem: 'unreachable' };
    const text = await response.text();
    const list = parseList(text);
    if (!list) return { type: 'none', problem: 'unreadable' };
    return { type: 'list', etag: response.headers.get('ETag') ?? '', asOf: asOfIn(response), text, list };
  } catch {
    return { type: 'none', problem: 'unreachable' };
  }
}

/** The header and not the text says how old the list is: it comes with "not modified" too. */
function asOfIn({ headers }: Response): number {
  return Date.parse(headers.get('Last-Modified') ?? '') || 0;
}
