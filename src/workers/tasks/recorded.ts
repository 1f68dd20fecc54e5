import { readTape } from './tape-file.ts';

/** Symbols are also there that were only ever asked for. */
const WITH_HISTORY = `SELECT symbol FROM symbols s
  WHERE EXISTS (SELECT 1 FROM candles WHERE symbol = s.id) OR EXISTS (SELECT 1 FROM trades WHERE symbol = s.id)`;

/** Every symbol that the tape has history of. Throws what SQLite throws. */
export function recordedSymbols(tape: string): ReadonlySet<string> {
  return new Set(readTape(tape, (file) => file.rows(WITH_HISTORY).map(([symbol]) => String(symbol))));
}
