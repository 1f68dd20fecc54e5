import type { Client, Subscription } from './client.ts';
import { fail } from './failure.ts';
import type { Subscribers } from './subscribers.ts';

/** What main says of symbols that are not open, told to the clients that want them. */
export class Answers {
  readonly #subscribers: Subscribers;

  constructor(subscribers: Subscribers) {
    this.#subscribers = subscribers;
  }

  /** Main says where a symbol stands in line. */
  waiting(symbol: string, position: number): void {
    for (const [client, subscription] of this.#subscribers.of(symbol)) {
      if (!client.isPatient || subscription.state !== 'pending' || subscription.position === position) continue;
      subscription.position = position;
      client.tell({ type: 'waiting', symbol, position });
    }
  }

  /** Main has dropped an interest for want of a slot. */
  refused(ref: number): void {
    const dropped = this.#subscribers.drop(ref);
    for (const client of dropped?.clients ?? []) fail(client, 'capacity', dropped?.symbol ?? '');
  }

  /** Finnhub refuses the symbol for now. The subscription stays: it is tried again later. */
  invalid(symbol: string): void {
    for (const [client, subscription] of this.#subscribers.of(symbol)) {
      if (subscription.toldInvalid) continue;
      subscription.toldInvalid = true;
      fail(client, 'unknown-symbol', symbol);
    }
  }

  /** Main answers each question once; whoever asks it after others is answered from what they were told. */
  repeat(client: Client, subscription: Subscription): void {
    const { symbol } = subscription;
    const answered = this.#subscribers.find(
      symbol,
      ({ position, toldInvalid }) => position !== undefined || toldInvalid,
    );
    if (!answered) return;
    subscription.position = answered.position;
    subscription.toldInvalid = answered.toldInvalid;
    if (answered.toldInvalid) fail(client, 'unknown-symbol', symbol);
    else if (answered.position !== undefined && client.isPatient) {
      client.tell({ type: 'waiting', symbol, position: answered.position });
    }
  }
}
