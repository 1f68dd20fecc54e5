import { remove } from './undo.ts';
import { move, watched } from './watched.ts';

/** Up and down go through the rows, with Alt they move one; Delete takes it off the list. */
export function onListKey(event: KeyboardEvent): void {
  const rows = [...(event.currentTarget as HTMLElement).querySelectorAll<HTMLElement>('.watch-row')];
  const at = rows.indexOf(event.target as HTMLElement);
  if (at < 0) return;
  const by = STEPS[event.key];
  if (by !== undefined) {
    event.preventDefault();
    if (!event.altKey) rows[at + by]?.focus();
    else if (rows[at + by]) {
      move(at, at + by);
      // The row is the same element in another place, which browsers take the focus from.
      requestAnimationFrame(() => rows[at]?.focus());
    }
  } else if (event.key === 'Delete' || event.key === 'Backspace') {
    event.preventDefault();
    const symbol = watched.peek()[at]?.symbol;
    if (symbol !== undefined) remove(symbol);
    requestAnimationFrame(() => (rows[at + 1] ?? rows[at - 1])?.focus());
  }
}

const STEPS: Readonly<Record<string, 1 | -1>> = { ArrowUp: -1, ArrowDown: 1 };
