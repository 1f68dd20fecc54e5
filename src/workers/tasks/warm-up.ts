import type { WarmUp } from '../../protocol/queries.ts';
import { WARM_UP_CANDLES } from './limits.ts';
import { queryCandles } from './query-candles.ts';
import { readTape } from './tape-file.ts';

/** The symbol that was recorded first is likely to have the longest past. */
const A_SYMBOL = 'SELECT symbol FROM symbols ORDER BY id LIMIT 1';

/** Task: answers a long query for nobody, so that the next ones take less long. Throws what SQLite throws. */
export function warmUp({ file }: WarmUp): void {
  const symbol = readTape(file, (tape) => tape.rows(A_SYMBOL)[0]?.[0]);
  if (typeof symbol !== 'string') return;
  const everything = { from: undefined, to: undefined, limit: WARM_UP_CANDLES };
  queryCandles({ file, symbol, interval: '1m', ...everything, now: Date.now() });
}
