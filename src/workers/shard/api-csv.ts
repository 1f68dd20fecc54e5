import { setTimeout as wait } from 'node:timers/promises';
import type { QueryResult, TradeQuery } from '../../protocol/queries.ts';
import { CSV_BUSY_MS, CSV_ROWS_AT_ONCE } from './limits.ts';
import { PoolBusy, type QueryPool } from './query-pool.ts';
import type { Reply } from './reply.ts';

const CSV_HEADER = 'symbol,epoch,seq,t_ms,price,volume,conditions\n';
const CSV_TYPE = 'text/csv; charset=utf-8; header=present';

/** Sends trades as CSV, a page at a time and the next one only when the client has taken the last; `false`: there is no file. */
export async function sendCsv(
  reply: Reply,
  pool: QueryPool,
  query: TradeQuery,
  limit = Number.MAX_SAFE_INTEGER,
): Promise<boolean> {
  const pageOf = (left: number, more: Partial<TradeQuery>): Promise<QueryResult> =>
    pool.trades({ ...query, ...more, limit: Math.min(left, CSV_ROWS_AT_ONCE) });

  let page = await pageOf(limit, {});
  if (!page) return false;
  const begun = reply.begin('200 OK', CSV_TYPE, [['Content-Disposition', `attachment; filename="${fileName(query)}"`]]);
  if (!begun) return true;
  try {
    await reply.write(CSV_HEADER);
    for (let left = limit; ; ) {
      if (!(await reply.write(page.bytes))) return true;
      left -= page.count;
      const { next } = page;
      if (!next || left <= 0) break;
      page = await patiently(() => pageOf(left, { after: next, isContinued: true }));
      if (!page) throw new Error('the tape is gone');
    }
    reply.finish();
  } catch (error) {
    // An end that is cut off is seen by the client; a whole one would be believed.
    reply.cutOff();
    throw error;
  }
  return true;
}

/** A download that has begun waits where a new request is sent away. */
async function patiently(ask: () => Promise<QueryResult>): Promise<QueryResult> {
  for (;;) {
    try {
      return await ask();
    } catch (error) {
      if (!(error instanceof PoolBusy)) throw error;
      await wait(CSV_BUSY_MS);
    }
  }
}

/** A name that every file system takes and no header is broken by. */
function fileName({ symbol }: TradeQuery): string {
  return `tickcast-${symbol.replaceAll(/[^A-Za-z0-9.-]/g, '_')}.csv`;
}
