import { signal } from '@preact/signals';
import type { Pick } from '../storage.ts';
import { keep, watched } from './watched.ts';

/** How long what was taken off the list can be put back. */
const UNDO_MS = 10_000;

/** The row that was taken off last, and where it was. */
export const removed = signal<{ readonly entry: Pick; readonly at: number } | undefined>(undefined);
let timer: number | undefined;

export function remove(symbol: string): void {
  const list = watched.peek();
  const at = list.findIndex((each) => each.symbol === symbol);
  const entry = list[at];
  if (!entry) return;
  keep(list.filter((each) => each !== entry));
  removed.value = { entry, at };
  clearTimeout(timer);
  timer = window.setTimeout(() => {
    removed.value = undefined;
  }, UNDO_MS);
}

export function undo(): void {
  const { value } = removed;
  removed.value = undefined;
  if (!value) return;
  const rest = watched.peek().filter(({ symbol }) => symbol !== value.entry.symbol);
  keep(rest.toSpliced(value.at, 0, value.entry));
}
