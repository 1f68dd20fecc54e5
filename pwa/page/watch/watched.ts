import { effect, signal } from '@preact/signals';
import { feed } from '../state.ts';
import { keepWatchlist, keptWatchlist, lastFeed, MAX_WATCHED, onKeptElsewhere, type Pick } from '../storage.ts';

/** The rows of the watchlist, in the reader's order. */
export const watched = signal<readonly Pick[]>([]);

export const isWatched = (symbol: string): boolean => watched.value.some((each) => each.symbol === symbol);

/** Puts `pick` at the end of the list, or takes it off it. */
export function toggleWatched(pick: Pick): void {
  const rest = watched.peek().filter(({ symbol }) => symbol !== pick.symbol);
  keep(rest.length < watched.peek().length ? rest : [...rest, pick].slice(-MAX_WATCHED));
}

export function keep(list: readonly Pick[]): void {
  watched.value = list;
  const known = feed.peek() ?? lastFeed();
  if (known) keepWatchlist(known, list);
}

/** Puts the row at `from` where that at `to` is. */
export function move(from: number, to: number): void {
  const list = [...watched.peek()];
  const [moved] = list.splice(from, 1);
  if (!moved || to < 0 || to > list.length) return;
  list.splice(to, 0, moved);
  keep(list);
}

/** Each feed has its own list, and every tab the same. */
export function startWatched(): void {
  const read = (): void => {
    watched.value = keptWatchlist(feed.value ?? lastFeed());
  };
  effect(read);
  onKeptElsewhere(read);
}
