import { ensureNever } from '../../protocol/brand.ts';
import type { FeedBatch, FeedMessage, FeedSnapshot, OpenSymbol } from '../../protocol/feed-messages.ts';
import type { Since, Stretch } from '../../protocol/wire.ts';
import { MAX_SYMBOLS } from './limits.ts';
import type { GapEvent, Known, TapeEvent } from './rows.ts';
import { tradesOf } from './trades-in.ts';

interface SymbolState {
  id: number;
  epoch: number;
  seq: number;
  /** When it, or the feed, was last heard, ms since 1970 UTC. */
  heard: number;
  tradedAt: Known['tradedAt'];
  missing: Known['missing'];
}

/** What the file has from before the recorder's start. */
export interface Before {
  /** What it has of a symbol. */
  readonly known: (symbol: string) => Known | undefined;
  /** Which symbols were being seen in an epoch, the last that was written of it. */
  readonly seenIn: (epoch: number) => readonly string[];
}

/**
 * Turns what the upstream worker tells into what is written, in order: trades, gaps, and which symbols are being seen. What it
 * was not told becomes a gap as well: numbers it was not sent, and the time between two epochs.
 */
export class Intake {
  readonly #before: Before;
  readonly #maxSymbols: number;
  readonly #symbols = new Map<string, SymbolState>();
  readonly #byId = new Map<number, string>();
  #epoch = 0;
  #lastHeard = 0;

  /** Of more than `maxSymbols`, those that came and went without a trade are forgotten. */
  constructor(before: Before, maxSymbols = MAX_SYMBOLS) {
    this.#before = before;
    this.#maxSymbols = maxSymbols;
  }

  /** How far a symbol was followed in the current epoch. */
  position(symbol: string): Since | undefined {
    const state = this.#symbols.get(symbol);
    return state?.epoch === this.#epoch ? { epoch: state.epoch, seq: state.seq } : undefined;
  }

  /** What is to be written because of a message that came at `now`, ms since 1970 UTC. */
  receive(message: FeedMessage, now: number): TapeEvent[] {
    const events = this.#take(message, now);
    this.#lastHeard = now;
    return events;
  }

  #take(message: FeedMessage, now: number): TapeEvent[] {
    switch (message.type) {
      case 'batch':
        return this.#batch(message, now);
      case 'snapshot':
        return this.#snapshot(message, now);
      case 'open':
        return this.#open(message.open, message.gap, now);
      case 'close':
        return this.#close(message.symbol, now);
      case 'gap':
        return this.#gap(message.symbol, message.gap);
      case 'counts':
        return [{ kind: 'heard', epoch: this.#epoch, at: now }];
      case 'status':
        return [];
      default:
        return ensureNever(message);
    }
  }

  #batch(batch: FeedBatch, now: number): TapeEvent[] {
    const events: TapeEvent[] = [];
    for (const trade of tradesOf(batch, this.#epoch, (id) => this.#byId.get(id))) {
      const state = this.#symbols.get(trade.symbol);
      if (!state) continue;
      if (trade.seq > state.seq + 1) events.push(overrun(trade.symbol, state, trade.seq, now));
      state.seq = trade.seq;
      state.heard = now;
      state.tradedAt = trade.t;
      events.push(trade);
    }
    // Noted with the trades: a gap that begins when the feed was last heard may not begin before them.
    events.push({ kind: 'heard', epoch: this.#epoch, at: now });
    return events;
  }

  /** A new epoch, or the same one after the recorder was started again or did not keep up. */
  #snapshot({ epoch, open, lost }: FeedSnapshot, now: number): TapeEvent[] {
    if (epoch !== this.#epoch) {
      for (const state of this.#symbols.values()) state.heard = Math.max(state.heard, this.#lastHeard);
      this.#byId.clear();
    }
    const listed = new Set(open.map(({ symbol }) => symbol));
    const events: TapeEvent[] = [{ kind: 'heard', epoch, at: now }];
    if (this.#epoch === 0) events.push(...this.#closedMeanwhile(epoch, listed, now));
    this.#epoch = epoch;
    for (const [symbol, state] of this.#symbols) {
      if (state.epoch === epoch && !state.missing && !listed.has(symbol)) events.push(...this.#close(symbol, now));
    }
    for (const each of open) events.push(...this.#open(each, undefined, now));
    for (const { symbol, from, to } of lost) {
      // A gap was told meanwhile, and nothing is known of it but that.
      const state = this.#symbols.get(symbol);
      if (state && to < from) events.push(overrun(symbol, { ...state, seq: to }, to + 1, now));
    }
    return events;
  }

  /** Symbols that were closed while no recorder was there, in an epoch that has gone on. */
  #closedMeanwhile(epoch: number, listed: ReadonlySet<string>, now: number): TapeEvent[] {
    const closed = this.#before.seenIn(epoch).filter((symbol) => !listed.has(symbol));
    return closed.map((symbol) => {
      const from = this.#before.known(symbol)?.heard ?? now;
      return { kind: 'symbol', symbol, epoch, now, missing: { from, cause: 'unwatched' } };
    });
  }

  #open({ symbol, id, seq }: OpenSymbol, gap: Stretch | undefined, now: number): TapeEvent[] {
    const events: TapeEvent[] = [];
    const before = this.#symbols.get(symbol) ?? this.#before.known(symbol);
    this.#byId.set(id, symbol);
    if (before && before.epoch !== this.#epoch) events.push(betweenEpochs(symbol, before, now));
    const continued = before?.epoch === this.#epoch ? before : undefined;
    const state = {
      id,
      epoch: this.#epoch,
      seq: continued?.seq ?? 0,
      heard: continued?.heard ?? now,
      tradedAt: continued?.tradedAt,
      missing: undefined,
    };
    if (seq > state.seq) events.push(overrun(symbol, state, seq + 1, now));
    this.#symbols.set(symbol, { ...state, seq: Math.max(seq, state.seq), heard: now });
    events.push({ kind: 'symbol', symbol, epoch: this.#epoch, now, missing: undefined });
    if (gap) events.push(...this.#gap(symbol, gap));
    return events;
  }

  #close(symbol: string, now: number): TapeEvent[] {
    const state = this.#symbols.get(symbol);
    if (!state) return [];
    state.missing = { from: now, cause: 'unwatched' };
    if (this.#symbols.size > this.#maxSymbols) this.#forgetUnused(symbol);
    return [{ kind: 'symbol', symbol, epoch: this.#epoch, now, missing: state.missing }];
  }

  /** What was noted of them is in the file: whoever asks for many made-up symbols fills no memory. `but` was closed just now. */
  #forgetUnused(but: string): void {
    for (const [symbol, { id, seq, missing }] of this.#symbols) {
      if (!missing || seq > 0 || symbol === but) continue;
      this.#symbols.delete(symbol);
      if (this.#byId.get(id) === symbol) this.#byId.delete(id);
    }
  }

  #gap(symbol: string, { cause, from, to, fromSeq, toSeq }: Stretch): TapeEvent[] {
    const state = this.#symbols.get(symbol);
    if (!state) return [];
    const seq = fromSeq ?? state.seq;
    return [{ kind: 'gap', symbol, epoch: this.#epoch, seq, cause, from, to, toSeq: toSeq ?? seq + 1 }];
  }
}

/** Trades after `state.seq` and before `toSeq` did not come: since when is not known better than by when it was last heard. */
function overrun(symbol: string, state: Omit<SymbolState, 'missing'>, toSeq: number, now: number): GapEvent {
  const { epoch, seq } = state;
  const from = Math.min(lastSeen(state, now), now - 1);
  return { kind: 'gap', symbol, epoch, seq, cause: 'overrun', from, to: now, toSeq };
}

/** From when the symbol was last seen in an epoch that has ended, to now. */
function betweenEpochs(symbol: string, known: Known, now: number): GapEvent {
  const { epoch, seq, missing } = known;
  const from = Math.min(missing?.from ?? lastSeen(known, now), now - 1);
  return { kind: 'gap', symbol, epoch, seq, cause: missing?.cause ?? 'restart', from, to: now, toSeq: undefined };
}

/**
 * Until when a symbol was being seen: until the feed was last heard, or its last trade was made if that was later, since the
 * exchange's clock may be ahead of ours. A time that has not come yet is nobody's clock.
 */
function lastSeen({ heard, tradedAt }: Pick<Known, 'heard' | 'tradedAt'>, now: number): number {
  return tradedAt !== undefined && tradedAt < now ? Math.max(heard, tradedAt) : heard;
}
