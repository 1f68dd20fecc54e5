import { INTERVALS } from '../../protocol/candles.ts';
import type { Place } from '../../protocol/queries.ts';
import type { SymbolRow } from '../../tape/reader.ts';
import type { Row, TapeFile } from './tape-file.ts';

const LAST_TRADE = 'SELECT epoch, seq FROM trades WHERE symbol = ? ORDER BY epoch DESC, seq DESC LIMIT 1';
const STORED = `FROM candles WHERE symbol = ? AND interval = ${INTERVALS['1m']}`;
const LAST_EPOCH = `SELECT epoch ${STORED} ORDER BY t DESC, epoch DESC LIMIT 1`;
const LAST_NUMBER = `SELECT epoch, MAX(hi) ${STORED} AND t >= ? AND epoch = ? GROUP BY epoch`;
const GAPS = 'SELECT from_t, to_t, cause FROM gaps WHERE symbol = ? AND to_t > ? AND from_t < ? ORDER BY to_t, from_t';

/** The last trade that candles are made of; `undefined` where there is none. */
export function lastPlace(tape: TapeFile, symbolId: number): Place | undefined {
  const row = tape.rows(LAST_TRADE, symbolId)[0] ?? lastNumber(tape, symbolId);
  return row && { epoch: tape.epochOf(Number(row[0])), seq: Number(row[1]) };
}

/** Where all trades are deleted, the minutes still know the last number: of any of its epoch, since trades come late. */
function lastNumber(tape: TapeFile, symbolId: number): Row | undefined {
  const epoch = tape.rows(LAST_EPOCH, symbolId)[0]?.[0];
  if (epoch === undefined) return undefined;
  return tape.rows(LAST_NUMBER, symbolId, tape.epochOf(Number(epoch)) - INTERVALS['1d'], Number(epoch))[0];
}

/** A stretch that was not seen, ms since 1970 UTC. */
export interface UnseenStretch {
  readonly from: number;
  readonly to: number;
  readonly cause: string;
}

/** What was not seen of [`from`, `to`), oldest first; what is not being seen now, up to `now`. */
export function gapsWithin(
  tape: TapeFile,
  { id, missing }: SymbolRow,
  { from, to }: { readonly from: number; readonly to: number },
  now: number,
): readonly UnseenStretch[] {
  const gaps: UnseenStretch[] = tape
    .rows(GAPS, id, from, to)
    .map((row) => ({ from: Number(row[0]), to: Number(row[1]), cause: String(row[2]) }));
  if (missing && missing.from < to && now > from) {
    gaps.push({ from: missing.from, to: Math.max(now, missing.from), cause: missing.cause });
  }
  return gaps;
}
