import { ERRORS, type ErrorCode } from '../../protocol/errors.ts';
import { encodeFinnhubError, invalidSymbolMessage, TOO_MANY_SYMBOLS } from '../../protocol/finnhub.ts';
import type { Client } from './client.ts';

/** Tells a client, in the words of its protocol, that it does not get a symbol. */
export function fail(client: Client, code: ErrorCode, symbol: string): void {
  if (client.kind === 'tickcast') client.tell({ type: 'error', code, message: ERRORS[code], symbol });
  else client.sendText(encodeFinnhubError(code === 'unknown-symbol' ? invalidSymbolMessage(symbol) : TOO_MANY_SYMBOLS));
}
