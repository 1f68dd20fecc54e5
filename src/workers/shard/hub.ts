import type { TemplatedApp } from 'uWebSockets.js';
import { ERRORS, type ErrorCode } from '../../protocol/errors.ts';
import { encodeFinnhubError, invalidSymbolMessage, TOO_MANY_SYMBOLS } from '../../protocol/finnhub.ts';
import type { FeedMessage, FromShard } from '../../protocol/threads.ts';
import { CLOSE_TRY_AGAIN, type Since, type UpstreamStatus } from '../../protocol/wire.ts';
import type { Client, Subscription } from './client.ts';
import { activate, finnhubTopic, itemMessage, pump, restart, takeOff, tickcastTopic } from './delivery.ts';
import { Interests } from './interests.ts';
import { Tape, type TapeSymbol } from './tape.ts';

/** Every `tickcast.v1` client is on this topic, every drop-in client on the other. */
export const ALL_TICKCAST = 'all/t';
export const ALL_FINNHUB = 'all/f';

/** What drop-in clients hear when Finnhub refuses the key of this server. */
const KEY_REFUSED = encodeFinnhubError('Invalid API key');

/** Who in this shard wants a symbol, whether or not it has a slot. */
interface Watch {
  readonly symbol: string;
  readonly clients: Set<Client>;
  readonly topics: { readonly tickcast: string; readonly finnhub: string };
  /** When a frame was last published, ms since 1970 UTC. */
  publishedAt: number;
}

/** Brings clients and tape together: who is subscribed to what, and what each is told when something changes. */
export class Hub {
  readonly tape: Tape;
  readonly #app: TemplatedApp;
  readonly #toMain: (message: FromShard) => void;
  readonly #maxSubscriptions: number;
  readonly #watches = new Map<string, Watch>();
  readonly #interests = new Interests();
  #wasUnauthorized = false;

  constructor(app: TemplatedApp, maxSubscriptions: number, toMain: (message: FromShard) => void) {
    this.#app = app;
    this.#maxSubscriptions = maxSubscriptions;
    this.#toMain = toMain;
    this.tape = new Tape(Date.now(), {
      onFrame: (symbol, v1, finnhub) => this.#onFrame(symbol, v1, finnhub),
      onItem: (symbol, item) => {
        if (item.kind !== 'frame') this.#app.publish(tickcastTopic(symbol.symbol), itemMessage(symbol, item));
      },
      onOpen: (symbol) => this.#onOpen(symbol),
      onClose: (symbol) => this.#onClose(symbol),
      onLost: (symbol) => this.#onLost(symbol),
      onStatus: (status) => this.#onStatus(status),
    });
  }

  receive(message: FeedMessage): void {
    this.tape.receive(message, Date.now());
  }

  upstreamGone(): void {
    this.tape.upstreamGone(Date.now());
  }

  /** A new drop-in client: what concerns all of them from now on, and the one thing it may have missed. */
  greetProgram(client: Client): void {
    client.ws?.subscribe(ALL_FINNHUB);
    if (this.#wasUnauthorized) client.sendText(KEY_REFUSED);
  }

  /** Subscribes a client; again for the same symbol changes nothing but is answered again where it is live. */
  subscribe(client: Client, symbol: string, since: Since | undefined): void {
    const known = client.subscriptions.get(symbol);
    if (known) {
      this.#subscribeAgain(client, known, since);
      return;
    }
    if (client.subscriptions.size >= this.#maxSubscriptions) {
      this.#fail(client, 'too-many-subscriptions', symbol);
      return;
    }
    const subscription: Subscription = {
      symbol,
      state: 'pending',
      since,
      next: 0,
      seq: 0,
      position: undefined,
      toldInvalid: false,
    };
    client.subscriptions.set(symbol, subscription);
    this.#watch(symbol).clients.add(client);
    const join = this.#interests.add(symbol, client.address, client.isPatient);
    if (join) this.#toMain(join);
    const tape = this.tape.get(symbol);
    if (tape?.open) activate(client, subscription, tape);
    else if (!join) this.#repeatAnswer(client, subscription);
  }

  /** Ends a subscription; one that does not exist changes nothing. */
  unsubscribe(client: Client, symbol: string): void {
    const subscription = client.subscriptions.get(symbol);
    if (!subscription) return;
    this.#forget(client, subscription);
    const leave = this.#interests.remove(symbol, client.address, client.isPatient);
    if (leave) this.#toMain(leave);
  }

  /** The connection is closed: everything it held is given back at once. */
  gone(client: Client): void {
    client.ws = undefined;
    for (const symbol of [...client.subscriptions.keys()]) this.unsubscribe(client, symbol);
  }

  /** The client's socket takes more again. */
  drained(client: Client): void {
    if (client.laggingSince !== undefined) {
      if (client.ws?.getBufferedAmount() === 0) this.#catchUp(client);
      return;
    }
    for (const subscription of client.subscriptions.values()) {
      const tape = this.tape.get(subscription.symbol);
      if (subscription.state === 'replaying' && tape) pump(client, subscription, tape);
    }
  }

  /** The client's socket took no more and something was dropped: it gets nothing more until it has drained. */
  suspend(client: Client): void {
    for (const subscription of client.subscriptions.values()) {
      if (subscription.state === 'pending') continue;
      takeOff(client, subscription);
      subscription.state = 'lagging';
    }
  }

  /** When the client last got a frame, its own or a published one, ms since 1970 UTC. */
  lastFrameAt(client: Client): number {
    let last = client.lastSent;
    for (const subscription of client.subscriptions.values()) {
      if (subscription.state !== 'live') continue;
      last = Math.max(last, this.#watches.get(subscription.symbol)?.publishedAt ?? 0);
    }
    return last;
  }

  /** Main says where a symbol stands in line. */
  waiting(symbol: string, position: number): void {
    for (const client of this.#watches.get(symbol)?.clients ?? []) {
      const subscription = client.subscriptions.get(symbol);
      if (client.kind !== 'tickcast' || subscription?.state !== 'pending' || subscription.position === position)
        continue;
      subscription.position = position;
      client.tell({ type: 'waiting', symbol, position });
    }
  }

  /** Main has dropped an interest for want of a slot: its clients are told, and not subscribed any more. */
  refused(ref: number): void {
    const interest = this.#interests.drop(ref);
    if (!interest) return;
    const { symbol, address, patient } = interest;
    for (const client of [...(this.#watches.get(symbol)?.clients ?? [])]) {
      const subscription = client.subscriptions.get(symbol);
      if (!subscription || client.address !== address || client.isPatient !== patient) continue;
      this.#forget(client, subscription);
      this.#fail(client, 'capacity', symbol);
    }
  }

  /** Finnhub refuses the symbol for now. The subscription stays: it is tried again later. */
  invalid(symbol: string): void {
    for (const client of this.#watches.get(symbol)?.clients ?? []) {
      const subscription = client.subscriptions.get(symbol);
      if (!subscription || subscription.toldInvalid) continue;
      subscription.toldInvalid = true;
      this.#fail(client, 'unknown-symbol', symbol);
    }
  }

  #onFrame({ symbol }: TapeSymbol, v1: Uint8Array, finnhub: Uint8Array): void {
    const watch = this.#watches.get(symbol);
    if (!watch) return;
    watch.publishedAt = Date.now();
    this.#app.publish(watch.topics.tickcast, v1);
    this.#app.publish(watch.topics.finnhub, finnhub);
  }

  #onOpen(tape: TapeSymbol): void {
    for (const client of this.#watches.get(tape.symbol)?.clients ?? []) {
      const subscription = client.subscriptions.get(tape.symbol);
      if (!subscription) continue;
      subscription.toldInvalid = false;
      if (subscription.state === 'pending') activate(client, subscription, tape);
    }
  }

  /** The symbol lost its slot under its clients: they go on from what they have when it gets one again. */
  #onClose({ symbol, ring }: TapeSymbol): void {
    const watch = this.#watches.get(symbol);
    if (!watch) return;
    for (const client of watch.clients) {
      const subscription = client.subscriptions.get(symbol);
      if (!subscription || subscription.state === 'pending') continue;
      takeOff(client, subscription);
      const seq = subscription.state === 'live' ? ring.seq : subscription.seq;
      subscription.since = subscription.state === 'lagging' ? undefined : { epoch: ring.epoch, seq };
      subscription.state = 'pending';
    }
    this.#toMain({ type: 'ask', symbol });
  }

  #onLost(tape: TapeSymbol): void {
    for (const client of this.#watches.get(tape.symbol)?.clients ?? []) {
      const subscription = client.subscriptions.get(tape.symbol);
      if (subscription?.state !== 'live' && subscription?.state !== 'replaying') continue;
      if (client.kind === 'tickcast') restart(client, subscription, tape, 'overrun');
      // Finnhub's framing has no word for it: the program's own reconnect is the honest answer.
      else client.end(CLOSE_TRY_AGAIN, 'trades were lost');
    }
  }

  #onStatus(status: UpstreamStatus): void {
    this.#app.publish(ALL_TICKCAST, JSON.stringify({ type: 'status', ...status }));
    const isUnauthorized = status.upstream === 'unauthorized';
    if (isUnauthorized && !this.#wasUnauthorized) this.#app.publish(ALL_FINNHUB, KEY_REFUSED);
    this.#wasUnauthorized = isUnauthorized;
  }

  #subscribeAgain(client: Client, subscription: Subscription, since: Since | undefined): void {
    if (client.kind === 'finnhub') return;
    const tape = this.tape.get(subscription.symbol);
    if (!tape?.open || subscription.state === 'pending') {
      const { symbol, position } = subscription;
      if (position === undefined) this.#repeatAnswer(client, subscription);
      else client.tell({ type: 'waiting', symbol, position });
      return;
    }
    if (subscription.state === 'lagging') return;
    takeOff(client, subscription);
    subscription.since = since;
    activate(client, subscription, tape);
  }

  /** Another client of the same address has asked before, so main does not answer again; the answer is known here. */
  #repeatAnswer(client: Client, subscription: Subscription): void {
    const { symbol } = subscription;
    for (const other of this.#watches.get(symbol)?.clients ?? []) {
      const known = other.subscriptions.get(symbol);
      if (!known) continue;
      if (known.position !== undefined) {
        this.waiting(symbol, known.position);
        return;
      }
      if (known.toldInvalid) {
        subscription.toldInvalid = true;
        this.#fail(client, 'unknown-symbol', symbol);
        return;
      }
    }
  }

  /** A client that lagged has drained: it forgets what it has and goes on with the present. */
  #catchUp(client: Client): void {
    client.laggingSince = undefined;
    client.tell({ type: 'status', ...this.tape.status });
    for (const subscription of client.subscriptions.values()) {
      const tape = this.tape.get(subscription.symbol);
      if (subscription.state === 'lagging' && tape?.open) restart(client, subscription, tape, 'slow');
      else if (subscription.state === 'lagging') subscription.state = 'pending';
      const { symbol, position } = subscription;
      if (subscription.state === 'pending' && position !== undefined)
        client.tell({ type: 'waiting', symbol, position });
    }
  }

  #watch(symbol: string): Watch {
    let watch = this.#watches.get(symbol);
    if (!watch) {
      const topics = { tickcast: tickcastTopic(symbol), finnhub: finnhubTopic(symbol) };
      watch = { symbol, clients: new Set(), topics, publishedAt: 0 };
      this.#watches.set(symbol, watch);
    }
    return watch;
  }

  #forget(client: Client, subscription: Subscription): void {
    const { symbol } = subscription;
    takeOff(client, subscription);
    client.subscriptions.delete(symbol);
    const watch = this.#watches.get(symbol);
    watch?.clients.delete(client);
    if (watch?.clients.size === 0) this.#watches.delete(symbol);
  }

  #fail(client: Client, code: ErrorCode, symbol: string): void {
    if (client.kind === 'tickcast') client.tell({ type: 'error', code, message: ERRORS[code], symbol });
    else
      client.sendText(encodeFinnhubError(code === 'unknown-symbol' ? invalidSymbolMessage(symbol) : TOO_MANY_SYMBOLS));
  }
}
