import { performance } from 'node:perf_hooks';
import type { Labelled, LabelledSet } from './labelled.ts';

/** How many results a search gives: what is looked at below, and the page's list. */
export const RESULTS = 10;

/** The symbols that a search finds, best first. */
export type Search = (query: string, limit: number) => readonly string[];

/** How far down the list the right symbol may stand, by kind: issue 4's "Done when". */
export function placesOf(kind: string): number {
  if (kind === 'symbol in full') return 1;
  return kind === 'bare pair' || kind === 'everyday' ? 3 : RESULTS;
}

export interface Score {
  readonly kind: string;
  readonly asked: number;
  readonly found: number;
  /** What was not found, to look at. */
  readonly missed: readonly Labelled[];
}

export function score(set: LabelledSet, search: Search): Score[] {
  return Object.entries(set).map(([kind, queries]) => {
    const missed = queries.filter(([query, ...expected]) => {
      const found = search(query, RESULTS).slice(0, placesOf(kind));
      return !expected.some((symbol) => found.includes(symbol));
    });
    return { kind, asked: queries.length, found: queries.length - missed.length, missed };
  });
}

/** Every beginning of every query, as typing makes them. */
export function keystrokes(set: LabelledSet): string[] {
  const queries = Object.values(set).flatMap((each) => each.map(([query]) => query));
  return queries.flatMap((query) => Array.from(query, (_, i) => query.slice(0, i + 1)));
}

/** How long each query takes, ascending, ms. Asked for in an order in which people would type them. */
export function timings(queries: readonly string[], search: Search): number[] {
  const times = queries.map((query) => {
    const began = performance.now();
    search(query, RESULTS);
    return performance.now() - began;
  });
  return times.sort((a, b) => a - b);
}
