import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { DemandLedger } from '../../src/main/ledger.ts';
import type { Effect } from '../../src/main/ledger-effect.ts';

type ToMain =
  | { readonly type: 'invalid'; readonly symbol: string }
  | { readonly type: 'capacity'; readonly capacity: number; readonly rejected: readonly string[] };

/** Main and upstream with a port each way between them: what one says, the other learns later. */
class TwoThreads {
  readonly ledger = new DemandLedger({ capacity: 2, lingerMs: 0, fairness: { isExempt: () => true } });
  readonly upstream = new Set<string>();
  readonly #toUpstream: Effect[] = [];
  readonly #toMain: ToMain[] = [];
  #ref = 0;
  readonly #refs: number[] = [];

  join(symbol: string): void {
    this.#ref += 1;
    this.#refs.push(this.#ref);
    this.#post(this.ledger.join({ shard: 0, ref: this.#ref, symbol, address: '::1', patient: true }, 0));
  }

  leaveOldest(): void {
    const ref = this.#refs.shift();
    if (ref !== undefined) this.#post(this.ledger.leave(0, ref, 0));
  }

  callInvalid(symbol: string): void {
    if (this.upstream.delete(symbol)) this.#toMain.push({ type: 'invalid', symbol });
  }

  reject(symbol: string): void {
    if (!this.upstream.delete(symbol)) return;
    this.#toMain.push({ type: 'capacity', capacity: Math.max(1, this.upstream.size), rejected: [symbol] });
  }

  deliverToUpstream(): boolean {
    const effect = this.#toUpstream.shift();
    if (effect?.type === 'subscribe') this.upstream.add(effect.symbol);
    if (effect?.type === 'unsubscribe') this.upstream.delete(effect.symbol);
    return effect !== undefined;
  }

  deliverToMain(): boolean {
    const message = this.#toMain.shift();
    if (message?.type === 'invalid') this.#post(this.ledger.invalid(message.symbol, 0));
    if (message?.type === 'capacity') this.#post(this.ledger.setCapacity(message.capacity, message.rejected, 0));
    return message !== undefined;
  }

  #post(effects: readonly Effect[]): void {
    this.#toUpstream.push(...effects);
  }
}

const symbol = fc.constantFrom('A', 'B', 'C');
const step = fc.oneof(
  fc.record({ type: fc.constantFrom('join' as const, 'invalid' as const, 'reject' as const), symbol }),
  fc.record({ type: fc.constantFrom('leave' as const, 'to upstream' as const, 'to main' as const) }),
);

describe('main and upstream, whose words cross', () => {
  it('agree on what is subscribed once every word has arrived', () => {
    fc.assert(
      fc.property(fc.array(step, { maxLength: 40 }), (steps) => {
        const threads = new TwoThreads();
        for (const each of steps) {
          if (each.type === 'join') threads.join(each.symbol);
          else if (each.type === 'invalid') threads.callInvalid(each.symbol);
          else if (each.type === 'reject') threads.reject(each.symbol);
          else if (each.type === 'leave') threads.leaveOldest();
          else if (each.type === 'to upstream') threads.deliverToUpstream();
          else threads.deliverToMain();
        }
        while (threads.deliverToMain() || threads.deliverToUpstream());
        expect([...threads.upstream].sort()).toEqual(threads.ledger.held().sort());
      }),
      { numRuns: 3_000 },
    );
  });
});
