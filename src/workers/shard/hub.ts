import type { TemplatedApp } from 'uWebSockets.js';
import type { FeedMessage } from '../../protocol/feed-messages.ts';
import { encodeFinnhubError } from '../../protocol/finnhub.ts';
import type { FromShard } from '../../protocol/threads.ts';
import { CLOSE_TRY_AGAIN, type Rate, type Since, type UpstreamStatus } from '../../protocol/wire.ts';
import { Answers } from './answers.ts';
import { BarGroups } from './bar-groups.ts';
import type { Client, Subscription } from './client.ts';
import { activate, goOn, itemMessage, type Onward, pump, rejoin, restart, takeOff, topicOf } from './delivery.ts';
import { fail } from './failure.ts';
import { Recaller, type RecallPort } from './recaller.ts';
import { Subscribers } from './subscribers.ts';
import { Tape, type TapeSymbol } from './tape.ts';

/** Every `tickcast.v1` client is on this topic, every drop-in client on the other. */
export const ALL_TICKCAST = 'all/t';
export const ALL_FINNHUB = 'all/f';

/** What drop-in clients hear when Finnhub refuses the key of this server. */
const KEY_REFUSED = encodeFinnhubError('Invalid API key');

/** Brings clients and tape together: what each is told when something changes. */
export class Hub {
  readonly tape: Tape;
  /** Takes what main says of symbols that are not open. */
  readonly answers: Answers;
  readonly #app: TemplatedApp;
  readonly #toMain: (message: FromShard) => void;
  readonly #maxSubscriptions: number;
  readonly #subscribers: Subscribers;
  readonly #recaller: Recaller;
  readonly #groups: BarGroups;
  readonly #onward: Onward;
  #wasUnauthorized = false;

  constructor(app: TemplatedApp, maxSubscriptions: number, toMain: (message: FromShard) => void) {
    this.#app = app;
    this.#maxSubscriptions = maxSubscriptions;
    this.#toMain = toMain;
    this.#recaller = new Recaller({
      onDone: (client, subscription, tape, at) => rejoin(client, subscription, tape, at, this.#onward),
      onFailed: (client, subscription, tape, reason) => restart(client, subscription, tape, reason, this.#onward),
    });
    this.#onward = {
      recall: (client, subscription, tape, since) => this.#recaller.recall(client, subscription, tape, since),
      join: (client, subscription) => this.#groups.join(client, subscription),
    };
    this.#groups = new BarGroups(app, this.#onward, toMain);
    this.#subscribers = new Subscribers(this.#groups, toMain);
    this.answers = new Answers(this.#subscribers);
    this.tape = new Tape(Date.now(), {
      onFrame: (symbol, v1, finnhub) => this.#onFrame(symbol, v1, finnhub),
      onBars: (symbol, bars, bytes) => this.#groups.publish(symbol, bars, bytes),
      onItem: (symbol, item) => {
        if (item.kind === 'frame') return;
        this.#app.publish(topicOf(symbol.symbol, 'full'), itemMessage(symbol, item));
        this.#groups.settle(symbol, symbol.ring.end - 1);
      },
      onOpen: (symbol) => this.#onOpen(symbol),
      onClose: (symbol) => this.#onClose(symbol),
      onLost: (symbol) => this.#onLost(symbol),
      onStatus: (status) => this.#onStatus(status),
    });
  }

  receive(message: FeedMessage): void {
    this.tape.receive(message, Date.now());
    if (message.type === 'snapshot') this.#settleAll();
  }

  /** The recorder answers for what the rings have forgotten. */
  connectRecorder(port: RecallPort): void {
    this.#recaller.connect(port);
  }

  upstreamGone(): void {
    this.tape.upstreamGone(Date.now());
    this.#settleAll();
  }

  /** A new drop-in client: what concerns all of them from now on, and the one thing it may have missed. */
  greetProgram(client: Client): void {
    client.ws?.subscribe(ALL_FINNHUB);
    if (this.#wasUnauthorized) client.sendText(KEY_REFUSED);
  }

  /** Subscribes a client; again for the same symbol counts it once, and answers again. */
  subscribe(client: Client, symbol: string, since: Since | undefined, rate: Rate = 'full'): void {
    const known = client.subscriptions.get(symbol);
    if (known) {
      this.#subscribeAgain(client, known, since, rate);
      return;
    }
    if (client.subscriptions.size >= this.#maxSubscriptions) {
      fail(client, 'too-many-subscriptions', symbol);
      return;
    }
    const { subscription, isFirst } = this.#subscribers.add(client, symbol, since, rate);
    const tape = this.tape.get(symbol);
    if (tape?.open) activate(client, subscription, tape, this.#onward);
    else if (!isFirst) this.answers.repeat(client, subscription);
  }

  /** Ends a subscription; one that does not exist changes nothing. */
  unsubscribe(client: Client, symbol: string): void {
    const subscription = client.subscriptions.get(symbol);
    if (subscription) this.#subscribers.remove(client, subscription);
  }

  /** The connection is closed: everything it held is given back at once. */
  gone(client: Client): void {
    client.ws = undefined;
    for (const symbol of [...client.subscriptions.keys()]) this.unsubscribe(client, symbol);
    this.#recaller.forget(client);
  }

  /** The client's socket takes more again. */
  drained(client: Client): void {
    if (client.laggingSince !== undefined) {
      // uWebSockets.js only calls where the socket has taken some of what waits for it.
      client.laggingSince = Date.now();
      if (client.isSuspended && client.ws?.getBufferedAmount() === 0) this.#catchUp(client);
      return;
    }
    client.together(() => {
      for (const subscription of client.subscriptions.values()) {
        const tape = this.tape.get(subscription.symbol);
        if (subscription.state === 'replaying' && tape) pump(client, subscription, tape, this.#onward);
      }
    });
    this.#recaller.drained(client);
  }

  /** The client's socket took no more and something was dropped: it gets nothing more until it has drained. */
  suspend(client: Client): void {
    client.isSuspended = true;
    for (const subscription of client.subscriptions.values()) {
      if (subscription.state === 'pending') continue;
      takeOff(client, subscription);
      subscription.state = 'lagging';
    }
    this.#recaller.forget(client);
    // It may have drained before this was called.
    this.drained(client);
  }

  /** When the client last got a frame, its own or a published one, ms since 1970 UTC. */
  lastFrameAt(client: Client): number {
    let last = client.lastSent;
    for (const subscription of client.subscriptions.values()) {
      const { symbol, state, rate } = subscription;
      if (state !== 'live') continue;
      const published =
        rate === 'full' ? this.#subscribers.watch(symbol)?.publishedAt : this.#groups.publishedAt(subscription);
      last = Math.max(last, published ?? 0);
    }
    return last;
  }

  /** Bars may be lost that were on their way, and say nothing of it. */
  #settleAll(): void {
    for (const tape of this.tape.symbols()) this.#groups.settle(tape);
  }

  #onFrame({ symbol }: TapeSymbol, v1: Uint8Array, finnhub: Uint8Array): void {
    const watch = this.#subscribers.watch(symbol);
    if (!watch) return;
    watch.publishedAt = Date.now();
    this.#app.publish(watch.topics.tickcast, v1);
    this.#app.publish(watch.topics.finnhub, finnhub);
  }

  #onOpen(tape: TapeSymbol): void {
    for (const [client, subscription] of this.#subscribers.of(tape.symbol)) {
      subscription.toldInvalid = false;
      if (subscription.state !== 'pending') continue;
      client.together(() => activate(client, subscription, tape, this.#onward));
    }
  }

  /** The symbol lost its slot under its clients: they go on from what they have when it gets one again. */
  #onClose(tape: TapeSymbol): void {
    const { symbol, ring } = tape;
    this.#groups.settle(tape);
    const subscribers = this.#subscribers.of(symbol);
    for (const [client, subscription] of subscribers) {
      const { state } = subscription;
      if (state === 'pending' || state === 'lagging') continue;
      takeOff(client, subscription);
      // One that is being recalled has noted itself how far it is.
      if (state === 'live') subscription.since = { epoch: ring.epoch, seq: ring.seq };
      else if (state !== 'recalling') subscription.since = { epoch: subscription.epoch, seq: subscription.seq };
      subscription.state = 'pending';
    }
    if (subscribers.length > 0) this.#toMain({ type: 'ask', symbol });
  }

  #onLost(tape: TapeSymbol): void {
    for (const [client, subscription] of this.#subscribers.of(tape.symbol)) {
      const { state } = subscription;
      if (state !== 'live' && state !== 'joining' && state !== 'replaying') continue;
      takeOff(client, subscription);
      if (client.kind === 'tickcast')
        client.together(() => restart(client, subscription, tape, 'overrun', this.#onward));
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

  #subscribeAgain(client: Client, subscription: Subscription, since: Since | undefined, rate: Rate): void {
    if (client.kind === 'finnhub') return;
    const { symbol, state } = subscription;
    const tape = this.tape.get(symbol);
    // Between two bars it has less than the ring: it goes on from there, even if it does not say so.
    const goesOn = rate !== 'full' || subscription.rate !== 'full';
    const at = tape && this.#position(subscription, tape);
    takeOff(client, subscription);
    this.#subscribers.changeRate(client, subscription, rate);
    if (state === 'lagging') return;
    if (state === 'pending' || !tape) {
      subscription.since = since ?? subscription.since;
      this.answers.repeat(client, subscription);
      return;
    }
    if (!since && goesOn && at && (state === 'live' || state === 'joining')) {
      goOn(client, subscription, tape, at, this.#onward);
      return;
    }
    subscription.since = since ?? (goesOn ? at : undefined);
    activate(client, subscription, tape, this.#onward);
  }

  /** How far a client is that is being served. */
  #position(subscription: Subscription, { ring }: TapeSymbol): Since | undefined {
    const { state, rate, since, epoch, seq } = subscription;
    if (state === 'recalling') return since;
    if (state === 'live')
      return { epoch: ring.epoch, seq: rate === 'full' ? ring.seq : this.#groups.seq(subscription) };
    return { epoch, seq };
  }

  /** A client that lagged has drained: it forgets what it has and goes on with the present. A program cannot be told. */
  #catchUp(client: Client): void {
    if (client.kind === 'finnhub') {
      client.end(CLOSE_TRY_AGAIN, 'too slow');
      return;
    }
    client.together(() => this.#tellPresent(client));
  }

  #tellPresent(client: Client): void {
    client.resume();
    client.tell({ type: 'status', ...this.tape.status });
    for (const subscription of client.subscriptions.values()) {
      const { symbol } = subscription;
      const tape = this.tape.get(symbol);
      if (subscription.state === 'lagging' && tape?.open) {
        restart(client, subscription, tape, 'slow', this.#onward);
        continue;
      }
      // What it was told of its place in line may be among what was dropped.
      subscription.state = 'pending';
      subscription.position = undefined;
      this.#toMain({ type: 'ask', symbol });
    }
  }
}
