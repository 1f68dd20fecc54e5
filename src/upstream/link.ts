import { ensureNever } from '../protocol/brand.ts';
import { invalidSymbolOf, parseFinnhubMessage, TOO_MANY_SYMBOLS } from '../protocol/finnhub.ts';
import type { Trade } from '../protocol/trade.ts';
import type { Log } from '../runtime/log.ts';
import { Attempts, type Ending } from './attempts.ts';
import type { Book } from './book.ts';
import { ErrorLog } from './error-log.ts';
import { HealthMonitor, type LinkHealth } from './health.ts';
import type { Timing } from './limits.ts';
import { Requests } from './requests.ts';
import { UpstreamSocket } from './socket.ts';
import type { Phase } from './status.ts';

/** What a link tells the feed. Times in ms since 1970 UTC. */
export interface LinkEvents {
  /** Trades of symbols that are seen on this link. */
  readonly onTrades: (trades: readonly Trade[]) => void;
  /** So many trades came of symbols that it does not carry (any more). */
  readonly onUnrequested: (count: number) => void;
  /** These are seen from now on. */
  readonly onSeen: (symbols: readonly string[]) => void;
  /** This one is not seen since `from`. */
  readonly onMissed: (symbol: string, from: number) => void;
  readonly onInvalid: (symbol: string) => void;
  /** The connection carries fewer symbols than was thought, and not these. */
  readonly onRejected: (symbols: readonly string[]) => void;
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
  readonly #requests: Requests;
  readonly #health: HealthMonitor;
  readonly #errors: ErrorLog;
  readonly #options: LinkOptions;
  readonly #events: LinkEvents;
  readonly #attempts: Attempts;
  #phase: Phase = { phase: 'connecting', since: Date.now(), suspect: false };
  #socket: UpstreamSocket | undefined;
  /** We are ending the connection, to make it anew. */
  #isRenewing = false;
  #isSuspect = false;
  #wake: (() => void) | undefined;
  #stopped = false;

  constructor(options: LinkOptions, events: LinkEvents) {
    this.#options = options;
    this.#events = events;
    this.#attempts = new Attempts(options.timing);
    this.#health = new HealthMonitor(options.timing.silentMs);
    this.#errors = new ErrorLog(options.log);
    this.#requests = new Requests(
      { symbolLimit: options.symbolLimit, probeMs: options.timing.probeMs, log: options.log },
      {
        onSeen: events.onSeen,
        onMissed: (symbols) => this.#missed(symbols, Date.now()),
        onLearned: ({ rejected }) => {
          for (const symbol of rejected) this.#health.unwatch(symbol);
          events.onRejected(rejected);
        },
      },
    );
  }

  get phase(): Phase {
    return this.#phase;
  }

  get book(): Book {
    return this.#requests.book;
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
  }

  /** Begins to carry a symbol; `onSeen` tells when Finnhub is asked for it, which may be at once. */
  add(symbol: string): void {
    this.#health.watch(symbol, Date.now());
    this.#requests.add(symbol);
  }

  remove(symbol: string): void {
    if (!this.book.has(symbol)) return;
    this.#unwatch(symbol);
    this.#requests.remove(symbol);
  }

  /** How the connection is at `now`. To be called regularly: one whose data stays frozen is made anew, at once. */
  check(now: number): LinkHealth {
    const health = this.#health.check(now);
    const isDue = health.staleMs >= this.#options.timing.staleReconnectMs;
    if (isDue && this.#phase.phase === 'connected' && !this.#isRenewing) {
      this.#options.log.warn({ staleMs: health.staleMs }, 'the data is frozen: making the connection anew');
      this.#isRenewing = true;
      this.#socket?.terminate();
    }
    return health;
  }

  async #connectOnce(): Promise<Ending> {
    const { wsUrl, key, timing } = this.#options;
    const url = new URL(wsUrl);
    url.searchParams.set('token', key);
    const socket: UpstreamSocket = new UpstreamSocket(url.href, timing, {
      onOpen: () => this.#opened(socket),
      onText: (text) => this.#received(text),
      onBinary: () => this.#events.onMalformed(1),
    });
    this.#socket = socket;
    const ending = await socket.ended;
    this.#socket = undefined;
    return ending;
  }

  #opened(socket: UpstreamSocket): void {
    this.#options.log.info({ to: new URL(this.#options.wsUrl).host }, 'connected upstream');
    this.#phase = { phase: 'connected', since: Date.now() };
    this.#health.connected(Date.now());
    this.#requests.opened(socket);
    this.#events.onConnected();
    this.#events.onPhase();
  }

  /** What an ending means for the gaps, the status and the log; how long to wait before the next attempt, in ms. */
  #afterEnding(ending: Ending): number {
    if (ending.kind === 'lost') this.#missed(this.book.symbols(), ending.lastHeard);
    this.#requests.closed();
    const now = Date.now();
    const before = this.#phase;
    const next = this.#attempts.after(ending, before, this.#isRenewing, now, Math.random());
    this.#isRenewing = false;
    this.#phase = next;
    const waitMs = next.retryAt - now;
    const { log } = this.#options;
    if (next.phase === 'connecting') {
      log.warn({ ...ending, retryInMs: waitMs }, 'not connected upstream');
      if (next.suspect && !this.#isSuspect) {
        log.error('dropped again right after connecting: another program is probably using this key');
      }
      this.#isSuspect = next.suspect;
    } else if (before.phase !== 'unauthorized') {
      log.error({ retryInMs: waitMs }, 'Finnhub refuses the API key (401): check FINNHUB_API_KEY');
    }
    return waitMs;
  }

  #received(text: string): void {
    const message = parseFinnhubMessage(text);
    switch (message.type) {
      case 'trades':
        if (message.malformed > 0) this.#events.onMalformed(message.malformed);
        this.#traded(message.trades);
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

  #traded(all: readonly Trade[]): void {
    const trades = all.filter((trade) => this.book.takes(trade.symbol));
    this.#events.onUnrequested(all.length - trades.length);
    if (trades.length === 0) return;
    if (trades.some((trade) => this.#health.isThawedBy(trade.symbol))) this.#thawed();
    const now = Date.now();
    for (const trade of trades) this.#health.traded(trade.symbol, trade.t, now);
    this.#events.onTrades(trades);
  }

  /** The data flows again after it was frozen. What it would have been nobody knows: for each symbol that is a gap. */
  #thawed(): void {
    const symbols = this.book.symbols().filter((symbol) => this.book.isSeen(symbol));
    this.#options.log.info({ symbols: symbols.length }, 'frozen data flows again: telling gaps');
    this.#missed(symbols, Date.now());
    this.#health.thaw();
    this.#events.onSeen(symbols);
  }

  /** These are not seen since `from`; on a frozen connection since it froze, however well it answered pings. */
  #missed(symbols: readonly string[], from: number): void {
    for (const symbol of symbols) {
      this.#events.onMissed(symbol, Math.min(from, this.#health.frozenSince(symbol) ?? from));
    }
  }

  #unwatch(symbol: string): void {
    if (this.#health.frozenSince(symbol) !== undefined) this.#missed([symbol], Date.now());
    this.#health.unwatch(symbol);
  }

  #refused(msg: string): void {
    if (msg === TOO_MANY_SYMBOLS) {
      this.#requests.capExceeded();
      return;
    }
    const symbol = invalidSymbolOf(msg);
    if (symbol === undefined) {
      this.#errors.note(msg, Date.now());
      return;
    }
    const isWanted = this.book.has(symbol);
    if (isWanted) this.#unwatch(symbol);
    this.#requests.refused(symbol);
    if (!isWanted) return;
    this.#options.log.warn({ symbol }, 'Finnhub calls the symbol invalid');
    this.#events.onInvalid(symbol);
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
