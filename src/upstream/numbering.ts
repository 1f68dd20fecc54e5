import { asSeq, asSymbolId, type Seq, type SymbolId } from '../protocol/brand.ts';
import type { OpenSymbol } from '../protocol/feed-messages.ts';
import { type Market, marketOf } from '../protocol/symbols.ts';
import type { GapCause, LastPrice, Stretch } from '../protocol/wire.ts';
import { MAX_NUMBERED } from './limits.ts';

/** A symbol's place in this epoch: its id, the last number given, and since when it is not being seen. */
export interface NumberedSymbol {
  readonly symbol: string;
  /** The symbol as JSON. */
  readonly quoted: string;
  readonly market: Market;
  readonly id: SymbolId;
  seq: Seq;
  last: LastPrice | undefined;
  open: boolean;
  /** Whether trades of it were ever being seen. */
  wasSeen: boolean;
  /** Since when trades of it are missed, and why; `undefined` while it is being seen. */
  missing: { readonly from: number; readonly cause: GapCause } | undefined;
}

/** So many starts in a row have ids of their own; small, since ids are on the wire. */
const ID_STRIDE = 4;

/** Gives each symbol an id and its trades their numbers, 1 and up, for the whole epoch. Knows what was not seen. */
export class Numbering {
  readonly #symbols = new Map<string, NumberedSymbol>();
  #nextId: number;

  /**
   * `start`: how often this worker was started before. A client may be sent what it missed of an old epoch while other
   * symbols are live in the new one, so the ids of starts that follow one another are never the same.
   */
  constructor(start: number) {
    this.#nextId = 1 + (start % ID_STRIDE);
  }

  get(symbol: string): NumberedSymbol | undefined {
    return this.#symbols.get(symbol);
  }

  /** Opens a symbol (again). What it missed while closed, if it ever was open, is still to be told: see `seen`. */
  open(symbol: string, now: number): NumberedSymbol {
    let state = this.#symbols.get(symbol);
    if (!state) {
      state = {
        symbol,
        quoted: JSON.stringify(symbol),
        market: marketOf(symbol),
        id: asSymbolId(this.#nextId),
        seq: asSeq(0),
        last: undefined,
        open: true,
        wasSeen: false,
        missing: { from: now, cause: 'upstream' },
      };
      this.#nextId += ID_STRIDE;
      this.#symbols.set(symbol, state);
    }
    state.open = true;
    return state;
  }

  /** Nobody wants the symbol any more; what it misses from now on is told when it is opened again. */
  close(symbol: string, now: number): void {
    const state = this.#symbols.get(symbol);
    if (!state) return;
    state.open = false;
    state.missing ??= { from: now, cause: 'unwatched' };
    if (this.#symbols.size > MAX_NUMBERED) this.#forgetUnused();
  }

  /** Symbols that never traded have used no numbers: whoever asks for many made-up ones fills no memory. */
  #forgetUnused(): void {
    for (const [symbol, state] of this.#symbols) if (!state.open && state.seq === 0) this.#symbols.delete(symbol);
  }

  /** Every symbol that is open now, as a consumer needs it. */
  openSymbols(): OpenSymbol[] {
    const open: OpenSymbol[] = [];
    for (const state of this.#symbols.values()) if (state.open) open.push(asOpenSymbol(state));
    return open;
  }
}

export function asOpenSymbol(state: NumberedSymbol): OpenSymbol {
  const { symbol, id, seq, last } = state;
  return { symbol, id, seq, ...(last ? { last } : {}) };
}

/** From `now` on trades of the symbol are missed. A stretch that has begun goes on under its first cause. */
export function missed(state: NumberedSymbol, now: number, cause: GapCause): void {
  state.missing ??= { from: now, cause };
}

/**
 * From `now` on trades of the symbol are seen again: the stretch that was missed. It has a length, also within a
 * millisecond and when the clock was set back meanwhile; none is only for a symbol that is new and seen at once.
 */
export function seen(state: NumberedSymbol, now: number): Stretch | undefined {
  const { missing, seq, wasSeen } = state;
  state.missing = undefined;
  state.wasSeen = true;
  if (!missing || (!wasSeen && missing.from === now)) return undefined;
  return { cause: missing.cause, from: Math.min(missing.from, now - 1), to: now, fromSeq: seq, toSeq: seq + 1 };
}
