import { batch } from '@preact/signals';
import { ensureNever } from '../../src/protocol/brand.ts';
import type { FeedKind, Rate, Since } from '../../src/protocol/wire.ts';
import type { Tape } from '../chart/tape.ts';
import { FeedClient } from '../feed/client.ts';
import type { FeedNote } from '../feed/subscriptions.ts';
import { addressOf, recentInAddress, symbolInAddress } from './address.ts';
import { begin } from './past.ts';
import { follow as followQuote } from './quotes.ts';
import { RANGES } from './ranges.ts';
import { onTrade, refresh } from './refresh.ts';
import * as state from './state.ts';
import { lastFeed, lastKind, recentPicks, rememberFeed, rememberPick } from './storage.ts';
import { Tapes } from './tapes.ts';

const FIRST_SYMBOL = 'BINANCE:BTCUSDT';
const FIRST_NAME = 'Bitcoin / Tether';
/** What the line says where it is not known how long trades were missed. */
const BROKEN_LABEL = 'Trades missed';
/** Of what is followed beside the chart. */
export const BESIDE: Rate = '1hz';

/** How far the tapes that are kept go, but for the one on show. */
const left = new Map<string, Since>();
const tapes = new Tapes((symbol) => left.delete(symbol));
/** The symbol of which every trade goes onto its tape: not one of which there are only bars still. */
let streamed = '';

export const streamedSymbol = (): string => streamed;

/** What is followed beside the chart; all of it at a lower rate. */
export interface Beside {
  /** Of these only the present is wanted. */
  readonly rows: ReadonlySet<string>;
  /** Of these nothing may be missed. */
  readonly alerts: ReadonlySet<string>;
  readonly hear: (note: FeedNote) => void;
}
let beside: Beside | undefined;

export const client = new FeedClient(socketUrl(location), {
  link(link) {
    batch(() => {
      state.now.value = Date.now();
      state.link.value = link;
      if (link.phase === 'open') skipRows();
      if (link.phase !== 'open' && state.place.peek().state !== 'refused') state.place.value = { state: 'asking' };
      markInterruption();
    });
  },
  note: (note) => batch(() => take(note)),
});

/** Opens the connection and shows the symbol of the address, or else the one viewed last. */
export function start(): void {
  const feed = lastFeed();
  state.closes.value = feed !== 'simulated';
  state.recent.value = recentPicks(feed);
  state.online.value = navigator.onLine;
  state.kind.value = lastKind();
  show(symbolInAddress(location.search) ?? lastViewed());
  history.replaceState(null, '', addressOf(location.search, state.symbol.peek()));
  addEventListener('popstate', () => show(symbolInAddress(location.search) ?? lastViewed()));
  addEventListener('online', () => {
    state.online.value = true;
    client.back();
  });
  addEventListener('offline', () => {
    state.online.value = false;
  });
  document.addEventListener('visibilitychange', () => {
    if (document.hidden) return;
    state.now.value = Date.now();
    client.back();
  });
  client.start();
}

/** Shows `symbol` and makes it a step in the browser's history. */
export function choose(symbol: string, description = ''): void {
  if (symbol !== state.symbol.peek()) history.pushState(null, '', addressOf(location.search, symbol));
  show(symbol, description);
}

/** Asks the server once more for what it refused. */
export function tryAgain(): void {
  state.place.value = { state: 'asking' };
  client.again();
}

/** Connects anew, after the access token was accepted. */
export function reconnect(): void {
  client.start();
  followQuote(state.symbol.peek());
}

/** The chosen symbol's name became known. */
export function learnName(description: string): void {
  state.name.value = description;
  remember();
}

function show(symbol: string, description = ''): void {
  const before = state.symbol.peek();
  if (symbol === before) return;
  // First, while what is followed is known: what follows the watchlist sees the other symbol at the end of the batch.
  if (before !== '') step(before);
  batch(() => {
    state.symbol.value = symbol;
    state.name.value = description || nameOf(symbol);
    state.tape.value = tapes.use(symbol, state.serverNow(), state.closes.peek());
    state.showRange(state.range.peek());
    state.place.value = { state: 'asking' };
    state.interruptedSince.value = undefined;
    state.asOf.value = undefined;
    refresh();
  });
  void open(symbol);
}

/** What was kept of an earlier visit gives way to the present. */
function showPresent({ clock }: Tape): void {
  clock.go();
  state.asOf.value = undefined;
}

/** The chart leaves `symbol`, which may go on in another place of the page: then its slot is not let go for a moment. */
function step(symbol: string): void {
  const position = streamed === symbol ? client.position(symbol) : undefined;
  if (position) left.set(symbol, position);
  streamed = '';
  if (beside?.rows.has(symbol) || beside?.alerts.has(symbol)) client.watch(symbol, undefined, BESIDE);
  else client.leave(symbol);
}

/** Follows other symbols beside the chart's from now on. */
export function attach(others: Beside): void {
  beside = others;
}

/** After a night a phone is not to be sent what twenty rows did meanwhile. */
function skipRows(): void {
  for (const symbol of beside?.rows ?? []) {
    if (symbol !== streamed && !beside?.alerts.has(symbol)) client.skip(symbol);
  }
}

/** First what is recorded, then the stream from there on: the two join without a hole. */
async function open(symbol: string): Promise<void> {
  const tape = state.tape.peek();
  followQuote(symbol);
  const isShown = (): boolean => symbol === state.symbol.peek();
  const through = await begin(tape, (at) => {
    if (!isShown()) return;
    if (at === undefined) showPresent(tape);
    else state.asOf.value = at;
    refresh();
  });
  // Another symbol may have been chosen meanwhile.
  if (!isShown()) return;
  // Only a row has kept it: a line of a day.
  if (state.asOf.peek() !== undefined && !tape.series('1s'))
    state.showRange(RANGES.find(({ label }) => label === '1D'));
  onTrade();
  streamed = symbol;
  client.restart(symbol, left.get(symbol) ?? through);
}

function nameOf(symbol: string): string {
  const known = state.recent.peek().find((pick) => pick.symbol === symbol)?.description;
  return known ?? (symbol === FIRST_SYMBOL ? FIRST_NAME : '');
}

function lastViewed(): string {
  const recent = state.recent.peek();
  return (recent[recentInAddress(location.search) ?? 0] ?? recent[0])?.symbol ?? FIRST_SYMBOL;
}

/** Keeps the chosen symbol among the recent picks of this feed, once the server has taken it. */
function remember(): void {
  const feed = state.feed.peek();
  const { state: standing } = state.place.peek();
  if (!feed || standing === 'asking' || standing === 'refused') return;
  state.recent.value = rememberPick(feed, { symbol: state.symbol.peek(), description: state.name.peek() });
}

function take(note: FeedNote): void {
  beside?.hear(note);
  // What comes of the chart's symbol before its stream has begun is what was asked for a row.
  const tape = 'symbol' in note && note.symbol === streamed ? state.tape.peek() : undefined;
  switch (note.type) {
    case 'hello':
      state.clockOffsetMs.value = note.hello.time - Date.now();
      state.slotLimit.value = note.hello.limit;
      meet(note.hello.feed);
      return;
    case 'status':
      state.upstream.value = note.status;
      state.now.value = Date.now();
      markInterruption();
      return;
    case 'trades': {
      tape?.add(note.trades.map((trade, i) => ({ ...trade, epoch: note.epoch, seq: note.seq + i })));
      const newest = note.trades.at(-1);
      if (newest) tape?.clock.arrived(newest.t, state.serverNow());
      break;
    }
    case 'bars':
      return;
    case 'broken':
      if (note.lost) tape?.lose(BROKEN_LABEL);
      break;
    case 'gap':
      tape?.gap(note.from, note.to, note.label);
      break;
    case 'served': {
      if (note.last) tape?.setLast(note.last);
      if (tape) showPresent(tape);
      settle(note.symbol, { state: 'served' });
      break;
    }
    case 'waiting':
      settle(note.symbol, { state: 'waiting', position: note.position });
      return;
    case 'refused':
      settle(note.symbol, { state: 'refused', code: note.code });
      return;
    case 'locked':
      return;
    default:
      ensureNever(note);
  }
  if (tape) onTrade();
}

/** Which feed this server has is now known: its own recent picks count. */
function meet(feed: FeedKind): void {
  const known = state.feed.peek();
  // The server was started anew with another feed: nothing of the one may be seen beside the other.
  if (known && feed !== known) location.reload();
  if (known) return;
  state.feed.value = feed;
  if (feed !== lastFeed()) {
    rememberFeed(feed);
    state.closes.value = feed !== 'simulated';
    if (feed === 'simulated') state.tape.peek().keepNights();
    state.showRange(state.range.peek());
    state.recent.value = recentPicks(feed);
  }
}

function settle(symbol: string, place: (typeof state.place)['value']): void {
  if (symbol !== state.symbol.peek()) return;
  state.place.value = place;
  markInterruption();
  remember();
}

/** Notes since when trades may be missing, so that the chart can say so while it lasts. */
function markInterruption(): void {
  const upstream = state.upstream.peek()?.upstream;
  const down = upstream === 'connecting' || upstream === 'unauthorized';
  const served = state.link.peek().phase === 'open' && state.place.peek().state === 'served';
  if (served && !down) state.interruptedSince.value = undefined;
  else state.interruptedSince.value ??= state.tape.peek().last && state.serverNow();
}

function socketUrl({ protocol, host }: Location): string {
  return `${protocol === 'https:' ? 'wss:' : 'ws:'}//${host}/`;
}
