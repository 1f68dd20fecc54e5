import { encodeFinnhubRequest } from '../protocol/finnhub.ts';
import type { Log } from '../runtime/log.ts';
import { Book, type Learned } from './book.ts';
import { SEND_BURST, SENDS_PER_SECOND } from './limits.ts';
import { Pacer } from './pacer.ts';
import type { UpstreamSocket } from './socket.ts';

export interface RequestEvents {
  /** Finnhub was asked for these just now: from here on they are seen. */
  readonly onSeen: (symbols: readonly string[]) => void;
  /** These are not seen from now on. */
  readonly onMissed: (symbols: readonly string[]) => void;
  readonly onLearned: (learned: Learned) => void;
}

export interface RequestOptions {
  readonly symbolLimit: number;
  readonly probeMs: number;
  readonly log: Log;
}

/** What one key asks Finnhub for: says what its book holds, no faster than Finnhub may take it, and finds out the cap. */
export class Requests {
  readonly book: Book;
  readonly #options: RequestOptions;
  readonly #events: RequestEvents;
  /** One for all connections of the key: a connection that is made again and again is no way around it. */
  readonly #pacer = new Pacer(SEND_BURST, SENDS_PER_SECOND);
  #socket: UpstreamSocket | undefined;
  #sending: NodeJS.Timeout | undefined;
  /** Counts the searches for the cap: only the newest goes on. */
  #search = 0;

  constructor(options: RequestOptions, events: RequestEvents) {
    this.#options = options;
    this.#events = events;
    this.book = new Book(options.symbolLimit);
  }

  opened(socket: UpstreamSocket): void {
    this.#socket = socket;
    this.book.connected();
    this.#send();
  }

  closed(): void {
    this.#socket = undefined;
    clearTimeout(this.#sending);
    this.book.disconnected();
  }

  add(symbol: string): void {
    this.book.add(symbol);
    this.#send();
  }

  remove(symbol: string): void {
    this.book.remove(symbol);
    this.#send();
  }

  /** Finnhub calls the symbol invalid. */
  refused(symbol: string): void {
    this.book.refused(symbol);
    this.#send();
  }

  /** Finnhub says that there are too many symbols. */
  capExceeded(): void {
    const { log } = this.#options;
    const { doubtful, learned } = this.book.capExceeded();
    if (learned) {
      log.warn(learned, 'Finnhub carries fewer symbols than SYMBOL_LIMIT says');
      this.#events.onLearned(learned);
    } else if (doubtful.length > 0) {
      log.warn({ doubtful: doubtful.length }, 'over the cap: finding out which symbols fit');
      this.#events.onMissed(doubtful);
      this.#send();
      void this.#findCap();
    }
  }

  /**
   * Adds the symbols in doubt again, one at a time. Finnhub answers in order, so when it has answered a ping, whatever
   * errors came of what was sent before are here: without that a late one would be blamed on the next symbol.
   */
  async #findCap(): Promise<void> {
    this.#search += 1;
    const search = this.#search;
    const socket = this.#socket;
    while (socket) {
      await socket.roundTrip(this.#options.probeMs);
      if (this.#socket !== socket || this.#search !== search || !this.book.isProbing) return;
      this.book.probeNext();
      this.#send();
    }
  }

  /** Says what there is to say as far as the pace allows, and the rest later. */
  #send(): void {
    clearTimeout(this.#sending);
    const seen: string[] = [];
    while (this.#socket && this.book.hasNext) {
      const now = Date.now();
      const wait = this.#pacer.waitMs(now);
      // The search for the cap has a pace of its own, and its pings must come after what they are to confirm.
      if (wait > 0 && !this.book.isProbing) {
        this.#sending = setTimeout(() => this.#send(), wait);
        break;
      }
      const request = this.book.next();
      if (!request) break;
      this.#pacer.spend(now);
      this.#socket.send(encodeFinnhubRequest(request.type, request.symbol));
      if (request.type === 'subscribe') seen.push(request.symbol);
    }
    if (seen.length > 0) this.#events.onSeen(seen);
  }
}
