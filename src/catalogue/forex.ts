import type { Instrument, PairRow } from './instrument.ts';
import { pairName } from './names.ts';

const PAIRS: readonly PairRow[] = [
  ['EUR', 'USD', 1.1642, 'hectic'],
  ['USD', 'JPY', 151.35, 'busy'],
  ['GBP', 'USD', 1.3386, 'busy'],
  ['AUD', 'USD', 0.6512, 'busy'],
  ['USD', 'CAD', 1.4018, 'busy'],
  ['USD', 'CHF', 0.7968, 'busy'],
  ['NZD', 'USD', 0.5748, 'steady'],
  ['EUR', 'GBP', 0.8697, 'steady'],
  ['EUR', 'JPY', 176.2, 'steady'],
  ['EUR', 'CHF', 0.9276, 'steady'],
  ['EUR', 'AUD', 1.7878],
  ['EUR', 'CAD', 1.632],
  ['EUR', 'NZD', 2.0254],
  ['GBP', 'JPY', 202.6, 'steady'],
  ['GBP', 'CHF', 1.0666],
  ['GBP', 'AUD', 2.0556],
  ['GBP', 'CAD', 1.8765],
  ['AUD', 'JPY', 98.56, 'steady'],
  ['AUD', 'NZD', 1.1329],
  ['AUD', 'CAD', 0.9129],
  ['CAD', 'JPY', 107.97],
  ['CHF', 'JPY', 189.95],
  ['NZD', 'JPY', 87.0],
  ['USD', 'SEK', 9.448],
  ['USD', 'NOK', 10.072],
  ['USD', 'SGD', 1.2962],
  ['USD', 'HKD', 7.7712],
  ['USD', 'MXN', 18.41, 'steady'],
  ['USD', 'ZAR', 17.38],
  ['USD', 'CNH', 7.1278, 'steady'],
];

/** Currency pairs as Finnhub lists OANDA's. */
export const FOREX_INSTRUMENTS: readonly Instrument[] = PAIRS.map(([base, quote, reference, activity = 'quiet']) => ({
  symbol: `OANDA:${base}_${quote}`,
  displaySymbol: `${base}/${quote}`,
  description: pairName(`${base}/${quote}`) ?? `${base} / ${quote}`,
  market: 'forex',
  type: 'OANDA',
  reference,
  activity,
}));
