import type { Tape } from '../../chart/tape.ts';
import { feed } from '../state.ts';
import { lastFeed } from '../storage.ts';
import { decodeSnapshot, restore, type Snapshot } from './snapshot.ts';
import { readKept, type StoreName } from './store.ts';

export const keyOf = (symbol: string): string => `${feed.peek() ?? lastFeed()} ${symbol}`;

export async function readSnapshot(store: StoreName, symbol: string): Promise<Snapshot | undefined> {
  return decodeSnapshot(await readKept(store, keyOf(symbol)));
}

/** Puts what was kept of its symbol onto `tape`, unless `isLate` says that something newer has come; what it was. */
export async function restoreTape(tape: Tape, isLate: () => boolean): Promise<Snapshot | undefined> {
  const kept = (await readSnapshot('tapes', tape.symbol)) ?? (await readSnapshot('rows', tape.symbol));
  if (!kept || isLate()) return undefined;
  restore(tape, kept);
  return kept;
}
