import { type BatchBars, batchRows, readBars, readFrame } from '../../protocol/batch.ts';
import { asEpoch, type Epoch, ensureNever, type Seq, type SymbolId } from '../../protocol/brand.ts';
import type { FeedBatch, FeedCounts, FeedMessage, FeedSnapshot, OpenSymbol } from '../../protocol/feed-messages.ts';
import type { LastPrice, Stretch, UpstreamStatus } from '../../protocol/wire.ts';
import { CLOSED_RINGS, RING_BYTES } from './limits.ts';
import { Ring, type RingItem } from './ring.ts';

/** A symbol as this shard knows it from the upstream worker. */
export interface TapeSymbol {
  readonly symbol: string;
  readonly ring: Ring;
  /** Whether it is subscribed upstream. */
  open: boolean;
  /** Since when it is not, ms since 1970 UTC: a gap into a new epoch begins here. */
  closedAt: number;
  last: LastPrice | undefined;
}

/** What the tape tells as it happens, in order. */
export interface TapeEvents {
  /** A frame: `v1` and `finnhub` are views into one buffer that is not kept. */
  readonly onFrame: (symbol: TapeSymbol, v1: Uint8Array, finnhub: Uint8Array) => void;
  /** Bars of trades whose frames came before; `bytes` are a view like those. */
  readonly onBars: (symbol: TapeSymbol, bars: BatchBars, bytes: Uint8Array) => void;
  /** The ring has a new item that is no frame: a gap, or a new epoch. */
  readonly onItem: (symbol: TapeSymbol, item: RingItem) => void;
  readonly onOpen: (symbol: TapeSymbol) => void;
  readonly onClose: (symbol: TapeSymbol) => void;
  /** Trades are lost for good: the ring has begun anew. */
  readonly onLost: (symbol: TapeSymbol) => void;
  readonly onStatus: (status: UpstreamStatus) => void;
}

/** This shard's copy of the stream: the recent past of every symbol, and what is happening now. */
export class Tape {
  readonly #events: TapeEvents;
  readonly #symbols = new Map<string, TapeSymbol>();
  #byId: (TapeSymbol | undefined)[] = [];
  #epoch = asEpoch(0);
  /** When the upstream worker was last heard, ms since 1970 UTC; it says something every second. */
  #lastHeard = 0;
  #status: UpstreamStatus;
  #counts: FeedCounts = { trades: 0, malformed: 0, unrequested: 0, unknownConditions: 0 };

  constructor(now: number, events: TapeEvents) {
    this.#events = events;
    this.#status = { upstream: 'connecting', since: now };
  }

  get epoch(): Epoch {
    return this.#epoch;
  }

  get status(): UpstreamStatus {
    return this.#status;
  }

  get counts(): FeedCounts {
    return this.#counts;
  }

  get(symbol: string): TapeSymbol | undefined {
    return this.#symbols.get(symbol);
  }

  symbols(): IterableIterator<TapeSymbol> {
    return this.#symbols.values();
  }

  /** Takes one message of the upstream worker at `now`, ms since 1970 UTC. */
  receive(message: FeedMessage, now: number): void {
    switch (message.type) {
      case 'batch':
        this.#batch(message);
        break;
      case 'snapshot':
        this.#snapshot(message, now);
        break;
      case 'open':
        this.#open(message.open, message.gap, now);
        break;
      case 'close':
        this.#close(message.symbol, now);
        this.#forgetOldest();
        break;
      case 'gap': {
        const symbol = this.#symbols.get(message.symbol);
        if (symbol) this.#push(symbol, { kind: 'gap', gap: message.gap });
        break;
      }
      case 'counts':
        this.#counts = message.counts;
        break;
      case 'status':
        this.#status = message.status;
        this.#events.onStatus(message.status);
        break;
      default:
        ensureNever(message);
    }
    this.#lastHeard = now;
  }

  /** The upstream worker is gone; the next one sends a snapshot. */
  upstreamGone(now: number): void {
    this.#status = { upstream: 'connecting', since: now };
    this.#events.onStatus(this.#status);
  }

  #batch({ bytes, index }: FeedBatch): void {
    const rows = batchRows(index);
    for (let row = 0; row < rows; row += 1) {
      const bars = readBars(index, row);
      if (bars) {
        const symbol = this.#byId[bars.id];
        if (symbol) this.#events.onBars(symbol, bars, bytes.subarray(bars.start, bars.end));
        continue;
      }
      const { id, lastSeq, start, middle, end, lastT, lastP } = readFrame(index, row);
      const symbol = this.#byId[id];
      if (!symbol) continue;
      if (!Number.isNaN(lastP)) symbol.last = { t: lastT, p: lastP };
      const v1 = bytes.subarray(start, middle);
      symbol.ring.pushFrame(lastSeq, v1);
      this.#events.onFrame(symbol, v1, bytes.subarray(middle, end));
    }
  }

  /** The state of a new upstream worker, or of the same one after this shard fell behind. */
  #snapshot({ epoch, open, lost, status }: FeedSnapshot, now: number): void {
    const isNewEpoch = epoch !== this.#epoch;
    // What the former worker had open was seen until it was last heard, however long it then took to replace it.
    const closedAt = isNewEpoch ? this.#lastHeard : now;
    this.#epoch = epoch;
    if (isNewEpoch) this.#byId = [];
    const listed = new Set(open.map(({ symbol }) => symbol));
    for (const { symbol } of [...this.#symbols.values()]) {
      if (isNewEpoch || !listed.has(symbol)) this.#close(symbol, closedAt);
    }
    const lostSymbols = new Set(lost.map(({ symbol }) => symbol));
    for (const each of open) this.#open(each, undefined, now, lostSymbols.has(each.symbol));
    this.#status = status;
    this.#events.onStatus(status);
  }

  #open({ symbol: name, id, seq, last }: OpenSymbol, gap: Stretch | undefined, now: number, isLost = false): void {
    let symbol = this.#symbols.get(name);
    if (!symbol) {
      symbol = { symbol: name, ring: new Ring(RING_BYTES, this.#epoch, id, seq), open: false, closedAt: now, last };
      this.#symbols.set(name, symbol);
    }
    this.#byId[id] = symbol;
    if (last) symbol.last = last;
    if (symbol.ring.epoch !== this.#epoch) {
      this.#push(symbol, { kind: 'gap', gap: { cause: 'restart', from: Math.min(symbol.closedAt, now), to: now } });
      this.#push(symbol, { kind: 'epoch', epoch: this.#epoch, id, seq });
    }
    // Trades that this shard was not sent while the symbol was closed here leave a hole that nothing can fill.
    if (isLost || symbol.ring.seq !== seq || symbol.ring.id !== id) this.#lose(symbol, id, seq);
    if (gap) this.#push(symbol, { kind: 'gap', gap });
    if (symbol.open) return;
    symbol.open = true;
    this.#events.onOpen(symbol);
  }

  #close(name: string, now: number): void {
    const symbol = this.#symbols.get(name);
    if (!symbol?.open) return;
    symbol.open = false;
    symbol.closedAt = now;
    // Put last: symbols stand in the order in which they were closed.
    this.#symbols.delete(name);
    this.#symbols.set(name, symbol);
    this.#events.onClose(symbol);
  }

  #lose(symbol: TapeSymbol, id: SymbolId, seq: Seq): void {
    symbol.ring.restart(this.#epoch, id, seq);
    this.#events.onLost(symbol);
  }

  #push(symbol: TapeSymbol, item: RingItem): void {
    symbol.ring.push(item);
    this.#events.onItem(symbol, item);
  }

  /** Keeps the past of a bounded number of closed symbols; the one closed longest ago is forgotten first. */
  #forgetOldest(): void {
    let closed = 0;
    for (const symbol of this.#symbols.values()) if (!symbol.open) closed += 1;
    for (const symbol of this.#symbols.values()) {
      if (closed <= CLOSED_RINGS) return;
      if (symbol.open) continue;
      this.#symbols.delete(symbol.symbol);
      // In a new epoch its former id may stand for another symbol.
      if (this.#byId[symbol.ring.id] === symbol) this.#byId[symbol.ring.id] = undefined;
      closed -= 1;
    }
  }
}
