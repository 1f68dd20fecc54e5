import { isFiniteNumber, isJsonObject } from '../../src/protocol/json.ts';
import { getJson } from './loader.ts';

/** What `/api/quote` says, see docs/API.md; `null` is what Finnhub does not know. Times in ms since 1970 UTC. */
export interface HistoryQuote {
  readonly known: boolean;
  /** The current price, its change and that in percent. */
  readonly c: number | null;
  readonly d: number | null;
  readonly dp: number | null;
  /** The day's high, low and open, and the close before. */
  readonly h: number | null;
  readonly l: number | null;
  readonly o: number | null;
  readonly pc: number | null;
  /** When the current price was paid. */
  readonly t: number | null;
  /** When Finnhub was asked. */
  readonly asOf: number | null;
}

/** Reads an answer out of parsed JSON; `undefined` where it is none. */
export function decodeQuote(value: unknown): HistoryQuote | undefined {
  if (!isJsonObject(value) || typeof value.known !== 'boolean') return undefined;
  const { known } = value;
  const [c, d, dp] = [numberOf(value.c), numberOf(value.d), numberOf(value.dp)];
  const [h, l, o, pc] = [numberOf(value.h), numberOf(value.l), numberOf(value.o), numberOf(value.pc)];
  const [t, asOf] = [numberOf(value.t), numberOf(value.asOf)];
  if (c === undefined || d === undefined || dp === undefined || h === undefined || l === undefined) return undefined;
  if (o === undefined || pc === undefined || t === undefined || asOf === undefined) return undefined;
  return { known, c, d, dp, h, l, o, pc, t, asOf };
}

/** A number or `null`, which is also what is left out; `undefined` for anything else. */
function numberOf(value: unknown): number | null | undefined {
  if (value === null || value === undefined) return null;
  return isFiniteNumber(value) ? value : undefined;
}

/** Today's quote of `symbol`; `undefined` where it cannot be had in time. */
export async function loadQuote(symbol: string): Promise<HistoryQuote | undefined> {
  return decodeQuote(await getJson(`/api/quote?${new URLSearchParams({ symbol })}`));
}
