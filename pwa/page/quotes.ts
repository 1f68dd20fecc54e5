import { loadQuote } from '../history/quote.ts';
import * as state from './state.ts';

/** A quote says what the day was like; prices come from the stream. */
const EVERY_MS = 5 * 60_000;
/** Finnhub may be asked only so often, by all together. */
const RETRY_AFTER_MS = 30_000;

let timer: number | undefined;
/** Whoever asked before the last call of `follow` is not to go on. */
let generation = 0;

/** Keeps the quote of the chosen symbol: its previous close, and the day's range. */
export function follow(symbol: string): void {
  clearTimeout(timer);
  state.quote.value = undefined;
  generation += 1;
  void ask(symbol, generation);
}

async function ask(symbol: string, asked: number): Promise<void> {
  const quote = await loadQuote(symbol);
  if (asked !== generation) return;
  if (quote) state.quote.value = quote;
  timer = window.setTimeout(() => void ask(symbol, asked), quote ? EVERY_MS : RETRY_AFTER_MS);
}
