import { isJsonObject, parseJson } from '../../protocol/json.ts';
import { isSymbol } from '../../protocol/symbols.ts';
import { hashText, mix, unit } from './random.ts';

/** A row of `/stock/symbol`, as far as it differs between stocks. */
export interface ListedStock {
  readonly symbol: string;
  readonly description: string;
  readonly type: string;
  readonly figi: string;
  readonly mic: string;
}

export type ParsedStocks =
  | { readonly ok: true; readonly stocks: readonly ListedStock[] }
  | { readonly ok: false; readonly reason: string };

/** Reads a list in Finnhub's form: an array of objects with `symbol` and `description`; what else a row lacks is filled in. */
export function parseStocks(text: string): ParsedStocks {
  const rows = parseJson(text);
  if (!Array.isArray(rows)) return { ok: false, reason: 'it is not a JSON array' };
  const stocks: ListedStock[] = [];
  for (const [i, row] of (rows as readonly unknown[]).entries()) {
    if (!isJsonObject(row) || !isSymbol(row.symbol) || typeof row.description !== 'string') {
      return { ok: false, reason: `row ${i + 1} has no symbol or no description` };
    }
    const { symbol, description, type, figi, mic } = row;
    stocks.push({
      symbol,
      description,
      type: textOf(type) ?? pick(KINDS, hashText(symbol)),
      figi: textOf(figi) ?? figiOf(symbol),
      mic: textOf(mic) ?? pick(MICS, hashText(symbol)),
    });
  }
  return { ok: true, stocks };
}

function textOf(value: unknown): string | undefined {
  return typeof value === 'string' ? value : undefined;
}

/** In about the shares that Finnhub's list had in 2025: three of four are shares traded over the counter. */
const KINDS = [
  ...Array.from({ length: 24 }, () => 'Common Stock'),
  ...Array.from({ length: 8 }, () => 'ETP'),
  ...Array.from({ length: 4 }, () => 'ADR'),
  ...['Equity WRT', 'Unit', 'PUBLIC', 'Closed-End Fund', 'REIT', 'Right'],
];
const MICS = ['OOTC', 'OOTC', 'OOTC', 'XNAS', 'XNYS', 'ARCX', 'XASE', 'BATS'];
const SYLLABLES =
  'al an ar as ban ber bio bra cal can cor dan del den dor el en er fal fin gal gen gol gra hal har in is ker kal lan lar len lor lum mar med mel mer mon nar nex nor ol on or pal par per pol qua ral ren ria ros sal san sen sol stan sun tal tan tek ter tor tri un val van vel ver vi vis wes win xen yor zan zen'.split(
    ' ',
  );
const TRADES =
  'MINING GOLD RESOURCES ENERGY PETROLEUM PHARMACEUTICALS THERAPEUTICS BIOSCIENCES MEDICAL TECHNOLOGIES SOFTWARE SYSTEMS NETWORKS SEMICONDUCTOR ELECTRIC POWER WATER FOODS BRANDS RETAIL BANCORP FINANCIAL CAPITAL INSURANCE REALTY PROPERTIES LOGISTICS SHIPPING AEROSPACE MOTORS MATERIALS CHEMICALS STEEL MEDIA ENTERTAINMENT GAMING ACQUISITION GLOBAL INTERNATIONAL'.split(
    ' ',
  );
const FORMS = 'INC INC CORP CORP LTD PLC HOLDINGS GROUP TRUST AG SA CO'.split(' ');
const ENDINGS: Readonly<Record<string, string>> = {
  ADR: '-SPON ADR',
  'Equity WRT': '-CW28',
  Unit: '-UNIT',
  Right: '-RTS',
};
const LETTERS = 26;

/** `count` stocks that nobody has heard of, in the shape of Finnhub's; none of them has a symbol of `taken`. The same every time. */
export function madeUpStocks(count: number, taken: ReadonlySet<string>): ListedStock[] {
  const stocks: ListedStock[] = [];
  for (let i = 0; stocks.length < count; i += 1) {
    const symbol = tickerOf(i);
    if (taken.has(symbol)) continue;
    const seed = hashText(symbol);
    const type = pick(KINDS, mix(seed, 1));
    stocks.push({
      symbol,
      description: `${nameOf(seed)}${ENDINGS[type] ?? ''}`,
      type,
      figi: figiOf(symbol),
      mic: pick(MICS, mix(seed, 2)),
    });
  }
  return stocks;
}

const TICKER_LENGTH = 5;
/** Has no divisor in common with 26, so that no ticker comes twice. */
const TICKER_STEP = 7_368_787;

/** The tickers come in no order that anybody would notice. */
function tickerOf(i: number): string {
  let rest = (i * TICKER_STEP) % LETTERS ** TICKER_LENGTH;
  let ticker = '';
  for (let letter = 0; letter < TICKER_LENGTH; letter += 1) {
    ticker += String.fromCharCode(65 + (rest % LETTERS));
    rest = Math.floor(rest / LETTERS);
  }
  return ticker;
}

function nameOf(seed: number): string {
  const length = 2 + (mix(seed, 3) % 2);
  const word = Array.from({ length }, (_, i) => pick(SYLLABLES, mix(seed, 10 + i))).join('');
  return `${word.toUpperCase()} ${pick(TRADES, mix(seed, 4))} ${pick(FORMS, mix(seed, 5))}`;
}

/** 12 characters, as random as real ones are. */
function figiOf(symbol: string): string {
  const alphabet = '0123456789BCDFGHJKLMNPQRSTVWXYZ';
  const seed = hashText(symbol);
  return `BBG0${Array.from({ length: 8 }, (_, i) => pick([...alphabet], mix(seed, 20 + i))).join('')}`;
}

function pick<T>(choices: readonly T[], seed: number): T {
  const chosen = choices[Math.floor(unit(seed) * choices.length)];
  if (chosen === undefined) throw new Error('there is nothing to choose from');
  return chosen;
}
