import type { BarsFrame } from '../../src/protocol/bars.ts';
import { decodeServerFrame } from '../../src/protocol/decode-server.ts';
import type { TradesFrame } from '../../src/protocol/frame.ts';
import { type ClientMessage, type Rate, type ServerMessage, type Since, SUBPROTOCOL } from '../../src/protocol/wire.ts';
import { deadlineOf, type Link, type LinkAction, type LinkEvent, stepLink } from './link.ts';
import type { SocketConstructor, SocketLike } from './socket.ts';
import { type FeedNote, Subscriptions } from './subscriptions.ts';

export interface FeedListener {
  link(link: Link): void;
  note(note: FeedNote): void;
  /** A message as it came, before the notes that are made of it. */
  message?(message: ServerMessage | TradesFrame | BarsFrame): void;
}

export interface FeedClientOptions {
  /** The access token, for whoever has no cookie. */
  readonly token?: string | undefined;
  /** For where there is no global one. */
  readonly WebSocket?: SocketConstructor | undefined;
}

/** `readyState` of a socket that is open, by the WebSocket standard. */
const OPEN = 1;
/** The code of a connection that ended without one (RFC 6455, 7.4.1). */
const CLOSE_ABNORMAL = 1006;

/** The socket and the timers around `stepLink` and `Subscriptions`, which decide. */
export class FeedClient {
  readonly #url: string;
  readonly #listener: FeedListener;
  readonly #options: FeedClientOptions;
  readonly #subscriptions = new Subscriptions();
  #link: Link = { phase: 'idle' };
  #socket: SocketLike | undefined;
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(url: string, listener: FeedListener, options: FeedClientOptions = {}) {
    this.#url = url;
    this.#listener = listener;
    this.#options = options;
  }

  start(): void {
    this.#step({ type: 'start' });
  }

  /** Ends the connection and every timer; `start` begins anew. */
  stop(): void {
    this.#step({ type: 'stop' });
  }

  /** The tab is shown again or the network is back: is the connection still alive? */
  back(): void {
    if (this.#link.phase !== 'open' || this.#subscriptions.isServed) this.#step({ type: 'back' });
  }

  /** The server wants an access token before anything else. */
  lock(): void {
    this.#step({ type: 'refused' });
  }

  watch(symbol: string, since?: Since, rate?: Rate): void {
    this.#send(this.#subscriptions.watch(symbol, since, rate));
  }

  /** Watches `symbol` after `since` or from the present on, wherever it was followed to. */
  restart(symbol: string, since?: Since, rate?: Rate): void {
    this.#send(this.#subscriptions.restart(symbol, since, rate));
  }

  /** The last trade told of. */
  position(symbol: string): Since | undefined {
    return this.#subscriptions.position(symbol);
  }

  /** To be called on a connection that has just opened: what `symbol` did meanwhile is not wanted. */
  skip(symbol: string): void {
    this.#subscriptions.skip(symbol);
  }

  leave(symbol: string): void {
    this.#send(this.#subscriptions.leave(symbol));
  }

  forget(symbol: string): void {
    this.#subscriptions.forget(symbol);
  }

  /** Asks again for everything wanted, such as a symbol that was refused. */
  again(): void {
    if (this.#link.phase === 'open') this.#send(this.#subscriptions.again());
  }

  #step(event: LinkEvent): void {
    const { link, actions } = stepLink(this.#link, event, Date.now(), Math.random());
    const changed = link !== this.#link;
    const told = link.phase !== this.#link.phase || link.phase !== 'open';
    this.#link = link;
    for (const action of actions) this.#act(action);
    if (!changed) return;
    this.#arm();
    if (told) this.#listener.link(link);
  }

  #act(action: LinkAction): void {
    switch (action) {
      case 'connect':
        this.#connect();
        return;
      case 'drop':
        this.#drop();
        return;
      case 'probe':
        this.#send(this.#subscriptions.probe());
        return;
    }
  }

  #connect(): void {
    const Socket: SocketConstructor = this.#options.WebSocket ?? WebSocket;
    const socket = new Socket(this.#url, SUBPROTOCOL);
    this.#socket = socket;
    // Events of a socket that was given up are nobody's business any more.
    const mine = (handle: () => void) => (): void => {
      if (this.#socket === socket) handle();
    };
    socket.onopen = mine(() => {
      // Before the listener hears of it, who may subscribe at once: the token must come first.
      const { token } = this.#options;
      if (token !== undefined) this.#send([{ type: 'auth', token }]);
      this.#step({ type: 'opened' });
      this.#send(this.#subscriptions.again());
    });
    socket.onmessage = (event: { readonly data: unknown }) => {
      if (this.#socket === socket && typeof event.data === 'string') this.#receive(event.data);
    };
    const lost = (code: number): void => {
      this.#socket = undefined;
      this.#step({ type: 'closed', code });
    };
    // Everywhere `close` follows, but for Node 22, which says no more of an attempt that failed
    // (https://github.com/nodejs/undici/issues/3546). And the package `ws` throws what nobody listens to.
    socket.onerror = mine(() => {
      if (this.#link.phase === 'connecting') lost(CLOSE_ABNORMAL);
    });
    socket.onclose = (event: { readonly code: number }) => {
      if (this.#socket === socket) lost(event.code);
    };
  }

  #drop(): void {
    const socket = this.#socket;
    this.#socket = undefined;
    socket?.close();
  }

  #receive(text: string): void {
    this.#step({ type: 'heard' });
    const message = decodeServerFrame(text);
    if (!message) return;
    this.#listener.message?.(message);
    const { notes, send } = this.#subscriptions.receive(message);
    for (const note of notes) {
      if (note.type === 'locked') this.lock();
      this.#listener.note(note);
    }
    this.#send(send);
  }

  #send(messages: readonly ClientMessage[]): void {
    const socket = this.#socket;
    if (socket?.readyState !== OPEN) return;
    for (const message of messages) socket.send(JSON.stringify(message));
  }

  /**
   * One timer for whatever is due next. A frame moves the deadline, but not the timer: that would be two calls a frame. It
   * fires early then, finds nothing due and is set again.
   */
  #arm(): void {
    const deadline = deadlineOf(this.#link);
    if (this.#link.phase === 'open' && this.#link.answerBy === undefined && this.#timer !== undefined) return;
    clearTimeout(this.#timer);
    this.#timer = undefined;
    if (deadline === undefined) return;
    this.#timer = setTimeout(
      () => {
        this.#timer = undefined;
        this.#step({ type: 'due' });
        this.#arm();
      },
      Math.max(0, deadline - Date.now()),
    );
  }
}
