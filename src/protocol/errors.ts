/** The codes of `tickcast.v1`'s `error` and what they mean, in one place so that code, text and documentation agree. */
export const ERRORS = {
  'bad-message': 'The message could not be understood.',
  'unknown-symbol': 'Finnhub does not know this symbol, or refuses it for now.',
  capacity: 'Every slot of the Finnhub connection is taken and the queue is full.',
  'too-many-subscriptions': 'One connection may not subscribe to more symbols than the Finnhub connection carries.',
  'rate-limited': 'Too many messages in a short time.',
  unauthorized: 'An access token is needed: send {"type":"auth","token":"…"} first.',
} as const;

export type ErrorCode = keyof typeof ERRORS;

export function isErrorCode(value: unknown): value is ErrorCode {
  return typeof value === 'string' && Object.hasOwn(ERRORS, value);
}
