import { type CandleState, INTERVALS } from '../../protocol/candles.ts';
import type { Answer, CandleQuery, QueryResult } from '../../protocol/queries.ts';
import { type Market, marketOf } from '../../protocol/symbols.ts';
import { answerOf } from './answer.ts';
import { candleBody } from './candle-text.ts';
import { type CandleRange, coarseCandles, type FoundCandles } from './coarse-candles.ts';
import { fineCandles } from './fine-candles.ts';
import { MAX_TIME } from './limits.ts';
import { storedCandles } from './stored-candles.ts';
import { gapsWithin, lastPlace } from './tape-facts.ts';
import { readTape, type TapeFile } from './tape-file.ts';

/** Task: the body of `/api/candles`, see docs/API.md. Throws what SQLite throws. */
export function queryCandles(query: CandleQuery): QueryResult {
  return readTape(query.file, (tape) => candlesOf(tape, query));
}

function candlesOf(tape: TapeFile, query: CandleQuery): Answer {
  const { symbol, interval, now } = query;
  const head = { symbol, interval };
  const row = tape.reader.symbol(symbol);
  if (!row) return answerOf(JSON.stringify({ ...head, candles: [], gaps: [] }), 0);

  const range = { interval, from: query.from ?? 0, to: query.to ?? MAX_TIME, limit: query.limit };
  const { candles, tail, isCut } = find(tape, row.id, marketOf(symbol), range);
  // What was cut off is for another answer, its gaps too.
  const from = isCut ? (candles.at(-1)?.t ?? range.from) : range.from;
  const rest = JSON.stringify({
    gaps: gapsWithin(tape, row, { from, to: range.to }, now),
    through: lastPlace(tape, row.id),
    tail: tail && tailOf(tail),
    recordingSince: row.firstSeen,
  });
  const start = JSON.stringify(head);
  const bytes = candleBody(`${start.slice(0, -1)},"candles":[`, candles, `],${rest.slice(1)}`);
  return { bytes, count: candles.length };
}

function find(tape: TapeFile, symbolId: number, market: Market, range: CandleRange): FoundCandles {
  const { interval } = range;
  if (INTERVALS[interval] < INTERVALS['1m']) return fineCandles(tape, symbolId, market, range);
  const isStored = interval === '1m' || interval === '1d';
  return isStored ? storedCandles(tape, symbolId, range) : coarseCandles(tape, symbolId, range);
}

/** A state in JSON, which has no infinities. */
function tailOf(state: CandleState): object {
  const { high, low, ...others } = state;
  return { ...others, high: Number.isFinite(high) ? high : null, low: Number.isFinite(low) ? low : null };
}
