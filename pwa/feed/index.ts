import type { BarsFrame } from '../../src/protocol/bars.ts';
import { ensureNever } from '../../src/protocol/brand.ts';
import type { TradesFrame } from '../../src/protocol/frame.ts';
import type { FeedKind, ServerMessage, UpstreamStatus } from '../../src/protocol/wire.ts';
import type { Feed, FeedOptions, FeedStatus, WatchOptions } from './api.ts';
import { FeedClient } from './client.ts';
import type { Link } from './link.ts';
import { Positions } from './positions.ts';
import type { FeedNote } from './subscriptions.ts';

export type * from './api.ts';

/**
 * Connects to a Tickcast server, such as `ws://localhost:8080`, and keeps connected until `close()`: see docs/CLIENT.md.
 * Throws for a `url` that is none, and where there is no WebSocket.
 */
export function connect(url: string, options: FeedOptions = {}): Feed {
  if (!options.WebSocket && !('WebSocket' in globalThis)) {
    throw new Error('There is no WebSocket here: pass one as an option, such as the one of the package ws.');
  }
  return new ConnectedFeed(url, options);
}

/** What the package promises, made of what the page's own client tells. */
class ConnectedFeed implements Feed {
  readonly #options: FeedOptions;
  readonly #client: FeedClient;
  readonly #positions = new Positions();
  #link: Link = { phase: 'idle' };
  #message: ServerMessage | TradesFrame | BarsFrame | undefined;
  #feed: FeedKind | undefined;
  #upstream: UpstreamStatus | undefined;
  #isClosed = false;

  constructor(url: string, options: FeedOptions) {
    this.#options = options;
    const listener = {
      link: (link: Link) => this.#linked(link),
      message: (message: ServerMessage | TradesFrame | BarsFrame) => this.#received(message),
      note: (note: FeedNote) => this.#noted(note),
    };
    this.#client = new FeedClient(url, listener, { token: options.token, WebSocket: options.WebSocket });
    this.#client.start();
  }

  watch(symbol: string, { since, rate }: WatchOptions = {}): void {
    if (since) this.#positions.begin(symbol, since);
    this.#client.watch(symbol, since, rate);
  }

  leave(symbol: string): void {
    this.#client.leave(symbol);
  }

  forget(symbol: string): void {
    this.#client.leave(symbol);
    this.#client.forget(symbol);
    this.#positions.forget(symbol);
  }

  position(symbol: string): { epoch: number; seq: number } | undefined {
    return this.#positions.of(symbol);
  }

  retry(): void {
    this.#client.again();
  }

  check(): void {
    this.#client.back();
  }

  close(): void {
    if (this.#isClosed) return;
    this.#client.stop();
    this.#isClosed = true;
  }

  #linked(link: Link): void {
    if (this.#isClosed) return;
    this.#link = link;
    // What the server's connection was doing is known only as long as the server says so.
    if (link.phase !== 'open') this.#upstream = undefined;
    this.#tellStatus();
  }

  #received(message: ServerMessage | TradesFrame | BarsFrame): void {
    this.#message = message;
    if (message.type !== 'error' || this.#isClosed) return;
    const { type: _, ...error } = message;
    this.#options.onError?.(error);
  }

  #noted(note: FeedNote): void {
    if (this.#isClosed) return;
    const message = this.#message;
    switch (note.type) {
      case 'hello':
        this.#feed = note.hello.feed;
        return;
      case 'status': {
        if (message?.type !== 'status') return;
        const { type: _, ...upstream } = message;
        this.#upstream = upstream;
        this.#tellStatus();
        return;
      }
      case 'trades': {
        const { symbol, epoch, seq, trades } = note;
        this.#reached(symbol, epoch, seq, seq + trades.length - 1);
        this.#options.onTrades?.(trades.map((trade, i) => ({ symbol, epoch, seq: seq + i, ...trade })));
        return;
      }
      case 'bars': {
        const { symbol, epoch, seq, last, bars } = note;
        this.#reached(symbol, epoch, seq, last);
        if (bars.length > 0) this.#options.onBars?.(bars.map((bar) => ({ symbol, epoch, ...bar })));
        return;
      }
      case 'gap': {
        if (message?.type !== 'gap') return;
        const { type: _, ...gap } = message;
        this.#positions.gap(gap.symbol, gap.toSeq);
        this.#options.onGap?.(gap);
        return;
      }
      case 'broken': {
        // Of a `subscribed` that goes on elsewhere the positions take note; a gap or a reset says why.
        if (message?.type !== 'reset') return;
        const { type: _, ...reset } = message;
        this.#positions.reset(message);
        this.#options.onReset?.(reset);
        return;
      }
      case 'served': {
        if (message?.type !== 'subscribed') return;
        this.#positions.subscribed(message);
        const { symbol, epoch, seq, last } = message;
        this.#options.onStanding?.({ symbol, state: 'live', epoch, seq, ...(last ? { last } : {}) });
        return;
      }
      case 'waiting':
        this.#options.onStanding?.({ symbol: note.symbol, state: 'waiting', position: note.position });
        return;
      case 'refused':
      case 'locked':
        // Told as the error that they come from.
        return;
      default:
        ensureNever(note);
    }
  }

  /** Trades `seq` to `last` are told now, or what they do. */
  #reached(symbol: string, epoch: number, seq: number, last: number): void {
    const isUnsaid = this.#positions.trades(symbol, epoch, last);
    if (isUnsaid) this.#options.onReset?.({ symbol, epoch, seq: seq - 1, reason: 'unsaid' });
  }

  #tellStatus(): void {
    this.#options.onStatus?.({
      ...connectionOf(this.#link),
      ...(this.#feed === undefined ? {} : { feed: this.#feed }),
      ...(this.#upstream === undefined ? {} : { upstream: this.#upstream }),
    });
  }
}

function connectionOf(link: Link): Pick<FeedStatus, 'connection' | 'retryAt'> {
  switch (link.phase) {
    case 'idle':
      return { connection: 'closed' };
    case 'paused':
      return { connection: 'lost', retryAt: link.until };
    case 'connecting':
    case 'open':
    case 'locked':
      return { connection: link.phase };
    default:
      return ensureNever(link);
  }
}
