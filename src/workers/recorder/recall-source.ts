import type { Since } from '../../protocol/wire.ts';
import type { GapRow, TapeReader, TradeRow } from '../../tape/reader.ts';

/** What recalls are answered from: the file, and what is not in it yet. */
export interface RecallSource {
  readonly reader: TapeReader;
  /** Writes what is held, where the disk takes it. Never throws. */
  commit(): void;
  /** Trades and gaps of a symbol that the disk has not taken, oldest first: they come after everything in the file. */
  held(symbol: string): { readonly trades: readonly TradeRow[]; readonly gaps: readonly GapRow[] };
  /** How far the recorder has followed a symbol in the current epoch; `undefined` where it has not heard of it there. */
  position(symbol: string): Since | undefined;
}
