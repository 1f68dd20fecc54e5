import { expandCatalogue } from '../../protocol/catalogue.ts';
import { parseJson } from '../../protocol/json.ts';
import type { Answer, SearchQuery } from '../../protocol/queries.ts';
import { SearchIndex } from '../../search/search-index.ts';
import { answerOf } from './answer.ts';

/** This thread's index, of the catalogue that was searched last. */
let kept: { readonly etag: string; readonly index: SearchIndex } | undefined;

/** Task: the body of `/api/search`, see docs/API.md. The first search in a new catalogue takes the time to build its index. */
export function search({ catalogue, etag, q, limit }: SearchQuery): Answer {
  if (kept?.etag !== etag) kept = { etag, index: new SearchIndex(entriesOf(catalogue)) };
  const results = kept.index.search(q, limit).map(({ entry: { symbol, description, market, type, delisted } }) => ({
    symbol,
    description,
    market,
    type,
    ...(delisted ? { delisted } : {}),
  }));
  return answerOf(JSON.stringify({ results }), results.length);
}

function entriesOf(catalogue: Uint8Array) {
  // (`TextDecoder` does not take bytes in shared memory.)
  const entries = expandCatalogue(parseJson(Buffer.from(catalogue).toString()));
  if (!entries) throw new Error('the catalogue could not be read');
  return entries;
}
