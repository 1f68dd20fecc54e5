import { describe, expect, it } from 'vitest';
import { sessionAt } from '../../src/protocol/sessions.ts';
import { marketOf } from '../../src/protocol/symbols.ts';

/** New York's wall clock as Node's own time-zone data has it: an independent check of the arithmetic. */
const clock = new Intl.DateTimeFormat('en-US', {
  timeZone: 'America/New_York',
  weekday: 'short',
  hour: '2-digit',
  minute: '2-digit',
  hourCycle: 'h23',
});

function wallClock(t: number): { weekday: string; minute: number } {
  const parts = new Map(clock.formatToParts(t).map(({ type, value }) => [type, value]));
  return { weekday: parts.get('weekday') ?? '', minute: Number(parts.get('hour')) * 60 + Number(parts.get('minute')) };
}

const us = (iso: string): string => sessionAt('us', Date.parse(iso));

describe('US stock sessions', () => {
  it.each([
    ['2026-11-20T03:59:00-05:00', 'closed'],
    ['2026-11-20T04:00:00-05:00', 'pre'],
    ['2026-11-20T09:29:59-05:00', 'pre'],
    ['2026-11-20T09:30:00-05:00', 'regular'],
    ['2026-11-20T15:59:59-05:00', 'regular'],
    ['2026-11-20T16:00:00-05:00', 'post'],
    ['2026-11-20T20:00:00-05:00', 'closed'],
    ['2026-11-21T12:00:00-05:00', 'closed'],
    // The days around both changes of the clock in 2026: March 8 and November 1.
    ['2026-03-06T09:30:00-05:00', 'regular'],
    ['2026-03-09T09:30:00-04:00', 'regular'],
    ['2026-03-09T09:29:00-04:00', 'pre'],
    ['2026-10-30T15:59:00-04:00', 'regular'],
    ['2026-11-02T09:30:00-05:00', 'regular'],
    ['2026-11-02T09:29:00-05:00', 'pre'],
  ])('%s is %s', (iso, session) => {
    expect(us(iso)).toBe(session);
  });

  // The New York Stock Exchange's published calendars.
  it.each([
    ...['2024-01-01', '2024-01-15', '2024-02-19', '2024-03-29', '2024-05-27', '2024-06-19', '2024-07-04', '2024-09-02'],
    ...['2024-11-28', '2024-12-25', '2025-01-01', '2025-01-09', '2025-01-20', '2025-02-17', '2025-04-18', '2025-05-26'],
    ...['2025-06-19', '2025-07-04', '2025-09-01', '2025-11-27', '2025-12-25', '2026-01-01', '2026-01-19', '2026-02-16'],
    ...['2026-04-03', '2026-05-25', '2026-06-19', '2026-07-03', '2026-09-07', '2026-11-26', '2026-12-25', '2027-03-26'],
    ...['2027-06-18', '2027-07-05', '2027-12-24', '2028-01-17', '2028-04-14', '2022-06-20', '2022-12-26', '2023-01-02'],
  ])('%s is a holiday', (day) => {
    expect(us(`${day}T17:00:00Z`)).toBe('closed');
  });

  it.each(['2021-12-31', '2021-06-18', '2024-11-29', '2025-07-03', '2025-12-24', '2027-12-31'])('%s is none', (day) => {
    expect(us(`${day}T16:00:00Z`)).toBe('regular');
  });

  it.each([
    '2024-07-03',
    '2024-11-29',
    '2024-12-24',
    '2025-07-03',
    '2025-11-28',
    '2025-12-24',
    '2026-11-27',
    '2026-12-24',
  ])('%s ends at 13:00', (day) => {
    expect(us(`${day}T12:59:00${day.slice(5) < '11' ? '-04:00' : '-05:00'}`)).toBe('regular');
    expect(us(`${day}T13:00:00${day.slice(5) < '11' ? '-04:00' : '-05:00'}`)).toBe('post');
    expect(us(`${day}T17:00:00${day.slice(5) < '11' ? '-04:00' : '-05:00'}`)).toBe('closed');
  });

  it('agree with the time-zone data on every half-hour of ten years, holidays aside', () => {
    let regular = 0;
    for (let t = Date.UTC(2019, 0, 1); t < Date.UTC(2029, 0, 1); t += 1_800_000) {
      const session = sessionAt('us', t);
      const { weekday, minute } = wallClock(t);
      const inHours = !['Sat', 'Sun'].includes(weekday) && minute >= 570 && minute < 960;
      if (session === 'regular') {
        regular += 1;
        expect(inHours, new Date(t).toISOString()).toBe(true);
      }
    }
    // Ten years of about 252 days with 13 half-hours, a few of them short.
    expect(regular).toBeGreaterThan(32_500);
    expect(regular).toBeLessThan(32_900);
  });
});

describe('other sessions', () => {
  it('forex turns at 17:00 in New York on Friday and Sunday', () => {
    const forex = (iso: string): string => sessionAt('forex', Date.parse(iso));
    expect(forex('2026-11-20T16:59:00-05:00')).toBe('regular');
    expect(forex('2026-11-20T17:00:00-05:00')).toBe('closed');
    expect(forex('2026-11-22T16:59:00-05:00')).toBe('closed');
    expect(forex('2026-11-22T17:00:00-05:00')).toBe('regular');
  });

  it('crypto never closes', () => {
    expect(sessionAt('crypto', Date.parse('2026-12-25T00:00:00Z'))).toBe('regular');
  });
});

describe('the market of a symbol', () => {
  it.each([
    ['AAPL', 'us'],
    ['BRK.B', 'us'],
    ['OANDA:EUR_USD', 'forex'],
    ['IC MARKETS:1', 'forex'],
    ['BINANCE:BTCUSDT', 'crypto'],
    ['AIR.PA', 'other'],
    ['7203.T', 'other'],
  ])('%s trades by the clock of %s', (symbol, market) => {
    expect(marketOf(symbol)).toBe(market);
  });
});
