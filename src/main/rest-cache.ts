import { callFinnhub, RestError } from '../runtime/finnhub-rest.ts';
import { MAX_REST_BYTES, REST_TIMEOUT_MS } from './limits.ts';
import type { RestBudget } from './rest-budget.ts';

/** A value and when it was fetched, ms since 1970 UTC. */
export interface Fetched<T> {
  readonly value: T;
  readonly asOf: number;
}

/** The budget is spent: ask again in `waitMs`. */
export class OverBudget extends Error {
  readonly waitMs: number;

  constructor(waitMs: number) {
    super('the budget of calls to Finnhub is spent');
    this.waitMs = waitMs;
  }
}

export interface RestSource {
  readonly restUrl: string;
  readonly key: string;
  /** How long one call may take. */
  readonly timeoutMs?: number;
}

/** Answers of one kind of call, each kept for a while; whoever asks meanwhile shares the call that is under way. */
export class RestCache<T> {
  readonly #source: RestSource;
  readonly #budget: RestBudget;
  readonly #parse: (value: unknown) => T | undefined;
  readonly #maxAgeMs: number;
  readonly #maxEntries: number;
  readonly #kept = new Map<string, Fetched<T>>();
  readonly #underWay = new Map<string, Promise<Fetched<T>>>();

  constructor(
    source: RestSource,
    budget: RestBudget,
    parse: (value: unknown) => T | undefined,
    { maxAgeMs, maxEntries }: { readonly maxAgeMs: number; readonly maxEntries: number },
  ) {
    this.#source = source;
    this.#budget = budget;
    this.#parse = parse;
    this.#maxAgeMs = maxAgeMs;
    this.#maxEntries = maxEntries;
  }

  /** Rejects with `OverBudget` or `RestError` where nothing is kept; what is old is better than nothing. */
  async get(path: string, now: number): Promise<Fetched<T>> {
    const kept = this.#kept.get(path);
    if (kept && now - kept.asOf < this.#maxAgeMs) return kept;
    try {
      return await (this.#underWay.get(path) ?? this.#call(path, now));
    } catch (error) {
      if (kept && (error instanceof OverBudget || error instanceof RestError)) return kept;
      throw error;
    }
  }

  #call(path: string, now: number): Promise<Fetched<T>> {
    const waitMs = this.#budget.take(now);
    if (waitMs > 0) return Promise.reject(new OverBudget(waitMs));
    const call = this.#fetch(path, now).finally(() => this.#underWay.delete(path));
    this.#underWay.set(path, call);
    return call;
  }

  async #fetch(path: string, now: number): Promise<Fetched<T>> {
    let answer: unknown;
    try {
      answer = await callFinnhub({ timeoutMs: REST_TIMEOUT_MS, ...this.#source, path, maxBytes: MAX_REST_BYTES });
    } catch (error) {
      if (error instanceof RestError && error.status === 429) this.#budget.exhausted(now);
      throw error;
    }
    const value = this.#parse(answer);
    if (value === undefined) throw new RestError('the answer could not be read');
    const fetched = { value, asOf: now };
    // The one fetched longest ago goes first.
    this.#kept.delete(path);
    this.#kept.set(path, fetched);
    const [oldest] = this.#kept.keys();
    if (this.#kept.size > this.#maxEntries && oldest !== undefined) this.#kept.delete(oldest);
    return fetched;
  }
}
