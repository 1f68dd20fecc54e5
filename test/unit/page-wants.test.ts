import { describe, expect, it } from 'vitest';
import { type Interests, type RowPlace, wantsOf } from '../../pwa/page/watch/wants.ts';

const SERVED: RowPlace = { state: 'served' };
const waiting = (position: number): RowPlace => ({ state: 'waiting', position });
const placed = (places: Readonly<Record<string, RowPlace>>) => new Map(Object.entries(places));

const interests = (over: Partial<Interests> = {}): Interests => ({
  selected: 'AAPL',
  rows: ['AAPL', 'MSFT', 'NVDA', 'TSLA'],
  alerts: [],
  limit: 50,
  isAway: false,
  chartWaits: 0,
  places: placed({ AAPL: SERVED, MSFT: SERVED, NVDA: SERVED, TSLA: SERVED }),
  given: new Map(),
  ...over,
});

const wants = (over?: Partial<Interests>) => [...wantsOf(interests(over)).rates];
const symbols = (over?: Partial<Interests>) => wants(over).map(([symbol]) => symbol);

describe('what the page subscribes to', () => {
  it('is every trade of the chart, first, and bars of the rows', () => {
    expect(wants({ selected: 'NVDA' })).toEqual([
      ['NVDA', 'full'],
      ['AAPL', '1hz'],
      ['MSFT', '1hz'],
      ['TSLA', '1hz'],
    ]);
  });

  it('is no more than the server lets one connection have: the last rows go without', () => {
    expect(symbols({ selected: 'META', limit: 3 })).toEqual(['META', 'AAPL', 'MSFT']);
    expect(symbols({ selected: 'META', limit: 3, alerts: ['TSLA', 'NFLX'] })).toEqual(['META', 'TSLA', 'NFLX']);
  });

  it('is less by as many rows as are in line before the chart, the last ones that have a slot', () => {
    expect(symbols({ selected: 'META', chartWaits: 1 })).toEqual(['META', 'AAPL', 'MSFT', 'NVDA']);
    expect(symbols({ selected: 'META', chartWaits: 2 })).toEqual(['META', 'AAPL', 'MSFT']);
    expect(symbols({ selected: 'META', chartWaits: 9 })).toEqual(['META']);
  });

  it('steps out of the line itself where that is what the chart waits for', () => {
    const places = placed({ AAPL: SERVED, MSFT: SERVED, NVDA: waiting(1), TSLA: waiting(2) });
    const first = wantsOf(interests({ selected: 'META', chartWaits: 3, places }));
    expect([...first.given]).toEqual([
      ['NVDA', 'place'],
      ['TSLA', 'place'],
      ['MSFT', 'slot'],
    ]);
    // The line has moved up: no more is given for the same place.
    const next = wantsOf(
      interests({ selected: 'META', chartWaits: 1, places: placed({ AAPL: SERVED }), given: first.given }),
    );
    expect(next).toEqual(first);
  });

  it('wants all again once the chart has its slot', () => {
    const first = wantsOf(interests({ selected: 'META', chartWaits: 2 }));
    expect(symbols({ selected: 'META', given: first.given })).toEqual(['META', 'AAPL', 'MSFT', 'NVDA', 'TSLA']);
  });

  it('gives more where others have come in before it', () => {
    const first = wantsOf(interests({ selected: 'META', chartWaits: 1 }));
    const places = placed({ AAPL: SERVED, MSFT: SERVED, NVDA: SERVED });
    const next = wantsOf(interests({ selected: 'META', chartWaits: 2, places, given: first.given }));
    expect([...next.given.keys()]).toEqual(['TSLA', 'NVDA']);
  });

  it('is only what somebody wants to be told of while the page is away', () => {
    expect(wants({ isAway: true })).toEqual([]);
    expect(wants({ isAway: true, alerts: ['TSLA'] })).toEqual([['TSLA', '1hz']]);
  });

  it('keeps the slots of alerts, also where the chart waits', () => {
    expect(symbols({ selected: 'META', alerts: ['TSLA'], chartWaits: 1 })).toEqual(['META', 'TSLA', 'AAPL', 'MSFT']);
  });
});
