import { type Bar, barState } from '../../src/protocol/bars.ts';
import {
  addCandle,
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

/** The candles that trades and bars make together, oldest first. */
export function foldAll(
  market: Market,
  interval: Interval,
  trades: readonly PlacedTrade[],
  bars: readonly (Bar & { readonly epoch: number })[] = [],
): Candle[] {
  const states = new Map<number, CandleState>();
  const stateAt = (t: number, flags: number): CandleState | undefined => {
    const start = candleStart(market, interval, t, flags);
    if (start === undefined) return undefined;
    const state = states.get(start) ?? newCandle(start);
    states.set(start, state);
    return state;
  };
  for (const trade of trades) {
    const state = stateAt(trade.t, trade.flags);
    if (state) addTrade(state, trade);
  }
  for (const bar of bars) {
    const state = stateAt(bar.t, bar.flags);
    if (state) addCandle(state, barState(bar, bar.epoch));
  }
  return [...states.values()].sort((a, b) => a.t - b.t).flatMap((state) => candleOf(state) ?? []);
}
