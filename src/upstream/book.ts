/** A symbol that one connection is to carry: whether Finnhub was asked for it, and whether a trade has confirmed it. */
interface Subscription {
  sent: boolean;
  confirmed: boolean;
}

/** What to send because of a change, in order. */
export interface Sends {
  readonly unsubscribe: readonly string[];
  readonly subscribe: readonly string[];
}

/** What the search for the true cap found: how many symbols fit, and those that did not. */
export interface Learned {
  readonly capacity: number;
  readonly rejected: readonly string[];
}

const NOTHING: Sends = { unsubscribe: [], subscribe: [] };

/**
 * Which symbols one connection carries, and how many it can. Finnhub's cap error names no symbol, so after it every symbol
 * that no trade has confirmed is taken back and added again one at a time, until the error returns: the symbol added last
 * is then the first that does not fit. What was learned holds for this connection only.
 */
export class Book {
  readonly #limit: number;
  readonly #wanted = new Map<string, Subscription>();
  #connected = false;
  #learned: number | undefined;
  /** Symbols still to be added again, and the one added last. */
  #probe: { readonly left: string[]; last: string | undefined } | undefined;

  constructor(limit: number) {
    this.#limit = limit;
  }

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

  symbols(): IterableIterator<string> {
    return this.#wanted.keys();
  }

  add(symbol: string): Sends {
    if (this.#wanted.has(symbol)) return NOTHING;
    const subscription = { sent: false, confirmed: false };
    this.#wanted.set(symbol, subscription);
    if (!this.#connected) return NOTHING;
    if (this.#probe) {
      this.#probe.left.push(symbol);
      return NOTHING;
    }
    subscription.sent = true;
    return { unsubscribe: [], subscribe: [symbol] };
  }

  remove(symbol: string): Sends {
    const subscription = this.#wanted.get(symbol);
    this.#wanted.delete(symbol);
    this.#forgetProbe(symbol);
    return subscription?.sent && this.#connected ? { unsubscribe: [symbol], subscribe: [] } : NOTHING;
  }

  /** A trade of `symbol` came, so Finnhub has accepted it. */
  confirm(symbol: string): void {
    const subscription = this.#wanted.get(symbol);
    if (subscription) subscription.confirmed = true;
  }

  /** A new connection: everything is subscribed again, and nothing is known of its cap. */
  connected(): Sends {
    this.#connected = true;
    this.#learned = undefined;
    this.#probe = undefined;
    for (const subscription of this.#wanted.values()) {
      subscription.sent = true;
      subscription.confirmed = false;
    }
    return { unsubscribe: [], subscribe: [...this.#wanted.keys()] };
  }

  disconnected(): void {
    this.#connected = false;
    this.#probe = undefined;
    for (const subscription of this.#wanted.values()) subscription.sent = false;
  }

  /**
   * Finnhub said that there are too many symbols. The first time: what to take back (then call `probeNext` until it is
   * done). While symbols are being added again: what was learned.
   */
  capExceeded(): { readonly sends: Sends; readonly learned?: Learned } {
    const probe = this.#probe;
    if (probe) {
      if (probe.last === undefined) return { sends: NOTHING };
      const rejected = [probe.last, ...probe.left];
      this.#probe = undefined;
      for (const symbol of rejected) this.#wanted.delete(symbol);
      this.#learned = this.#wanted.size;
      return { sends: NOTHING, learned: { capacity: this.#learned, rejected } };
    }
    const unconfirmed: string[] = [];
    for (const [symbol, subscription] of this.#wanted) {
      if (!subscription.sent || subscription.confirmed) continue;
      subscription.sent = false;
      unconfirmed.push(symbol);
    }
    if (unconfirmed.length > 0) this.#probe = { left: [...unconfirmed], last: undefined };
    return { sends: { unsubscribe: unconfirmed, subscribe: [] } };
  }

  /** The next symbol to add again, or `undefined` when all are back and no error has come: then nothing is learned. */
  probeNext(): string | undefined {
    const probe = this.#probe;
    if (!probe) return undefined;
    const symbol = probe.left.shift();
    probe.last = symbol;
    const subscription = symbol === undefined ? undefined : this.#wanted.get(symbol);
    if (symbol === undefined || !subscription) {
      this.#probe = undefined;
      return undefined;
    }
    subscription.sent = true;
    return symbol;
  }

  #forgetProbe(symbol: string): void {
    const probe = this.#probe;
    if (!probe) return;
    if (probe.last === symbol) probe.last = undefined;
    const at = probe.left.indexOf(symbol);
    if (at >= 0) probe.left.splice(at, 1);
  }
}
