import { performance } from 'node:perf_hooks';
import Fuse, { type IFuseOptions } from 'fuse.js';
import type { CatalogueEntry } from '../../src/protocol/catalogue.ts';
import { SearchIndex } from '../../src/search/search-index.ts';
import type { Search } from './score.ts';

/** A search to compare, and how it is built from a catalogue. */
export interface Rival {
  readonly name: string;
  readonly build: (entries: readonly CatalogueEntry[]) => Search;
}

const KEYS = ['symbol', 'description'];
/**
 * The reference's own options, read in its `www/documents/js/tikka-client.js`: `{ threshold: "0", ignoreLocation: "true", keys:
 * ["value", "text"] }`, a row's symbol and description.
 */
const REFERENCE: IFuseOptions<CatalogueEntry> = { keys: KEYS, threshold: 0, ignoreLocation: true };

export const TICKCAST = 'Tickcast';
export const RIVALS: readonly Rival[] = [
  {
    name: TICKCAST,
    build: (entries) => {
      const index = new SearchIndex(entries);
      return (query, limit) => index.search(query, limit).map(({ entry }) => entry.symbol);
    },
  },
  { name: 'Fuse.js, default', build: (entries) => byFuse(entries, { keys: KEYS }) },
  { name: 'Fuse.js, reference', build: (entries) => byFuse(entries, REFERENCE) },
];

function byFuse(entries: readonly CatalogueEntry[], options: IFuseOptions<CatalogueEntry>): Search {
  const fuse = new Fuse(entries, options);
  return (query, limit) => fuse.search(query, { limit }).map(({ item }) => item.symbol);
}

/** Builds a search and says how long it took, ms. */
export function timedBuild({ build }: Rival, entries: readonly CatalogueEntry[]): { search: Search; ms: number } {
  const began = performance.now();
  const search = build(entries);
  return { search, ms: performance.now() - began };
}
