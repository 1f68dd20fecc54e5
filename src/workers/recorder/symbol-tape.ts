import type { GapRow, TapeReader, TradeRow } from '../../tape/reader.ts';
import type { HeldRows, RecallSource } from './recall-source.ts';

/** An epoch as the file has it, or what the disk has not taken yet. */
export interface KnownEpoch {
  readonly epoch: number;
  /** Its row in the file; `undefined` where it has none yet. */
  readonly id: number | undefined;
  /** When the feed was last heard in it, ms since 1970 UTC. */
  readonly heard: number;
}

/** One symbol on the tape: what is in the file, and then what the disk has not taken. Throws what SQLite throws. */
export class SymbolTape {
  readonly #reader: TapeReader;
  /** Its row in the file; `undefined` where it has none yet. */
  readonly #id: number | undefined;
  readonly #held: HeldRows;
  #lastInCandles: ReadonlyMap<number, number> | undefined;

  constructor(source: RecallSource, symbol: string) {
    this.#reader = source.reader;
    this.#id = source.reader.symbol(symbol)?.id;
    this.#held = source.held(symbol);
  }

  /** Every epoch from `from` to `upTo`, both included, oldest first. */
  epochs(from: number, upTo: number): KnownEpoch[] {
    const found = new Map<number, KnownEpoch>();
    for (const each of this.#reader.epochsFrom(from)) found.set(each.epoch, each);
    for (const { epoch, at } of this.#held.heard) {
      if (epoch >= from) found.set(epoch, { epoch, id: found.get(epoch)?.id, heard: at });
    }
    return [...found.values()].filter(({ epoch }) => epoch <= upTo).sort((a, b) => a.epoch - b.epoch);
  }

  /** The trades of an epoch numbered above `after` and up to `upTo`, at most `limit` of them. */
  trades({ id, epoch }: KnownEpoch, after: number, upTo: number, limit: number): TradeRow[] {
    const isStored = this.#id !== undefined && id !== undefined;
    const stored = isStored ? this.#reader.trades(this.#id, { id, epoch }, after, upTo, limit) : [];
    const waiting = ofEpoch(this.#held.trades, epoch).filter(({ seq }) => seq > after && seq <= upTo);
    return [...stored, ...waiting].slice(0, limit);
  }

  /** The gaps of an epoch that stand after trade `seq` or later, in order. */
  gaps({ id, epoch }: KnownEpoch, seq: number): GapRow[] {
    const isStored = this.#id !== undefined && id !== undefined;
    const stored = isStored ? this.#reader.gaps(this.#id, { id, epoch }, seq) : [];
    const waiting = ofEpoch(this.#held.gaps, epoch).filter((gap) => gap.seq >= seq);
    // What is held was lost and told in another order than that in which it happened.
    return [...stored, ...waiting].sort((a, b) => a.seq - b.seq);
  }

  /** The last number given in an epoch, also where its trade is deleted; 0: none. */
  lastSeq(epoch: KnownEpoch): number {
    return this.#lastTrade(epoch)?.seq ?? this.#deletedUpTo(epoch);
  }

  /** Until when the symbol was being seen in an epoch that has ended, ms since 1970 UTC. */
  seenUntil(epoch: KnownEpoch): number {
    return Math.max(epoch.heard, this.#lastTrade(epoch)?.t ?? epoch.heard);
  }

  #lastTrade({ id, epoch }: KnownEpoch): { readonly seq: number; readonly t: number } | undefined {
    const waiting = ofEpoch(this.#held.trades, epoch).at(-1);
    if (waiting || this.#id === undefined || id === undefined) return waiting;
    return this.#reader.lastTrade(this.#id, { id, epoch });
  }

  /** Trades are deleted, their candles stay. They are read once, since all of the symbol's have to be. */
  #deletedUpTo({ id }: KnownEpoch): number {
    if (this.#id === undefined || id === undefined) return 0;
    this.#lastInCandles ??= this.#reader.lastInCandles(this.#id);
    return this.#lastInCandles.get(id) ?? 0;
  }
}

function ofEpoch<T extends { readonly epoch: number }>(rows: readonly T[], epoch: number): T[] {
  return rows.filter((row) => row.epoch === epoch);
}
