import { isCount, isJsonObject } from '../../src/protocol/json.ts';
import type { SearchRequest } from './messages.ts';

/** What the page sent, or `undefined` when it is none of the requests. */
export function decodeRequest(value: unknown): SearchRequest | undefined {
  if (!isJsonObject(value)) return undefined;
  const { type, n, feed, query, symbol } = value;
  switch (type) {
    case 'load':
      return feed === 'finnhub' || feed === 'simulated' ? { type, feed } : undefined;
    case 'search':
      return isCount(n) && typeof query === 'string' ? { type, n, query } : undefined;
    case 'find':
      return isCount(n) && typeof symbol === 'string' ? { type, n, symbol } : undefined;
    default:
      return undefined;
  }
}
