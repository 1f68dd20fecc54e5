import type { Instrument, PairRow } from './instrument.ts';
import { pairName } from './names.ts';

const BINANCE: readonly PairRow[] = [
  ['BTC', 'USDT', 111_500, 'hectic'],
  ['ETH', 'USDT', 3_980, 'hectic'],
  ['SOL', 'USDT', 190, 'busy'],
  ['BNB', 'USDT', 1_110, 'busy'],
  ['XRP', 'USDT', 2.43, 'busy'],
  ['DOGE', 'USDT', 0.196, 'busy'],
  ['ADA', 'USDT', 0.652, 'steady'],
  ['TRX', 'USDT', 0.312, 'steady'],
  ['AVAX', 'USDT', 20.1, 'steady'],
  ['LINK', 'USDT', 17.6, 'steady'],
  ['SUI', 'USDT', 2.46, 'steady'],
  ['TON', 'USDT', 2.18],
  ['DOT', 'USDT', 3.02, 'steady'],
  ['LTC', 'USDT', 93.4, 'steady'],
  ['BCH', 'USDT', 478, 'steady'],
  ['XLM', 'USDT', 0.318],
  ['HBAR', 'USDT', 0.171],
  ['SHIB', 'USDT', 0.00001012, 'steady'],
  ['PEPE', 'USDT', 0.00000704, 'steady'],
  ['UNI', 'USDT', 6.31],
  ['NEAR', 'USDT', 2.24],
  ['APT', 'USDT', 3.26],
  ['ICP', 'USDT', 3.07],
  ['ETC', 'USDT', 15.9],
  ['POL', 'USDT', 0.193],
  ['ATOM', 'USDT', 3.18],
  ['FIL', 'USDT', 1.56],
  ['ARB', 'USDT', 0.311],
  ['OP', 'USDT', 0.436],
  ['VET', 'USDT', 0.01702],
  ['ALGO', 'USDT', 0.184],
  ['AAVE', 'USDT', 226],
  ['INJ', 'USDT', 8.61],
  ['RENDER', 'USDT', 2.47],
  ['FET', 'USDT', 0.256],
  ['GRT', 'USDT', 0.0641],
  ['SAND', 'USDT', 0.206],
  ['MANA', 'USDT', 0.233],
  ['AXS', 'USDT', 1.44],
  ['GALA', 'USDT', 0.01053],
  ['CHZ', 'USDT', 0.0327],
  ['XTZ', 'USDT', 0.607],
  ['LDO', 'USDT', 0.903],
  ['SEI', 'USDT', 0.201],
  ['TIA', 'USDT', 1.03],
  ['WLD', 'USDT', 0.902],
  ['TAO', 'USDT', 398],
  ['ONDO', 'USDT', 0.742],
  ['ENA', 'USDT', 0.446],
  ['ZEC', 'USDT', 262, 'steady'],
  ['BTC', 'EUR', 95_770],
  ['ETH', 'EUR', 3_419],
  ['ETH', 'BTC', 0.0357],
  ['XRP', 'ETH', 0.00061],
];

const COINBASE: readonly PairRow[] = [
  ['BTC', 'USD', 111_480, 'busy'],
  ['ETH', 'USD', 3_979, 'busy'],
  ['SOL', 'USD', 190, 'steady'],
  ['XRP', 'USD', 2.43, 'steady'],
  ['DOGE', 'USD', 0.196],
  ['LTC', 'USD', 93.4],
];

/** Crypto pairs as Finnhub lists them: Binance writes both codes together, Coinbase with a dash. */
export const CRYPTO_INSTRUMENTS: readonly Instrument[] = [
  ...BINANCE.map((row) => pair('BINANCE', `${row[0]}${row[1]}`, row)),
  ...COINBASE.map((row) => pair('COINBASE', `${row[0]}-${row[1]}`, row)),
];

function pair(venue: string, code: string, [base, quote, reference, activity = 'quiet']: PairRow): Instrument {
  const displaySymbol = `${base}/${quote}`;
  return {
    symbol: `${venue}:${code}`,
    displaySymbol,
    description: pairName(displaySymbol) ?? displaySymbol,
    market: 'crypto',
    type: venue,
    reference,
    activity,
  };
}
