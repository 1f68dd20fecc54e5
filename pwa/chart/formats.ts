const MINUS = '−';
const NO_BREAK = '\u00a0';

const priceFormats = new Map<number, Intl.NumberFormat>();

/** A price with exactly `decimals` decimals, in the viewer's language. */
export function formatPrice(price: number, decimals: number): string {
  let format = priceFormats.get(decimals);
  if (!format) {
    format = new Intl.NumberFormat(undefined, { minimumFractionDigits: decimals, maximumFractionDigits: decimals });
    priceFormats.set(decimals, format);
  }
  return format.format(price);
}

export type Direction = 'up' | 'down' | 'flat';

export interface Change {
  readonly direction: Direction;
  readonly arrow: '▲' | '▼' | '▬';
  /** `+0.42 (+0.25 %)` */
  readonly text: string;
}

/** How far `price` is from `base`; the direction is that of the rounded difference, so that "0.00" is flat. */
export function changeOf(base: number, price: number, decimals: number): Change {
  const difference = Number((price - base).toFixed(decimals));
  const percent = base === 0 ? 0 : Number(((100 * difference) / base).toFixed(2));
  const text = `${signed(difference, decimals)} (${signed(percent, 2)}${NO_BREAK}%)`;
  if (difference === 0) return { direction: 'flat', arrow: '▬', text };
  return difference > 0 ? { direction: 'up', arrow: '▲', text } : { direction: 'down', arrow: '▼', text };
}

function signed(value: number, decimals: number): string {
  const text = formatPrice(Math.abs(value), decimals);
  if (value === 0) return text;
  return value > 0 ? `+${text}` : `${MINUS}${text}`;
}

const two = (n: number): string => String(n).padStart(2, '0');

/** `14:02` in the viewer's zone; `t` in ms since 1970 UTC. */
export function formatMinute(t: number): string {
  const date = new Date(t);
  return `${two(date.getHours())}:${two(date.getMinutes())}`;
}

/** `14:02:31` in the viewer's zone; `t` in ms since 1970 UTC. */
export function formatSecond(t: number): string {
  return `${formatMinute(t)}:${two(new Date(t).getSeconds())}`;
}

const SECOND_MS = 1_000;
const MINUTE_MS = 60 * SECOND_MS;
const HOUR_MS = 60 * MINUTE_MS;
const DAY_MS = 24 * HOUR_MS;

/** `14:02`, with the date in front when that is a day or more before `now`: `24 Nov 14:02`. */
export function formatMoment(t: number, now: number): string {
  return now - t < DAY_MS ? formatMinute(t) : `${formatDate(t, now)} ${formatMinute(t)}`;
}

/** `1st`, `2nd`, `3rd`, `11th`. */
export function ordinal(n: number): string {
  const tens = n % 100;
  const unit = n % 10;
  if (tens < 11 || tens > 13) {
    if (unit === 1) return `${n}st`;
    if (unit === 2) return `${n}nd`;
    if (unit === 3) return `${n}rd`;
  }
  return `${n}th`;
}

const dayFormat = new Intl.DateTimeFormat(undefined, { day: 'numeric', month: 'short' });

/** `24 Nov`, in the viewer's zone and language; `t` in ms since 1970 UTC. */
export function formatDay(t: number): string {
  return dayFormat.format(t);
}

const yearFormat = new Intl.DateTimeFormat(undefined, { day: 'numeric', month: 'short', year: 'numeric' });

/** `24 Nov`, with the year where it is another one than that of `now`; both in ms since 1970 UTC. */
export function formatDate(t: number, now: number): string {
  return new Date(t).getFullYear() === new Date(now).getFullYear() ? formatDay(t) : yearFormat.format(t);
}

const weekdayFormat = new Intl.DateTimeFormat(undefined, { weekday: 'short' });

/** `Fri`, in the viewer's zone and language; `t` in ms since 1970 UTC. */
export function formatWeekday(t: number): string {
  return weekdayFormat.format(t);
}

/** Whether both moments, ms since 1970 UTC, are on one day of the viewer's calendar. */
export function isSameDay(a: number, b: number): boolean {
  return new Date(a).toDateString() === new Date(b).toDateString();
}

/** `24 Nov 14:02:31.123`, the exact time of a trade, without the date on the viewer's own day. */
export function formatExact(t: number, now: number): string {
  const milliseconds = String(new Date(t).getMilliseconds()).padStart(3, '0');
  return withDate(t, now, `${formatSecond(t)}.${milliseconds}`);
}

/** The shortest day of trading: a half-day of US stocks, 9:30 to 13:00. What lasts as long is a day's candle. */
const SHORTEST_DAY_MS = 3.5 * HOUR_MS;

/**
 * When a candle is: `24 Nov` for a day, `14:02` for a minute or more of one, `14:02:05` for less, these with the date in front
 * where it is not today's. All in ms since 1970 UTC.
 */
export function formatSpan(from: number, to: number, now: number): string {
  const length = to - from;
  // A whole day is named by its middle: that of forex begins on the evening before, and few viewers live by UTC.
  if (length > DAY_MS / 2) return formatDate(from + length / 2, now);
  if (length >= SHORTEST_DAY_MS) return formatDate(from, now);
  return withDate(from, now, length < MINUTE_MS ? formatSecond(from) : formatMinute(from));
}

function withDate(t: number, now: number, time: string): string {
  return isSameDay(t, now) ? time : `${formatDate(t, now)} ${time}`;
}

const volumeFormat = new Intl.NumberFormat(undefined, { maximumSignificantDigits: 4 });
const VOLUME_UNITS = [
  [1e9, 'B'],
  [1e6, 'M'],
  [1e3, 'K'],
] as const;

/** A volume in four digits at most: `1.234M`, `12.5`, `0.00012`. */
export function formatVolume(volume: number): string {
  // Rounded first: 999,950 is 1M, not 1,000K.
  const rounded = Number(volume.toPrecision(4));
  const unit = VOLUME_UNITS.find(([size]) => rounded >= size);
  return unit ? `${volumeFormat.format(rounded / unit[0])}${unit[1]}` : volumeFormat.format(rounded);
}

const monthFormat = new Intl.DateTimeFormat(undefined, { month: 'short' });

/** `Nov`, in the viewer's zone and language; `t` in ms since 1970 UTC. */
export function formatMonth(t: number): string {
  return monthFormat.format(t);
}

/** `2026`, in the viewer's zone; `t` in ms since 1970 UTC. */
export function formatYear(t: number): string {
  return String(new Date(t).getFullYear());
}
