import { client, streamedSymbol } from '../session.ts';
import * as state from '../state.ts';
import { rowOf } from '../watch/rows.ts';
import { watched } from '../watch/watched.ts';
import { keyOf } from './restore.ts';
import { type Snapshot, snapshotOf } from './snapshot.ts';
import { writeKept } from './store.ts';

/** A page that is shown may end without a word: what it has is kept so often, ms. */
const EVERY_MS = 10_000;

/** Keeps what the chart and the rows have, for when there is no server. */
export function startKeeping(): void {
  const keep = (): void => {
    // What stands still is as old as it was.
    if (state.link.peek().phase !== 'open' || state.asOf.peek() !== undefined) return;
    void writeKept('tapes', tapeNow());
    void writeKept('rows', rowsNow());
  };
  setInterval(() => {
    if (!document.hidden) keep();
  }, EVERY_MS);
  document.addEventListener('visibilitychange', () => {
    if (document.hidden) keep();
  });
  addEventListener('pagehide', keep);
}

function tapeNow(): ReadonlyMap<string, Snapshot> {
  const tape = state.tape.peek();
  const position = client.position(tape.symbol);
  const snapshot = streamedSymbol() === tape.symbol && position && snapshotOf(tape, position, state.serverNow());
  return new Map(snapshot ? [[keyOf(tape.symbol), snapshot]] : []);
}

function rowsNow(): ReadonlyMap<string, Snapshot> {
  const kept = new Map<string, Snapshot>();
  for (const { symbol } of watched.peek()) {
    const snapshot = rowOf(symbol).snapshot(state.serverNow());
    if (snapshot) kept.set(keyOf(symbol), snapshot);
  }
  return kept;
}
