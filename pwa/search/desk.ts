import { ensureNever } from '../../src/protocol/brand.ts';
import type { FeedKind } from '../../src/protocol/wire.ts';
import { SearchIndex } from '../../src/search/search-index.ts';
import { builtinAgainMs, chooseList, retryAfterMs, type ServerAnswer } from './choose-list.ts';
import type { KeptList } from './kept-list.ts';
import { CURRENT_MS, MAX_HITS, RETRIES } from './limits.ts';
import type { FindQuestion, ListFacts, SearchAnswer, SearchQuestion, SearchRequest, Standing } from './messages.ts';
import { type ParsedList, parseList } from './parse-list.ts';

/** What the desk needs of the world. */
export interface DeskTools {
  readonly post: (answer: SearchAnswer) => void;
  readonly fetchList: (etag: string | undefined) => Promise<ServerAnswer>;
  readonly readKept: (feed: FeedKind) => Promise<KeptList | undefined>;
  readonly keep: (feed: FeedKind, list: KeptList) => Promise<unknown>;
  /** ms on a clock that only rises. */
  readonly now: () => number;
  readonly wait: (ms: number) => Promise<void>;
}

/** The list that is searched. */
interface InUse {
  readonly feed: FeedKind;
  readonly index: SearchIndex;
  readonly facts: ListFacts;
  /** Under which the server knows it; empty: it did not say. */
  readonly etag: string;
}

/**
 * The search behind its messages, in a worker or, where there is none, on the page's own thread. Questions are answered
 * from the list in use until the next one is indexed, so they never wait for the network.
 */
export class SearchDesk {
  readonly #tools: DeskTools;
  #inUse: InUse | undefined;
  #loading: FeedKind | undefined;
  /** The server itself has no more than the built-in list. */
  #isMakeshift = false;
  /** How often it has been asked for a better one. */
  #makeshiftTries = 0;
  #isWaiting = false;
  #currentUntil = Number.NEGATIVE_INFINITY;

  constructor(tools: DeskTools) {
    this.#tools = tools;
  }

  handle(request: SearchRequest): void {
    switch (request.type) {
      case 'load':
        void this.#load(request.feed);
        return;
      case 'search':
        this.#search(request);
        return;
      case 'find':
        this.#find(request);
        return;
      default:
        ensureNever(request);
    }
  }

  #search({ n, query }: SearchQuestion): void {
    const index = this.#inUse?.index;
    const hits = index?.search(query, MAX_HITS) ?? [];
    const isListed = index?.find(query) !== undefined;
    this.#tools.post({ type: 'hits', n, hits, isListed });
  }

  #find({ n, symbol }: FindQuestion): void {
    const entry = this.#inUse?.index.find(symbol);
    this.#tools.post(entry ? { type: 'found', n, entry } : { type: 'found', n });
  }

  async #load(feed: FeedKind): Promise<void> {
    if (this.#loading === feed) return;
    if (this.#inUse?.feed === feed && this.#tools.now() < this.#currentUntil) return;
    this.#loading = feed;
    try {
      if (this.#inUse?.feed !== feed) await this.#useKept(feed);
      await this.#ask(feed);
    } finally {
      if (this.#loading === feed) this.#loading = undefined;
    }
    if (!this.#isMakeshift) this.#makeshiftTries = 0;
    if (!this.#isMakeshift || this.#isWaiting) return;
    this.#isWaiting = true;
    this.#makeshiftTries += 1;
    await this.#tools.wait(builtinAgainMs(this.#makeshiftTries));
    this.#isWaiting = false;
    if (this.#inUse?.feed === feed) void this.#load(feed);
  }

  async #useKept(feed: FeedKind): Promise<void> {
    this.#inUse = undefined;
    const kept = await this.#tools.readKept(feed);
    const list = kept && parseList(kept.text);
    if (kept && list && this.#loading === feed) this.#use(feed, list, kept, 'checking');
  }

  async #ask(feed: FeedKind): Promise<void> {
    for (let tries = 1; ; tries += 1) {
      const answer = await this.#tools.fetchList(this.#inUse?.etag || undefined);
      // The page has learned meanwhile that the server has another feed.
      if (this.#loading !== feed) return;
      this.#take(feed, answer);
      if (answer.type !== 'none' || answer.problem !== 'loading' || tries > RETRIES) return;
      await this.#tools.wait(retryAfterMs(tries));
      if (this.#loading !== feed) return;
    }
  }

  #take(feed: FeedKind, answer: ServerAnswer): void {
    const source = answer.type === 'list' ? answer.list.source : this.#inUse?.facts.source;
    this.#isMakeshift = answer.type !== 'none' && source === 'builtin';
    const choice = chooseList(this.#inUse?.facts.source, answer);
    switch (choice.use) {
      case 'none':
        this.#tools.post({ type: 'problem', problem: choice.problem });
        return;
      case 'kept':
        this.#isCurrent(choice.standing === 'confirmed');
        this.#judge(choice.standing, answer.type === 'same' ? answer.asOf || undefined : undefined);
        return;
      case 'new': {
        if (answer.type !== 'list') return;
        this.#use(feed, answer.list, answer, 'confirmed');
        this.#isCurrent(true);
        // Only what is of this feed: a server that was started anew with another one may have answered.
        if (choice.keep && answer.list.source === feed) {
          void this.#tools.keep(feed, { etag: answer.etag, asOf: answer.asOf, text: answer.text });
        }
        return;
      }
      default:
        ensureNever(choice);
    }
  }

  #isCurrent(yes: boolean): void {
    this.#currentUntil = yes && !this.#isMakeshift ? this.#tools.now() + CURRENT_MS : Number.NEGATIVE_INFINITY;
  }

  #use(
    feed: FeedKind,
    { source, entries }: ParsedList,
    { etag, asOf }: Pick<KeptList, 'etag' | 'asOf'>,
    standing: Standing,
  ): void {
    const index = new SearchIndex(entries);
    const facts: ListFacts = { source, asOf, size: index.size, standing };
    this.#inUse = { feed, index, facts, etag };
    this.#tools.post({ type: 'list', list: facts });
  }

  /** `asOf`: the server has fetched the list anew since, and found it the same. */
  #judge(standing: Standing, asOf = this.#inUse?.facts.asOf ?? 0): void {
    const before = this.#inUse;
    if (!before) return;
    const facts = { ...before.facts, asOf, standing };
    this.#inUse = { ...before, facts };
    this.#tools.post({ type: 'list', list: facts });
    if (asOf !== before.facts.asOf) void this.#keepAge(before.feed, before.etag, asOf);
  }

  async #keepAge(feed: FeedKind, etag: string, asOf: number): Promise<void> {
    const kept = await this.#tools.readKept(feed);
    if (kept?.etag === etag) await this.#tools.keep(feed, { ...kept, asOf });
  }
}
