import type { PlacedTrade } from '../../src/protocol/candles.ts';

/** How many trades are kept: 15 minutes at 70 trades a second. 3 MB, allocated as they come. */
export const MAX_TRADES = 65_536;
const FIRST_CAPACITY = 1_024;
/** Once full, so many of the oldest go at once. */
const DROPPED_PART = 4;

/**
 * Trades in typed arrays, by time and then by their place on the tape: what is drawn from them is drawn in the order in which
 * it was paid, whatever order it came in. Times are ms since 1970 UTC.
 */
export class TradeStore {
  readonly #max: number;
  #times = new Float64Array(FIRST_CAPACITY);
  #prices = new Float64Array(FIRST_CAPACITY);
  #volumes = new Float64Array(FIRST_CAPACITY);
  #epochs = new Float64Array(FIRST_CAPACITY);
  #seqs = new Float64Array(FIRST_CAPACITY);
  #flags = new Uint8Array(FIRST_CAPACITY);
  /** 1 where a trade forms the price. */
  #forming = new Uint8Array(FIRST_CAPACITY);
  #length = 0;
  #wholeFrom = Number.NEGATIVE_INFINITY;

  constructor(max: number = MAX_TRADES) {
    this.#max = max;
  }

  get length(): number {
    return this.#length;
  }

  /** From here on none of those that were added had to go, ms since 1970 UTC. */
  get wholeFrom(): number {
    return this.#wholeFrom;
  }

  /** Whether there is no room for many more. */
  get isFull(): boolean {
    return this.#length > this.#max * (1 - 1 / DROPPED_PART);
  }

  /** Adds a trade at its place, if it is not here yet; the oldest go where there is no more room. */
  add(trade: PlacedTrade, formsPrice: boolean): void {
    if (this.#length === this.#times.length) this.#makeRoom();
    let at = this.#length;
    while (at > 0 && this.#comesBefore(trade, at - 1)) at -= 1;
    if (at > 0 && this.#epochs[at - 1] === trade.epoch && this.#seqs[at - 1] === trade.seq) return;
    if (at < this.#length) for (const column of this.#columns()) column.copyWithin(at + 1, at, this.#length);
    this.#times[at] = trade.t;
    this.#prices[at] = trade.p;
    this.#volumes[at] = trade.v;
    this.#epochs[at] = trade.epoch;
    this.#seqs[at] = trade.seq;
    this.#flags[at] = trade.flags;
    this.#forming[at] = formsPrice ? 1 : 0;
    this.#length += 1;
  }

  /** Adds many trades at once, each that is not here yet; where there is no room it is the oldest of all that go. */
  merge(trades: readonly PlacedTrade[], formsPrice: (trade: PlacedTrade) => boolean): void {
    const all = [...trades];
    for (let i = 0; i < this.#length; i += 1) {
      const trade = this.at(i);
      if (trade) all.push(trade);
    }
    all.sort(byPlace);
    const each = all.filter((trade, i) => i === 0 || byPlace(trade, all[i - 1] ?? trade) !== 0);
    const cut = Math.max(0, each.length - this.#max);
    this.#length = 0;
    for (const trade of each.slice(cut)) this.add(trade, formsPrice(trade));
    this.#forget(each[cut - 1]?.t);
  }

  clear(): void {
    this.#length = 0;
    this.#wholeFrom = Number.NEGATIVE_INFINITY;
  }

  /** The time of trade `i`, 0 being the oldest; NaN where there is none. */
  timeAt(i: number): number {
    return i < this.#length ? (this.#times[i] ?? Number.NaN) : Number.NaN;
  }

  /** The price of trade `i`; NaN where there is none. */
  priceAt(i: number): number {
    return i < this.#length ? (this.#prices[i] ?? Number.NaN) : Number.NaN;
  }

  /** Whether trade `i` forms the price. */
  formsPriceAt(i: number): boolean {
    return this.#forming[i] === 1;
  }

  /** Trade `i` as a whole; `undefined` where there is none. */
  at(i: number): PlacedTrade | undefined {
    if (i < 0 || i >= this.#length) return undefined;
    return {
      t: this.#times[i] ?? 0,
      p: this.#prices[i] ?? 0,
      v: this.#volumes[i] ?? 0,
      epoch: this.#epochs[i] ?? 0,
      seq: this.#seqs[i] ?? 0,
      flags: this.#flags[i] ?? 0,
    };
  }

  /** The index of the first trade at `t` or after it; `length` when there is none. */
  firstAt(t: number): number {
    let low = 0;
    let high = this.#length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((this.#times[middle] ?? t) < t) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  #comesBefore({ t, epoch, seq }: PlacedTrade, i: number): boolean {
    const time = this.#times[i] ?? 0;
    if (t !== time) return t < time;
    const e = this.#epochs[i] ?? 0;
    return epoch === e ? seq < (this.#seqs[i] ?? 0) : epoch < e;
  }

  #columns(): readonly (Float64Array | Uint8Array)[] {
    return [this.#times, this.#prices, this.#volumes, this.#epochs, this.#seqs, this.#flags, this.#forming];
  }

  /** All up to time `t` may be gone. */
  #forget(t: number | undefined): void {
    if (t !== undefined) this.#wholeFrom = Math.max(this.#wholeFrom, t + 1);
  }

  #makeRoom(): void {
    if (this.#length >= this.#max) {
      const dropped = Math.ceil(this.#max / DROPPED_PART);
      this.#forget(this.#times[dropped - 1]);
      for (const column of this.#columns()) column.copyWithin(0, dropped, this.#length);
      this.#length -= dropped;
      return;
    }
    const capacity = Math.min(this.#max, this.#times.length * 2);
    const grown = (old: Float64Array<ArrayBuffer>): Float64Array<ArrayBuffer> => {
      const column = new Float64Array(capacity);
      column.set(old);
      return column;
    };
    const grownMarks = (old: Uint8Array<ArrayBuffer>): Uint8Array<ArrayBuffer> => {
      const column = new Uint8Array(capacity);
      column.set(old);
      return column;
    };
    this.#times = grown(this.#times);
    this.#prices = grown(this.#prices);
    this.#volumes = grown(this.#volumes);
    this.#epochs = grown(this.#epochs);
    this.#seqs = grown(this.#seqs);
    this.#flags = grownMarks(this.#flags);
    this.#forming = grownMarks(this.#forming);
  }
}

function byPlace(a: PlacedTrade, b: PlacedTrade): number {
  return a.t - b.t || a.epoch - b.epoch || a.seq - b.seq;
}
