import Fuse from 'fuse.js/min-basic';
import { type CatalogueEntry, expandCatalogue } from '../../src/protocol/catalogue.ts';
import { indexEntries, mergeMatches, rank } from './rank.ts';

/** Rows in the list: what fits on a phone above its keyboard, and a little to scroll. */
const LIMIT = 12;
/** Shorter queries match half of the catalogue when spelling may be wrong. */
const FUZZY_FROM_LETTERS = 3;
/** How far off a fuzzy match may be: 0 exact, 1 anything. */
const FUZZY_THRESHOLD = 0.3;

export interface SearchEngine {
  search(query: string): CatalogueEntry[];
  find(symbol: string): CatalogueEntry | undefined;
}

/** A server that has just started is still loading the catalogue itself. */
const HTTP_UNAVAILABLE = 503;
const TRIES = 5;
const TRY_AGAIN_AFTER_MS = 1000;

/** Fetches the catalogue. Rejects when it cannot be had. */
export async function loadSearch(): Promise<SearchEngine> {
  const response = await fetchCatalogue(TRIES);
  if (!response.ok) throw new Error(`the catalogue answered ${response.status}`);
  const entries = expandCatalogue(await response.json());
  if (!entries) throw new Error('the catalogue could not be read');
  return createSearch(entries);
}

async function fetchCatalogue(tries: number): Promise<Response> {
  const response = await fetch('/api/symbols');
  if (response.status !== HTTP_UNAVAILABLE || tries <= 1) return response;
  await new Promise((resolve) => setTimeout(resolve, TRY_AGAIN_AFTER_MS));
  return fetchCatalogue(tries - 1);
}

export function createSearch(entries: readonly CatalogueEntry[]): SearchEngine {
  const indexed = indexEntries(entries);
  const bySymbol = new Map(entries.map((entry) => [entry.symbol, entry]));
  let fuse: Fuse<CatalogueEntry> | undefined;
  return {
    search(query) {
      const matches = rank(indexed, query, LIMIT);
      const letters = query.trim();
      if (matches.length >= LIMIT || letters.length < FUZZY_FROM_LETTERS) return matches;
      // Built at the first query that needs it: indexing tens of thousands of names takes a moment.
      fuse ??= new Fuse(entries, {
        keys: [
          { name: 'symbol', weight: 1 },
          { name: 'description', weight: 2 },
        ],
        threshold: FUZZY_THRESHOLD,
        ignoreLocation: true,
      });
      const fuzzy = fuse.search(letters, { limit: LIMIT }).map((result) => result.item);
      return mergeMatches(matches, fuzzy, LIMIT);
    },
    find: (symbol) => bySymbol.get(symbol),
  };
}
