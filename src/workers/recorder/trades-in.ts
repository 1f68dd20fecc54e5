import { batchRows, readBars, readFrame } from '../../protocol/batch.ts';
import { flagsOf } from '../../protocol/conditions.ts';
import type { FeedBatch } from '../../protocol/feed-messages.ts';
import { isFiniteNumber, isJsonObject, parseJson } from '../../protocol/json.ts';
import type { TradeEvent } from './rows.ts';

const decoder = new TextDecoder();

/**
 * The trades of a batch, with their numbers, out of the bytes that programs in Finnhub's framing get: they hold everything
 * as Finnhub sent it. `symbolOf` names the symbol of an id; throws where the bytes are no trades, since then a promise of
 * the upstream worker is broken.
 */
export function tradesOf(
  { bytes, index }: FeedBatch,
  epoch: number,
  symbolOf: (id: number) => string | undefined,
): TradeEvent[] {
  const trades: TradeEvent[] = [];
  for (let row = 0; row < batchRows(index); row += 1) {
    if (readBars(index, row)) continue;
    const { id, firstSeq, lastSeq, middle, end } = readFrame(index, row);
    const symbol = symbolOf(id);
    if (symbol === undefined) continue;
    const message = parseJson(decoder.decode(bytes.subarray(middle, end)));
    const data: unknown = isJsonObject(message) ? message.data : undefined;
    if (!Array.isArray(data) || data.length !== lastSeq - firstSeq + 1) throw new Error('a batch holds no trades');
    for (const [i, item] of (data as readonly unknown[]).entries()) {
      trades.push(tradeOf(item, symbol, epoch, firstSeq + i));
    }
  }
  return trades;
}

function tradeOf(item: unknown, symbol: string, epoch: number, seq: number): TradeEvent {
  if (!isJsonObject(item)) throw new Error('a batch holds something that is no trade');
  const { t, p, v, c } = item;
  if (!isFiniteNumber(t) || !isFiniteNumber(p) || !isFiniteNumber(v)) throw new Error('a trade lacks a number');
  const codes = Array.isArray(c) ? (c as readonly unknown[]).map(String) : undefined;
  return {
    kind: 'trade',
    symbol,
    epoch,
    seq,
    t,
    p,
    v,
    c: c === undefined ? '' : JSON.stringify(c),
    flags: flagsOf(codes),
  };
}
