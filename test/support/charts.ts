import type { Break } from '../../pwa/chart/breaks.ts';
import { Tape } from '../../pwa/chart/tape.ts';
import { ChartView, type Moment } from '../../pwa/chart/view.ts';
import { decodeHistory, type History } from '../../pwa/history/answer.ts';
import {
  addTrade,
  type Candle,
  type CandleState,
  candleOf,
  candleStart,
  type Interval,
  newCandle,
  type PlacedTrade,
} from '../../src/protocol/candles.ts';
import type { Market } from '../../src/protocol/symbols.ts';
import type { GapCause } from '../../src/protocol/wire.ts';

export const SECOND = 1_000;
export const MINUTE = 60 * SECOND;
export const HOUR = 60 * MINUTE;
export const DAY = 24 * HOUR;

export const CRYPTO = 'BINANCE:BTCUSDT';
export const STOCK = 'AAPL';
export const PAIR = 'OANDA:EUR_USD';

export const LABELS: Readonly<Record<GapCause, string>> = {
  upstream: 'Finnhub was down',
  unwatched: 'Nobody watched',
  restart: 'Restarted',
  overrun: 'Overrun',
};

/** Trades of one epoch in the order in which Finnhub sent them: when, at what price, and with which flags. */
export function tradesOf(given: readonly (readonly [t: number, p: number, flags?: number])[], seq = 1): PlacedTrade[] {
  return given.map(([t, p, flags = 0], i) => ({ t, p, v: 1, flags, epoch: 1, seq: seq + i }));
}

/** The states of all candles that one fold of all trades gives, oldest first. */
function fold(market: Market, interval: Interval, trades: readonly PlacedTrade[]): CandleState[] {
  const states = new Map<number, CandleState>();
  for (const trade of trades) {
    const start = candleStart(market, interval, trade.t, trade.flags);
    if (start === undefined) continue;
    const state = states.get(start) ?? newCandle(start);
    states.set(start, state);
    addTrade(state, trade);
  }
  return [...states.values()].sort((a, b) => a.t - b.t);
}

export function candlesOf(market: Market, interval: Interval, trades: readonly PlacedTrade[]): Candle[] {
  return fold(market, interval, trades).flatMap((state) => candleOf(state) ?? []);
}

export interface Asked {
  /** The newest so many candles. */
  readonly limit?: number;
  /** Only candles that begin before. */
  readonly to?: number;
  readonly gaps?: readonly { readonly from: number; readonly to: number; readonly cause: GapCause }[];
}

/** What `/api/candles` answers when these are the trades it has, read as the page reads it. */
export function answerOf(
  market: Market,
  interval: Interval,
  trades: readonly PlacedTrade[],
  { limit = Number.POSITIVE_INFINITY, to = Number.POSITIVE_INFINITY, gaps = [] }: Asked = {},
): History {
  const states = fold(market, interval, trades).filter(({ t }) => t < to);
  const candles = states.flatMap((state) => candleOf(state) ?? []);
  const through = trades.at(-1);
  const answer = {
    interval,
    candles: candles.slice(-limit),
    gaps,
    through: through && { epoch: through.epoch, seq: through.seq },
    // JSON makes `null` of infinities, as the API does.
    tail: states.at(-1),
    recordingSince: trades.length > 0 ? Math.min(...trades.map(({ t }) => t)) : undefined,
  };
  const history = decodeHistory(JSON.parse(JSON.stringify(answer)));
  if (!history) throw new Error('no history');
  return history;
}

/** A tape into which these trades came live. */
export function tapeOf(symbol: string, trades: readonly PlacedTrade[], now = trades.at(-1)?.t ?? 0): Tape {
  const tape = new Tape(symbol, now);
  tape.add(trades);
  return tape;
}

/** A view that shows `tape`. */
export function viewOf(tape: Tape): ChartView {
  const view = new ChartView();
  view.show(tape);
  return view;
}

/** A look at the minute up to `edge` on 600 pixels, at rest. */
export function momentAt(edge: number, over: Partial<Moment> = {}): Moment {
  return {
    now: edge,
    edge,
    view: { spanMs: MINUTE },
    kind: 'line',
    width: 600,
    reducedMotion: false,
    levels: [],
    ...over,
  };
}

/** Whether a line through `points` is drawn somewhere between `from` and `to`: breaks are prices of NaN. */
export function crosses(
  points: readonly { x: number; y: number }[],
  { from, to }: Pick<Break, 'from' | 'to'>,
): boolean {
  return points.some(({ x, y }, i) => {
    const next = points[i + 1];
    return next !== undefined && !Number.isNaN(y) && !Number.isNaN(next.y) && x < to && next.x > from && next.x > x;
  });
}
