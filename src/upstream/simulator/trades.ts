import { type Session, sessionAt } from '../../protocol/sessions.ts';
import type { Market } from '../../protocol/symbols.ts';
import type { Trade } from '../../protocol/trade.ts';
import { auctionCodes, kindOf } from './conditions.ts';
import type { Model } from './model.ts';
import { midAt, printedPrice } from './prices.ts';
import { type Draw, drawFrom, mix, poisson, unit } from './random.ts';
import { auctionShares, volumeOf } from './volumes.ts';

/** Time is cut into slots, numbered from 1970; the trades of a slot depend on nothing but the seed and its number. */
export const SLOT_MS = 50;
/** One price-forming trade comes in each of these, so that the quietest symbol still moves: 1.5 s. */
const PULSE_SLOTS = 30;

const SWEEP_SHARE = 0.25;
const MAX_SWEEP = 5;

/** The sessions of every market around one slot: worked out once, not for each symbol. */
export interface Clock {
  readonly slot: number;
  readonly session: Readonly<Record<Market, Session>>;
  readonly before: Readonly<Record<Market, Session>>;
}

export function clockAt(slot: number): Clock {
  return { slot, session: sessionsAt(slot * SLOT_MS), before: sessionsAt((slot - 1) * SLOT_MS) };
}

function sessionsAt(t: number): Record<Market, Session> {
  return {
    us: sessionAt('us', t),
    forex: sessionAt('forex', t),
    crypto: sessionAt('crypto', t),
    other: sessionAt('other', t),
  };
}

/** The trades of one symbol in one slot, in time order. Markets that are closed in life trade on, as extended hours. */
export function tradesOf(model: Model, clock: Clock): Trade[] {
  const { slot } = clock;
  const draw = drawFrom(mix(model.seed, slot));
  const trades = model.market === 'us' ? auction(model, clock, draw) : [];
  if (pulseSlot(model, slot) === slot) trades.push(...event(model, clock, draw, true));
  const events = poisson(draw, (model.eventsPerSecond * intensity(model, slot) * SLOT_MS) / 1000);
  for (let i = 0; i < events; i += 1) trades.push(...event(model, clock, draw, false));
  return trades.sort((a, b) => a.t - b.t);
}

function pulseSlot(model: Model, slot: number): number {
  const pulse = Math.floor(slot / PULSE_SLOTS);
  return pulse * PULSE_SLOTS + Math.floor(PULSE_SLOTS * unit(mix(model.seed ^ 0x51ed27, pulse)));
}

/** Some seconds are bursts and some are nearly silent; the mean is about 1. */
function intensity(model: Model, slot: number): number {
  const u = unit(mix(model.seed ^ 0x2f6b1a, Math.floor((slot * SLOT_MS) / 1000)));
  if (u < 0.04) return 5;
  return u < 0.24 ? 0.2 : 1;
}

/** One order: a single trade, or a sweep of several within a millisecond or two, each no better than the one before. */
function event(model: Model, clock: Clock, draw: Draw, forming: boolean): Trade[] {
  const start = clock.slot * SLOT_MS + Math.floor(draw() * (SLOT_MS - 2));
  const count = draw() < SWEEP_SHARE ? 2 + Math.floor(draw() * (MAX_SWEEP - 1)) : 1;
  const mid = midAt(model, start);
  const side = draw() < 0.5 ? -1 : 1;
  const trades: Trade[] = [];
  let steps = side;
  for (let i = 0; i < count; i += 1) {
    const t = start + (i > 1 && draw() < 0.3 ? 1 : 0);
    trades.push(trade(model, clock, draw, t, printedPrice(model, mid, steps), forming && i === 0));
    if (draw() < 0.3) steps += side;
  }
  return trades;
}

function trade(model: Model, clock: Clock, draw: Draw, t: number, p: number, forming: boolean): Trade {
  const { symbol, market } = model;
  // Finnhub sends `"c":null` for what has no condition codes.
  if (market !== 'us') return { symbol, t, p, v: volumeOf(model, draw, p, false), c: null };
  const kind = kindOf(draw, clock.session.us, forming);
  return { symbol, t, p, v: volumeOf(model, draw, p, kind.odd), c: kind.codes };
}

function auction(model: Model, clock: Clock, draw: Draw): Trade[] {
  const codes = auctionCodes(clock.before.us, clock.session.us);
  if (codes.length === 0) return [];
  const t = clock.slot * SLOT_MS;
  const p = printedPrice(model, midAt(model, t), 0);
  const v = auctionShares(model, draw);
  return codes.map((c) => ({ symbol: model.symbol, t, p, v, c }));
}
