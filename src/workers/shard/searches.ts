import type { EncodedCatalogue } from '../../protocol/catalogue-task.ts';
import type { Answer, SearchQuery } from '../../protocol/queries.ts';
import type { SearchParams } from './api-params.ts';
import { MAX_KEPT_SEARCHES } from './limits.ts';

/** What searches in a catalogue. */
export interface Searcher {
  search(query: SearchQuery): Promise<Answer>;
  /** Resolves when what `query` searches in can be searched without waiting for its index; rejects where that failed. */
  prepare(query: SearchQuery): Promise<void>;
}

/** Any search will do to have the index built. */
const PREPARED_BY = { q: 'a', limit: 1 };

/**
 * Searches in the newest catalogue whose index is ready, so that nobody waits for a new one. What was searched is kept until then: many
 * people type the same first letters.
 */
export class Searches {
  readonly #searcher: Searcher;
  #catalogue: EncodedCatalogue | undefined;
  #newest: EncodedCatalogue | undefined;
  /** Bodies by limit and words, the one used longest ago first. */
  #kept = new Map<string, Uint8Array>();

  constructor(searcher: Searcher) {
    this.#searcher = searcher;
  }

  /** Resolves when searches are in `catalogue` or in a newer one. Never rejects. */
  async take(catalogue: EncodedCatalogue): Promise<void> {
    if (catalogue.etag === this.#newest?.etag) return;
    this.#newest = catalogue;
    if (this.#catalogue) {
      try {
        await this.#searcher.prepare({ ...inside(catalogue), ...PREPARED_BY });
      } catch {
        // Whoever searches in it is told what is wrong with it, and the log with him.
      }
      if (catalogue !== this.#newest) return;
    }
    this.#catalogue = catalogue;
    // (A search that is under way puts its answer into the old map.)
    this.#kept = new Map();
  }

  /** The answer's body; `undefined`: there is no catalogue yet. Rejects with what the searcher rejects with. */
  async find({ q, limit }: SearchParams): Promise<Uint8Array | undefined> {
    if (!this.#catalogue) return undefined;
    const kept = this.#kept;
    const key = `${limit} ${q}`;
    const bytes = kept.get(key) ?? (await this.#searcher.search({ ...inside(this.#catalogue), q, limit })).bytes;
    kept.delete(key);
    kept.set(key, bytes);
    const [oldest] = kept.keys();
    if (kept.size > MAX_KEPT_SEARCHES && oldest !== undefined) kept.delete(oldest);
    return bytes;
  }
}

function inside({ identity, etag }: EncodedCatalogue): Pick<SearchQuery, 'catalogue' | 'etag'> {
  return { catalogue: identity, etag };
}
