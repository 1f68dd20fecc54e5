import { ensureNever } from '../../protocol/brand.ts';
import { decodeClientMessage } from '../../protocol/decode-client.ts';
import { ERRORS, type ErrorCode } from '../../protocol/errors.ts';
import { encodeFinnhubError, invalidSymbolMessage, parseFinnhubRequest } from '../../protocol/finnhub.ts';
import { CLOSE_UNAUTHORIZED } from '../../protocol/wire.ts';
import type { Client } from './client.ts';
import type { Hub } from './hub.ts';

/** What the messages of clients need besides the hub. */
export interface MessageContext {
  readonly hub: Hub;
  /** Whether a token is the access token. */
  readonly isToken: (token: string) => boolean;
  /** Greets a `tickcast.v1` client that has shown its token. */
  readonly welcome: (client: Client) => void;
}

/** Serves one message of a client. Whatever it is, it costs nobody else anything. */
export function serveMessage(client: Client, text: string | undefined, context: MessageContext): void {
  switch (client.budget.take(Date.now())) {
    case 'ignore':
      return;
    case 'refuse':
      if (client.kind === 'tickcast') fail(client, 'rate-limited', ERRORS['rate-limited']);
      else client.sendText(encodeFinnhubError(ERRORS['rate-limited']));
      return;
    case 'serve':
      break;
  }
  if (client.kind === 'tickcast') serveTickcast(client, text, context);
  else serveFinnhub(client, text, context.hub);
}

/** `text` is `undefined` for a binary message. */
function serveTickcast(client: Client, text: string | undefined, { hub, isToken, welcome }: MessageContext): void {
  const decoded = decodeClientMessage(text ?? '');
  if (!decoded.ok && decoded.code === 'bad-message') {
    fail(client, 'bad-message', `${ERRORS['bad-message']} (${text === undefined ? 'binary' : decoded.reason})`);
    return;
  }
  if (!client.authorized) {
    if (decoded.ok && decoded.message.type === 'auth' && isToken(decoded.message.token)) {
      client.authorized = true;
      welcome(client);
      return;
    }
    fail(client, 'unauthorized', ERRORS.unauthorized);
    client.end(CLOSE_UNAUTHORIZED, 'unauthorized');
    return;
  }
  if (!decoded.ok) {
    fail(client, 'unknown-symbol', ERRORS['unknown-symbol'], decoded.symbol);
    return;
  }
  const { message } = decoded;
  switch (message.type) {
    case 'auth':
      return;
    case 'subscribe':
      hub.subscribe(client, message.symbol, message.since, message.rate);
      return;
    case 'unsubscribe':
      hub.unsubscribe(client, message.symbol);
      return;
    default:
      ensureNever(message);
  }
}

function serveFinnhub(client: Client, text: string | undefined, hub: Hub): void {
  const request = parseFinnhubRequest(text ?? '');
  switch (request.type) {
    case 'subscribe':
      hub.subscribe(client, request.symbol, undefined);
      return;
    case 'unsubscribe':
      hub.unsubscribe(client, request.symbol);
      return;
    case 'invalid-symbol':
      client.sendText(encodeFinnhubError(invalidSymbolMessage(request.symbol)));
      return;
    case 'malformed':
      client.sendText(encodeFinnhubError(request.reason));
      return;
    default:
      ensureNever(request);
  }
}

function fail(client: Client, code: ErrorCode, message: string, symbol?: string): void {
  client.tell({ type: 'error', code, message, ...(symbol === undefined ? {} : { symbol }) });
}
