import type { Trade } from '../../protocol/trade.ts';
import type { Model } from './model.ts';
import { midAt, printedPrice } from './prices.ts';

const DAY_MS = 24 * 60 * 60_000;
/** How finely the day is looked at for its high and low: every 5 minutes. */
const SAMPLE_MS = 5 * 60_000;

/** `/quote`: current, change, change in percent, high, low, open, previous close; `t` in seconds since 1970 UTC. */
export interface Quote {
  readonly c: number;
  readonly d: number | null;
  readonly dp: number | null;
  readonly h: number;
  readonly l: number;
  readonly o: number;
  readonly pc: number;
  readonly t: number;
}

/** What Finnhub answers for a symbol it does not know. */
export const UNKNOWN_QUOTE: Quote = { c: 0, d: null, dp: null, h: 0, l: 0, o: 0, pc: 0, t: 0 };

/** A simulated symbol trades around the clock, so its day is the UTC day. */
export function quoteOf(model: Model, now: number): Quote {
  const dayStart = Math.floor(now / DAY_MS) * DAY_MS;
  const at = (t: number): number => printedPrice(model, midAt(model, t), 0);
  const [c, o, pc] = [at(now), at(dayStart), at(dayStart - 1)];
  let [h, l] = [Math.max(c, o), Math.min(c, o)];
  for (let t = dayStart; t < now; t += SAMPLE_MS) {
    h = Math.max(h, at(t));
    l = Math.min(l, at(t));
  }
  return { c, ...change(c, pc), h, l, o, pc, t: Math.floor(now / 1000) };
}

/** Of a replayed symbol only what was sent is known. */
export function quoteOfTrade({ p, t }: Trade): Quote {
  return { c: p, d: 0, dp: 0, h: p, l: p, o: p, pc: p, t: Math.floor(t / 1000) };
}

function change(c: number, pc: number): { readonly d: number; readonly dp: number } {
  return { d: Number((c - pc).toPrecision(8)), dp: Number((((c - pc) / pc) * 100).toFixed(4)) };
}
