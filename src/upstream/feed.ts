import { countUnknown } from '../protocol/conditions.ts';
import type { FeedCounts, FeedMessage } from '../protocol/feed-messages.ts';
import type { BarsDemand, FromUpstream, UpstreamOptions } from '../protocol/threads.ts';
import type { Trade } from '../protocol/trade.ts';
import type { UpstreamStatus } from '../protocol/wire.ts';
import type { Log } from '../runtime/log.ts';
import { Conflation } from './conflation.ts';
import { type ConsumerPort, Consumers } from './consumers.ts';
import { Gather } from './gather.ts';
import { healthOf } from './health.ts';
import { MAX_UNACKED_BYTES, REPEATED_LOG_MS, type Timing } from './limits.ts';
import { Link } from './link.ts';
import { asOpenSymbol, missed, Numbering, seen } from './numbering.ts';
import { sameStatus, statusOf } from './status.ts';

/**
 * The upstream worker's whole job: what the links receive is numbered, gathered, encoded once and posted to every consumer.
 * The order in which consumers see things is the order in which they happened: whatever is not trades flushes first.
 */
export class Feed {
  readonly counts = { trades: 0, malformed: 0, unrequested: 0, unknownConditions: 0 } satisfies FeedCounts;
  readonly #options: UpstreamOptions;
  readonly #timing: Timing;
  readonly #log: Log;
  readonly #toMain: (message: FromUpstream) => void;
  readonly #links: readonly Link[];
  readonly #numbering: Numbering;
  readonly #gather = new Gather();
  readonly #conflation = new Conflation((symbol, rate, bars) => {
    const state = this.#numbering.get(symbol);
    if (state) this.#gather.addBars(state, rate, bars);
  });
  readonly #consumers: Consumers;
  #status: UpstreamStatus;
  #capacity: number;
  /**
   * The gathering window, one for all symbols. After quiet a trade leaves at once; what comes soon after a flush is gathered
   * until the first of it has waited for as long as a trade may, and leaves together.
   */
  #window: NodeJS.Timeout | undefined;
  #flushedAt = Number.NEGATIVE_INFINITY;
  #checking: NodeJS.Timeout | undefined;
  /** When the bars that wait are next looked at, by `performance.now`. */
  #barsTimer: NodeJS.Timeout | undefined;
  #barsAt = Number.POSITIVE_INFINITY;
  /** What of them the log last spoke of, and when. */
  #malformedLogged = { count: 0, at: 0 };

  constructor(options: UpstreamOptions, timing: Timing, log: Log, toMain: (message: FromUpstream) => void) {
    this.#options = options;
    this.#numbering = new Numbering(options.start);
    this.#timing = timing;
    this.#log = log;
    this.#toMain = toMain;
    this.#status = { upstream: 'connecting', since: Date.now() };
    this.#consumers = new Consumers(MAX_UNACKED_BYTES, log, (lost) => ({
      type: 'snapshot',
      epoch: options.epoch,
      open: this.#numbering.openSymbols(),
      lost,
      status: this.#status,
    }));
    this.#links = options.keys.map((key, i) => this.#createLink(key, keyLog(log, options.keys.length, i)));
    this.#capacity = options.keys.length * options.symbolLimit;
  }

  start(): void {
    for (const link of this.#links) void link.run();
    this.#checking = setInterval(() => {
      this.#check();
      this.#tellCounts();
    }, this.#timing.checkMs);
  }

  stop(): void {
    for (const link of this.#links) link.stop();
    clearInterval(this.#checking);
    clearTimeout(this.#barsTimer);
    this.postAll();
  }

  /** `patienceMs`: how long the consumer can wait for trades. */
  addConsumer(name: string, port: ConsumerPort, patienceMs = 0): void {
    this.#flush();
    this.#consumers.add(name, port, patienceMs);
  }

  /** Posts at once what is gathered, or waits for a consumer's patience to end. */
  postAll(): void {
    this.#flush();
    this.#consumers.postWaiting();
  }

  /** Begins to carry a symbol, on the connection with the most room. */
  subscribe(symbol: string): void {
    if (this.#links.some((link) => link.book.has(symbol))) return;
    const [link] = [...this.#links].sort((a, b) => room(b) - room(a));
    if (!link) return;
    // Asked for first, told as open then: nothing comes in between, and so what it missed is told with it.
    link.add(symbol);
    const now = Date.now();
    const state = this.#numbering.open(symbol, now);
    const gap = link.book.isSeen(symbol) ? seen(state, now) : undefined;
    this.#tell({ type: 'open', open: asOpenSymbol(state), ...(gap ? { gap } : {}) });
  }

  unsubscribe(symbol: string): void {
    for (const link of this.#links) link.remove(symbol);
    this.#close(symbol);
  }

  /** Begins or ends to make bars. They begin with the next trade, and it is said from where. */
  conflate({ symbol, rate, isWanted }: BarsDemand): void {
    if (!isWanted) {
      this.#conflation.unwant(symbol, rate);
      return;
    }
    const state = this.#numbering.get(symbol);
    if (!this.#conflation.want(symbol, rate) || !state?.open) return;
    this.#gather.addBars(state, rate, { seq: state.seq + 1, count: 0, bars: [] });
    this.#leave();
  }

  #close(symbol: string): void {
    if (!this.#numbering.get(symbol)?.open) return;
    this.#conflation.settle(symbol, performance.now());
    this.#numbering.close(symbol, Date.now());
    this.#tell({ type: 'close', symbol });
  }

  #createLink(key: string, log: Log): Link {
    const { wsUrl, symbolLimit } = this.#options;
    return new Link(
      { wsUrl, key, symbolLimit, timing: this.#timing, log },
      {
        onTrades: (trades) => this.#onTrades(trades),
        onUnrequested: (count) => {
          this.counts.unrequested += count;
        },
        onSeen: (symbols) => this.#onSeen(symbols),
        onMissed: (symbol, from) => {
          const state = this.#numbering.get(symbol);
          if (state?.open) missed(state, from, 'upstream');
        },
        onInvalid: (symbol) => {
          this.#close(symbol);
          this.#toMain({ type: 'invalid', symbol });
        },
        onRejected: (rejected) => {
          for (const symbol of rejected) this.#close(symbol);
          this.#tellCapacity(rejected);
        },
        onConnected: () => this.#tellCapacity([]),
        onPhase: () => this.#check(),
        onMalformed: (count) => {
          this.counts.malformed += count;
        },
      },
    );
  }

  #onTrades(trades: readonly Trade[]): void {
    const now = performance.now();
    for (const trade of trades) {
      const state = this.#numbering.get(trade.symbol);
      if (!state?.open) {
        this.counts.unrequested += 1;
        continue;
      }
      this.counts.trades += 1;
      this.counts.unknownConditions += countUnknown(trade.c);
      this.#gather.add(state, trade);
      this.#conflation.add(trade, state.seq, now);
      if (this.#gather.isFull) this.#flush();
    }
    this.#leave();
    this.#awaitBars();
  }

  /** What was gathered leaves at once, or with the window that is open or opens now. */
  #leave(): void {
    if (this.#gather.isEmpty || this.#window !== undefined) return;
    const { flushMs } = this.#options;
    if (performance.now() - this.#flushedAt >= flushMs) this.#flush();
    else this.#window = setTimeout(() => this.#flush(), flushMs);
  }

  /** One timer for all bars: it fires early at times, finds nothing due and is set again. */
  #awaitBars(): void {
    const due = this.#conflation.nextDue;
    if (due >= this.#barsAt) return;
    clearTimeout(this.#barsTimer);
    this.#barsAt = due;
    this.#barsTimer = setTimeout(
      () => {
        this.#barsAt = Number.POSITIVE_INFINITY;
        this.#conflation.tick(performance.now());
        this.#leave();
        this.#awaitBars();
      },
      Math.ceil(Math.max(0, due - performance.now())),
    );
  }

  #onSeen(symbols: readonly string[]): void {
    for (const symbol of symbols) {
      const state = this.#numbering.get(symbol);
      const gap = state?.open ? seen(state, Date.now()) : undefined;
      if (!gap) continue;
      this.#conflation.settle(symbol, performance.now());
      this.#tell({ type: 'gap', symbol, gap });
    }
  }

  #tellCapacity(rejected: readonly string[]): void {
    const capacity = this.#links.reduce((sum, link) => sum + link.book.capacity, 0);
    if (capacity === this.#capacity && rejected.length === 0) return;
    this.#capacity = capacity;
    this.#toMain({ type: 'capacity', capacity, rejected });
  }

  #check(): void {
    const now = Date.now();
    const phases = this.#links.map((link) => link.phase);
    const health = healthOf(this.#links.map((link) => link.check(now)));
    const next = statusOf(phases, health, now, this.#status);
    if (!sameStatus(next, this.#status)) {
      this.#status = next;
      this.#tell({ type: 'status', status: next });
    }
  }

  /** Told every time, also unchanged: a consumer dates the gap after this worker's end from when it last heard of it. */
  #tellCounts(): void {
    this.#consumers.post({ type: 'counts', counts: { ...this.counts } });
    const { count, at } = this.#malformedLogged;
    const { malformed } = this.counts;
    if (malformed === count || Date.now() - at < REPEATED_LOG_MS) return;
    this.#malformedLogged = { count: malformed, at: Date.now() };
    this.#log.warn({ malformed }, 'messages or trades from Finnhub could not be understood and were skipped');
  }

  #tell(message: Exclude<FeedMessage, { type: 'batch' | 'snapshot' }>): void {
    this.#flush();
    this.#consumers.post(message);
  }

  #flush(): void {
    clearTimeout(this.#window);
    this.#window = undefined;
    const flush = this.#gather.flush();
    if (!flush) return;
    this.#flushedAt = performance.now();
    this.#consumers.postBatch(flush);
  }
}

function room(link: Link): number {
  return link.book.capacity - link.book.size;
}

/** With several keys the log says which connection it speaks of, by number, never by key. */
function keyLog(log: Log, keys: number, i: number): Log {
  return keys > 1 ? log.child({ connection: i + 1 }) : log;
}
