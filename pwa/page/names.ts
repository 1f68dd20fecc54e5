import { effect } from '@preact/signals';
import { engine, loadEngine } from './search-box/engine.ts';
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
    const description = engine.value?.find(symbol.value)?.description;
    if (description) learnName(description);
    else if (!engine.value) timer = window.setTimeout(loadEngine, FETCH_AFTER_MS);
  });
}
