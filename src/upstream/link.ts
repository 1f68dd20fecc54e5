import { ensureNever } from '../protocol/brand.ts';
import { encodeFinnhubRequest, invalidSymbolOf, parseFinnhubMessage, TOO_MANY_SYMBOLS } from '../protocol/finnhub.ts';
import type { Trade } from '../protocol/trade.ts';
import type { Log } from '../runtime/log.ts';
import { Backoff } from './backoff.ts';
import { Book, type Learned, type Sends } from './book.ts';
import { EARLY_DROPS_UNTIL_SUSPECT, LOGGED_CHARS, REPEATED_LOG_MS, type Timing } from './limits.ts';
import { type Ending, UpstreamSocket } from './socket.ts';
import type { Phase } from './status.ts';

/** What a link tells the feed. Times in ms since 1970 UTC. */
export interface LinkEvents {
  readonly onTrades: (trades: readonly Trade[]) => void;
  /** Finnhub was asked for these just now: from here on they are seen. */
  readonly onSeen: (symbols: readonly string[]) => void;
  /** These are not seen since `from`. */
  readonly onMissed: (symbols: readonly string[], from: number) => void;
  readonly onInvalid: (symbol: string) => void;
  readonly onLearned: (learned: Learned) => void;
  readonly onConnected: () => void;
  readonly onPhase: () => void;
  readonly onMalformed: (count: number) => void;
}

export interface LinkOptions {
  readonly wsUrl: string;
  readonly key: string;
  readonly symbolLimit: number;
  readonly timing: Timing;
  readonly log: Log;
}

/** One key and its connection to Finnhub, made again and again: one loop, one wait, one set of subscriptions. */
export class Link {
  readonly book: Book;
  readonly #options: LinkOptions;
  readonly #events: LinkEvents;
  readonly #backoff: Backoff;
  #phase: Phase = { phase: 'connecting', since: Date.now(), suspect: false };
  #socket: UpstreamSocket | undefined;
  #earlyDrops = 0;
  #unknownErrors = 0;
  #errorLoggedAt = 0;
  #probing: NodeJS.Timeout | undefined;
  #wake: (() => void) | undefined;
  #stopped = false;

  constructor(options: LinkOptions, events: LinkEvents) {
    this.#options = options;
    this.#events = events;
    this.book = new Book(options.symbolLimit);
    this.#backoff = new Backoff(options.timing.backoffMinMs, options.timing.backoffMaxMs);
  }

  get phase(): Phase {
    return this.#phase;
  }

  /** Whether a symbol added now is asked for at once. */
  get isReady(): boolean {
    return this.#phase.phase === 'connected' && !this.book.isProbing;
  }

  /** Connects, and connects again, until it is stopped. */
  async run(): Promise<void> {
    while (!this.#stopped) {
      const ending = await this.#connectOnce();
      if (this.#stopped) return;
      const wait = this.#afterEnding(ending);
      this.#events.onPhase();
      await this.#sleep(wait);
    }
  }

  stop(): void {
    this.#stopped = true;
    this.#wake?.();
    this.#socket?.terminate();
    clearInterval(this.#probing);
  }

  add(symbol: string): void {
    this.#send(this.book.add(symbol));
  }

  remove(symbol: string): void {
    this.#send(this.book.remove(symbol));
  }

  /** Ends the connection, so that a new one is made at once. */
  reconnect(reason: string): void {
    this.#options.log.warn({ reason }, 'making the connection anew');
    this.#socket?.terminate();
  }

  async #connectOnce(): Promise<Ending> {
    const { wsUrl, key, timing } = this.#options;
    const url = new URL(wsUrl);
    url.searchParams.set('token', key);
    const socket = new UpstreamSocket(url.href, timing, {
      onOpen: () => this.#opened(),
      onText: (text) => this.#received(text),
      onBinary: () => this.#events.onMalformed(1),
    });
    this.#socket = socket;
    const ending = await socket.ended;
    this.#socket = undefined;
    clearInterval(this.#probing);
    return ending;
  }

  #opened(): void {
    this.#options.log.info({ to: new URL(this.#options.wsUrl).host }, 'connected upstream');
    this.#phase = { phase: 'connected', since: Date.now() };
    const sends = this.book.connected();
    this.#events.onConnected();
    this.#send(sends);
    this.#events.onPhase();
  }

  /** What an ending means for the status and the log; how long to wait before the next attempt, in ms. */
  #afterEnding(ending: Ending): number {
    const { timing, log } = this.#options;
    const now = Date.now();
    const before = this.#phase;
    if (ending.kind === 'lost') {
      const from = ending.lastHeard;
      this.#events.onMissed([...this.book.symbols()], from);
      const lived = before.phase === 'connected' ? now - before.since : 0;
      if (lived >= timing.healthyMs) this.#backoff.reset();
      this.#earlyDrops = lived < timing.earlyDropMs ? this.#earlyDrops + 1 : 0;
    }
    this.book.disconnected();

    if (ending.kind === 'refused' && ending.status === 401) {
      const retryAt = now + timing.unauthorizedMs;
      const since = before.phase === 'unauthorized' ? before.since : now;
      if (before.phase !== 'unauthorized') {
        log.error({ retryAt: new Date(retryAt) }, 'Finnhub refuses the API key (401): check FINNHUB_API_KEY');
      }
      this.#phase = { phase: 'unauthorized', since, retryAt };
      return timing.unauthorizedMs;
    }
    const wait = this.#backoff.next(Math.random());
    const since = before.phase === 'connecting' ? before.since : now;
    const suspect = this.#earlyDrops >= EARLY_DROPS_UNTIL_SUSPECT;
    this.#phase = { phase: 'connecting', since, retryAt: now + wait, suspect };
    log.warn({ ...ending, retryInMs: wait }, 'not connected upstream');
    if (this.#earlyDrops === EARLY_DROPS_UNTIL_SUSPECT) {
      log.error('dropped again right after connecting: another program is probably using this key');
    }
    return wait;
  }

  #received(text: string): void {
    const message = parseFinnhubMessage(text);
    switch (message.type) {
      case 'trades':
        if (message.malformed > 0) this.#events.onMalformed(message.malformed);
        for (const trade of message.trades) this.book.confirm(trade.symbol);
        if (message.trades.length > 0) this.#events.onTrades(message.trades);
        return;
      case 'ping':
        return;
      case 'error':
        this.#refused(message.msg);
        return;
      case 'malformed':
        this.#events.onMalformed(1);
        return;
      default:
        ensureNever(message);
    }
  }

  #refused(msg: string): void {
    const { log } = this.#options;
    if (msg === TOO_MANY_SYMBOLS) {
      this.#capExceeded();
      return;
    }
    const symbol = invalidSymbolOf(msg);
    if (symbol === undefined) {
      this.#unknownErrors += 1;
      const now = Date.now();
      if (now - this.#errorLoggedAt < REPEATED_LOG_MS) return;
      this.#errorLoggedAt = now;
      log.warn({ msg: msg.slice(0, LOGGED_CHARS), errors: this.#unknownErrors }, 'Finnhub reports an error');
    } else if (this.book.has(symbol)) {
      this.book.remove(symbol);
      log.warn({ symbol }, 'Finnhub calls the symbol invalid');
      this.#events.onInvalid(symbol);
    }
  }

  #capExceeded(): void {
    const { timing, log } = this.#options;
    const { sends, learned } = this.book.capExceeded();
    if (learned) {
      clearInterval(this.#probing);
      log.warn(learned, 'Finnhub carries fewer symbols than SYMBOL_LIMIT says');
      this.#events.onLearned(learned);
      return;
    }
    if (sends.unsubscribe.length === 0) return;
    log.warn({ unconfirmed: sends.unsubscribe.length }, 'over the cap: finding out which symbols fit');
    this.#events.onMissed(sends.unsubscribe, Date.now());
    this.#send(sends);
    this.#probing = setInterval(() => {
      const symbol = this.book.probeNext();
      if (symbol === undefined) clearInterval(this.#probing);
      else this.#send({ unsubscribe: [], subscribe: [symbol] });
    }, timing.probeMs);
  }

  #send({ unsubscribe, subscribe }: Sends): void {
    for (const symbol of unsubscribe) this.#socket?.send(encodeFinnhubRequest('unsubscribe', symbol));
    for (const symbol of subscribe) this.#socket?.send(encodeFinnhubRequest('subscribe', symbol));
    if (subscribe.length > 0) this.#events.onSeen(subscribe);
  }

  #sleep(ms: number): Promise<void> {
    return new Promise((resolve) => {
      const timer = setTimeout(resolve, ms);
      this.#wake = () => {
        clearTimeout(timer);
        resolve();
      };
    });
  }
}
