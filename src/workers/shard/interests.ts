import type { FromShard } from '../../protocol/threads.ts';

/** Clients of one address and kind that want one symbol, as main counts them. */
export interface SharedInterest {
  readonly ref: number;
  readonly symbol: string;
  readonly address: string;
  readonly patient: boolean;
  clients: number;
}

type Join = Extract<FromShard, { type: 'join' }>;
type Leave = Extract<FromShard, { type: 'leave' }>;

/**
 * Sums this shard's clients up for main: one interest for each symbol, address and kind of client, however many clients
 * share it. Main hears of the first and the last.
 */
export class Interests {
  readonly #byKey = new Map<string, SharedInterest>();
  readonly #byRef = new Map<number, SharedInterest>();
  #nextRef = 1;

  /** One more client; what main must be told, if it is the first. */
  add(symbol: string, address: string, patient: boolean): Join | undefined {
    const key = keyOf(symbol, address, patient);
    const known = this.#byKey.get(key);
    if (known) {
      known.clients += 1;
      return undefined;
    }
    const interest = { ref: this.#nextRef, symbol, address, patient, clients: 1 };
    this.#nextRef += 1;
    this.#byKey.set(key, interest);
    this.#byRef.set(interest.ref, interest);
    return { type: 'join', ref: interest.ref, symbol, address, patient };
  }

  /** One client fewer; what main must be told, if it was the last. */
  remove(symbol: string, address: string, patient: boolean): Leave | undefined {
    const interest = this.#byKey.get(keyOf(symbol, address, patient));
    if (!interest) return undefined;
    interest.clients -= 1;
    if (interest.clients > 0) return undefined;
    this.drop(interest.ref);
    return { type: 'leave', ref: interest.ref };
  }

  /** Main has dropped the interest itself; `undefined` where it had ended here already. */
  drop(ref: number): SharedInterest | undefined {
    const interest = this.#byRef.get(ref);
    if (!interest) return undefined;
    this.#byRef.delete(ref);
    this.#byKey.delete(keyOf(interest.symbol, interest.address, interest.patient));
    return interest;
  }
}

function keyOf(symbol: string, address: string, patient: boolean): string {
  return `${patient ? 'p' : 'i'}|${address}|${symbol}`;
}
