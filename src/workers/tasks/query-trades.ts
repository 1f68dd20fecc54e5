import type { Answer, Place, QueryResult, TradeQuery } from '../../protocol/queries.ts';
import type { SymbolRow } from '../../tape/reader.ts';
import { answerOf } from './answer.ts';
import { MAX_TIME } from './limits.ts';
import { type Row, readTape, type TapeFile } from './tape-file.ts';
import { gapsBetween, type Stop } from './trade-gaps.ts';
import { numbersWithin } from './trade-numbers.ts';

const EPOCHS = 'SELECT id, epoch FROM epochs WHERE epoch >= ? ORDER BY epoch';
const TRADES = `SELECT seq, t, p, v, c.c FROM trades JOIN conditions c ON c.id = trades.c
  WHERE symbol = ? AND epoch = ? AND seq > ? AND seq <= ? AND t >= ? AND t < ? ORDER BY seq LIMIT ?`;

const KEPT = `SELECT 1 FROM trades JOIN symbols s ON s.id = trades.symbol JOIN epochs e ON e.id = trades.epoch
  WHERE s.symbol = ? AND e.epoch = ? AND seq = ?`;

/** Task: the body of `/api/trades`, or one page of its CSV without the header, see docs/API.md. Throws what SQLite throws. */
export function queryTrades(query: TradeQuery): QueryResult {
  return readTape(query.file, (tape) => tradesOf(tape, query));
}

function tradesOf(tape: TapeFile, query: TradeQuery): Answer {
  const { symbol, format, after, isContinued } = query;
  if (isContinued && after && tape.rows(KEPT, symbol, after.epoch, after.seq).length === 0) {
    throw new Error('trades of this answer were deleted meanwhile');
  }
  const row = tape.reader.symbol(symbol);
  const { texts, last, isLast } = row ? page(tape, row, query) : NOTHING;
  const next = isLast ? undefined : last;
  if (format === 'csv') return answerOf(texts.join(''), texts.length, next);
  const end: Stop = next ?? 'end';
  const gaps = row ? gapsBetween(tape, row, query, end) : [];
  const rest = JSON.stringify({ gaps, next: next ? `${next.epoch}.${next.seq}` : null });
  return answerOf(
    `{"symbol":${JSON.stringify(symbol)},"trades":[${texts.join(',')}],${rest.slice(1)}`,
    texts.length,
    next,
  );
}

interface Page {
  readonly texts: readonly string[];
  /** The last trade of the page. */
  readonly last: Place | undefined;
  readonly isLast: boolean;
}
const NOTHING: Page = { texts: [], last: undefined, isLast: true };

function page(tape: TapeFile, { id }: SymbolRow, query: TradeQuery): Page {
  const { symbol, after, from = 0, to = MAX_TIME, limit, format } = query;
  const write = format === 'csv' ? csvWriter(symbol) : jsonText;
  const texts: string[] = [];
  let last: Place | undefined;
  for (const [epochId, epoch] of tape.rows(EPOCHS, after?.epoch ?? 0).map((row) => row.map(Number))) {
    if (epochId === undefined || epoch === undefined) continue;
    const numbers = numbersWithin(tape, id, epochId, query);
    const above = after?.epoch === epoch ? Math.max(after.seq, numbers.lo - 1) : numbers.lo - 1;
    // One more than wanted tells whether there is a page after this one.
    const wanted = limit - texts.length + 1;
    for (const row of tape.rows(TRADES, id, epochId, above, numbers.hi, from - epoch, to - epoch, wanted)) {
      if (texts.length === limit) return { texts, last, isLast: false };
      texts.push(write(epoch, row));
      last = { epoch, seq: Number(row[0]) };
    }
  }
  return { texts, last, isLast: true };
}

/** `c` is kept as the JSON it came as; an empty text: none came. */
function jsonText(epoch: number, [seq, t, p, v, c]: Row): string {
  const conditions = c === '' ? '' : `,"c":${c}`;
  return `{"epoch":${epoch},"seq":${seq},"t":${epoch + Number(t)},"p":${p},"v":${v}${conditions}}`;
}

function csvWriter(symbol: string): (epoch: number, row: Row) => string {
  // A symbol holds no quote, but it may hold a comma.
  const name = symbol.includes(',') ? `"${symbol}"` : symbol;
  return (epoch, [seq, t, p, v, c]) =>
    `${name},${epoch},${seq},${epoch + Number(t)},${p},${v},${csvField(String(c))}\n`;
}

function csvField(text: string): string {
  return /[",]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
