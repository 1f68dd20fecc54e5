import { ensureNever } from '../../protocol/brand.ts';
import { type FinnhubRequest, invalidSymbolMessage, TOO_MANY_SYMBOLS } from '../../protocol/finnhub.ts';

/** What one connection may have, as its request is looked at. */
export interface Standing {
  readonly subscribed: ReadonlySet<string>;
  /** How many symbols it may have. */
  readonly cap: number;
  readonly knows: (symbol: string) => boolean;
}

export type Answer =
  | { readonly type: 'subscribe'; readonly symbol: string }
  | { readonly type: 'unsubscribe'; readonly symbol: string }
  | { readonly type: 'error'; readonly msg: string }
  | { readonly type: 'nothing' };

/** What Finnhub does with a request: an error for a symbol over the cap or unknown, nothing for a repeated one. */
export function answerRequest(request: FinnhubRequest, { subscribed, cap, knows }: Standing): Answer {
  switch (request.type) {
    case 'malformed':
      return { type: 'error', msg: request.reason };
    case 'invalid-symbol':
      return { type: 'error', msg: invalidSymbolMessage(request.symbol) };
    case 'unsubscribe':
      return subscribed.has(request.symbol) ? request : { type: 'nothing' };
    case 'subscribe':
      if (!knows(request.symbol)) return { type: 'error', msg: invalidSymbolMessage(request.symbol) };
      if (subscribed.has(request.symbol)) return { type: 'nothing' };
      return subscribed.size < cap ? request : { type: 'error', msg: TOO_MANY_SYMBOLS };
    default:
      return ensureNever(request);
  }
}
