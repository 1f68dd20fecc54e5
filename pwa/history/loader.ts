import type { Interval } from '../../src/protocol/candles.ts';
import { parseJson } from '../../src/protocol/json.ts';
import { decodeHistory, type History } from './answer.ts';

/** A chart that waits longer than this for its history starts without. */
const WITHIN_MS = 4_000;

/** The answer of an API path as parsed JSON; `undefined` where it cannot be had in time. */
export async function getJson(path: string): Promise<unknown> {
  try {
    const response = await fetch(path, { signal: AbortSignal.timeout(WITHIN_MS) });
    return response.ok ? parseJson(await response.text()) : undefined;
  } catch {
    // The connection's own state says what is wrong; the chart goes on with what comes.
    return undefined;
  }
}

/**
 * The newest `limit` candles that begin before `to` (ms since 1970 UTC; the newest of all where it is undefined); `undefined`
 * where they cannot be had in time.
 */
export async function loadCandles(
  symbol: string,
  interval: Interval,
  limit: number,
  to?: number,
): Promise<History | undefined> {
  const query = new URLSearchParams({ symbol, interval, limit: String(limit) });
  if (to !== undefined) query.set('to', String(to));
  return decodeHistory(await getJson(`/api/candles?${query}`));
}
