/**
 * Entry of the task pools' workers: each export is a task, chosen by piscina's `name` option. Tasks take and return plain
 * values and keep nothing between calls but the file they read and the index they search.
 */
import { giveWay } from './give-way.ts';
import { handingOver } from './hand-over.ts';
import { queryCandles as candles } from './query-candles.ts';
import { queryTrades as trades } from './query-trades.ts';

export { dailyClose } from './daily-close.ts';
export { loadCatalogue } from './load-catalogue.ts';
export { search } from './search.ts';
export { warmUp } from './warm-up.ts';

giveWay();

export const queryCandles = handingOver(candles);
export const queryTrades = handingOver(trades);
