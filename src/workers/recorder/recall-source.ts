import type { Since } from '../../protocol/wire.ts';
import type { GapRow, TapeReader, TradeRow } from '../../tape/reader.ts';

/** What the disk has not taken of a symbol, oldest first: it comes after everything in the file. */
export interface HeldRows {
  readonly trades: readonly TradeRow[];
  readonly gaps: readonly GapRow[];
  /** When the feed was last heard in the epochs of which the file does not say so yet. */
  readonly heard: readonly { readonly epoch: number; readonly at: number }[];
}

/** What recalls are answered from: the file, and what is not in it yet. */
export interface RecallSource {
  readonly reader: TapeReader;
  /** Writes what is held, where the disk takes it. Never throws. */
  commit(): void;
  held(symbol: string): HeldRows;
  /** How far the recorder has followed a symbol in the current epoch; `undefined` where it has not heard of it there. */
  position(symbol: string): Since | undefined;
}
