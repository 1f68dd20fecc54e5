import { batch } from '@preact/signals';
import { formatPrice } from '../chart/formats.ts';
import type { Tape } from '../chart/tape.ts';
import * as state from './state.ts';

const TITLE_EVERY_MS = 1000;

let frame: number | undefined;
let titleTimer: number | undefined;

/** The chosen symbol's tape has changed: the numbers follow once in the next frame, however many trades came. */
export function onTrade(): void {
  if (titleTimer === undefined) {
    titleTimer = window.setTimeout(() => {
      titleTimer = undefined;
      writeTitle();
    }, TITLE_EVERY_MS);
  }
  if (frame !== undefined || document.hidden) return;
  frame = requestAnimationFrame(() => {
    frame = undefined;
    readLast();
  });
}

/** Reads everything anew: another symbol is shown. */
export function refresh(): void {
  readLast();
  writeTitle();
}

/** Starts what runs by the clock: while the page is shown, `now` ticks. */
export function startClock(): void {
  setInterval(() => {
    if (document.hidden) return;
    batch(() => {
      state.now.value = Date.now();
      readLast();
    });
  }, 1000);
}

function readLast(): void {
  const tape = state.tape.peek();
  const { last } = tape;
  const shown = state.last.peek();
  readDay(tape);
  if (!last) {
    state.last.value = undefined;
    return;
  }
  const { decimals } = tape;
  if (shown?.t !== last.t || shown.p !== last.p || shown.decimals !== decimals)
    state.last.value = { t: last.t, p: last.p, decimals };
}

/** The newest daily candle, where it is known. */
function readDay(tape: Tape): void {
  const newest = tape.series('1d')?.newest;
  const shown = state.day.peek();
  if (!newest?.close) {
    if (shown) state.day.value = undefined;
    return;
  }
  const { t: start, close } = newest;
  if (shown?.start !== start || shown.p !== close.p || shown.at !== close.t) {
    state.day.value = { start, p: close.p, at: close.t };
  }
}

function writeTitle(): void {
  const tape = state.tape.peek();
  const symbol = state.symbol.peek();
  const price = tape.last ? `${formatPrice(tape.last.p, tape.decimals)} ` : '';
  const title = `${price}${symbol} · Tickcast`;
  if (document.title !== title) document.title = title;
}
