import type { GapRow, TradeRow } from '../../tape/reader.ts';
import type { HeldRows } from './recall-source.ts';
import type { GapEvent, HeardEvent, TapeEvent, TradeEvent } from './rows.ts';

/** Trades that could not be held. */
interface Lost {
  readonly symbol: string;
  readonly epoch: number;
  readonly seq: number;
  toSeq: number;
  readonly from: number;
  to: number;
}

/**
 * What waits to be written, in order and bounded: while the disk refuses, trades beyond the bound are lost, and each symbol's
 * stretch of them becomes one gap in the place where they would have been.
 */
export class Held {
  readonly #maxTrades: number;
  readonly #maxOthers: number;
  #queue: TapeEvent[] = [];
  #trades = 0;
  #others = 0;
  #lostTrades = 0;
  /** Only the last one of each epoch counts. */
  readonly #heard = new Map<number, number>();
  readonly #lost = new Map<string, Lost>();

  constructor(maxTrades: number, maxOthers: number) {
    this.#maxTrades = maxTrades;
    this.#maxOthers = maxOthers;
  }

  /** Trades that wait. */
  get trades(): number {
    return this.#trades;
  }

  /** Trades lost so far. */
  get lostTrades(): number {
    return this.#lostTrades;
  }

  get isEmpty(): boolean {
    return this.#queue.length === 0 && this.#heard.size === 0 && this.#lost.size === 0;
  }

  /** Takes what came at `now`, ms since 1970 UTC. */
  push(events: readonly TapeEvent[], now: number): void {
    for (const event of events) {
      if (event.kind === 'heard') this.#heard.set(event.epoch, event.at);
      else if (event.kind === 'trade') this.#pushTrade(event, now);
      else this.#pushOther(event);
    }
  }

  /** What is written next, at most `max` of it; stays until `done`. */
  next(max: number): readonly TapeEvent[] {
    if (this.#trades < this.#maxTrades) this.#tellLost();
    // The gap after a crash begins when the feed was last heard: everything until then has to be on disk with it.
    const isAll = this.#queue.length <= max && this.#lost.size === 0;
    return [...this.#queue.slice(0, max), ...(isAll ? this.#heardRows() : [])];
  }

  /** The events that `next` gave are on disk. */
  done(events: readonly TapeEvent[]): void {
    let taken = 0;
    for (const event of events) {
      if (event.kind === 'heard') {
        if (this.#heard.get(event.epoch) === event.at) this.#heard.delete(event.epoch);
        continue;
      }
      taken += 1;
      if (event.kind === 'trade') this.#trades -= 1;
      else this.#others -= 1;
    }
    this.#queue = this.#queue.slice(taken);
  }

  /** What waits of one symbol, oldest first. */
  of(symbol: string): HeldRows {
    const trades: TradeRow[] = [];
    const gaps: GapRow[] = [];
    for (const event of this.#queue) {
      if (event.kind === 'trade' && event.symbol === symbol) trades.push(event);
      else if (event.kind === 'gap' && event.symbol === symbol) gaps.push(event);
    }
    const lost = this.#lost.get(symbol);
    if (lost) gaps.push(gapOf(lost));
    return { trades, gaps, heard: this.#heardRows() };
  }

  #heardRows(): HeardEvent[] {
    return [...this.#heard].map(([epoch, at]) => ({ kind: 'heard', epoch, at }));
  }

  #pushTrade(trade: TradeEvent, now: number): void {
    const { symbol, epoch, seq } = trade;
    const lost = this.#lost.get(symbol);
    if (lost && (this.#trades < this.#maxTrades || lost.epoch !== epoch)) {
      this.#pushGap(lost);
      this.#lost.delete(symbol);
    }
    if (this.#trades < this.#maxTrades) {
      this.#queue.push(trade);
      this.#trades += 1;
      return;
    }
    this.#lostTrades += 1;
    const known = this.#lost.get(symbol);
    if (known) {
      known.toSeq = seq + 1;
      known.to = now;
    } else {
      this.#lost.set(symbol, { symbol, epoch, seq: seq - 1, toSeq: seq + 1, from: now - 1, to: now });
    }
  }

  /** Beyond the bound a gap is told with the others of its symbol, and who is being seen is said again at the next change. */
  #pushOther(event: Exclude<TapeEvent, TradeEvent>): void {
    if (this.#others < this.#maxOthers) {
      this.#queue.push(event);
      this.#others += 1;
    } else if (event.kind === 'gap') {
      const { symbol, epoch, seq, from, to, toSeq = seq + 1 } = event;
      const lost = this.#lost.get(symbol);
      if (lost?.epoch === epoch) {
        lost.to = Math.max(lost.to, to);
        lost.toSeq = Math.max(lost.toSeq, toSeq);
      } else {
        if (lost) this.#pushGap(lost);
        this.#lost.set(symbol, { symbol, epoch, seq, toSeq, from, to });
      }
    }
  }

  #tellLost(): void {
    for (const lost of this.#lost.values()) this.#pushGap(lost);
    this.#lost.clear();
  }

  #pushGap(lost: Lost): void {
    this.#queue.push(gapOf(lost));
    this.#others += 1;
  }
}

function gapOf({ symbol, epoch, seq, toSeq, from, to }: Lost): GapEvent {
  return { kind: 'gap', symbol, epoch, seq, cause: 'overrun', from, to, toSeq };
}
