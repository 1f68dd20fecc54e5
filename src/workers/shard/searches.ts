import type { EncodedCatalogue } from '../../protocol/catalogue-task.ts';
import type { Answer, SearchQuery } from '../../protocol/queries.ts';
import type { SearchParams } from './api-params.ts';
import { MAX_KEPT_SEARCHES } from './limits.ts';

/** Searches in the newest catalogue. What was searched is kept until the next one: many people type the same first letters. */
export class Searches {
  readonly #search: (query: SearchQuery) => Promise<Answer>;
  #catalogue: EncodedCatalogue | undefined;
  /** Bodies by limit and words, the one used longest ago first. */
  #kept = new Map<string, Uint8Array>();

  constructor(search: (query: SearchQuery) => Promise<Answer>) {
    this.#search = search;
  }

  set catalogue(catalogue: EncodedCatalogue) {
    if (catalogue.etag === this.#catalogue?.etag) return;
    this.#catalogue = catalogue;
    // (A search that is under way puts its answer into the old map.)
    this.#kept = new Map();
  }

  /** The answer's body; `undefined`: there is no catalogue yet. Rejects with what `search` rejects with. */
  async find({ q, limit }: SearchParams): Promise<Uint8Array | undefined> {
    const catalogue = this.#catalogue;
    if (!catalogue) return undefined;
    const kept = this.#kept;
    const key = `${limit} ${q}`;
    const bytes =
      kept.get(key) ?? (await this.#search({ catalogue: catalogue.identity, etag: catalogue.etag, q, limit })).bytes;
    kept.delete(key);
    kept.set(key, bytes);
    const [oldest] = kept.keys();
    if (kept.size > MAX_KEPT_SEARCHES && oldest !== undefined) kept.delete(oldest);
    return bytes;
  }
}
