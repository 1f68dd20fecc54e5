import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { CatalogueEntry } from '../../src/protocol/catalogue.ts';
import { marketOf } from '../../src/protocol/symbols.ts';

const FILE = fileURLToPath(new URL('../../../shared/data/symbols-finnhub-2020.json', import.meta.url));

/** Why the labelled set cannot be scored here. */
export const MISSING = `${FILE} is missing: the labelled set is made of its symbols`;

/** Finnhub's lists of 2020, 10,125 symbols without types; `undefined` where the shared data is not there. */
export function readCatalogue(): CatalogueEntry[] | undefined {
  if (!existsSync(FILE)) return undefined;
  const rows: readonly Pick<CatalogueEntry, 'symbol' | 'description'>[] = JSON.parse(readFileSync(FILE, 'utf8'));
  return rows.map(({ symbol, description }) => ({ symbol, description, market: marketOf(symbol), type: '' }));
}

const FOREIGN = 'AG SA NV PLC LTD SPA ASA AB OYJ KK TBK PCL GMBH BHD'.split(' ');
const COMMON = 'HOLDINGS GROUP INTERNATIONAL RESOURCES MINING ENERGY BANK CAPITAL PHARMA INDUSTRIES'.split(' ');
const LETTERS = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ';
const SYLLABLES = 'KA MO RI TEL SUN VO DAN BER LI NOR PA GEN TRA FU HAN CO ZEN WI LO MAR ES QUI'.split(' ');

/**
 * A catalogue of `size` entries: the given ones, and listings as Finnhub has them today beyond those of 2020: warrants, units and
 * rights of shares in the list, and foreign shares traded over the counter under five letters.
 */
export function enlarge(given: readonly CatalogueEntry[], size: number, random: () => number): CatalogueEntry[] {
  const bySymbol = new Map(given.map((entry) => [entry.symbol, entry]));
  const pick = <T>(items: readonly T[], or: T): T => items[Math.floor(random() * items.length)] ?? or;
  const add = (symbol: string, description: string, type: string): void => {
    if (!bySymbol.has(symbol)) bySymbol.set(symbol, { symbol, description, market: 'us', type });
  };
  const shares = given.filter(({ symbol }) => /^[A-Z]{1,4}$/.test(symbol));
  const DERIVED: readonly (readonly [string, string, string])[] = [
    ['.WS', '-CW', 'Equity WRT'],
    ['.U', ' UNITS', 'Unit'],
    ['R', ' RIGHTS', 'Right'],
  ];
  while (bySymbol.size < size) {
    if (random() < DERIVED_SHARE) {
      const [suffix, words, type] = pick(DERIVED, ['.WS', '-CW', 'Equity WRT']);
      const { symbol, description } = pick(shares, { symbol: 'X', description: 'X', market: 'us', type: '' });
      add(symbol + suffix, description + words, type);
    } else {
      const name = Array.from({ length: 2 + Math.floor(random() * 2) }, () => pick(SYLLABLES, 'KA')).join('');
      const ticker = name.slice(0, 3) + pick([...LETTERS], 'A') + pick(['F', 'Y'], 'F');
      add(ticker, `${name} ${pick(COMMON, 'GROUP')} ${pick(FOREIGN, 'AG')}`, 'Foreign Sh.');
    }
  }
  return [...bySymbol.values()];
}
const DERIVED_SHARE = 0.5;
