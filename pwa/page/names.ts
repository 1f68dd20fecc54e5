import { effect } from '@preact/signals';
import { find, list, wake } from './finder/finder.ts';
import { learnName } from './session.ts';
import { name, place, symbol } from './state.ts';

/** A name may come late: the list of symbols is fetched for it only after the first prices are on the screen, or must wait. */
const FETCH_AFTER_MS = 2000;

/** Finds the chosen symbol's name in the list of symbols. */
export function startNames(): void {
  let timer: number | undefined;
  effect(() => {
    clearTimeout(timer);
    if (symbol.value === '' || name.value !== '') return;
    if (place.value.state !== 'served' && place.value.state !== 'waiting') return;
    if (list.value.state === 'ready') void learn(symbol.value);
    else if (list.value.state === 'none') timer = window.setTimeout(wake, FETCH_AFTER_MS);
  });
}

async function learn(wanted: string): Promise<void> {
  const entry = await find(wanted);
  // Another symbol may have been chosen meanwhile.
  if (entry && symbol.peek() === wanted && name.peek() === '') learnName(entry.description);
}
