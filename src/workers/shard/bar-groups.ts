import type { TemplatedApp } from 'uWebSockets.js';
import type { BatchBars } from '../../protocol/batch.ts';
import type { BarsDemand } from '../../protocol/threads.ts';
import type { ConflatedRate } from '../../protocol/wire.ts';
import type { Client, Subscription } from './client.ts';
import { bringUpTo, type Onward, replay, takeOff, topicOf } from './delivery.ts';
import type { TapeSymbol } from './tape.ts';

/** The clients that want one symbol's bars at one rate. */
interface BarGroup {
  readonly symbol: string;
  readonly rate: ConflatedRate;
  readonly topic: string;
  readonly clients: Set<Client>;
  /** Those of them that wait for bars to join the topic, and perhaps some that do no more. */
  readonly joining: Set<Client>;
  /** Who is on the topic has all trades up to this number, in bars or as such. */
  seq: number;
  /** When bars were last published, ms since 1970 UTC. */
  publishedAt: number;
}

/**
 * Who gets bars instead of trades. A client first gets what it missed as trades, like any other. Then it waits for bars: what
 * these begin before, or after what it has, it gets as trades up to where they end; from there on they are published to it.
 */
export class BarGroups {
  readonly #app: TemplatedApp;
  readonly #onward: Onward;
  readonly #toMain: (message: BarsDemand) => void;
  readonly #groups = new Map<string, BarGroup>();

  constructor(app: TemplatedApp, onward: Onward, toMain: (message: BarsDemand) => void) {
    this.#app = app;
    this.#onward = onward;
    this.#toMain = toMain;
  }

  /** A client has the rate of its subscription from now on. Main hears of the first one. */
  add(client: Client, { symbol, rate }: Subscription): void {
    if (rate === 'full') return;
    const topic = topicOf(symbol, rate);
    let group = this.#groups.get(topic);
    if (!group) {
      group = { symbol, rate, topic, clients: new Set(), joining: new Set(), seq: 0, publishedAt: 0 };
      this.#groups.set(topic, group);
      this.#toMain({ type: 'bars', symbol, rate, isWanted: true });
    }
    group.clients.add(client);
  }

  /** The subscription ends, or gets another rate. Main hears of the last one. */
  remove(client: Client, { symbol, rate }: Subscription): void {
    const group = this.#group(symbol, rate);
    if (!group) return;
    group.clients.delete(client);
    group.joining.delete(client);
    if (group.clients.size > 0) return;
    this.#groups.delete(group.topic);
    this.#toMain({ type: 'bars', symbol, rate: group.rate, isWanted: false });
  }

  /** The client has everything that the ring has, and joins with the next bars. */
  join(client: Client, { symbol, rate }: Subscription): void {
    this.#group(symbol, rate)?.joining.add(client);
  }

  publishedAt({ symbol, rate }: Subscription): number {
    return this.#group(symbol, rate)?.publishedAt ?? 0;
  }

  /** The last number that who is on the topic has. */
  seq({ symbol, rate, seq }: Subscription): number {
    return this.#group(symbol, rate)?.seq ?? seq;
  }

  /** Bars have come, after the trades that they are made of; without bytes they only begin. `bytes` are not kept. */
  publish(tape: TapeSymbol, { rate, firstSeq, lastSeq }: BatchBars, bytes: Uint8Array): void {
    const group = this.#group(tape.symbol, rate);
    if (!group) return;
    if (firstSeq !== group.seq + 1) this.#takeAllOff(group);
    if (bytes.length > 0) {
      group.publishedAt = Date.now();
      this.#app.publish(group.topic, bytes);
    }
    group.seq = lastSeq;
    for (const client of [...group.joining]) {
      const subscription = client.subscriptions.get(group.symbol);
      if (subscription?.rate !== rate || subscription.state !== 'joining') {
        group.joining.delete(client);
      } else if (subscription.seq <= lastSeq && client.laggingSince === undefined) {
        group.joining.delete(client);
        if (subscription.seq === firstSeq - 1 && bytes.length > 0) client.sendText(bytes);
        else if (!bringUpTo(client, subscription, tape, lastSeq, this.#onward)) continue;
        subscription.state = 'live';
        client.ws?.subscribe(group.topic);
      }
    }
  }

  /**
   * Sends everybody as trades what is left up to the ring's end: bars of it may never come, or something that is no trade stands
   * there. `told`: where the ring ended before that.
   */
  settle(tape: TapeSymbol, told: number = tape.ring.end): void {
    for (const rate of ['1hz', '4hz'] as const) {
      const group = this.#group(tape.symbol, rate);
      if (!group) continue;
      this.#takeAllOff(group);
      for (const client of group.clients) {
        const subscription = client.subscriptions.get(group.symbol);
        if (subscription?.rate !== rate || subscription.state !== 'joining') continue;
        const { epoch, seq } = subscription;
        replay(client, subscription, tape, { epoch, seq }, tape.ring.after(seq, told), this.#onward);
      }
    }
  }

  /** Takes everybody off the topic: they wait for bars again, with what it has brought them. */
  #takeAllOff(group: BarGroup): void {
    for (const client of group.clients) {
      const subscription = client.subscriptions.get(group.symbol);
      if (subscription?.rate !== group.rate || subscription.state !== 'live') continue;
      takeOff(client, subscription);
      subscription.seq = group.seq;
      subscription.state = 'joining';
      group.joining.add(client);
    }
  }

  #group(symbol: string, rate: Subscription['rate']): BarGroup | undefined {
    return rate === 'full' ? undefined : this.#groups.get(topicOf(symbol, rate));
  }
}
