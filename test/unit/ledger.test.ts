import { describe, expect, it } from 'vitest';
import { DemandLedger, MAX_WAITING } from '../../src/main/ledger.ts';
import type { Effect } from '../../src/main/ledger-effect.ts';
import { FORGIVEN_AFTER_MS, INVALID_RETRY_MIN_MS } from '../../src/main/ledger-retry.ts';

const NOW = 1_000_000;
const HOME = '192.0.2.1';
const WORK = '192.0.2.2';
const LOOPBACK = '127.0.0.1';

function createLedger(capacity: number, lingerMs = Number.POSITIVE_INFINITY): DemandLedger {
  return new DemandLedger({ capacity, lingerMs, fairness: { isExempt: (address) => address === LOOPBACK } });
}

let nextRef = 1;
function interest(symbol: string, options: { address?: string; patient?: boolean; shard?: number; ref?: number } = {}) {
  nextRef += 1;
  return { shard: 0, ref: nextRef, address: LOOPBACK, patient: true, ...options, symbol };
}

const kinds = (effects: readonly Effect[]): string[] =>
  effects.map((e) => ('symbol' in e ? `${e.type} ${e.symbol}` : `${e.type} ${e.ref}`));

describe('the demand ledger', () => {
  it('subscribes with the first watcher and not again with the second', () => {
    const ledger = createLedger(2);
    expect(kinds(ledger.join(interest('AAPL'), NOW))).toEqual(['subscribe AAPL']);
    expect(ledger.join(interest('AAPL', { shard: 1 }), NOW)).toEqual([]);
  });

  it('counts a repeated join once, and a stray leave not at all', () => {
    const ledger = createLedger(1);
    const first = interest('AAPL');
    ledger.join(first, NOW);
    expect(ledger.join(first, NOW)).toEqual([]);
    expect(ledger.leave(0, 999, NOW)).toEqual([]);
    ledger.leave(first.shard, first.ref, NOW);
    expect(kinds(ledger.join(interest('TSLA'), NOW))).toEqual(['unsubscribe AAPL', 'subscribe TSLA']);
  });

  it('keeps a symbol that nobody watches until its slot is needed, the least recently watched first', () => {
    const ledger = createLedger(2);
    const a = interest('A');
    const b = interest('B');
    ledger.join(a, NOW);
    ledger.join(b, NOW);
    expect(ledger.leave(0, b.ref, NOW + 1)).toEqual([]);
    expect(ledger.leave(0, a.ref, NOW + 2)).toEqual([]);
    expect(kinds(ledger.join(interest('C'), NOW + 3))).toEqual(['unsubscribe B', 'subscribe C']);
    expect(ledger.held().sort()).toEqual(['A', 'C']);
  });

  it('takes up a lingering symbol again without a word to upstream', () => {
    const ledger = createLedger(1);
    const first = interest('A');
    ledger.join(first, NOW);
    ledger.leave(0, first.ref, NOW);
    expect(ledger.join(interest('A'), NOW)).toEqual([]);
  });

  it('lets go of a symbol once it has lingered as long as it may', () => {
    const ledger = createLedger(5, 1_000);
    const a = interest('A');
    ledger.join(a, NOW);
    ledger.leave(0, a.ref, NOW);
    expect(ledger.nextTick()).toBe(NOW + 1_000);
    expect(ledger.tick(NOW + 999)).toEqual([]);
    expect(kinds(ledger.tick(NOW + 1_000))).toEqual(['unsubscribe A']);
    expect(ledger.nextTick()).toBe(Number.POSITIVE_INFINITY);
  });

  it('lets go at once with a linger of 0', () => {
    const ledger = createLedger(5, 0);
    const a = interest('A');
    ledger.join(a, NOW);
    expect(kinds(ledger.leave(0, a.ref, NOW))).toEqual(['unsubscribe A']);
  });

  it('carries 200 symbols, one after another, through 50 slots without refusing one', () => {
    const ledger = createLedger(50);
    for (let i = 0; i < 200; i += 1) {
      const each = interest(`S${i}`, { patient: i % 2 === 0 });
      const effects = ledger.join(each, NOW + i);
      expect(kinds(effects)).toContain(`subscribe S${i}`);
      expect(ledger.held().length).toBeLessThanOrEqual(50);
      ledger.leave(0, each.ref, NOW + i);
    }
  });

  it('tells who can wait a place in line, serves them in the order in which they asked, and moves the others up', () => {
    const ledger = createLedger(1);
    const a = interest('A');
    ledger.join(a, NOW);
    expect(ledger.join(interest('B'), NOW)).toEqual([{ type: 'waiting', symbol: 'B', position: 1 }]);
    expect(ledger.join(interest('C'), NOW)).toEqual([{ type: 'waiting', symbol: 'C', position: 2 }]);
    expect(ledger.leave(0, a.ref, NOW)).toEqual([
      { type: 'unsubscribe', symbol: 'A' },
      { type: 'subscribe', symbol: 'B' },
      { type: 'waiting', symbol: 'C', position: 1 },
    ]);
  });

  it('gives a waiting symbol one place, whoever else asks for it', () => {
    const ledger = createLedger(1);
    ledger.join(interest('A'), NOW);
    ledger.join(interest('B'), NOW);
    ledger.join(interest('C'), NOW);
    expect(ledger.join(interest('B', { shard: 3 }), NOW)).toEqual([
      { type: 'waiting', symbol: 'B', position: 1, shard: 3 },
    ]);
    expect(ledger.waiting()).toEqual(['B', 'C']);
  });

  it('refuses who cannot wait at the cap, and keeps nothing of it', () => {
    const ledger = createLedger(1);
    const a = interest('A');
    ledger.join(a, NOW);
    const b = interest('B', { patient: false });
    expect(ledger.join(b, NOW)).toEqual([{ type: 'refused', shard: 0, ref: b.ref }]);
    expect(ledger.waiting()).toEqual([]);
    expect(kinds(ledger.leave(0, a.ref, NOW))).toEqual([]);
    expect(ledger.held()).toEqual(['A']);
  });

  it('never refuses a symbol that is live, even to who cannot wait', () => {
    const ledger = createLedger(1);
    ledger.join(interest('A'), NOW);
    expect(ledger.join(interest('A', { patient: false }), NOW)).toEqual([]);
  });

  it('refuses when the queue is full', () => {
    const ledger = createLedger(1);
    ledger.join(interest('LIVE'), NOW);
    for (let i = 0; i < MAX_WAITING; i += 1) ledger.join(interest(`W${i}`), NOW);
    const late = interest('LATE');
    expect(kinds(ledger.join(late, NOW))).toEqual([`refused ${late.ref}`]);
    expect(ledger.waiting().length).toBe(MAX_WAITING);
  });

  it('uncounts everything of a shard that is gone', () => {
    const ledger = createLedger(1);
    ledger.join(interest('A', { shard: 0 }), NOW);
    ledger.join(interest('B', { shard: 1 }), NOW);
    expect(kinds(ledger.shardGone(0, NOW))).toEqual(['unsubscribe A', 'subscribe B']);
  });

  it('gives the slot of a symbol that Finnhub calls invalid back, tells its watchers, and tries again later', () => {
    const ledger = createLedger(1);
    ledger.join(interest('BAD'), NOW);
    ledger.join(interest('GOOD'), NOW);
    expect(kinds(ledger.invalid('BAD', NOW))).toEqual(['unsubscribe BAD', 'invalid BAD', 'subscribe GOOD']);
    expect(ledger.join(interest('BAD', { shard: 2 }), NOW)).toEqual([{ type: 'invalid', symbol: 'BAD', shard: 2 }]);
    expect(ledger.nextTick()).toBe(NOW + INVALID_RETRY_MIN_MS);
    expect(ledger.tick(NOW + INVALID_RETRY_MIN_MS)).toEqual([{ type: 'waiting', symbol: 'BAD', position: 1 }]);
  });

  it('tells a shard that asks for a symbol what has become of it', () => {
    const ledger = createLedger(1);
    ledger.join(interest('A'), NOW);
    ledger.join(interest('B'), NOW);
    expect(ledger.ask('A', 3)).toEqual([]);
    expect(ledger.ask('B', 3)).toEqual([{ type: 'waiting', symbol: 'B', position: 1, shard: 3 }]);
    ledger.invalid('A', NOW);
    expect(ledger.ask('A', 3)).toEqual([{ type: 'invalid', symbol: 'A', shard: 3 }]);
    expect(ledger.ask('NEVER', 3)).toEqual([]);
  });

  it('waits twice as long after every refusal of the same symbol', () => {
    const ledger = createLedger(1);
    ledger.join(interest('BAD'), NOW);
    ledger.invalid('BAD', NOW);
    const first = ledger.nextTick();
    expect(kinds(ledger.tick(first))).toEqual(['subscribe BAD']);
    ledger.invalid('BAD', first);
    expect(ledger.nextTick() - first).toBe(2 * INVALID_RETRY_MIN_MS);
  });

  it('forgives earlier refusals once the symbol has been live for a while', () => {
    const ledger = createLedger(1);
    ledger.join(interest('BAD'), NOW);
    ledger.invalid('BAD', NOW);
    const tried = ledger.nextTick();
    ledger.tick(tried);
    ledger.invalid('BAD', tried + FORGIVEN_AFTER_MS - 1);
    expect(ledger.nextTick() - (tried + FORGIVEN_AFTER_MS - 1), 'not yet').toBe(2 * INVALID_RETRY_MIN_MS);
    const again = ledger.nextTick();
    ledger.tick(again);
    ledger.invalid('BAD', again + FORGIVEN_AFTER_MS);
    expect(ledger.nextTick() - (again + FORGIVEN_AFTER_MS)).toBe(INVALID_RETRY_MIN_MS);
  });

  it('refuses who cannot wait when a symbol that is tried again finds no slot, and lets the others wait', () => {
    const ledger = createLedger(1);
    const program = interest('BAD', { patient: false });
    ledger.join(program, NOW);
    ledger.join(interest('GOOD'), NOW);
    ledger.invalid('BAD', NOW);
    expect(kinds(ledger.tick(NOW + INVALID_RETRY_MIN_MS))).toEqual([`refused ${program.ref}`]);
    expect(ledger.waiting()).toEqual([]);
    expect(ledger.nextTick()).toBe(Number.POSITIVE_INFINITY);
    ledger.invalid('GOOD', NOW + INVALID_RETRY_MIN_MS);
    const page = interest('BAD');
    const second = interest('BAD', { patient: false });
    ledger.join(interest('OTHER'), NOW);
    ledger.join(page, NOW);
    expect(kinds(ledger.join(second, NOW))).toEqual([`refused ${second.ref}`]);
    expect(ledger.waiting()).toEqual(['BAD']);
  });

  it('puts what upstream could not carry back in line where it stood', () => {
    const ledger = createLedger(3);
    for (const symbol of ['A', 'B', 'C', 'D']) ledger.join(interest(symbol), NOW);
    expect(ledger.setCapacity(1, ['B', 'C'], NOW)).toEqual([
      { type: 'unsubscribe', symbol: 'B' },
      { type: 'unsubscribe', symbol: 'C' },
      { type: 'waiting', symbol: 'B', position: 1 },
      { type: 'waiting', symbol: 'C', position: 2 },
      { type: 'waiting', symbol: 'D', position: 3 },
    ]);
    expect(kinds(ledger.setCapacity(3, [], NOW))).toEqual(['subscribe B', 'subscribe C', 'waiting D']);
  });

  it('asks a new upstream worker for everything that had a slot', () => {
    const ledger = createLedger(2);
    ledger.join(interest('A'), NOW);
    const b = interest('B');
    ledger.join(b, NOW);
    ledger.leave(0, b.ref, NOW);
    expect(kinds(ledger.upstreamStarted(2, NOW))).toEqual(['subscribe A', 'subscribe B']);
  });
});

describe('the fair share', () => {
  it('takes the newest symbol of who holds more than a share alone, for somebody who holds less', () => {
    const ledger = createLedger(4);
    for (const symbol of ['A', 'B', 'C', 'D']) ledger.join(interest(symbol, { address: HOME }), NOW);
    expect(kinds(ledger.join(interest('X', { address: WORK }), NOW))).toEqual([
      'unsubscribe D',
      'subscribe X',
      'waiting D',
    ]);
  });

  it('takes nothing beyond the share', () => {
    const ledger = createLedger(4);
    for (const symbol of ['A', 'B', 'C', 'D']) ledger.join(interest(symbol, { address: HOME }), NOW);
    ledger.join(interest('X', { address: WORK }), NOW);
    ledger.join(interest('Y', { address: WORK }), NOW);
    expect(kinds(ledger.join(interest('Z', { address: WORK }), NOW))).toEqual(['waiting Z']);
    expect(ledger.held().sort()).toEqual(['A', 'B', 'X', 'Y']);
  });

  it('never takes a symbol that somebody else watches too', () => {
    const ledger = createLedger(2);
    ledger.join(interest('A', { address: HOME }), NOW);
    ledger.join(interest('B', { address: HOME }), NOW);
    ledger.join(interest('B', { address: '192.0.2.3' }), NOW);
    ledger.join(interest('A', { address: '192.0.2.3' }), NOW);
    expect(kinds(ledger.join(interest('X', { address: WORK }), NOW))).toEqual(['waiting X']);
  });

  it("takes nothing from the operator's own machine", () => {
    const ledger = createLedger(2);
    ledger.join(interest('A'), NOW);
    ledger.join(interest('B'), NOW);
    expect(kinds(ledger.join(interest('X', { address: WORK }), NOW))).toEqual(['waiting X']);
  });

  it('says so to a program that cannot wait when its symbol is taken', () => {
    const ledger = createLedger(2);
    ledger.join(interest('A', { address: HOME }), NOW);
    const b = interest('B', { address: HOME, patient: false });
    ledger.join(b, NOW);
    expect(kinds(ledger.join(interest('X', { address: WORK }), NOW))).toEqual([
      'unsubscribe B',
      `refused ${b.ref}`,
      'subscribe X',
    ]);
  });

  it('gives a free slot first to who holds less than a share, then by the order of asking', () => {
    const ledger = createLedger(2);
    const own = interest('L');
    ledger.join(own, NOW);
    ledger.join(interest('A', { address: HOME }), NOW);
    ledger.join(interest('B', { address: HOME }), NOW);
    ledger.join(interest('X', { address: WORK }), NOW);
    expect(ledger.waiting()).toEqual(['B', 'X']);
    expect(kinds(ledger.leave(0, own.ref, NOW))).toContain('subscribe X');
  });
});
