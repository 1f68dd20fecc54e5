import { computed, effect, signal, untracked } from '@preact/signals';
import type { Rate } from '../../../src/protocol/wire.ts';
import { alertSymbols } from '../alerts/alerts.ts';
import { attach, BESIDE, client } from '../session.ts';
import * as state from '../state.ts';
import { breakLines, hear as hearRow, leave, restoreRows, rowOf, supply } from './rows.ts';
import { type Given, type RowPlace, wantsOf } from './wants.ts';
import { watched } from './watched.ts';

/** A page that nobody has looked at for so long gives its slots back. */
const AWAY_AFTER_MS = 5 * 60_000;
/** How often it is looked whether a row lacks something. */
const LOOK_EVERY_MS = 10_000;

/** Nobody has looked at the page for minutes: what needs no slot is all it has. */
export const isAway = signal(false);
/** The rows that have given their slots up for the chart. */
const given = signal<Given>(new Map());
const rows = computed(() => watched.value.map(({ symbol }) => symbol));

/** Follows the watchlist, and what somebody wants to be told of, beside the chart, until the page is closed. */
export function startFollowing(hear: Parameters<typeof attach>[0]['hear']): void {
  effect(() => {
    attach({
      rows: new Set(rows.value),
      alerts: alertSymbols.value,
      hear(note) {
        hearRow(note);
        hear(note);
      },
    });
  });
  followWants();
  followSight();
  followNeeds();
}

function followWants(): void {
  let before: ReadonlyMap<string, Rate> = new Map();
  let wasAway = false;
  effect(() => {
    const place = state.place.value;
    const wants = wantsOf({
      selected: state.symbol.value,
      rows: rows.value,
      alerts: [...alertSymbols.value],
      isAway: isAway.value,
      chartWaits: place.state === 'waiting' ? place.position : 0,
      limit: state.slotLimit.value,
      places: places.value,
      given: given.peek(),
    });
    given.value = wants.given;
    const selected = state.symbol.peek();
    for (const symbol of before.keys()) {
      if (wants.rates.has(symbol)) continue;
      // The chart goes on where it was left, whatever it missed.
      if (symbol === selected) client.leave(symbol);
      else drop(symbol);
    }
    for (const symbol of wants.rates.keys()) {
      if (before.has(symbol)) continue;
      // Its stream is begun by whoever chose it.
      if (symbol !== selected) client.restart(symbol, undefined, BESIDE);
      else if (wasAway) client.watch(symbol);
    }
    wasAway = isAway.peek();
    before = wants.rates;
  });
}
function drop(symbol: string): void {
  client.leave(symbol);
  client.skip(symbol);
  leave(symbol);
}

const places = computed(() => {
  const known = new Map<string, RowPlace>();
  for (const symbol of rows.value) {
    const { value } = rowOf(symbol).place;
    if (value.state === 'served' || value.state === 'waiting') known.set(symbol, value);
  }
  return known;
});

function followSight(): void {
  let timer: number | undefined;
  const look = (): void => {
    clearTimeout(timer);
    if (document.hidden) {
      timer = window.setTimeout(() => {
        isAway.value = true;
      }, AWAY_AFTER_MS);
      return;
    }
    if (isAway.peek()) breakLines();
    isAway.value = false;
  };
  document.addEventListener('visibilitychange', look);
  look();
}

/** Lines and quotes come when the stream is there; a line that a lost connection has broken comes anew. */
function followNeeds(): void {
  let run = 0;
  const look = (): void => {
    if (document.hidden || state.link.peek().phase !== 'open') return;
    run += 1;
    const mine = run;
    void supply(rows.peek(), () => mine !== run);
  };
  effect(() => {
    const isOpen = state.link.value.phase === 'open';
    void restoreRows(rows.value);
    if (!isOpen) breakLines();
    untracked(look);
  });
  setInterval(look, LOOK_EVERY_MS);
}
