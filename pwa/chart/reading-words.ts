import { NOT_HIGH_LOW, NOT_LAST } from '../../src/protocol/conditions.ts';
import type { Reading } from './crosshair.ts';
import { formatExact, formatMoment, formatPrice, formatSpan, formatVolume } from './formats.ts';
import { exactPrice } from './precision.ts';

/** When what is read was, for the time axis; `now` in ms since 1970 UTC. */
export function timeWords(reading: Reading, now: number): string {
  switch (reading.kind) {
    case 'trade':
      return formatExact(reading.trade.t, now);
    case 'candle':
    case 'close':
      return formatSpan(reading.candle.t, reading.until, now);
    case 'gap':
      return `${formatMoment(reading.gap.from, now)} – ${formatMoment(reading.gap.to, now)}`;
  }
}

/** The price of what is read: of a single trade exactly as it was paid. */
export function priceWords(reading: Reading, decimals: number): string {
  if (reading.kind === 'gap') return '';
  return reading.kind === 'trade' ? exactPrice(reading.p, decimals) : formatPrice(reading.p, decimals);
}

/** One thing that is read, with its name. */
export interface Word {
  readonly name: string;
  readonly text: string;
}

/** Everything there is to read, in the order in which it is shown. */
export function readingWords(reading: Reading, decimals: number): readonly Word[] {
  switch (reading.kind) {
    case 'trade': {
      const { v, flags } = reading.trade;
      return [
        { name: 'Price', text: exactPrice(reading.p, decimals) },
        ...(v > 0 ? [{ name: 'Volume', text: exactPrice(v, 0) }] : []),
        ...(flags & (NOT_LAST | NOT_HIGH_LOW) ? [{ name: '', text: 'does not move the price' }] : []),
      ];
    }
    case 'candle':
    case 'close': {
      const { o, h, l, c, v } = reading.candle;
      const price = (p: number): string => exactPrice(p, decimals);
      return [
        { name: 'O', text: price(o) },
        { name: 'H', text: price(h) },
        { name: 'L', text: price(l) },
        { name: 'C', text: price(c) },
        ...(v > 0 ? [{ name: 'V', text: formatVolume(v) }] : []),
      ];
    }
    case 'gap':
      return [{ name: '', text: reading.gap.label }];
  }
}
