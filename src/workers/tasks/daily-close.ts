import { INTERVALS } from '../../protocol/candles.ts';
import type { DailyClose, DailyCloseQuery } from '../../protocol/queries.ts';
import { mergeRows, newestRows } from './candle-rows.ts';
import { type Row, readTape } from './tape-file.ts';

/** Task: the last stored daily close that begins in [`from`, `to`); `undefined` where there is none. */
export function dailyClose({ file, symbol, from, to }: DailyCloseQuery): DailyClose | undefined {
  return readTape(file, (tape) => {
    const row = tape.reader.symbol(symbol);
    if (!row) return undefined;
    const rows: Row[] = [];
    for (const each of newestRows(tape, { symbolId: row.id, interval: INTERVALS['1d'], from, to }, 16)) {
      if (rows[0] && rows[0][0] !== each[0]) break;
      rows.push(each);
    }
    const t = Number(rows[0]?.[0]);
    const close = mergeRows(t, rows, (id) => tape.epochOf(id)).close?.p;
    return close === undefined ? undefined : { t, close };
  });
}
