import { asSeq, asSymbolId, type Seq, type SymbolId } from './brand.ts';

/**
 * One flush on its way to the consumers: the encoded frames of all symbols in one buffer, and a table of numbers that
 * describes them. Two flat arrays instead of objects, so that posting them costs the same however many symbols traded.
 */
export const BATCH_STRIDE = 8;
const ID = 0;
const FIRST_SEQ = 1;
const LAST_SEQ = 2;
const START = 3;
const MIDDLE = 4;
const END = 5;
const LAST_T = 6;
const LAST_P = 7;

/** One frame of a batch: `tickcast.v1` bytes lie at [start, middle), Finnhub's framing at [middle, end). */
export interface BatchFrame {
  readonly id: SymbolId;
  readonly firstSeq: Seq;
  readonly lastSeq: Seq;
  readonly start: number;
  readonly middle: number;
  readonly end: number;
  /** The last price-forming trade in the frame; both NaN where there is none. */
  readonly lastT: number;
  readonly lastP: number;
}

export function writeFrame(index: Float64Array, row: number, frame: BatchFrame): void {
  const at = row * BATCH_STRIDE;
  index[at + ID] = frame.id;
  index[at + FIRST_SEQ] = frame.firstSeq;
  index[at + LAST_SEQ] = frame.lastSeq;
  index[at + START] = frame.start;
  index[at + MIDDLE] = frame.middle;
  index[at + END] = frame.end;
  index[at + LAST_T] = frame.lastT;
  index[at + LAST_P] = frame.lastP;
}

export function batchRows(index: Float64Array): number {
  return index.length / BATCH_STRIDE;
}

export function readFrame(index: Float64Array, row: number): BatchFrame {
  const at = row * BATCH_STRIDE;
  const cell = (column: number): number => index[at + column] ?? Number.NaN;
  return {
    id: asSymbolId(cell(ID)),
    firstSeq: asSeq(cell(FIRST_SEQ)),
    lastSeq: asSeq(cell(LAST_SEQ)),
    start: cell(START),
    middle: cell(MIDDLE),
    end: cell(END),
    lastT: cell(LAST_T),
    lastP: cell(LAST_P),
  };
}
