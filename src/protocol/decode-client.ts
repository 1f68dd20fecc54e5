import { isCount, isJsonObject, parseJson } from './json.ts';
import { isSymbol, MAX_SYMBOL_LENGTH } from './symbols.ts';
import type { ClientMessage, Rate, Since } from './wire.ts';

/** The longest access token, in characters. */
export const MAX_TOKEN_LENGTH = 512;

/** A client's message, or what is wrong with it (`unknown-symbol` where only the symbol's form is). */
export type Decoded =
  | { readonly ok: true; readonly message: ClientMessage }
  | { readonly ok: false; readonly code: 'bad-message'; readonly reason: string }
  | { readonly ok: false; readonly code: 'unknown-symbol'; readonly symbol: string };

/** What was sent instead of a symbol is repeated only so far. */
const notASymbol = (text: string): Decoded => ({
  ok: false,
  code: 'unknown-symbol',
  symbol: text.slice(0, MAX_SYMBOL_LENGTH),
});

const bad = (reason: string): Decoded => ({ ok: false, code: 'bad-message', reason });

/** Reads one `tickcast.v1` message of a client. Never throws; unknown fields are ignored, wrong ones are named. */
export function decodeClientMessage(text: string): Decoded {
  const value = parseJson(text);
  if (!isJsonObject(value)) return bad('a message is a JSON object');
  switch (value.type) {
    case 'auth': {
      const { token } = value;
      if (typeof token !== 'string' || token.length > MAX_TOKEN_LENGTH) return bad('auth needs a token');
      return { ok: true, message: { type: 'auth', token } };
    }
    case 'subscribe': {
      const { symbol, since, rate } = value;
      if (typeof symbol !== 'string') return bad('subscribe needs a symbol');
      if (!isSymbol(symbol)) return notASymbol(symbol);
      if (since !== undefined && !isSince(since)) return bad('since needs a whole epoch and seq');
      if (rate !== undefined && !isRate(rate)) return bad('rate is "full", "4hz" or "1hz"');
      return {
        ok: true,
        message: {
          type: 'subscribe',
          symbol,
          ...(since === undefined ? {} : { since: { epoch: since.epoch, seq: since.seq } }),
          ...(rate === undefined ? {} : { rate }),
        },
      };
    }
    case 'unsubscribe': {
      const { symbol } = value;
      if (typeof symbol !== 'string') return bad('unsubscribe needs a symbol');
      if (!isSymbol(symbol)) return notASymbol(symbol);
      return { ok: true, message: { type: 'unsubscribe', symbol } };
    }
    default:
      return bad('type is "auth", "subscribe" or "unsubscribe"');
  }
}

function isSince(value: unknown): value is Since {
  return isJsonObject(value) && isCount(value.epoch) && isCount(value.seq);
}

function isRate(value: unknown): value is Rate {
  return value === 'full' || value === '4hz' || value === '1hz';
}
