import type { Place, TradeQuery } from '../../protocol/queries.ts';
import type { SymbolRow } from '../../tape/reader.ts';
import { MAX_TIME } from './limits.ts';
import { lastPlace } from './tape-facts.ts';
import type { TapeFile } from './tape-file.ts';

const GAPS = `SELECT e.epoch, seq, from_t, to_t, cause, to_seq FROM gaps JOIN epochs e ON e.id = gaps.epoch
  WHERE symbol = ? AND (e.epoch, seq) >= (?, ?) AND (e.epoch, seq) < (?, ?) AND to_t > ? AND from_t < ?
  ORDER BY e.epoch, seq, n`;

/** Where a page of trades ends: with this trade, or with the tape. */
export type Stop = Place | 'end';

/** A gap among trades: it stands after trade `afterSeq`; without `toSeq` the epoch ended meanwhile, or it has not ended yet. */
export interface TradeGap {
  readonly epoch: number;
  readonly afterSeq: number;
  readonly from: number;
  readonly to: number;
  readonly cause: string;
  readonly toSeq?: number;
}

/** The gaps that stand on a page. One that stands after its last trade is on the next page, if there is one. */
export function gapsBetween(
  tape: TapeFile,
  { id, missing }: SymbolRow,
  query: TradeQuery,
  stop: Stop,
): readonly TradeGap[] {
  const { after, from = 0, to = MAX_TIME, now } = query;
  const begin = after ?? { epoch: 0, seq: 0 };
  const end = stop === 'end' ? { epoch: MAX_TIME, seq: 0 } : stop;
  const gaps = tape
    .rows(GAPS, id, begin.epoch, begin.seq, end.epoch, end.seq, from, to)
    .map(([epoch, afterSeq, fromT, toT, cause, toSeq]): TradeGap => {
      const gap = { epoch: Number(epoch), afterSeq: Number(afterSeq), from: Number(fromT), to: Number(toT) };
      return { ...gap, cause: String(cause), ...(toSeq === null ? {} : { toSeq: Number(toSeq) }) };
    });
  if (stop === 'end' && missing && missing.from < to && now > from) {
    const { epoch, seq } = lastPlace(tape, id) ?? begin;
    gaps.push({ epoch, afterSeq: seq, from: missing.from, to: Math.max(now, missing.from), cause: missing.cause });
  }
  return gaps;
}
