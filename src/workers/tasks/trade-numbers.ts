import { INTERVALS } from '../../protocol/candles.ts';
import { MAX_TIME } from './limits.ts';
import type { TapeFile } from './tape-file.ts';

const MINUTE = INTERVALS['1m'];
const STORED = `FROM candles WHERE symbol = ? AND interval = ${MINUTE} AND epoch = ?`;
const WITHIN = `SELECT MIN(lo), MAX(hi) ${STORED} AND t >= ? AND t < ?`;

/** Numbers of one epoch, both included. */
export interface Numbers {
  readonly lo: number;
  readonly hi: number;
}

/**
 * Between which numbers of an epoch (its row's id) the trades of [`from`, `to`) lie, by the stored minutes; among them there
 * may be others.
 */
export function numbersWithin(
  tape: TapeFile,
  symbolId: number,
  epochId: number,
  { from, to }: { readonly from: number | undefined; readonly to: number | undefined },
): Numbers {
  if (from === undefined && to === undefined) return { lo: 1, hi: Number.MAX_SAFE_INTEGER };
  const begin = Math.floor((from ?? 0) / MINUTE) * MINUTE;
  const end = Math.ceil((to ?? MAX_TIME) / MINUTE) * MINUTE;
  const [within] = tape.rows(WITHIN, symbolId, epochId, begin, end);
  return { lo: Number(within?.[0] ?? Number.MAX_SAFE_INTEGER), hi: Number(within?.[1] ?? 0) };
}
