import { asSeq, asSymbolId, type Seq, type SymbolId } from './brand.ts';
import type { ConflatedRate } from './wire.ts';

/**
 * One flush on its way to the consumers: the encoded frames of all symbols in one buffer, and a table of numbers that
 * describes them. Two flat arrays instead of objects, so that posting them costs the same however many symbols traded.
 * A row is a frame of trades or, after all of these, bars of some of them or of trades that were in an earlier flush.
 */
export const BATCH_STRIDE = 9;
const ID = 0;
const FIRST_SEQ = 1;
const LAST_SEQ = 2;
const START = 3;
const MIDDLE = 4;
const END = 5;
const LAST_T = 6;
const LAST_P = 7;
const RATE = 8;

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

/** What stands in the column of the rate; 0 is a frame of trades. */
const RATE_CODES: Readonly<Record<ConflatedRate, number>> = { '1hz': 1, '4hz': 4 };

/**
 * Bars of the trades `firstSeq` to `lastSeq`, their bytes at [start, end). `lastSeq` below `firstSeq`, and no bytes: the bars of
 * this rate begin here.
 */
export interface BatchBars {
  readonly id: SymbolId;
  readonly rate: ConflatedRate;
  readonly firstSeq: Seq;
  readonly lastSeq: Seq;
  readonly start: number;
  readonly end: number;
}

export function writeBars(index: Float64Array, row: number, bars: BatchBars): void {
  const { id, firstSeq, lastSeq, start, end, rate } = bars;
  writeFrame(index, row, { id, firstSeq, lastSeq, start, middle: end, end, lastT: Number.NaN, lastP: Number.NaN });
  index[row * BATCH_STRIDE + RATE] = RATE_CODES[rate];
}

/** The row as bars; `undefined` where it is a frame of trades. */
export function readBars(index: Float64Array, row: number): BatchBars | undefined {
  const code = index[row * BATCH_STRIDE + RATE];
  if (code !== RATE_CODES['1hz'] && code !== RATE_CODES['4hz']) return undefined;
  const { id, firstSeq, lastSeq, start, end } = readFrame(index, row);
  return { id, rate: code === RATE_CODES['1hz'] ? '1hz' : '4hz', firstSeq, lastSeq, start, end };
}
