import { isFiniteNumber, isJsonObject } from '../protocol/json.ts';

/** `/api/quote`: as Finnhub's, but `t` in ms since 1970 UTC. What Finnhub does not know is `null`. */
export interface Quote {
  readonly known: boolean;
  readonly c: number | null;
  readonly d: number | null;
  readonly dp: number | null;
  readonly h: number | null;
  readonly l: number | null;
  readonly o: number | null;
  readonly pc: number | null;
  readonly t: number | null;
}

const UNKNOWN: Quote = { known: false, c: null, d: null, dp: null, h: null, l: null, o: null, pc: null, t: null };

/** Reads Finnhub's `/quote`; `undefined` where it is none. A price of 0 is how Finnhub says that it does not know. */
export function parseQuote(value: unknown): Quote | undefined {
  if (!isJsonObject(value) || !isFiniteNumber(value.c)) return undefined;
  const [c, h, l, o, pc] = [value.c, value.h, value.l, value.o, value.pc].map(priceOf);
  if (c === null || c === undefined) return UNKNOWN;
  const t = isFiniteNumber(value.t) && value.t > 0 ? value.t * 1_000 : null;
  // Without a previous close a change is one from 0.
  const [d, dp] = pc ? [value.d, value.dp].map((each) => (isFiniteNumber(each) ? each : null)) : [null, null];
  return { known: true, c, d: d ?? null, dp: dp ?? null, h: h ?? null, l: l ?? null, o: o ?? null, pc: pc ?? null, t };
}

function priceOf(value: unknown): number | null {
  return isFiniteNumber(value) && value > 0 ? value : null;
}
