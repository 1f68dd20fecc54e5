import { describe, expect, it } from 'vitest';
import { parseQuote } from '../../src/main/quote.ts';
import { RestBudget } from '../../src/main/rest-budget.ts';
import { isSplitSuspected } from '../../src/main/split.ts';

describe('the budget of REST calls', () => {
  it('allows so many in any minute, and says when there will be one more', () => {
    const budget = new RestBudget(3);
    expect([0, 10_000, 20_000].map((now) => budget.take(now))).toEqual([0, 0, 0]);
    expect(budget.take(30_000)).toBe(30_000);
    expect(budget.take(59_999)).toBe(1);
    expect(budget.take(60_000)).toBe(0);
    expect(budget.take(60_000)).toBe(10_000);
  });

  it('takes several at once or none', () => {
    const budget = new RestBudget(5);
    expect(budget.takeMany(0, 4)).toBe(0);
    expect(budget.takeMany(1, 5)).toBe(59_999);
    expect(budget.takeMany(1, 1)).toBe(0);
  });

  it('lets nobody take one by one what somebody needs at once', () => {
    const budget = new RestBudget(5);
    for (let call = 0; call < 5; call += 1) expect(budget.take(call * 10_000)).toBe(0);
    expect(budget.takeMany(50_000, 3)).toBe(30_000);
    expect(budget.take(60_000)).toBeGreaterThan(0);
    expect(budget.take(70_000)).toBeGreaterThan(0);
    expect(budget.takeMany(80_000, 3)).toBe(0);
    expect(budget.take(90_000)).toBe(0);
  });

  it('pauses for a minute once Finnhub has refused a call', () => {
    const budget = new RestBudget();
    budget.exhausted(5_000);
    expect(budget.take(6_000)).toBe(59_000);
    expect(budget.take(65_000)).toBe(0);
  });
});

describe('a quote', () => {
  it('that is all zeros is unknown, not a loss of everything', () => {
    const quote = parseQuote({ c: 0, d: null, dp: null, h: 0, l: 0, o: 0, pc: 0, t: 0 });
    expect(quote).toEqual({ known: false, c: null, d: null, dp: null, h: null, l: null, o: null, pc: null, t: null });
  });

  it('has its time in ms', () => {
    const sent = { c: 101, d: 1, dp: 1, h: 102, l: 99, o: 100, pc: 100, t: 1_760_536_800 };
    expect(parseQuote(sent)).toEqual({ known: true, ...sent, t: 1_760_536_800_000 });
  });

  it('without a previous close has no change', () => {
    const quote = parseQuote({ c: 101, d: 101, dp: 100, h: 102, l: 99, o: 100, pc: 0, t: 1 });
    expect(quote).toMatchObject({ known: true, c: 101, d: null, dp: null, pc: null });
  });

  it('that is none is refused', () => {
    for (const value of [null, [], {}, { c: '5' }, 'x']) expect(parseQuote(value)).toBeUndefined();
  });
});

describe('a split', () => {
  it.each([
    [400, 100],
    [100, 400],
    [150.2, 100],
    [99, 49.7],
    [2_000, 100.5],
  ])('is suspected where %d was the close and %d is called the previous one', (close, previous) => {
    expect(isSplitSuspected(close, previous)).toBe(true);
  });

  it.each([
    [100, 100],
    [100, 93],
    [100, 88],
    [100, 60],
    [0, 100],
    [100, 0],
  ])('is not where %d was the close and %d is called the previous one', (close, previous) => {
    expect(isSplitSuspected(close, previous)).toBe(false);
  });
});
