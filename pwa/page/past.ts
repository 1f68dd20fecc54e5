import { INTERVALS, type Interval } from '../../src/protocol/candles.ts';
import type { Since } from '../../src/protocol/wire.ts';
import type { Tape } from '../chart/tape.ts';
import type { Need, Scene } from '../chart/view.ts';
import { GAP_LABELS } from '../feed/subscriptions.ts';
import { loadCandles } from '../history/loader.ts';
import { loadTrades } from '../history/trades.ts';
import * as state from './state.ts';

/** What a chart opens with: the closes of the last 15 minutes' seconds. */
const FIRST: Interval = '1s';
const FIRST_CANDLES = 900;
/** How many candles are asked for at once: enough for more than is in sight, and not more than is sent in a moment. */
const LEAST_CANDLES = 300;
const MOST_CANDLES = 4_000;
/** What could not be had is not asked for again before this, ms. */
const RETRY_AFTER_MS = 4_000;
/** Single trades are fetched for looks at no more than this, ms. */
const TRADES_WITHIN_MS = 3_600_000;

/** What is being fetched of each tape, and what may not be asked for again yet (until when, ms on any clock). */
const waiting = new WeakMap<Tape, Map<string, number>>();

/** Loads the recent past of a symbol that is new here; the last trade in it, after which the stream goes on. */
export async function begin(tape: Tape): Promise<Since | undefined> {
  if (tape.trades.length > 0 || tape.series(FIRST)) return undefined;
  if (tape.market === 'us') void newest(tape, '1d', LEAST_CANDLES);
  await newest(tape, FIRST, FIRST_CANDLES);
  return tape.series(FIRST)?.through;
}

/** Loads what a drawing lacks; `told` after everything that came. */
export function supply(tape: Tape, scene: Scene, told: () => void): void {
  const now = state.serverNow();
  for (const interval of tape.stale) void newest(tape, interval, LEAST_CANDLES).then(told);
  for (const need of scene.needs) {
    const loading = candlesFor(tape, need, now);
    if (loading) void loading.then(told);
  }
  if (scene.kind !== 'trades' || scene.spanMs > TRADES_WITHIN_MS) return;
  const from = Math.floor(tape.time.t(scene.from));
  const to = Math.min(tape.completeFrom, now);
  if (from < to && tape.trades.length > 0) void trades(tape, from, to).then(told);
}

function candlesFor(tape: Tape, { interval, from }: Need, now: number): Promise<void> | undefined {
  const series = tape.series(interval);
  const oldest = series?.candles[0]?.t;
  if (!series || oldest === undefined)
    return series ? undefined : newest(tape, interval, countFor(interval, from, now));
  return series.reachesBack || oldest <= from
    ? undefined
    : older(tape, interval, oldest, countFor(interval, from, oldest));
}

function countFor(interval: Interval, from: number, to: number): number {
  return Math.min(MOST_CANDLES, Math.max(LEAST_CANDLES, Math.ceil((1.5 * (to - from)) / INTERVALS[interval])));
}

async function newest(tape: Tape, interval: Interval, limit: number): Promise<void> {
  await once(tape, interval, async () => {
    const history = await loadCandles(tape.symbol, interval, limit);
    if (history) tape.adopt(history, history.candles.length < limit, GAP_LABELS);
    // What is stale still was answered before the recorder had it.
    return tape.series(interval)?.isStale === false;
  });
}

async function older(tape: Tape, interval: Interval, to: number, limit: number): Promise<void> {
  await once(tape, interval, async () => {
    const history = await loadCandles(tape.symbol, interval, limit, to);
    if (history) tape.prepend(history, history.candles.length < limit, GAP_LABELS);
    return history !== undefined;
  });
}

async function trades(tape: Tape, from: number, to: number): Promise<void> {
  await once(tape, 'trades', async () => {
    const found = await loadTrades(tape.symbol, from, to);
    if (found) tape.prependTrades(found, from);
    // Where there is no room for them they are not asked for again at once.
    return tape.completeFrom <= from;
  });
}

/** One request of a kind at a time, and none soon after one that failed. */
async function once(tape: Tape, kind: string, load: () => Promise<boolean>): Promise<void> {
  const kinds = waiting.get(tape) ?? new Map<string, number>();
  waiting.set(tape, kinds);
  if ((kinds.get(kind) ?? Number.NEGATIVE_INFINITY) > performance.now()) return;
  kinds.set(kind, Number.POSITIVE_INFINITY);
  const ok = await load();
  kinds.set(kind, ok ? Number.NEGATIVE_INFINITY : performance.now() + RETRY_AFTER_MS);
}
