import type { CatalogueEntry, CatalogueSource } from '../../src/protocol/catalogue.ts';
import type { FeedKind } from '../../src/protocol/wire.ts';
import type { SearchHit } from '../../src/search/search-index.ts';

/** Get the list of symbols, or look whether there is a newer one. Lists of the simulated feed are kept apart. */
export interface LoadRequest {
  readonly type: 'load';
  readonly feed: FeedKind;
}

/** Each question has a number, which its answer repeats. */
export interface SearchQuestion {
  readonly type: 'search';
  readonly n: number;
  readonly query: string;
}

export interface FindQuestion {
  readonly type: 'find';
  readonly n: number;
  readonly symbol: string;
}

/** What the page says to the search. */
export type SearchRequest = LoadRequest | SearchQuestion | FindQuestion;

/**
 * What is known of a list that is in use: `checking` a kept one while the server is asked, `confirmed` by the server just
 * now, `kept` where the server has no better one or cannot be reached.
 */
export type Standing = 'checking' | 'confirmed' | 'kept';

export interface ListFacts {
  readonly source: CatalogueSource;
  /** When it was fetched from Finnhub, ms since 1970 UTC; 0: built in. */
  readonly asOf: number;
  /** How many symbols it has. */
  readonly size: number;
  readonly standing: Standing;
}

/** Why there is no list. `loading`: the server is still getting it, and is asked again. */
export type ListProblem = 'loading' | 'unreachable' | 'unauthorized' | 'unreadable';

/** A list is in use from now on. */
export interface ListAnswer {
  readonly type: 'list';
  readonly list: ListFacts;
}

/** There is no list, not even a kept one. */
export interface ProblemAnswer {
  readonly type: 'problem';
  readonly problem: ListProblem;
}

export interface HitsAnswer {
  readonly type: 'hits';
  readonly n: number;
  /** The best first. */
  readonly hits: readonly SearchHit[];
  /** Whether what was typed is itself a symbol of the list. */
  readonly isListed: boolean;
}

export interface FoundAnswer {
  readonly type: 'found';
  readonly n: number;
  readonly entry?: CatalogueEntry;
}

/** What the search says to the page. */
export type SearchAnswer = ListAnswer | ProblemAnswer | HitsAnswer | FoundAnswer;
