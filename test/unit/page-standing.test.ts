import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { formatDay, formatMinute, formatWeekday } from '../../pwa/chart/formats.ts';
import { closedWords, type Known, priceLines } from '../../pwa/page/standing.ts';
import type { Market } from '../../src/protocol/symbols.ts';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;
const at = (iso: string): number => Date.parse(iso);

/** A Tuesday; New York is five hours behind UTC. */
const OPEN = at('2026-11-24T09:30:00-05:00');
const CLOSE = at('2026-11-24T16:00:00-05:00');
const NEXT_OPEN = OPEN + DAY;
const MONDAY_CLOSE = CLOSE - DAY;
const NOON = at('2026-11-24T12:00:00-05:00');
const EVENING = at('2026-11-24T18:00:00-05:00');
const NIGHT = at('2026-11-24T23:00:00-05:00');
const MORNING = at('2026-11-25T08:00:00-05:00');

const quoteOf = (c: number | null, pc: number | null, t: number | null) => ({ c, pc, t });
const tuesdayClose = (p: number, paid: number | undefined = CLOSE + 2_000) => ({ start: OPEN, p, at: paid });
const tuesdayQuote = quoteOf(101, 100, CLOSE);

const NOTHING: Known = {
  market: 'us',
  now: NOON,
  last: undefined,
  close: undefined,
  quote: undefined,
  simulated: false,
};
const lines = (known: Partial<Known>) => priceLines({ ...NOTHING, ...known });

describe('under the price of a US stock, in the regular session', () => {
  const last = { t: NOON - 50, p: 101.5 };

  it('stands today and its change from the close before', () => {
    expect(lines({ last, quote: quoteOf(101.4, 100, NOON - 10_000) })).toEqual([
      { label: 'Today', price: 101.5, base: 100, at: NOON - 50 },
    ]);
  });

  it("stands the quote's price where the stream has none of the day", () => {
    const today = { label: 'Today', price: 101.4, base: 100, at: NOON - 10_000 };
    const quote = quoteOf(101.4, 100, NOON - 10_000);
    expect(lines({ quote })).toEqual([today]);
    expect(lines({ last: { t: MONDAY_CLOSE, p: 99 }, quote })).toEqual([today]);
    // What the price in large figures says, although the quote is newer.
    expect(lines({ last: { t: NOON - HOUR, p: 99 }, quote })).toMatchObject([{ price: 99, base: 100 }]);
  });

  it('stands no change where the close before is not known', () => {
    const today = [{ label: 'Today', price: 101.5, base: undefined, at: NOON - 50 }];
    expect(lines({ last })).toEqual(today);
    expect(lines({ last, quote: quoteOf(101.4, 0, NOON) })).toEqual(today);
    expect(lines({ last, quote: quoteOf(101.4, null, NOON) })).toEqual(today);
  });

  it('has the change from the price of a quote that is still of the day before', () => {
    const [today] = lines({ now: OPEN + 5_000, last: { t: OPEN + 10, p: 102 }, quote: quoteOf(101, 90, MONDAY_CLOSE) });
    expect(today?.base).toBe(101);
  });

  it('has no change from a quote that is older than that, or broke off before the close', () => {
    const known = { now: OPEN + 5_000, last: { t: OPEN + 10, p: 102 } };
    expect(lines({ ...known, quote: quoteOf(101, 90, MONDAY_CLOSE - 3 * DAY) })[0]?.base).toBeUndefined();
    expect(lines({ ...known, quote: quoteOf(101, 90, MONDAY_CLOSE - HOUR) })[0]?.base).toBeUndefined();
  });

  it('stands nothing of another day as today', () => {
    expect(lines({ last: { t: MONDAY_CLOSE + HOUR, p: 101 } })).toEqual([]);
    expect(lines({ quote: quoteOf(101, 100, MONDAY_CLOSE) })).toEqual([]);
    expect(lines({})).toEqual([]);
  });

  it('stands the pre-market price until the first regular one', () => {
    expect(lines({ now: OPEN + 100, last: { t: OPEN - 5_000, p: 102 } })).toMatchObject([
      { label: 'Today', price: 102 },
    ]);
  });
});

describe('under the price of a US stock, after the close', () => {
  const last = { t: EVENING - 50, p: 103 };

  it('stand the close, its change from the one before, and the last price with its change from the close', () => {
    expect(lines({ now: EVENING, last, close: tuesdayClose(101.2), quote: tuesdayQuote })).toEqual([
      { label: 'At close', price: 101.2, base: 100, at: CLOSE + 2_000 },
      { label: 'After hours', price: 103, base: 101.2, at: EVENING - 50 },
    ]);
  });

  it('stands the close alone as long as nothing was paid after it', () => {
    const known = { now: EVENING, close: tuesdayClose(101.2), quote: tuesdayQuote };
    expect(lines(known)).toHaveLength(1);
    expect(lines({ ...known, last: { t: CLOSE - 10, p: 101.1 } })).toHaveLength(1);
  });

  it('is the closing auction no price of after hours, though reported after the bell', () => {
    const known = { now: CLOSE + 10_000, last: { t: CLOSE + 2_000, p: 101.2 }, close: tuesdayClose(101.2) };
    expect(lines(known).map(({ label }) => label)).toEqual(['At close']);
  });

  it.each([
    ['broke off before the last minute', tuesdayClose(98, CLOSE - MINUTE - 1)],
    ['does not say when it was paid', { start: OPEN, p: 98, at: undefined }],
    ['is of the day before', { start: OPEN - DAY, p: 98, at: MONDAY_CLOSE }],
    ['is 0', tuesdayClose(0)],
    ['is not there', undefined],
  ])("is the close the quote's where the tape's %s", (_, close) => {
    expect(lines({ now: EVENING, last, close, quote: tuesdayQuote })).toEqual([
      { label: 'At close', price: 101, base: 100, at: CLOSE },
      { label: 'After hours', price: 103, base: 101, at: EVENING - 50 },
    ]);
  });

  it("is the tape's close one that was paid in the last minute", () => {
    const [close] = lines({ now: EVENING, close: tuesdayClose(101.2, CLOSE - MINUTE), quote: tuesdayQuote });
    expect(close?.price).toBe(101.2);
  });

  it('has no close where neither knows it, and no change from one', () => {
    expect(lines({ now: EVENING, last, quote: quoteOf(101, 100, CLOSE - 1_000) })).toEqual([
      { label: 'After hours', price: 103, base: undefined, at: EVENING - 50 },
    ]);
  });

  it('stands the same in the night', () => {
    const known = { last, close: tuesdayClose(101.2), quote: tuesdayQuote };
    expect(lines({ ...known, now: NIGHT })).toEqual(lines({ ...known, now: EVENING }));
  });

  it('begins at 13:00 on a half-day', () => {
    const [open, close] = [at('2026-11-27T09:30:00-05:00'), at('2026-11-27T13:00:00-05:00')];
    const known = { close: { start: open, p: 50, at: close + 1 }, quote: quoteOf(50, 49, close) };
    expect(lines({ ...known, now: close - 1, last: { t: close - 5, p: 50.5 } })).toMatchObject([{ label: 'Today' }]);
    expect(lines({ ...known, now: close + HOUR, last: { t: close + HOUR, p: 51 } })).toMatchObject([
      { label: 'At close', price: 50, base: 49 },
      { label: 'After hours', price: 51, base: 50 },
    ]);
  });
});

describe('under the price of a US stock, before the opening', () => {
  const known = { now: MORNING, close: tuesdayClose(101.2), quote: tuesdayQuote };

  it('stand the close of the day before and the price of the pre-market', () => {
    expect(lines({ ...known, last: { t: MORNING - 50, p: 104 } })).toEqual([
      { label: 'At close', price: 101.2, base: 100, at: CLOSE + 2_000 },
      { label: 'Pre-market', price: 104, base: 101.2, at: MORNING - 50 },
    ]);
  });

  it('stands the last price of after hours until the first of the pre-market', () => {
    expect(lines({ ...known, last: { t: EVENING, p: 103 } })[1]).toMatchObject({ label: 'After hours', price: 103 });
  });

  it("takes no price of the pre-market for the close, nor its day's", () => {
    expect(lines({ ...known, close: undefined, quote: quoteOf(104, 101.2, MORNING - 1_000) })).toEqual([]);
  });

  it('ends with the opening', () => {
    const last = { t: NEXT_OPEN - 1, p: 104 };
    expect(lines({ ...known, now: NEXT_OPEN - 1, last })).toHaveLength(2);
    expect(lines({ ...known, now: NEXT_OPEN, last })).toEqual([
      { label: 'Today', price: 104, base: 101, at: NEXT_OPEN - 1 },
    ]);
  });
});

describe('under the price of a US stock, on days without trading', () => {
  it.each([
    ['a weekend', '2026-11-20', '2026-11-22T12:00:00-05:00'],
    ['the Monday morning after it', '2026-11-20', '2026-11-23T02:00:00-05:00'],
    ['Thanksgiving', '2026-11-25', '2026-11-26T12:00:00-05:00'],
    ['Good Friday', '2027-03-25', '2027-03-28T12:00:00-04:00'],
    ['the weekend in which the clock is set back', '2026-10-30', '2026-11-01T23:30:00-05:00'],
    ['the morning after it', '2026-10-30', '2026-11-02T00:30:00-05:00'],
    ['the weekend in which it is set forward', '2026-03-06', '2026-03-08T23:30:00-04:00'],
    ['the morning after that', '2026-03-06', '2026-03-09T00:30:00-04:00'],
  ])('stands on %s what stood on the evening before', (_, day, now) => {
    const start = at(`${day}T09:30:00${isSummer(at(day)) ? '-04:00' : '-05:00'}`);
    const evening = start + 8 * HOUR;
    const close = { start, p: 60, at: evening - HOUR };
    const last = { t: evening, p: 61 };
    expect(lines({ now: at(now), last, close, quote: quoteOf(60, 59, evening - HOUR) })).toEqual([
      { label: 'At close', price: 60, base: 59, at: evening - HOUR },
      { label: 'After hours', price: 61, base: 60, at: evening },
    ]);
  });
});

/** Whether New York's clock is four hours behind UTC. */
function isSummer(t: number): boolean {
  const zone = { timeZone: 'America/New_York', timeZoneName: 'short' } as const;
  return new Intl.DateTimeFormat('en-US', zone).format(t).includes('EDT');
}

describe('under the price of other markets', () => {
  const last = { t: NOON - 50, p: 1.0834 };
  const quote = quoteOf(1.0833, 1.08, NOON - 5_000);

  it.each(['forex', 'crypto', 'other'] as const)('stands today for %s', (market) => {
    expect(lines({ market, last, quote })).toEqual([{ label: 'Today', price: 1.0834, base: 1.08, at: NOON - 50 }]);
  });

  it.each(['forex', 'crypto', 'other'] as const)(
    'stands nothing for %s where the close before is not known',
    (market) => {
      expect(lines({ market, last })).toEqual([]);
      expect(lines({ market, last, quote: quoteOf(1.0833, null, NOON) })).toEqual([]);
      expect(lines({ market, last, quote: quoteOf(1.0833, 0, NOON) })).toEqual([]);
    },
  );

  it('stands nothing by a quote of another day', () => {
    expect(lines({ market: 'crypto', last, quote: { ...quote, t: NOON - DAY } })).toEqual([]);
    expect(lines({ market: 'forex', last, quote: { ...quote, t: NOON - DAY } })).toEqual([]);
  });

  it("stands the forex week's last price at its close over the weekend", () => {
    const friday = at('2026-11-20T16:59:58-05:00');
    const known = { market: 'forex' as const, last: { t: friday, p: 1.09 }, quote: quoteOf(1.09, 1.08, friday) };
    expect(lines({ ...known, now: at('2026-11-22T12:00:00-05:00') })).toEqual([
      { label: 'At close', price: 1.09, base: 1.08, at: friday },
    ]);
    expect(lines({ ...known, now: at('2026-11-22T17:00:01-05:00') })).toEqual([]);
  });

  it('stands today for a simulated stock at any hour, since it trades around the clock', () => {
    const now = at('2026-11-22T03:00:00Z');
    expect(lines({ simulated: true, now, last: { t: now, p: 9 }, quote: quoteOf(9, 8, now) })).toEqual([
      { label: 'Today', price: 9, base: 8, at: now },
    ]);
  });
});

describe('whatever is known', () => {
  it('no price and no base is 0, negative or no number', () => {
    const price = fc.constantFrom(0, -1, Number.NaN, Number.POSITIVE_INFINITY, 100);
    const optional = fc.option(price, { nil: null });
    const time = fc.integer({ min: OPEN - 8 * DAY, max: OPEN + 8 * DAY });
    const known = fc.record({
      market: fc.constantFrom<Market>('us', 'forex', 'crypto', 'other'),
      now: time,
      last: fc.option(fc.record({ t: time, p: price }), { nil: undefined }),
      close: fc.option(
        fc.record({ start: fc.constantFrom(OPEN - DAY, OPEN), p: price, at: fc.option(time, { nil: undefined }) }),
        { nil: undefined },
      ),
      quote: fc.option(fc.record({ c: optional, pc: optional, t: fc.option(time, { nil: null }) }), { nil: undefined }),
      simulated: fc.boolean(),
    });
    fc.assert(
      fc.property(known, (each) => {
        for (const { price: shown, base } of priceLines(each)) {
          expect(shown).toBe(100);
          expect([100, undefined]).toContain(base);
        }
      }),
      { numRuns: 2_000 },
    );
  });
});

describe('the words of a closed market', () => {
  const SUNDAY = at('2026-11-22T15:00:00-05:00');
  const FRIDAY_EVENING = at('2026-11-20T19:59:00-05:00');
  const words = (known: Partial<Known>) => closedWords({ ...NOTHING, now: SUNDAY, ...known });

  it('say when the last price was paid: by the weekday, on the clock of the viewer', () => {
    const text = `Market closed, last price from ${formatWeekday(FRIDAY_EVENING)} ${formatMinute(FRIDAY_EVENING)}`;
    expect(words({ last: { t: FRIDAY_EVENING, p: 1 } })).toBe(text);
  });

  it('say the time alone on the same day', () => {
    const t = SUNDAY - 2 * MINUTE;
    expect(words({ last: { t, p: 1 } })).toBe(`Market closed, last price from ${formatMinute(t)}`);
  });

  it('say the date where it is older than six days', () => {
    const t = SUNDAY - 6 * DAY - MINUTE;
    expect(words({ last: { t, p: 1 } })).toBe(`Market closed, last price from ${formatDay(t)} ${formatMinute(t)}`);
    expect(words({ last: { t: t + MINUTE, p: 1 } })).toContain(formatWeekday(t));
  });

  it('say no time where there is no price', () => {
    expect(words({})).toBe('Market closed');
  });

  it('are none while the market is open, before and after the regular hours too', () => {
    for (const now of [NOON, EVENING, MORNING]) expect(words({ now })).toBeUndefined();
    expect(words({ market: 'crypto' })).toBeUndefined();
    expect(words({ market: 'other' })).toBeUndefined();
  });

  it('are none of a simulated market, which never closes', () => {
    expect(words({ simulated: true })).toBeUndefined();
  });
});
