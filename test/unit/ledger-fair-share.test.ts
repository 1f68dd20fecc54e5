import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Entries } from '../../src/main/ledger-entries.ts';
import type { Entry } from '../../src/main/ledger-entry.ts';

const CAPACITY = 4;
const SYMBOLS = ['A', 'B', 'C', 'D', 'E', 'F'];
const ADDRESSES = ['127.0.0.1', '192.0.2.1', '192.0.2.2', '192.0.2.3'];
const isExempt = (address: string): boolean => address === '127.0.0.1';

/** The rule of the fair share, counted from nothing every time. */
function recount(entries: Entries): { next: Entry | undefined; victim: Entry | undefined } {
  const addresses = new Set<string>();
  const alone = new Map<string, number>();
  for (const entry of [...entries.live, ...entries.queue])
    for (const { address } of entry.interests) addresses.add(address);
  for (const entry of entries.live) {
    const holder = holderOf(entry);
    if (holder !== undefined) alone.set(holder, (alone.get(holder) ?? 0) + 1);
  }
  const share = Math.max(1, Math.floor(CAPACITY / Math.max(1, addresses.size)));
  const isPoor = ({ address }: { address: string }): boolean => (alone.get(address) ?? 0) < share;
  const forPoor = entries.queue.find((entry) => [...entry.interests].some(isPoor));

  let victim: Entry | undefined;
  let most = share;
  for (const entry of forPoor ? entries.live : []) {
    const holder = holderOf(entry);
    if (holder === undefined || isExempt(holder)) continue;
    const count = alone.get(holder) ?? 0;
    if (count > most || (count === most && victim && entry.grantedAt > victim.grantedAt)) {
      victim = entry;
      most = count;
    }
  }
  return { next: forPoor ?? entries.queue[0], victim };
}

function holderOf(entry: Entry): string | undefined {
  const holders = new Set([...entry.interests].map(({ address }) => address));
  return holders.size === 1 ? [...holders][0] : undefined;
}

const step = fc.record({
  act: fc.constantFrom('attach' as const, 'attach' as const, 'detach' as const, 'live', 'waiting', 'barred', 'delete'),
  symbol: fc.constantFrom(...SYMBOLS),
  address: fc.constantFrom(...ADDRESSES),
});

describe('the counts behind the fair share', () => {
  it('are those of a recount after whatever comes, goes and changes its state', () => {
    fc.assert(
      fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
        const entries = new Entries({ isExempt });
        for (const [ref, { act, symbol, address }] of steps.entries()) {
          const entry = entries.get(symbol) ?? entries.create(symbol);
          if (act === 'attach') entries.attach(entry, { shard: 0, ref, symbol, address, patient: true });
          else if (act === 'detach') for (const each of [...entry.interests].slice(0, 1)) entries.detach(each);
          else if (act === 'delete') {
            for (const each of [...entry.interests]) entries.detach(each);
            entries.delete(entry);
          } else {
            entries.move(entry, act);
            entry.grantedAt = ref;
          }
          const { next, victim } = recount(entries);
          expect(entries.fairShare.next(entries.queue, CAPACITY)?.symbol).toBe(next?.symbol);
          expect(entries.fairShare.preemptable(entries.live, CAPACITY)?.symbol).toBe(victim?.symbol);
          expect(entries.queue.map(({ order }) => order)).toEqual(
            entries.queue.map(({ order }) => order).toSorted((a, b) => a - b),
          );
        }
      }),
      { numRuns: 2_000 },
    );
  });
});
