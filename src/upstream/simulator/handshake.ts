import { STATUS_CODES } from 'node:http';
import type { Troubles } from './troubles.ts';

export type Handshake =
  | { readonly type: 'hang' }
  | { readonly type: 'refuse'; readonly status: number }
  | { readonly type: 'accept'; readonly key: string };

/** What becomes of a WebSocket handshake with `token`. */
export function handshakeOf(token: string | null, keys: readonly string[], troubles: Troubles): Handshake {
  if (troubles.hangHandshake) return { type: 'hang' };
  if (troubles.handshakeStatus !== undefined) return { type: 'refuse', status: troubles.handshakeStatus };
  return isKey(token, keys) ? { type: 'accept', key: token } : { type: 'refuse', status: 401 };
}

/** Whether `token` is a key; where none are configured, anything but nothing is. */
export function isKey(token: string | null, keys: readonly string[]): token is string {
  return token !== null && token !== '' && (keys.length === 0 || keys.includes(token));
}

/** A whole HTTP answer to a refused handshake; with 200 it looks like Finnhub in an outage. */
export function refusal(status: number): string {
  const body = status === 401 ? '{"error":"Invalid API key."}' : '';
  return [
    `HTTP/1.1 ${status} ${STATUS_CODES[status] ?? 'Unknown'}`,
    'Connection: close',
    'Content-Type: application/json',
    `Content-Length: ${body.length}`,
    '',
    body,
  ].join('\r\n');
}
