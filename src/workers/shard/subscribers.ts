import type { FromShard } from '../../protocol/threads.ts';
import type { Rate, Since } from '../../protocol/wire.ts';
import type { BarGroups } from './bar-groups.ts';
import type { Client, Subscription } from './client.ts';
import { finnhubTopic, takeOff, topicOf } from './delivery.ts';
import { Interests } from './interests.ts';

/** Who in this shard wants a symbol, whether or not it has a slot. */
interface Watch {
  readonly clients: Set<Client>;
  readonly topics: { readonly tickcast: string; readonly finnhub: string };
  /** When a frame was last published, ms since 1970 UTC. */
  publishedAt: number;
}

/** Which client wants which symbol. Main is told of the first and the last of each address and kind. */
export class Subscribers {
  readonly #toMain: (message: FromShard) => void;
  readonly #watches = new Map<string, Watch>();
  readonly #interests = new Interests();
  readonly #groups: BarGroups;

  constructor(groups: BarGroups, toMain: (message: FromShard) => void) {
    this.#groups = groups;
    this.#toMain = toMain;
  }

  watch(symbol: string): Watch | undefined {
    return this.#watches.get(symbol);
  }

  /** The clients of a symbol with their subscriptions: a copy, so that the loop may change them. */
  of(symbol: string): (readonly [Client, Subscription])[] {
    const pairs: (readonly [Client, Subscription])[] = [];
    for (const client of this.#watches.get(symbol)?.clients ?? []) {
      const subscription = client.subscriptions.get(symbol);
      if (subscription) pairs.push([client, subscription]);
    }
    return pairs;
  }

  /** A subscription to a symbol of which something holds; most are alike, so the first will often do. */
  find(symbol: string, holds: (subscription: Subscription) => boolean): Subscription | undefined {
    for (const client of this.#watches.get(symbol)?.clients ?? []) {
      const subscription = client.subscriptions.get(symbol);
      if (subscription && holds(subscription)) return subscription;
    }
    return undefined;
  }

  /** Adds a subscription; `isFirst` where main is asked for the symbol because of it and will answer. */
  add(
    client: Client,
    symbol: string,
    since: Since | undefined,
    rate: Rate,
  ): { subscription: Subscription; isFirst: boolean } {
    const subscription: Subscription = {
      symbol,
      rate,
      state: 'pending',
      since,
      next: 0,
      epoch: 0,
      seq: 0,
      recall: undefined,
      position: undefined,
      toldInvalid: false,
    };
    client.subscriptions.set(symbol, subscription);
    let watch = this.#watches.get(symbol);
    if (!watch) {
      const topics = { tickcast: topicOf(symbol, 'full'), finnhub: finnhubTopic(symbol) };
      watch = { clients: new Set(), topics, publishedAt: 0 };
      this.#watches.set(symbol, watch);
    }
    watch.clients.add(client);
    this.#groups.add(client, subscription);
    const join = this.#interests.add(symbol, client.address, client.isPatient);
    if (join) this.#toMain(join);
    return { subscription, isFirst: join !== undefined };
  }

  changeRate(client: Client, subscription: Subscription, rate: Rate): void {
    if (rate === subscription.rate) return;
    this.#groups.remove(client, subscription);
    subscription.rate = rate;
    this.#groups.add(client, subscription);
  }

  remove(client: Client, subscription: Subscription): void {
    this.#forget(client, subscription);
    const leave = this.#interests.remove(subscription.symbol, client.address, client.isPatient);
    if (leave) this.#toMain(leave);
  }

  /** Main has dropped an interest: its clients are not subscribed any more. Returns them, and the symbol. */
  drop(ref: number): { readonly symbol: string; readonly clients: readonly Client[] } | undefined {
    const interest = this.#interests.drop(ref);
    if (!interest) return undefined;
    const { symbol, address, patient } = interest;
    const dropped = this.of(symbol).filter(([each]) => each.address === address && each.isPatient === patient);
    for (const [client, subscription] of dropped) this.#forget(client, subscription);
    return { symbol, clients: dropped.map(([client]) => client) };
  }

  #forget(client: Client, subscription: Subscription): void {
    const { symbol } = subscription;
    takeOff(client, subscription);
    this.#groups.remove(client, subscription);
    client.subscriptions.delete(symbol);
    const watch = this.#watches.get(symbol);
    watch?.clients.delete(client);
    if (watch?.clients.size === 0) this.#watches.delete(symbol);
  }
}
