import type { UsRow } from '../instrument.ts';

/** Real estate investment trusts. Prices are rough references for the simulator, in US dollars. */
export const REITS: readonly UsRow[] = [
  ['O', 'Realty Income Corp', 60],
  ['PLD', 'Prologis Inc', 116],
  ['AMT', 'American Tower Corp', 192],
  ['CCI', 'Crown Castle Inc', 96],
  ['EQIX', 'Equinix Inc', 785],
  ['DLR', 'Digital Realty Trust Inc', 172],
  ['SPG', 'Simon Property Group Inc', 186],
  ['PSA', 'Public Storage', 290],
  ['VICI', 'VICI Properties Inc', 32],
  ['WELL', 'Welltower Inc', 176],
  ['AVB', 'AvalonBay Communities Inc', 192],
  ['EQR', 'Equity Residential', 64],
  ['INVH', 'Invitation Homes Inc', 29],
  ['VTR', 'Ventas Inc', 70],
  ['IRM', 'Iron Mountain Inc', 102],
  ['AGNC', 'AGNC Investment Corp', 9.8, 'steady'],
  ['NLY', 'Annaly Capital Management Inc', 20],
];
