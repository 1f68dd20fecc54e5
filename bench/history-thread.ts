// A thread that answers `/api/candles` as one of a shard's pool does, and says how long that took it, in ms.
// Usage: started by bench/history.ts.
import { parentPort } from 'node:worker_threads';
import type { CandleQuery } from '../src/protocol/queries.ts';
import { queryCandles } from '../src/workers/tasks/query-candles.ts';

parentPort?.on('message', (query: CandleQuery) => {
  const began = performance.now();
  queryCandles(query);
  parentPort?.postMessage(performance.now() - began);
});
