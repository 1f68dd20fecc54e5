import type { Interval } from '../../src/protocol/candles.ts';
import { parseJson } from '../../src/protocol/json.ts';
import { decodeHistory, type History } from './answer.ts';

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
/** A chart that waits longer than this for its history starts without. */
const WITHIN_MS = 4_000;

/** One step into the past: what is fetched beyond what is there, and for which windows. */
interface Step {
  readonly interval: Interval;
  readonly limit: number;
  /** Windows up to this are served by the steps so far, ms. */
  readonly upToMs: number;
}

/** Fine where one looks closely, coarse further back: a week is some 3,500 points. */
export const STEPS: readonly Step[] = [
  { interval: '1s', limit: 900, upToMs: 15 * MINUTE_MS },
  { interval: '1m', limit: 1_440, upToMs: 24 * HOUR_MS },
  { interval: '15m', limit: 700, upToMs: 7 * 24 * HOUR_MS },
];

/** How many steps a window needs. */
export function stepsFor(windowMs: number): number {
  const index = STEPS.findIndex(({ upToMs }) => windowMs <= upToMs);
  return index < 0 ? STEPS.length : index + 1;
}

/**
 * Candles that begin before `to` (ms since 1970 UTC; the newest where it is undefined); `undefined` where they cannot be had
 * in time.
 */
export async function loadStep(symbol: string, step: number, to: number | undefined): Promise<History | undefined> {
  const { interval, limit } = STEPS[step] ?? {};
  if (interval === undefined) return undefined;
  const query = new URLSearchParams({ symbol, interval, limit: String(limit) });
  if (to !== undefined) query.set('to', String(to));
  try {
    const response = await fetch(`/api/candles?${query}`, { signal: AbortSignal.timeout(WITHIN_MS) });
    return response.ok ? decodeHistory(parseJson(await response.text())) : undefined;
  } catch {
    // The connection's own state says what is wrong; the chart goes on with what comes.
    return undefined;
  }
}
