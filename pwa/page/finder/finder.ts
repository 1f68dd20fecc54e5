import { computed, effect, signal } from '@preact/signals';
import { ensureNever } from '../../../src/protocol/brand.ts';
import type { CatalogueEntry } from '../../../src/protocol/catalogue.ts';
import type { FeedKind } from '../../../src/protocol/wire.ts';
import type { SearchHit } from '../../../src/search/search-index.ts';
import type { ListFacts, ListProblem, SearchAnswer } from '../../search/messages.ts';
import { feed, link } from '../state.ts';
import { lastFeed } from '../storage.ts';
import { type Asked, Keystrokes } from './keystrokes.ts';
import { startHere, startWorker, type Thread } from './thread.ts';

/** Whether there is a list of symbols to search. */
export type ListState =
  | { readonly state: 'none' }
  | { readonly state: 'fetching' }
  | { readonly state: 'ready'; readonly facts: ListFacts }
  | { readonly state: 'missing'; readonly problem: ListProblem };

/** What was found for `query`, which may be older than what stands in the field now. */
export interface Found {
  readonly query: string;
  readonly hits: readonly SearchHit[];
  /** Whether the query is itself a symbol of the list. */
  readonly isListed: boolean;
}

export const list = signal<ListState>({ state: 'none' });
export const found = signal<Found | undefined>(undefined);

const keystrokes = new Keystrokes();
const finds = new Map<number, (entry: CatalogueEntry | undefined) => void>();
let lastFind = 0;
let thread: Thread | undefined;
/** Which feed's list was asked for last. */
let loadedFor: FeedKind | undefined;
/** A browser that has no worker for the page will have none later either. */
let hasWorkers = true;
let isStarting = false;
let query = '';

/** Fetches the search and its list when they are first needed; later looks whether there is a newer list. */
export function wake(): void {
  if (list.peek().state === 'none' || list.peek().state === 'missing') list.value = { state: 'fetching' };
  if (thread) load(thread);
  else void start();
}

/** Asks for what matches `wanted`; the answer is in `found`. Without a list the answer comes once there is one. */
export function ask(wanted: string): void {
  query = wanted;
  if (wanted !== '' && list.peek().state === 'ready') send(keystrokes.type(wanted));
}

/** The entry of `symbol`, where the list has it. */
export function find(symbol: string): Promise<CatalogueEntry | undefined> {
  if (!thread) return Promise.resolve(undefined);
  lastFind += 1;
  const n = lastFind;
  thread.post({ type: 'find', n, symbol });
  return new Promise((resolve) => finds.set(n, resolve));
}

async function start(): Promise<void> {
  if (isStarting) return;
  isStarting = true;
  thread = hasWorkers ? startWorker(take, giveUpWorkers) : undefined;
  if (!thread) {
    hasWorkers = false;
    try {
      thread = await startHere(take);
    } catch {
      // Most likely the server is down: the next try begins with a worker again.
      hasWorkers = true;
      list.value = { state: 'missing', problem: 'unreachable' };
    }
  }
  isStarting = false;
  if (thread) load(thread);
}

function giveUpWorkers(): void {
  thread = undefined;
  hasWorkers = false;
  keystrokes.forget();
  for (const resolve of finds.values()) resolve(undefined);
  finds.clear();
  void start();
}

function load(to: Thread): void {
  const known = feed.peek() ?? lastFeed();
  // As soon as it is known, it is asked for.
  if (!known) return;
  loadedFor = known;
  to.post({ type: 'load', feed: known });
}

function send(asked: Asked | undefined): void {
  if (asked) thread?.post({ type: 'search', ...asked });
}

function take(answer: SearchAnswer): void {
  switch (answer.type) {
    case 'list':
      list.value = { state: 'ready', facts: answer.list };
      // What stands in the field is searched anew in the new list.
      ask(query);
      return;
    case 'problem':
      list.value = { state: 'missing', problem: answer.problem };
      return;
    case 'hits': {
      const answered = keystrokes.answered(answer.n);
      if (answered.query !== undefined && answered.query === query) {
        found.value = { query, hits: answer.hits, isListed: answer.isListed };
      }
      send(answered.next);
      return;
    }
    case 'found':
      finds.get(answer.n)?.(answer.entry);
      finds.delete(answer.n);
      return;
    default:
      ensureNever(answer);
  }
}

const isConnected = computed(() => link.value.phase === 'open');

/** A list that could not be had, or not be confirmed, is asked for again when the server is back; another feed has another list. */
export function startFinder(): void {
  effect(() => {
    if (!isConnected.value) return;
    const isWanted = loadedFor !== undefined || list.peek().state === 'fetching';
    const isOther = feed.value !== undefined && isWanted && feed.value !== loadedFor;
    if (isOther) list.value = { state: 'fetching' };
    if (isOther || isLacking()) wake();
  });
}

function isLacking(): boolean {
  const known = list.peek();
  return known.state === 'missing' || (known.state === 'ready' && known.facts.standing === 'kept');
}
