import { flagsOf } from '../../src/protocol/conditions.ts';
import { encodeFrame, encodeFrameTrade } from '../../src/protocol/frame.ts';
import type { Trade } from '../../src/protocol/trade.ts';

/** A frame of trades as they came from Finnhub; there must be one at least. */
export function encodeTrades(id: number, seq: number, trades: readonly Trade[]): string {
  const base = trades[0]?.t ?? 0;
  const encoded = trades.map(({ t, p, v, c }) => encodeFrameTrade(base, t, p, v, flagsOf(c)));
  return encodeFrame(id, seq, base, encoded);
}
