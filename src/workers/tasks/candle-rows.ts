import { addCandle, type Candle, type CandleState, newCandle } from '../../protocol/candles.ts';
import type { Row, TapeFile } from './tape-file.ts';

/** The columns of a stored candle, in the order in which `stateOf` reads them. */
const COLUMNS = 't, epoch, o, h, l, c, v, rest, n, open_t, open_seq, close_t, close_seq';
/** Those that an answer shows, in the order in which `candleOfRow` reads them. Rows cost by their columns. */
const SHOWN = 't, epoch, o, h, l, c, v + rest, n';

/** Stored candles that begin in [`from`, `to`) and before the row (`t`, `epoch`), the newest first. */
const newest = (columns: string): string => `SELECT ${columns} FROM candles
  WHERE symbol = ? AND interval = ? AND t >= ? AND t < ? AND (t, epoch) < (?, ?) ORDER BY t DESC, epoch DESC LIMIT ?`;
const NEWEST_ROWS = newest(COLUMNS);
const NEWEST_SHOWN = newest(SHOWN);
const ROWS_AT = `SELECT ${COLUMNS} FROM candles WHERE symbol = ? AND interval = ? AND t = ? ORDER BY epoch DESC`;

/** Which stored candles are read. `interval` in ms, as the file has it; times in ms since 1970 UTC. */
export interface RowRange {
  readonly symbolId: number;
  readonly interval: number;
  readonly from: number;
  readonly to: number;
}

/** The stored candles of a range, whole rows for `mergeRows`, the newest first, read `atOnce` rows at a time. */
export function newestRows(tape: TapeFile, range: RowRange, atOnce: number): Generator<Row> {
  return pages(tape, NEWEST_ROWS, range, atOnce);
}

/** The same for `candleOfRow`, which needs less of them. */
export function newestShown(tape: TapeFile, range: RowRange, atOnce: number): Generator<Row> {
  return pages(tape, NEWEST_SHOWN, range, atOnce);
}

function* pages(tape: TapeFile, sql: string, range: RowRange, atOnce: number): Generator<Row> {
  const { symbolId, interval, from } = range;
  let [to, t, epoch] = [range.to, Number.MAX_SAFE_INTEGER, Number.MAX_SAFE_INTEGER];
  for (;;) {
    const rows = tape.rows(sql, symbolId, interval, from, to, t, epoch, atOnce);
    yield* rows;
    const last = rows.at(-1);
    if (!last || rows.length < atOnce) return;
    [t, epoch] = [Number(last[0]), Number(last[1])];
    // SQLite does not look the pair (t, epoch) up: without a nearer end it would pass by all the pages before.
    to = t + 1;
  }
}

/** The stored candle that begins at `t`, a row an epoch, merged. */
export function stateAt(tape: TapeFile, { symbolId, interval }: RowRange, t: number): CandleState {
  return mergeRows(t, tape.rows(ROWS_AT, symbolId, interval, t), (id) => tape.epochOf(id));
}

/** A stored candle as a state that can be added to. `epochOf` gives the epoch of a row's id. */
function stateOf(row: Row, epochOf: (id: number) => number): CandleState {
  const [t, epochId, o, h, l, c, v, rest, n, openT, openSeq, closeT, closeSeq] = row;
  const epoch = epochOf(Number(epochId));
  return {
    t: Number(t),
    open: o === null ? undefined : { p: Number(o), t: Number(openT), epoch, seq: Number(openSeq) },
    close: c === null ? undefined : { p: Number(c), t: Number(closeT), epoch, seq: Number(closeSeq) },
    high: h === null ? Number.NEGATIVE_INFINITY : Number(h),
    low: l === null ? Number.POSITIVE_INFINITY : Number(l),
    volume: Number(v),
    rest: Number(rest),
    count: Number(n),
  };
}

/** All stored candles within the one that begins at `t`, merged. */
export function mergeRows(t: number, rows: readonly Row[], epochOf: (id: number) => number): CandleState {
  const state = newCandle(t);
  // Oldest first, in the order in which the trades came.
  for (let at = rows.length - 1; at >= 0; at -= 1) {
    const row = rows[at];
    if (row) addCandle(state, stateOf(row, epochOf));
  }
  return state;
}

/** What `mergeRows` and `candleOf` give for a candle that one row holds, without the way there. */
export function candleOfRow(row: Row): Candle | undefined {
  const [t, , open, high, low, close, v, n] = row;
  if (typeof open !== 'number' || typeof close !== 'number') return undefined;
  const h = Math.max(typeof high === 'number' ? high : open, open, close);
  const l = Math.min(typeof low === 'number' ? low : open, open, close);
  return { t: Number(t), o: open, h, l, c: close, v: Number(v), n: Number(n) };
}
