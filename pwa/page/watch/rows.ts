import type { FeedNote } from '../../feed/subscriptions.ts';
import { loadCandles } from '../../history/loader.ts';
import { loadQuote } from '../../history/quote.ts';
import { readSnapshot } from '../kept/restore.ts';
import { Row } from './row.ts';

/** Candles and quotes of rows are asked for one row after the other: so far apart, ms. */
const STEP_MS = 150;
/** A quote says what the day before was like; how many are asked is everybody's budget. */
const QUOTE_EVERY_MS = 10 * 60_000;
/** Where it could not be had. */
const QUOTE_AGAIN_MS = 30_000;

const rows = new Map<string, Row>();
const due = new Set<Row>();
const quoteAt = new Map<string, number>();
const lined = new Set<string>();
const restored = new Set<string>();

/** What is known of `symbol`; it stays as long as the page is open. */
export function rowOf(symbol: string): Row {
  const known = rows.get(symbol);
  if (known) return known;
  const made = new Row(symbol);
  rows.set(symbol, made);
  return made;
}

/** Nothing comes of `symbol` any more. */
export function leave(symbol: string): void {
  const row = rows.get(symbol);
  if (row) row.place.value = { state: 'asking' };
}

/** However many prices come, a row is written once a frame, and not at all out of sight. */
export function hear(note: FeedNote): void {
  const row = 'symbol' in note ? rows.get(note.symbol) : undefined;
  if (!row?.hear(note)) return;
  if (due.size === 0) requestAnimationFrame(showDue);
  due.add(row);
}

function showDue(): void {
  for (const each of due) each.show();
  due.clear();
}

/** Shows what an earlier visit has kept of rows that have nothing yet. */
export async function restoreRows(symbols: readonly string[]): Promise<void> {
  for (const symbol of symbols) {
    if (restored.has(symbol)) continue;
    restored.add(symbol);
    const kept = await readSnapshot('rows', symbol);
    if (kept) rowOf(symbol).restore(kept);
  }
}

/** The line and the quote of each row that has none, or an old one. Ends when `isOver` says so. */
export async function supply(symbols: readonly string[], isOver: () => boolean): Promise<void> {
  for (const symbol of symbols) {
    const row = rowOf(symbol);
    const now = performance.now();
    const wantsLine = !lined.has(symbol);
    const wantsQuote = (quoteAt.get(symbol) ?? 0) <= now;
    if (!wantsLine && !wantsQuote) continue;
    await Promise.all([wantsLine && line(row), wantsQuote && quote(row, now)]);
    await new Promise((resolve) => setTimeout(resolve, STEP_MS));
    if (isOver()) return;
  }
}

/** The lines have a hole: they are to be fetched again. */
export function breakLines(): void {
  lined.clear();
}

async function line(row: Row): Promise<void> {
  const day = await loadCandles(row.symbol, '5m', 288);
  if (!day) return;
  row.adopt(day);
  if (row.isShort) {
    const young = await loadCandles(row.symbol, '5s', 240);
    if (young) row.adopt(young);
  }
  lined.add(row.symbol);
}

async function quote(row: Row, now: number): Promise<void> {
  const found = await loadQuote(row.symbol);
  quoteAt.set(row.symbol, now + (found ? QUOTE_EVERY_MS : QUOTE_AGAIN_MS));
  if (found) row.quote.value = found;
}
