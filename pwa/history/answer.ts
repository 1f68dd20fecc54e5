import { type Candle, type CandleState, INTERVALS, type Interval, type Print } from '../../src/protocol/candles.ts';
import { isCount, isFiniteNumber, isJsonObject } from '../../src/protocol/json.ts';
import { GAP_CAUSES, type GapCause, type Since } from '../../src/protocol/wire.ts';

/** A stretch the server did not see, ms since 1970 UTC. */
export interface HistoryGap {
  readonly from: number;
  readonly to: number;
  readonly cause: GapCause;
}

/** What `/api/candles` says, see docs/API.md. */
export interface History {
  readonly interval: Interval;
  /** Oldest first. */
  readonly candles: readonly Candle[];
  readonly gaps: readonly HistoryGap[];
  /** The last trade that is in the candles: the stream goes on after it. */
  readonly through: Since | undefined;
  /** The newest candle in the making; it may only have volume so far. */
  readonly tail: CandleState | undefined;
  /** When the symbol was first seen, ms since 1970 UTC; `undefined` where it never was. */
  readonly recordingSince: number | undefined;
}

/** Reads an answer out of parsed JSON; `undefined` where it is none. */
export function decodeHistory(value: unknown): History | undefined {
  if (!isJsonObject(value) || !Array.isArray(value.candles) || !Array.isArray(value.gaps)) return undefined;
  const interval = Object.keys(INTERVALS).find((each): each is Interval => each === value.interval);
  if (interval === undefined) return undefined;
  const candles: Candle[] = [];
  for (const item of value.candles as readonly unknown[]) {
    const candle = candleOf(item);
    if (!candle) return undefined;
    candles.push(candle);
  }
  const gaps: HistoryGap[] = [];
  for (const item of value.gaps as readonly unknown[]) {
    const gap = gapOf(item);
    if (!gap) return undefined;
    gaps.push(gap);
  }
  const { recordingSince } = value;
  return {
    interval,
    candles,
    gaps,
    through: placeOf(value.through),
    tail: stateOf(value.tail),
    recordingSince: isFiniteNumber(recordingSince) ? recordingSince : undefined,
  };
}

function candleOf(value: unknown): Candle | undefined {
  if (!isJsonObject(value)) return undefined;
  const { t, o, h, l, c, v, n } = value;
  if (!isFiniteNumber(t) || !isFiniteNumber(o) || !isFiniteNumber(h) || !isFiniteNumber(l)) return undefined;
  if (!isFiniteNumber(c) || !isFiniteNumber(v) || !isFiniteNumber(n)) return undefined;
  return { t, o, h, l, c, v, n };
}

export function gapOf(value: unknown): HistoryGap | undefined {
  if (!isJsonObject(value) || !isFiniteNumber(value.from) || !isFiniteNumber(value.to)) return undefined;
  const cause = GAP_CAUSES.find((each) => each === value.cause);
  return cause && { from: value.from, to: value.to, cause };
}

function placeOf(value: unknown): Since | undefined {
  if (!isJsonObject(value) || !isCount(value.epoch) || !isCount(value.seq)) return undefined;
  return { epoch: value.epoch, seq: value.seq };
}

/** JSON has no infinities: bounds that no trade has moved are `null`. */
function stateOf(value: unknown): CandleState | undefined {
  if (!isJsonObject(value)) return undefined;
  const { t, volume, rest, count, high, low } = value;
  if (!isFiniteNumber(t) || !isFiniteNumber(volume) || !isFiniteNumber(rest) || !isCount(count)) return undefined;
  return {
    t,
    open: printOf(value.open),
    close: printOf(value.close),
    high: isFiniteNumber(high) ? high : Number.NEGATIVE_INFINITY,
    low: isFiniteNumber(low) ? low : Number.POSITIVE_INFINITY,
    volume,
    rest,
    count,
  };
}

function printOf(value: unknown): Print | undefined {
  if (!isJsonObject(value) || !isFiniteNumber(value.p) || !isFiniteNumber(value.t)) return undefined;
  const place = placeOf(value);
  return place && { p: value.p, t: value.t, ...place };
}
