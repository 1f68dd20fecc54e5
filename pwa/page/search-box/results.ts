import type { CatalogueEntry } from '../../../src/protocol/catalogue.ts';
import { isSymbol, type Market, marketOf } from '../../../src/protocol/symbols.ts';
import { recent } from '../state.ts';
import type { Pick } from '../storage.ts';
import { engine, engineState } from './engine.ts';

/** A row of the list; `anyway`: the list of symbols lacks it, but it may be one. */
export interface SearchRow {
  readonly symbol: string;
  readonly description: string;
  readonly market: Market;
  readonly anyway: boolean;
}

export interface SearchResults {
  readonly rows: readonly SearchRow[];
  readonly heading: string;
}

/** What the list shows for `query`: recent picks when it is empty. Reads signals, so that it follows a catalogue that comes late. */
export function resultsFor(query: string): SearchResults {
  const letters = query.trim();
  if (letters === '') {
    return {
      rows: recent.value.map(rowOfPick),
      heading: recent.value.length > 0 ? 'Recent' : 'Type a symbol or a name',
    };
  }
  const found = engine.value?.search(letters) ?? [];
  const rows = found.map(rowOfEntry);
  const typed = letters.toUpperCase();
  const listed = engine.value?.find(typed) ?? engine.value?.find(letters);
  if (!listed && isSymbol(typed)) rows.push({ symbol: typed, description: '', market: marketOf(typed), anyway: true });
  const loading = engineState.value === 'loading';
  return { rows, heading: loading ? 'Loading the list of symbols…' : found.length > 0 ? '' : 'Nothing by that name' };
}

function rowOfPick({ symbol, description }: Pick): SearchRow {
  return { symbol, description, market: marketOf(symbol), anyway: false };
}

function rowOfEntry({ symbol, description, market }: CatalogueEntry): SearchRow {
  return { symbol, description, market, anyway: false };
}
