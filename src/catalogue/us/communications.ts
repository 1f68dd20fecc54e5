import type { UsRow } from '../instrument.ts';

/** Telephone, cable, media and games. Prices are rough references for the simulator, in US dollars. */
export const COMMUNICATIONS: readonly UsRow[] = [
  ['DIS', 'The Walt Disney Co', 112, 'busy'],
  ['CMCSA', 'Comcast Corp Class A', 30, 'busy'],
  ['T', 'AT&T Inc', 27, 'busy'],
  ['VZ', 'Verizon Communications Inc', 42, 'busy'],
  ['TMUS', 'T-Mobile US Inc', 229, 'steady'],
  ['CHTR', 'Charter Communications Inc Class A', 270],
  ['WBD', 'Warner Bros Discovery Inc Series A', 18, 'busy'],
  ['FOXA', 'Fox Corp Class A', 60],
  ['NWSA', 'News Corp Class A', 29],
  ['TTWO', 'Take-Two Interactive Software Inc', 255],
  ['LYV', 'Live Nation Entertainment Inc', 158],
  ['OMC', 'Omnicom Group Inc', 79],
  ['SIRI', 'Sirius XM Holdings Inc', 22],
  ['MTCH', 'Match Group Inc', 34],
];
