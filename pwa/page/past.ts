import { INTERVALS, type Interval } from '../../src/protocol/candles.ts';
import type { Since } from '../../src/protocol/wire.ts';
import type { Tape } from '../chart/tape.ts';
import type { Need, Scene } from '../chart/view.ts';
import { GAP_LABELS } from '../feed/subscriptions.ts';
import { loadCandles } from '../history/loader.ts';
import { loadTrades } from '../history/trades.ts';
import type { Snapshot } from './kept/snapshot.ts';
import { Requests } from './requests.ts';
import * as state from './state.ts';
import { lastFeed } from './storage.ts';

/** What a chart opens with: the closes of the last 15 minutes' seconds. */
const FIRST: Interval = '1s';
const FIRST_CANDLES = 900;
/** How many candles are asked for at once: enough for more than is in sight, and not more than is sent in a moment. */
const LEAST_CANDLES = 300;
const MOST_CANDLES = 4_000;
/** Single trades are fetched for looks at no more than this, ms, so much of it at a time; less where they are too many. */
const TRADES_WITHIN_MS = 3_600_000;
const TRADES_AT_ONCE_MS = 900_000;
const LEAST_TRADES_MS = 30_000;

const requests = new WeakMap<Tape, Requests>();
/** How much of a busy symbol's trades can be had at once, ms. */
const tradesAtOnce = new WeakMap<Tape, number>();

/**
 * Loads the recent past of a symbol that is not followed yet; the last trade in it, after which the stream goes on. Until it is
 * here, and where it cannot be had, what an earlier visit has kept stands in its place: `told` hears how old that is, and of what is
 * new.
 */
export async function begin(tape: Tape, told: (at?: number) => void): Promise<Since | undefined> {
  if (tape.market === 'us' && !tape.series('1d')) void newest(tape, '1d', LEAST_CANDLES);
  if (tape.series(FIRST)) return tape.series(FIRST)?.through;
  let hasCome = false;
  let kept: Snapshot | undefined;
  const restoring = restoreTape(tape, () => hasCome).then((found) => {
    kept = found;
    if (found) told(found.at);
  });
  hasCome = await newest(tape, FIRST, FIRST_CANDLES);
  if (!hasCome) {
    await restoring;
    return kept?.position;
  }
  told();
  // What was kept of other intervals ends before the stream begins.
  for (const { interval, through } of kept?.histories ?? []) {
    if (tape.series(interval)?.through === through) tape.series(interval)?.markStale();
  }
  return tape.series(FIRST)?.through;
}

/** Who was here before has all of the page at hand; on a first visit there is nothing to restore, and no byte to spare for it. */
async function restoreTape(tape: Tape, isLate: () => boolean): Promise<Snapshot | undefined> {
  if (!lastFeed()) return undefined;
  try {
    return await (await import('./shell/index.tsx')).restoreTape(tape, isLate);
  } catch {
    return undefined;
  }
}

/** Loads what a drawing lacks; `told` after everything that came. */
export function supply(tape: Tape, scene: Scene, told: () => void): void {
  const now = state.serverNow();
  const tell = (came: boolean): void => {
    if (came) told();
  };
  for (const interval of tape.stale) void newest(tape, interval, LEAST_CANDLES).then(tell);
  for (const need of scene.needs) void candlesFor(tape, need, now)?.then(tell);
  if (scene.kind === 'trades' && scene.spanMs <= TRADES_WITHIN_MS) void tradesFor(tape, scene, now)?.then(tell);
}

function candlesFor(tape: Tape, { interval, from }: Need, now: number): Promise<boolean> | undefined {
  const series = tape.series(interval);
  if (!series) return newest(tape, interval, countFor(interval, from, now));
  const oldest = series.candles[0]?.t;
  if (oldest === undefined || series.reachesBack || oldest <= from) return undefined;
  return older(tape, interval, oldest, countFor(interval, from, oldest));
}

function countFor(interval: Interval, from: number, to: number): number {
  return Math.min(MOST_CANDLES, Math.max(LEAST_CANDLES, Math.ceil((1.5 * (to - from)) / INTERVALS[interval])));
}

/** The stretch before the trades that are here, as long as there is room for it. */
function tradesFor(tape: Tape, { from }: Scene, now: number): Promise<boolean> | undefined {
  const to = Math.min(tape.completeFrom, now);
  const left = Math.floor(Math.max(tape.time.t(from), tape.recordingSince ?? 0));
  if (left >= to || tape.trades.isFull) return undefined;
  const atOnce = tradesAtOnce.get(tape) ?? TRADES_AT_ONCE_MS;
  return trades(tape, Math.max(left, to - atOnce), to, atOnce);
}

function newest(tape: Tape, interval: Interval, limit: number): Promise<boolean> {
  const { losses } = tape;
  return requestsOf(tape).once(interval, 'new', async () => {
    const history = await loadCandles(tape.symbol, interval, limit);
    // Trades that were lost meanwhile are not in it.
    if (!history || tape.losses !== losses) return 'failed';
    tape.adopt(history, history.candles.length < limit, GAP_LABELS);
    // What is stale still was answered before the recorder had it.
    return tape.series(interval)?.isStale ? 'late' : 'came';
  });
}

function older(tape: Tape, interval: Interval, to: number, limit: number): Promise<boolean> {
  return requestsOf(tape).once(interval, 'old', async () => {
    const history = await loadCandles(tape.symbol, interval, limit, to);
    if (!history) return 'failed';
    tape.prepend(history, history.candles.length < limit, GAP_LABELS);
    return 'came';
  });
}

function trades(tape: Tape, from: number, to: number, atOnce: number): Promise<boolean> {
  const { losses } = tape;
  return requestsOf(tape).once('trades', 'old', async () => {
    const found = await loadTrades(tape.symbol, from, to);
    if (found === 'too-many' && atOnce > LEAST_TRADES_MS) tradesAtOnce.set(tape, atOnce / 2);
    if (!found || found === 'too-many' || tape.losses !== losses) return 'failed';
    tape.prependTrades(found, from);
    return 'came';
  });
}

function requestsOf(tape: Tape): Requests {
  const known = requests.get(tape);
  if (known) return known;
  const made = new Requests(() => performance.now());
  requests.set(tape, made);
  return made;
}
