import { describe, expect, it } from 'vitest';
import { type Interests, wantsOf } from '../../pwa/page/watch/wants.ts';

const interests = (over: Partial<Interests> = {}): Interests => ({
  selected: 'AAPL',
  rows: ['AAPL', 'MSFT', 'NVDA', 'TSLA'],
  alerts: [],
  isAway: false,
  chartWaits: 0,
  served: new Set(['AAPL', 'MSFT', 'NVDA', 'TSLA']),
  given: new Set(),
  ...over,
});

const wants = (over?: Partial<Interests>) => [...wantsOf(interests(over)).rates];

describe('what the page subscribes to', () => {
  it('is every trade of the chart, first, and bars of the rows', () => {
    expect(wants({ selected: 'NVDA' })).toEqual([
      ['NVDA', 'full'],
      ['AAPL', '1hz'],
      ['MSFT', '1hz'],
      ['TSLA', '1hz'],
    ]);
  });

  it('is less by as many rows as are in line before the chart, the last ones that have a slot', () => {
    const served = new Set(['AAPL', 'MSFT', 'NVDA']);
    expect(wants({ selected: 'META', chartWaits: 1, served })).toEqual([
      ['META', 'full'],
      ['AAPL', '1hz'],
      ['MSFT', '1hz'],
      ['TSLA', '1hz'],
    ]);
    expect(wants({ selected: 'META', chartWaits: 9, served })).toEqual([
      ['META', 'full'],
      ['TSLA', '1hz'],
    ]);
  });

  it('does not give up more as its place in line gets better, and wants all again once the chart has its slot', () => {
    const first = wantsOf(interests({ selected: 'META', chartWaits: 2 }));
    expect([...first.given]).toEqual(['NVDA', 'TSLA']);
    const served = new Set(['AAPL', 'MSFT']);
    const next = wantsOf(interests({ selected: 'META', chartWaits: 1, served, given: first.given }));
    expect(next).toEqual(first);
    expect([...wantsOf(interests({ selected: 'META', given: next.given })).rates.keys()]).toEqual([
      'META',
      'AAPL',
      'MSFT',
      'NVDA',
      'TSLA',
    ]);
  });

  it('is only what somebody wants to be told of while the page is away', () => {
    expect(wants({ isAway: true })).toEqual([]);
    expect(wants({ isAway: true, alerts: ['TSLA'] })).toEqual([['TSLA', '1hz']]);
  });

  it('keeps the slots of alerts, also where the chart waits', () => {
    const rest = wants({ selected: 'META', alerts: ['TSLA'], chartWaits: 1 });
    expect(rest.map(([symbol]) => symbol)).toEqual(['META', 'TSLA', 'AAPL', 'MSFT']);
  });
});
