/** One message to Finnhub. */
export interface Request {
  readonly type: 'subscribe' | 'unsubscribe';
  readonly symbol: string;
}

/** What the search for the true cap found: how many symbols fit, and those that did not. */
export interface Learned {
  readonly capacity: number;
  readonly rejected: readonly string[];
}

/**
 * Which symbols one connection is to carry, which it does carry, and so what is still to be said to Finnhub: `next` gives
 * it message by message, whenever one may be sent. What was not sent yet and is taken back is never said at all.
 *
 * Finnhub's cap error names no symbol, so after it every symbol that no trade has confirmed is taken back and added again
 * one at a time, until the error returns: the symbol added last is then the first that does not fit. That holds only while
 * no error can be under way that an earlier symbol has caused: see `probeNext`. What was learned holds for this connection.
 */
export class Book {
  readonly #limit: number;
  readonly #wanted = new Set<string>();
  /** What Finnhub was asked for and not told to drop, and whether a trade has confirmed it. */
  readonly #carried = new Map<string, { confirmed: boolean }>();
  /** What is still to be said: carried but no longer wanted, and wanted but not carried yet. */
  readonly #toDrop = new Set<string>();
  readonly #toAsk = new Set<string>();
  #connected = false;
  #learned: number | undefined;
  /** Symbols still to be added again, and the one added last. */
  #probe: { left: string[]; last: string | undefined } | undefined;

  constructor(limit: number) {
    this.#limit = limit;
  }

  /** How many symbols it is to carry. */
  get size(): number {
    return this.#wanted.size;
  }

  get capacity(): number {
    return this.#learned ?? this.#limit;
  }

  get isProbing(): boolean {
    return this.#probe !== undefined;
  }

  has(symbol: string): boolean {
    return this.#wanted.has(symbol);
  }

  symbols(): string[] {
    return [...this.#wanted];
  }

  /** Whether trades of `symbol` come: it is wanted, and Finnhub was asked for it. */
  isSeen(symbol: string): boolean {
    return this.#wanted.has(symbol) && this.#carried.has(symbol);
  }

  add(symbol: string): void {
    if (this.#wanted.has(symbol)) return;
    this.#wanted.add(symbol);
    if (!this.#connected || this.#toDrop.delete(symbol)) return;
    if (this.#probe) this.#probe.left.push(symbol);
    else this.#toAsk.add(symbol);
  }

  remove(symbol: string): void {
    this.#wanted.delete(symbol);
    this.#toAsk.delete(symbol);
    this.#forgetProbe(symbol);
    if (this.#carried.has(symbol)) this.#toDrop.add(symbol);
  }

  /** Finnhub does not know the symbol, so it does not carry it either. */
  refused(symbol: string): void {
    this.remove(symbol);
    this.#toDrop.delete(symbol);
    this.#carried.delete(symbol);
  }

  /** A trade of `symbol` came: whether it is one of ours. If so, Finnhub has accepted the symbol. */
  takes(symbol: string): boolean {
    const carried = this.#carried.get(symbol);
    if (!carried || !this.#wanted.has(symbol)) return false;
    carried.confirmed = true;
    return true;
  }

  /** A new connection: everything is to be subscribed again, and nothing is known of its cap. */
  connected(): void {
    this.disconnected();
    this.#connected = true;
    this.#learned = undefined;
    for (const symbol of this.#wanted) this.#toAsk.add(symbol);
  }

  disconnected(): void {
    this.#connected = false;
    this.#probe = undefined;
    this.#carried.clear();
    this.#toDrop.clear();
    this.#toAsk.clear();
  }

  /**
   * The next message to send, taken as sent. What is to be dropped comes first, so that its slot is free; it cannot hold
   * the others up for long, since only what was asked for can be dropped. `undefined`: nothing, or no slot for it.
   */
  next(): Request | undefined {
    for (const symbol of this.#toDrop) {
      this.#toDrop.delete(symbol);
      this.#carried.delete(symbol);
      return { type: 'unsubscribe', symbol };
    }
    if (this.#carried.size >= this.capacity) return undefined;
    for (const symbol of this.#toAsk) {
      this.#toAsk.delete(symbol);
      this.#carried.set(symbol, { confirmed: false });
      return { type: 'subscribe', symbol };
    }
    return undefined;
  }

  /** Whether `next` has something. */
  get hasNext(): boolean {
    return this.#toDrop.size > 0 || (this.#toAsk.size > 0 && this.#carried.size < this.capacity);
  }

  /**
   * Finnhub said that there are too many symbols. The first time: the symbols in doubt, which are to be dropped (then call
   * `probeNext` until it is done). While symbols are being added again: what was learned. Otherwise it means nothing.
   */
  capExceeded(): { readonly doubtful: readonly string[]; readonly learned?: Learned } {
    const probe = this.#probe;
    if (probe) {
      if (probe.last === undefined) return { doubtful: [] };
      const rejected = [probe.last, ...probe.left];
      this.#probe = undefined;
      for (const symbol of rejected) this.refused(symbol);
      this.#learned = this.#carried.size;
      return { doubtful: [], learned: { capacity: this.#learned, rejected } };
    }
    const doubtful = this.symbols().filter((symbol) => this.#carried.get(symbol)?.confirmed === false);
    if (doubtful.length === 0) return { doubtful };
    for (const symbol of doubtful) this.#toDrop.add(symbol);
    this.#probe = { left: [...doubtful, ...this.#toAsk], last: undefined };
    this.#toAsk.clear();
    return { doubtful };
  }

  /**
   * Lets the next symbol be asked for again; none when all are back and no error has come: then nothing is learned. To be
   * called only when Finnhub has answered everything that was sent before, or its error would be taken for this symbol's.
   */
  probeNext(): void {
    const probe = this.#probe;
    if (!probe) return;
    const symbol = probe.left.shift();
    probe.last = symbol;
    if (symbol === undefined) this.#probe = undefined;
    else this.#toAsk.add(symbol);
  }

  #forgetProbe(symbol: string): void {
    const probe = this.#probe;
    if (!probe) return;
    if (probe.last === symbol) probe.last = undefined;
    probe.left = probe.left.filter((each) => each !== symbol);
  }
}
