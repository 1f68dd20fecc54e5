import { type CatalogueEntry, type CatalogueSource, expandCatalogue, isSource } from '../../src/protocol/catalogue.ts';
import { isJsonObject, parseJson } from '../../src/protocol/json.ts';

/** A list of symbols, ready to be indexed. */
export interface ParsedList {
  readonly source: CatalogueSource;
  readonly entries: readonly CatalogueEntry[];
}

/** Reads what `/api/symbols` answers; `undefined` when it is no list. */
export function parseList(text: string): ParsedList | undefined {
  const value = parseJson(text);
  const entries = expandCatalogue(value);
  if (!entries || !isJsonObject(value) || !isSource(value.source)) return undefined;
  return { source: value.source, entries };
}
