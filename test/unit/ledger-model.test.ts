import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { DemandLedger } from '../../src/main/ledger.ts';
import type { Effect } from '../../src/main/ledger-effect.ts';
import type { Interest } from '../../src/main/ledger-entry.ts';

/** The simplest true picture: what upstream was told, what each client was told last, and who has asked. */
class Model {
  readonly upstream = new Set<string>();
  readonly interests = new Map<string, Interest>();
  /** What an interest was told last; "nothing" before any answer. */
  readonly told = new Map<string, string>();
  readonly problems: string[] = [];
  /** What upstream has given up of its own accord: being told to is no news to it. */
  givenUp = new Set<string>();

  join(interest: Interest): void {
    this.interests.set(keyOf(interest), interest);
    this.told.set(keyOf(interest), 'nothing');
  }

  leave(key: string): void {
    this.interests.delete(key);
    this.told.delete(key);
  }

  apply(effects: readonly Effect[]): void {
    for (const effect of effects) {
      switch (effect.type) {
        case 'subscribe':
          if (this.upstream.has(effect.symbol)) this.problems.push(`subscribed twice: ${effect.symbol}`);
          this.upstream.add(effect.symbol);
          break;
        case 'unsubscribe':
          if (!this.upstream.delete(effect.symbol) && !this.givenUp.delete(effect.symbol)) {
            this.problems.push(`not subscribed: ${effect.symbol}`);
          }
          break;
        case 'waiting':
          this.#tell(effect.symbol, effect.shard, `waiting ${effect.position}`, true);
          break;
        case 'invalid':
          this.#tell(effect.symbol, effect.shard, 'invalid', false);
          break;
        case 'refused': {
          const key = `${effect.shard}:${effect.ref}`;
          if (!this.interests.has(key)) this.problems.push(`refused a stranger: ${key}`);
          this.leave(key);
          break;
        }
      }
    }
  }

  /** Which of `symbols` upstream had, and has no more. */
  giveUp(symbols: readonly string[]): string[] {
    const had = symbols.filter((each) => this.upstream.delete(each));
    this.givenUp = new Set(had);
    return had;
  }

  #tell(symbol: string, shard: number | undefined, what: string, patientOnly: boolean): void {
    for (const [key, interest] of this.interests) {
      if (interest.symbol !== symbol || (shard !== undefined && interest.shard !== shard)) continue;
      if (!patientOnly || interest.patient) this.told.set(key, what);
    }
  }
}

const keyOf = ({ shard, ref }: Interest): string => `${shard}:${ref}`;

const SYMBOLS = ['A', 'B', 'C', 'D', 'E', 'F', 'G', 'H'];
const ADDRESSES = ['127.0.0.1', '192.0.2.1', '192.0.2.2'];
const symbol = fc.constantFrom(...SYMBOLS);

const step = fc.oneof(
  {
    weight: 10,
    arbitrary: fc.record({
      type: fc.constant('join' as const),
      symbol,
      shard: fc.nat(2),
      address: fc.constantFrom(...ADDRESSES),
      patient: fc.boolean(),
    }),
  },
  { weight: 7, arbitrary: fc.record({ type: fc.constant('leave' as const), pick: fc.nat(1000) }) },
  { weight: 1, arbitrary: fc.record({ type: fc.constant('crash' as const), shard: fc.nat(2) }) },
  { weight: 2, arbitrary: fc.record({ type: fc.constant('invalid' as const), symbol }) },
  {
    weight: 1,
    arbitrary: fc.record({ type: fc.constant('capacity' as const), rejected: fc.subarray(SYMBOLS, { maxLength: 3 }) }),
  },
  { weight: 1, arbitrary: fc.record({ type: fc.constant('reconnected' as const) }) },
  { weight: 1, arbitrary: fc.record({ type: fc.constant('upstream crash' as const) }) },
  { weight: 3, arbitrary: fc.record({ type: fc.constant('time' as const), ms: fc.nat(200_000) }) },
  { weight: 1, arbitrary: fc.record({ type: fc.constant('nonsense' as const), ref: fc.nat(5) }) },
);

type Step = typeof step extends fc.Arbitrary<infer T> ? T : never;

const CAPACITY = 3;
const setup = fc.record({
  lingerMs: fc.constantFrom(0, 5_000, Number.POSITIVE_INFINITY),
  steps: fc.array(step, { minLength: 1, maxLength: 60 }),
});

function play({ lingerMs, steps }: { lingerMs: number; steps: readonly Step[] }): void {
  const ledger = new DemandLedger({ capacity: CAPACITY, lingerMs, fairness: { isExempt: (a) => a === '127.0.0.1' } });
  const model = new Model();
  let now = 1_000_000;
  let ref = 0;
  for (const action of steps) {
    const wasLive = new Set(model.upstream);
    switch (action.type) {
      case 'join': {
        ref += 1;
        const interest = { ...action, ref };
        model.join(interest);
        const effects = ledger.join(interest, now);
        if (wasLive.has(action.symbol)) expect(effects, 'a live symbol is never refused').toEqual([]);
        model.apply(effects);
        break;
      }
      case 'leave': {
        const keys = [...model.interests.keys()];
        const key = keys[action.pick % Math.max(1, keys.length)];
        const interest = key === undefined ? undefined : model.interests.get(key);
        if (!interest || key === undefined) break;
        model.leave(key);
        model.apply(ledger.leave(interest.shard, interest.ref, now));
        break;
      }
      case 'crash':
        for (const [key, { shard }] of [...model.interests]) if (shard === action.shard) model.leave(key);
        model.apply(ledger.shardGone(action.shard, now));
        break;
      case 'invalid':
        model.giveUp([action.symbol]);
        model.apply(ledger.invalid(action.symbol, now));
        break;
      case 'capacity': {
        // As upstream does it: what it gives back it no longer carries, and it carries as many as are left.
        const rejected = model.giveUp(action.rejected);
        if (rejected.length > 0) model.apply(ledger.setCapacity(model.upstream.size, rejected, now));
        break;
      }
      case 'reconnected':
        model.apply(ledger.setCapacity(CAPACITY, [], now));
        break;
      case 'upstream crash':
        model.upstream.clear();
        model.apply(ledger.upstreamStarted(CAPACITY, now));
        break;
      case 'time':
        now += action.ms;
        if (ledger.nextTick() <= now) model.apply(ledger.tick(now));
        break;
      case 'nonsense':
        model.apply(ledger.leave(7, action.ref, now));
        break;
    }
    verify(ledger, model);
  }
}

/** What must hold after every step. */
function verify(ledger: DemandLedger, model: Model): void {
  expect(model.problems).toEqual([]);
  expect([...model.upstream].sort(), 'upstream carries what the ledger thinks').toEqual(ledger.held().sort());
  expect(model.upstream.size).toBeLessThanOrEqual(ledger.capacity);
  const queue = ledger.waiting();
  const wanted = new Set([...model.interests.values()].map((interest) => interest.symbol));
  if (queue.length > 0) {
    expect(model.upstream.size, 'nobody waits beside a free slot').toBe(ledger.capacity);
    for (const live of model.upstream) expect(wanted, 'nobody waits beside an unwatched symbol').toContain(live);
  }
  for (const [key, interest] of model.interests) {
    if (model.upstream.has(interest.symbol)) continue;
    const position = queue.indexOf(interest.symbol) + 1;
    if (position > 0) {
      expect(interest.patient, 'whoever cannot wait does not').toBe(true);
      expect(model.told.get(key), 'whoever waits knows the place').toBe(`waiting ${position}`);
    } else {
      expect(model.told.get(key), 'whoever is neither served nor waiting was told why').toBe('invalid');
    }
  }
}

describe('the demand ledger against a simple model', () => {
  it('agrees with it whatever joins, leaves, crashes, refusals and restarts come in whatever order', () => {
    fc.assert(fc.property(setup, play), { numRuns: 3_000 });
  });
});
