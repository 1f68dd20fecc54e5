import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { encodeBars } from '../../src/protocol/bars.ts';
import { asSeq } from '../../src/protocol/brand.ts';
import { EXTENDED_HOURS } from '../../src/protocol/conditions.ts';
import type { ConflatedRate } from '../../src/protocol/wire.ts';
import { BarGather, type LeavingBars } from '../../src/upstream/bar-gather.ts';
import { Conflation } from '../../src/upstream/conflation.ts';
import { MAX_BARS } from '../../src/upstream/limits.ts';

/** A whole second, ms since 1970 UTC; the clock of these tests counts from it. */
const SECOND = 1_672_348_887_000;

interface Left {
  readonly at: number;
  readonly bars: LeavingBars;
}

/** A gather whose timer is never late, and everything that left it. */
class Clocked {
  readonly left: Left[] = [];
  readonly arrivals: number[] = [];
  readonly #gather: BarGather;

  constructor(rate: ConflatedRate = '1hz') {
    this.#gather = new BarGather(rate);
  }

  /** A trade comes at `now`; it was made at `t`, ms after `SECOND`. */
  trade(now: number, t: number = now, flags = 0): void {
    this.until(now);
    this.arrivals.push(now);
    this.#note(now, this.#gather.add({ t: SECOND + t, epoch: 0, seq: this.arrivals.length, p: 1, v: 1, flags }, now));
  }

  until(now: number): void {
    while (this.#gather.dueAt <= now) this.#note(this.#gather.dueAt, this.#gather.leave(this.#gather.dueAt));
  }

  settle(now: number): void {
    this.until(now);
    this.#note(now, this.#gather.leave(now));
  }

  /** What left: when, which trades, and the seconds of the bars. */
  get told(): string[] {
    return this.left.map(({ at, bars: { seq, count, bars } }) => {
      const seconds = bars.map(({ t, flags }) => `${(t - SECOND) / 1_000}${flags === 0 ? '' : 'x'}`);
      return `${at}: ${seq}-${seq + count - 1} in ${seconds.join(' ')}`;
    });
  }

  #note(at: number, bars: LeavingBars | undefined): void {
    if (bars) this.left.push({ at, bars });
  }
}

describe('bars of one symbol', () => {
  it('leave at once after quiet', () => {
    const gather = new Clocked();
    gather.trade(100);
    gather.trade(1_100);
    gather.trade(2_350);
    expect(gather.told).toEqual(['100: 1-1 in 0', '1100: 2-2 in 1', '2350: 3-3 in 2']);
  });

  it('leave whole, with the first trade of a newer second', () => {
    const gather = new Clocked();
    for (const now of [0, 300, 900, 1_010, 1_500, 2_005]) gather.trade(now);
    expect(gather.told).toEqual(['0: 1-1 in 0', '1010: 2-3 in 0', '2005: 4-5 in 1']);
  });

  it('wait no longer than a second', () => {
    const gather = new Clocked();
    for (const now of [0, 300, 900]) gather.trade(now);
    gather.until(5_000);
    expect(gather.told).toEqual(['0: 1-1 in 0', '1300: 2-3 in 0']);
  });

  it('fall into step with the seconds, wherever the stream begins: then each second is one bar in one message', () => {
    for (let phase = 0; phase < 1_000; phase += 50) {
      const gather = new Clocked();
      for (let now = phase; now < 20_000; now += 5) gather.trade(now);
      const steady = gather.left.filter(({ at }) => at >= 5_000);
      expect(steady.map(({ at }) => at)).toEqual(Array.from({ length: 15 }, (_, i) => 5_000 + i * 1_000));
      for (const { bars } of steady) expect([bars.count, bars.bars.length]).toEqual([200, 1]);
    }
  });

  it('are of a quarter of a second at 4hz', () => {
    const gather = new Clocked('4hz');
    for (let now = 0; now < 1_300; now += 50) gather.trade(now);
    expect(gather.told).toEqual([
      '0: 1-1 in 0',
      '250: 2-5 in 0',
      '500: 6-10 in 0',
      '750: 11-15 in 0',
      '1000: 16-20 in 0',
      '1250: 21-25 in 1',
    ]);
  });

  it('hold what came late in a bar of its own second, and what is of extended hours in one of its own', () => {
    const gather = new Clocked();
    gather.trade(2_000);
    gather.trade(2_100, 2_100);
    gather.trade(2_200, 900);
    gather.trade(2_300, 2_300, EXTENDED_HOURS);
    gather.trade(2_400, 2_050);
    gather.trade(3_000);
    expect(gather.told).toEqual(['2000: 1-1 in 2', '3000: 2-5 in 0 2 2x']);
  });

  it('leave at once where something else is to be told, and the next ones when it is their time', () => {
    const gather = new Clocked();
    gather.trade(0);
    gather.trade(100);
    gather.settle(200);
    gather.settle(210);
    gather.trade(300);
    gather.until(3_000);
    expect(gather.told).toEqual(['0: 1-1 in 0', '200: 2-2 in 0', '1300: 3-3 in 0']);
  });

  it('leave before their message is too long to be copied once, however scattered the trades are', () => {
    const gather = new Clocked();
    gather.trade(0);
    for (let i = 1; i <= 3 * MAX_BARS; i += 1) gather.trade(i / 1_000, -3_600_000 * i, EXTENDED_HOURS);
    expect(gather.left).toHaveLength(4);
    for (const { bars } of gather.left) {
      const longest = bars.bars.map((bar) => ({
        ...bar,
        ...{ open: bar.open && { ...bar.open, p: 0.1 + 0.2 }, close: bar.close && { ...bar.close, p: 0.1 + 0.2 } },
        ...{ high: 0.1 + 0.2, low: 0.1 + 0.2, volume: 0.1 + 0.2, rest: 2 ** -60 / 3, count: 1e9 },
      }));
      expect(encodeBars({ id: 1_000, seq: 1e9, count: 1e6, bars: longest }).length).toBeLessThan(16 * 1_024);
    }
  });

  it('leave in time, not too often, and each trade in one of them, however trades come', () => {
    const steps = fc.array(fc.record({ wait: fc.nat(700), late: fc.integer({ min: -400, max: 1_500 }) }), {
      maxLength: 200,
    });
    fc.assert(
      fc.property(steps, fc.constantFrom<ConflatedRate>('1hz', '4hz'), (given, rate) => {
        const length = rate === '1hz' ? 1_000 : 250;
        const gather = new Clocked(rate);
        let now = 0;
        for (const { wait, late } of given) {
          now += wait;
          gather.trade(now, now - late);
        }
        gather.until(now + length);
        let next = 1;
        let before = Number.NEGATIVE_INFINITY;
        for (const { at, bars } of gather.left) {
          expect(bars.seq).toBe(next);
          expect(bars.bars.reduce((sum, { count }) => sum + count, 0)).toBe(bars.count);
          next += bars.count;
          expect(at - (gather.arrivals[bars.seq - 1] ?? 0)).toBeLessThanOrEqual(length);
          expect(at - before).toBeGreaterThanOrEqual(0.75 * length);
          before = at;
        }
        expect(next).toBe(given.length + 1);
      }),
      { numRuns: 500 },
    );
  });
});

describe('the bars of all symbols', () => {
  const trade = (symbol: string, t: number) => ({ symbol, t: SECOND + t, p: 1, v: 1, c: null });

  function start() {
    const left: string[] = [];
    const conflation = new Conflation((symbol, rate, { seq, count }) =>
      left.push(`${symbol} ${rate} ${seq}-${seq + count - 1}`),
    );
    return { conflation, left };
  }

  it('are made of the symbols and at the rates that are wanted, and of no others', () => {
    const { conflation, left } = start();
    expect(conflation.want('A', '1hz')).toBe(true);
    expect(conflation.want('A', '4hz')).toBe(true);
    expect(conflation.want('A', '4hz'), 'wanted already').toBe(false);
    conflation.add(trade('A', 0), asSeq(1), 0);
    conflation.add(trade('B', 0), asSeq(1), 0);
    conflation.unwant('A', '1hz');
    conflation.add(trade('A', 1_000), asSeq(2), 1_000);
    conflation.unwant('A', '4hz');
    conflation.add(trade('A', 2_000), asSeq(3), 2_000);
    expect(left).toEqual(['A 1hz 1-1', 'A 4hz 1-1', 'A 4hz 2-2']);
  });

  it('leave when they are due, and say when the next are', () => {
    const { conflation, left } = start();
    conflation.want('A', '1hz');
    conflation.want('B', '4hz');
    for (const [symbol, now] of [
      ['A', 0],
      ['B', 0],
      ['A', 10],
      ['B', 20],
    ] as const) {
      conflation.add(trade(symbol, now), asSeq(1), now);
    }
    expect(conflation.nextDue).toBe(270);
    conflation.tick(270);
    expect(left.slice(2)).toEqual(['B 4hz 1-1']);
    expect(conflation.nextDue).toBe(1_010);
    conflation.settle('A', 300);
    expect(left.slice(3)).toEqual(['A 1hz 1-1']);
    conflation.tick(1_010);
    expect([left.length, conflation.nextDue]).toEqual([4, Number.POSITIVE_INFINITY]);
  });

  it('do not hold what nobody wants any more', () => {
    const { conflation, left } = start();
    conflation.want('A', '1hz');
    conflation.add(trade('A', 0), asSeq(1), 0);
    conflation.add(trade('A', 10), asSeq(2), 10);
    conflation.unwant('A', '1hz');
    conflation.tick(5_000);
    conflation.want('A', '1hz');
    conflation.add(trade('A', 6_000), asSeq(9), 6_000);
    expect(left).toEqual(['A 1hz 1-1', 'A 1hz 9-9']);
  });
});
