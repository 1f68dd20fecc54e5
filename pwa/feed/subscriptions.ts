import type { Bar, BarsFrame } from '../../src/protocol/bars.ts';
import { ensureNever } from '../../src/protocol/brand.ts';
import type { ErrorCode } from '../../src/protocol/errors.ts';
import type { FrameTrade, TradesFrame } from '../../src/protocol/frame.ts';
import type {
  ClientMessage,
  Hello,
  LastPrice,
  Rate,
  ServerMessage,
  Since,
  UpstreamStatus,
} from '../../src/protocol/wire.ts';
import {
  ask,
  type Following,
  followBars,
  followFrame,
  followGap,
  followReset,
  followSubscribed,
  NOTHING_FOLLOWED,
  sinceOf,
} from './follow.ts';

/** What the feed has to say to the page. */
export type FeedNote =
  | { readonly type: 'hello'; readonly hello: Hello }
  | { readonly type: 'status'; readonly status: UpstreamStatus }
  | { readonly type: 'served'; readonly symbol: string; readonly last: LastPrice | undefined }
  | { readonly type: 'waiting'; readonly symbol: string; readonly position: number }
  | { readonly type: 'refused'; readonly symbol: string; readonly code: ErrorCode }
  /** `seq` is the number of the first. */
  | {
      readonly type: 'trades';
      readonly symbol: string;
      readonly epoch: number;
      readonly seq: number;
      readonly trades: readonly FrameTrade[];
    }
  /** What the trades up to `last` do to candles; nothing, where there are none. */
  | {
      readonly type: 'bars';
      readonly symbol: string;
      readonly epoch: number;
      readonly seq: number;
      readonly last: number;
      readonly bars: readonly Bar[];
    }
  /** What comes next does not join what came before; `lost`: trades are missing, and nobody can say which. */
  | { readonly type: 'broken'; readonly symbol: string; readonly lost: boolean }
  | {
      readonly type: 'gap';
      readonly symbol: string;
      readonly from: number;
      readonly to: number;
      readonly label: string;
    }
  /** An access token is needed. */
  | { readonly type: 'locked' };

/** What came of one message: notes for the page, messages for the server. */
export interface Outcome {
  readonly notes: readonly FeedNote[];
  readonly send: readonly ClientMessage[];
}

const NOTHING: Outcome = { notes: [], send: [] };
const tell = (...notes: FeedNote[]): Outcome => ({ notes, send: [] });

/** What a gap was, in words. */
export const GAP_LABELS = {
  upstream: 'Finnhub was down',
  unwatched: 'Nobody watched',
  restart: 'Server restarted',
  overrun: 'Server overloaded',
} as const;

/**
 * Which symbols the page wants, and how far each has been followed. It outlives connections: that is what makes a
 * reconnect go on where the last one ended. No socket here, only what was said and what to say.
 */
export class Subscriptions {
  readonly #wanted = new Map<string, Rate>();
  readonly #followed = new Map<string, Following>();

  /**
   * What to send, on an open connection, to watch `symbol`: from `since` on, where it was not followed before. One that is
   * watched already goes on at the new rate.
   */
  watch(symbol: string, since?: Since, rate: Rate = 'full'): ClientMessage[] {
    if (this.#wanted.get(symbol) === rate) return [];
    if (since && this.#following(symbol).epoch === undefined) {
      this.#followed.set(symbol, { ...since, id: undefined });
    }
    this.#wanted.set(symbol, rate);
    return [this.#subscribe(symbol)];
  }

  /**
   * What to send, on an open connection, to watch `symbol` after `since`, or from the present on where there is none, wherever it
   * was followed to: what the page had of it has given way to what it has now.
   */
  restart(symbol: string, since?: Since, rate: Rate = 'full'): ClientMessage[] {
    this.#followed.set(symbol, { ...NOTHING_FOLLOWED, ...since });
    this.#wanted.set(symbol, rate);
    return [this.#subscribe(symbol)];
  }

  /** What to send, on an open connection, to stop watching `symbol`. How far it was followed is kept. */
  leave(symbol: string): ClientMessage[] {
    if (!this.#wanted.delete(symbol)) return [];
    this.#followed.set(symbol, { ...this.#following(symbol), id: undefined });
    return [{ type: 'unsubscribe', symbol }];
  }

  /** The last trade told of, or what the server said stands in its place. */
  position(symbol: string): Since | undefined {
    return sinceOf(this.#following(symbol));
  }

  /** What came while there was no connection is not wanted: the next subscription to `symbol` begins at the present. */
  skip(symbol: string): void {
    this.#followed.delete(symbol);
  }

  /** Forgets how far a symbol was followed: what the page had of it is gone. */
  forget(symbol: string): void {
    if (!this.#wanted.has(symbol)) this.#followed.delete(symbol);
  }

  /** Subscribes to everything (again), each from where it was left; first what is wanted in full, for which slots may be short. */
  again(): ClientMessage[] {
    const isFull = ([, rate]: readonly [string, Rate]): number => (rate === 'full' ? 0 : 1);
    const inOrder = [...this.#wanted].sort((a, b) => isFull(a) - isFull(b));
    return inOrder.map(([symbol]) => this.#subscribe(symbol));
  }

  /** Whether the server sends any of the symbols now. One that waits for a slot need not be answered before its turn. */
  get isServed(): boolean {
    return this.#served().length > 0;
  }

  /** Asks again for what is being sent, from where it was left: that is always answered, and mends whatever was missed. */
  probe(): ClientMessage[] {
    return this.#served().map((symbol) => this.#subscribe(symbol));
  }

  #served(): string[] {
    return [...this.#wanted.keys()].filter((symbol) => this.#following(symbol).id !== undefined);
  }

  receive(message: ServerMessage | TradesFrame | BarsFrame): Outcome {
    switch (message.type) {
      case 'trades':
        return this.#frame(message);
      case 'bars':
        return this.#bars(message);
      case 'hello':
        return tell({ type: 'hello', hello: message });
      case 'status':
        return tell({ type: 'status', status: message });
      case 'ping':
        return NOTHING;
      case 'error':
        if (message.code === 'unauthorized') return tell({ type: 'locked' });
        if (message.symbol === undefined || !this.#wanted.has(message.symbol)) return NOTHING;
        return tell({ type: 'refused', symbol: message.symbol, code: message.code });
      case 'subscribed':
      case 'gap':
      case 'reset':
      case 'waiting':
        // What was on its way when the symbol was left means nothing any more.
        return this.#wanted.has(message.symbol) ? this.#about(message) : NOTHING;
      default:
        return ensureNever(message);
    }
  }

  #about(message: Extract<ServerMessage, { type: 'subscribed' | 'gap' | 'reset' | 'waiting' }>): Outcome {
    const { symbol } = message;
    switch (message.type) {
      case 'subscribed': {
        const before = this.#following(symbol);
        const { following, broken } = followSubscribed(before, message);
        this.#followed.set(symbol, following);
        // After a resume the trades up to the last price are still to come: it would stand before them.
        const last = before.epoch === undefined ? message.last : undefined;
        const served: FeedNote = { type: 'served', symbol, last };
        const notes: FeedNote[] = broken ? [{ type: 'broken', symbol, lost: !message.recovered }, served] : [served];
        return { notes, send: this.#release(message.id, symbol) };
      }
      case 'gap':
        this.#followed.set(symbol, followGap(this.#following(symbol), message.toSeq));
        return tell({
          type: 'gap',
          symbol,
          from: message.from,
          to: message.to,
          label: GAP_LABELS[message.cause],
        });
      case 'reset':
        this.#followed.set(symbol, followReset(this.#following(symbol), message));
        return tell({ type: 'broken', symbol, lost: true });
      case 'waiting':
        return tell({ type: 'waiting', symbol, position: message.position });
      default:
        return ensureNever(message);
    }
  }

  #frame(frame: TradesFrame): Outcome {
    const symbol = this.#symbolOf(frame.id);
    if (symbol === undefined) return NOTHING;
    const { following, fresh, hole } = followFrame(this.#following(symbol), frame);
    if (hole) return { notes: [], send: [this.#subscribe(symbol)] };
    this.#followed.set(symbol, following);
    if (fresh.length === 0) return NOTHING;
    const seq = following.seq - fresh.length + 1;
    return tell({ type: 'trades', symbol, epoch: following.epoch ?? 0, seq, trades: fresh });
  }

  #bars(frame: BarsFrame): Outcome {
    const symbol = this.#symbolOf(frame.id);
    if (symbol === undefined) return NOTHING;
    const { following, taken, hole } = followBars(this.#following(symbol), frame);
    if (hole) return { notes: [], send: [this.#subscribe(symbol)] };
    if (!taken) return NOTHING;
    this.#followed.set(symbol, following);
    const { seq, bars } = frame;
    return tell({ type: 'bars', symbol, epoch: following.epoch ?? 0, seq, last: following.seq, bars });
  }

  #symbolOf(id: number): string | undefined {
    for (const symbol of this.#wanted.keys()) if (this.#following(symbol).id === id) return symbol;
    return undefined;
  }

  /** The id stands for `symbol` now: whatever else had it, in an earlier epoch, is asked for again from where it was left. */
  #release(id: number, symbol: string): ClientMessage[] {
    return this.#served()
      .filter((each) => each !== symbol && this.#following(each).id === id)
      .map((each) => this.#subscribe(each));
  }

  #following(symbol: string): Following {
    return this.#followed.get(symbol) ?? NOTHING_FOLLOWED;
  }

  #subscribe(symbol: string): ClientMessage {
    const following = this.#following(symbol);
    this.#followed.set(symbol, ask(following));
    const since = sinceOf(following);
    const rate = this.#wanted.get(symbol) ?? 'full';
    return { type: 'subscribe', symbol, ...(since ? { since } : {}), ...(rate === 'full' ? {} : { rate }) };
  }
}
