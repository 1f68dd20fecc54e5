import type { Instrument, UsRow } from './instrument.ts';
import { ADRS } from './us/adrs.ts';
import { COMMUNICATIONS } from './us/communications.ts';
import { CONSUMER } from './us/consumer.ts';
import { FINANCE } from './us/finance.ts';
import { FUNDS } from './us/funds.ts';
import { HEALTHCARE } from './us/healthcare.ts';
import { INDUSTRY } from './us/industry.ts';
import { REITS } from './us/reits.ts';
import { TECHNOLOGY } from './us/technology.ts';

/** Well-known US stocks and funds, with the words Finnhub uses for their kinds. */
export const US_INSTRUMENTS: readonly Instrument[] = [
  ...[TECHNOLOGY, COMMUNICATIONS, CONSUMER, HEALTHCARE, FINANCE, INDUSTRY].flatMap((rows) =>
    listed(rows, 'Common Stock'),
  ),
  ...listed(REITS, 'REIT'),
  ...listed(ADRS, 'ADR'),
  ...listed(FUNDS, 'ETP'),
];

function listed(rows: readonly UsRow[], type: string): Instrument[] {
  return rows.map(([symbol, description, reference, activity = 'quiet']) => ({
    symbol,
    displaySymbol: symbol,
    description,
    market: 'us',
    type,
    reference,
    activity,
  }));
}
