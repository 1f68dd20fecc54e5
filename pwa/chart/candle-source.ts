import type { Candle, Interval } from '../../src/protocol/candles.ts';
import type { Market } from '../../src/protocol/symbols.ts';
import type { Break } from './tape.ts';

/** A price worth a line across the chart, named at its end. */
export interface PriceLine {
  readonly kind: 'previous-close' | 'close' | 'after-hours' | 'day-high' | 'day-low';
  readonly label: string;
  readonly p: number;
}

/** What the chart draws candles (or a line of their closes) from. The page's history fills it, live trades move its end. */
export interface CandleSource {
  readonly market: Market;
  readonly interval: Interval;
  /** Rises with every change, so that a drawing knows whether it is up to date. */
  readonly version: number;
  /** Oldest first; intervals without trades are absent. The last one may still change. */
  readonly candles: readonly Candle[];
  /** Stretches the server did not see. */
  readonly breaks: readonly Break[];
  /** The last price-forming trade; `undefined` before the first. */
  readonly last: { readonly t: number; readonly p: number } | undefined;
  readonly decimals: number;
  readonly lines: readonly PriceLine[];
  /** Whether volumes mean anything here: forex feeds send none. */
  readonly hasVolume: boolean;
}
