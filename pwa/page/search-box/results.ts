import { isSymbol, marketOf } from '../../../src/protocol/symbols.ts';
import type { SearchHit } from '../../../src/search/search-index.ts';
import type { Found, ListState } from '../finder/finder.ts';
import type { Pick } from '../storage.ts';
import { aboutWords, amongWords, countWords, listWords, nothingWords, problemWords } from './words.ts';

type Marks = SearchHit['marks'];

/** A row of the list; `anyway`: the list of symbols lacks it, but it may be one. */
export interface SearchRow {
  readonly symbol: string;
  readonly description: string;
  /** Its market and kind. */
  readonly about: string;
  readonly marks: Marks;
  readonly anyway: boolean;
}

export interface SearchResults {
  readonly rows: readonly SearchRow[];
  /** Stands above the rows. */
  readonly heading: string;
  /** Of the list of symbols, below the rows. */
  readonly note: string;
  /** What a screen reader is told once the typing rests. */
  readonly said: string;
  /** The rows are for earlier letters: the answer to these is on its way. */
  readonly isPending: boolean;
}

export interface SearchView {
  readonly query: string;
  readonly list: ListState;
  readonly found: Found | undefined;
  readonly recent: readonly Pick[];
  /** ms since 1970 UTC. */
  readonly now: number;
}

const NO_MARKS: Marks = { symbol: [], description: [] };

/** What the panel shows for `query`: recent picks when it is empty. */
export function resultsFor(view: SearchView): SearchResults {
  const letters = view.query.trim();
  const note = noteOf(view);
  if (letters === '') {
    const rows = view.recent.map(rowOfPick);
    const heading = rows.length > 0 ? 'Recent' : 'Type a symbol or a name';
    return { rows, heading, note, said: '', isPending: false };
  }
  if (view.list.state !== 'ready') {
    const heading = view.list.state === 'missing' ? '' : 'Loading the list of symbols…';
    return { rows: anyway(letters), heading, note, said: heading || note, isPending: false };
  }
  const { found } = view;
  const rows = found?.hits.map(rowOfHit) ?? [];
  if (found?.query !== letters) return { rows, heading: '', note, said: '', isPending: true };
  const isNothing = rows.length === 0;
  if (!found.isListed) rows.push(...anyway(letters));
  if (!isNothing) return { rows, heading: '', note, said: countWords(found.hits.length), isPending: false };
  const heading = `${nothingWords(letters)} ${amongWords(view.list.facts)}`;
  return { rows, heading, note, said: nothingWords(letters), isPending: false };
}

function noteOf({ list, now }: SearchView): string {
  switch (list.state) {
    case 'ready':
      return listWords(list.facts, now);
    case 'missing':
      return problemWords(list.problem);
    default:
      return '';
  }
}

/** Finnhub may know what the list lacks: whatever can be a symbol may be watched, and its answer decides. */
function anyway(letters: string): SearchRow[] {
  const symbol = letters.toUpperCase();
  if (!isSymbol(symbol)) return [];
  return [{ symbol, description: '', about: 'Not in the list of symbols', marks: NO_MARKS, anyway: true }];
}

function rowOfPick({ symbol, description }: Pick): SearchRow {
  const about = aboutWords({ market: marketOf(symbol), type: venueOf(symbol) });
  return { symbol, description, about, marks: NO_MARKS, anyway: false };
}

/** Of a pick only the symbol is kept; of a pair it names the venue. */
function venueOf(symbol: string): string {
  return symbol.slice(0, Math.max(0, symbol.indexOf(':')));
}

function rowOfHit({ entry, marks }: SearchHit): SearchRow {
  return {
    symbol: entry.symbol,
    description: entry.description,
    about: aboutWords(entry),
    marks,
    anyway: false,
  };
}
