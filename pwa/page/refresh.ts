import { batch, effect } from '@preact/signals';
import { formatPrice } from '../chart/formats.ts';
import { summarize } from '../chart/tape.ts';
import * as state from './state.ts';

/** How often the window's first, lowest and highest price are looked up: they are for reading, not for watching. */
const SUMMARY_EVERY_MS = 500;
const TITLE_EVERY_MS = 1000;

let frame: number | undefined;
let summarizedAt = 0;
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
  frame = requestAnimationFrame((at) => {
    frame = undefined;
    readLast();
    if (at - summarizedAt >= SUMMARY_EVERY_MS) {
      summarizedAt = at;
      readSummary();
    }
  });
}

/** Reads everything anew: another symbol or another window is shown. */
export function refresh(): void {
  readLast();
  readSummary();
  writeTitle();
}

/** Starts what runs by the clock: while the page is shown, `now` ticks and the window's numbers move on with it. */
export function startClock(): void {
  setInterval(() => {
    if (document.hidden) return;
    batch(() => {
      state.now.value = Date.now();
      readLast();
      readSummary();
    });
  }, 1000);
  effect(() => {
    state.windowMs.value;
    readSummary();
  });
}

function readLast(): void {
  const tape = state.tape.peek();
  const { last } = tape;
  const shown = state.last.peek();
  if (!last) {
    state.last.value = undefined;
    return;
  }
  const { decimals } = tape;
  if (shown?.t !== last.t || shown.p !== last.p || shown.decimals !== decimals)
    state.last.value = { ...last, decimals };
}

function readSummary(): void {
  const tape = state.tape.peek();
  const edge = tape.clock.edge(state.serverNow());
  state.summary.value = summarize(tape.ring, edge - state.windowMs.peek());
}

function writeTitle(): void {
  const tape = state.tape.peek();
  const symbol = state.symbol.peek();
  const price = tape.last ? `${formatPrice(tape.last.p, tape.decimals)} ` : '';
  const title = `${price}${symbol} · Tickcast`;
  if (document.title !== title) document.title = title;
}
