import { newYorkDay, openHours, type Span } from './sessions.ts';
import type { Market } from './symbols.ts';

/** The time there is a calendar for, ms since 1970 UTC: whoever asks for thousands of years gets these. */
const CALENDAR_FROM = 0;
const CALENDAR_TO = Date.UTC(2100, 0, 1);

/**
 * When `market` is closed: every whole stretch that overlaps [`from`, `to`), ms since 1970 UTC, oldest first. It is one
 * stretch from one opening time to the next, so a night, a weekend and the holiday after it are one. Agrees with `sessionAt`
 * from 1970 to 2100; what of the stretch that is asked for lies outside of those years has none. Markets whose hours are not
 * known never close.
 */
export function closedSpans(market: Market, from: number, to: number): readonly Span[] {
  switch (market) {
    case 'crypto':
    case 'other':
      return [];
    case 'forex':
    case 'us':
      return between(market, Math.max(from, CALENDAR_FROM), Math.min(to, CALENDAR_TO));
  }
}

/** Goes from day to day: a closed stretch lies where one day's hours end before the next ones begin. */
function between(market: 'us' | 'forex', from: number, to: number): readonly Span[] {
  const spans: Span[] = [];
  if (!(from < to)) return spans;
  // Begins with the newest hours that have begun; tomorrow's forex day begins this evening.
  let day = newYorkDay(from) + 1;
  let hours = openHours(market, day);
  while (!hours || hours.start > from) {
    day -= 1;
    hours = openHours(market, day);
  }
  let start = hours.end;
  while (start < to) {
    day += 1;
    hours = openHours(market, day);
    if (!hours) continue;
    // Forex days adjoin: nothing lies between two of a week.
    if (hours.start > start) spans.push({ start, end: hours.start });
    start = hours.end;
  }
  return spans;
}
