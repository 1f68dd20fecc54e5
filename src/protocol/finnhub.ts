import type { Conditions } from './conditions.ts';
import { isCount, isJsonObject, type JsonObject, parseJson } from './json.ts';
import { isSymbol } from './symbols.ts';
import type { Trade } from './trade.ts';

/**
 * Finnhub's own WebSocket framing, both directions: what the upstream worker reads, and what drop-in clients speak.
 * Source: https://finnhub.io/docs/api/websocket-trades and recorded messages.
 */
export type FinnhubMessage =
  | { readonly type: 'trades'; readonly trades: readonly Trade[]; readonly malformed: number }
  | { readonly type: 'ping' }
  | { readonly type: 'error'; readonly msg: string }
  | { readonly type: 'malformed'; readonly reason: string };

/** What Finnhub says when a subscription is over the key's cap. It names no symbol. */
export const TOO_MANY_SYMBOLS = 'Subscribing to too many symbols';
const INVALID_SYMBOL = 'Invalid symbol ';

/** Reads one text message of Finnhub's. Never throws; trades that are no trades are counted in `malformed`. */
export function parseFinnhubMessage(text: string): FinnhubMessage {
  const message = parseJson(text);
  if (!isJsonObject(message)) return { type: 'malformed', reason: 'not a JSON object' };
  switch (message.type) {
    case 'trade':
      return parseTrades(message.data);
    case 'ping':
      return { type: 'ping' };
    case 'error':
      return typeof message.msg === 'string'
        ? { type: 'error', msg: message.msg }
        : { type: 'malformed', reason: 'error without msg' };
    default:
      return { type: 'malformed', reason: 'unknown type' };
  }
}

function parseTrades(data: unknown): FinnhubMessage {
  if (!Array.isArray(data)) return { type: 'malformed', reason: 'trade without data' };
  const trades: Trade[] = [];
  for (const item of data) {
    const trade = parseTrade(item);
    if (trade) trades.push(trade);
  }
  return { type: 'trades', trades, malformed: data.length - trades.length };
}

function parseTrade(item: unknown): Trade | undefined {
  if (!isJsonObject(item)) return undefined;
  const { s: symbol, t, p, v, c } = item;
  if (!isSymbol(symbol) || !isCount(t) || t === 0 || !isPrice(p) || !isVolume(v) || !isConditions(c)) return undefined;
  return { symbol, t, p, v, c };
}

/** Finite and above 0: a price of 0 stands for "no price" in Finnhub's answers, and nothing Finnhub streams goes below. */
function isPrice(p: unknown): p is number {
  return typeof p === 'number' && Number.isFinite(p) && p > 0;
}

function isVolume(v: unknown): v is number {
  return typeof v === 'number' && Number.isFinite(v) && v >= 0;
}

/** More codes than the list has, or longer ones, are no condition codes. */
const MAX_CONDITIONS = 64;
const MAX_CONDITION_LENGTH = 16;

function isConditions(c: unknown): c is Conditions {
  if (c === undefined || c === null) return true;
  if (!Array.isArray(c) || c.length > MAX_CONDITIONS) return false;
  for (const code of c) if (typeof code !== 'string' || code.length > MAX_CONDITION_LENGTH) return false;
  return true;
}

/** The symbol that `Invalid symbol X` names, or `undefined` for another error. */
export function invalidSymbolOf(msg: string): string | undefined {
  if (!msg.startsWith(INVALID_SYMBOL)) return undefined;
  const symbol = msg.slice(INVALID_SYMBOL.length);
  return isSymbol(symbol) ? symbol : undefined;
}

/** One trade as Finnhub writes it, in ASCII, `c` as received: left out where Finnhub left it out. */
export function encodeFinnhubTrade(trade: Trade, quotedSymbol: string): string {
  const c = trade.c === undefined ? '' : `"c":${asciiJson(trade.c)},`;
  return `{${c}"p":${trade.p},"s":${quotedSymbol},"t":${trade.t},"v":${trade.v}}`;
}

/** Nobody has seen a code that is not ASCII; one is escaped, so that characters and bytes count alike. */
function asciiJson(c: readonly string[] | null): string {
  return JSON.stringify(c).replace(/[^\0-\x7f]/g, (char) => `\\u${char.charCodeAt(0).toString(16).padStart(4, '0')}`);
}

/** A whole trade message out of encoded trades. */
export function encodeFinnhubTrades(encoded: readonly string[]): string {
  return `{"type":"trade","data":[${encoded.join(',')}]}`;
}

export const FINNHUB_PING = '{"type":"ping"}';

export function encodeFinnhubError(msg: string): string {
  return JSON.stringify({ type: 'error', msg });
}

export function invalidSymbolMessage(symbol: string): string {
  return `${INVALID_SYMBOL}${symbol}`;
}

/** What a program sends to Finnhub, or to Tickcast instead of Finnhub. */
export type FinnhubRequest =
  | { readonly type: 'subscribe'; readonly symbol: string }
  | { readonly type: 'unsubscribe'; readonly symbol: string }
  | { readonly type: 'invalid-symbol'; readonly symbol: string }
  | { readonly type: 'malformed'; readonly reason: string };

/** How much of a refused symbol is repeated in the answer. */
const ECHO_LENGTH = 64;

/** Reads one message of a drop-in client. Never throws. */
export function parseFinnhubRequest(text: string): FinnhubRequest {
  const message = parseJson(text);
  if (!isJsonObject(message)) return { type: 'malformed', reason: 'Invalid message: not a JSON object' };
  const { type, symbol } = message;
  if (type !== 'subscribe' && type !== 'unsubscribe') {
    return { type: 'malformed', reason: 'Invalid message: type must be "subscribe" or "unsubscribe"' };
  }
  if (isSymbol(symbol)) return { type, symbol };
  return { type: 'invalid-symbol', symbol: typeof symbol === 'string' ? symbol.slice(0, ECHO_LENGTH) : '' };
}

export function encodeFinnhubRequest(type: 'subscribe' | 'unsubscribe', symbol: string): string {
  return JSON.stringify({ type, symbol } satisfies JsonObject);
}
