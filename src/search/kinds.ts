import type { CatalogueEntry } from '../protocol/catalogue.ts';

/** What people mean first among listings that match alike; the numbers are the order. */
export const Kind = { share: 0, fund: 1, foreign: 2, preferred: 3, derived: 4 } as const;
export type Kind = (typeof Kind)[keyof typeof Kind];

/** Finnhub's words for kinds of listings. */
const TYPES: readonly (readonly [RegExp, Kind])[] = [
  [/^(?:equity wrt|warrant|wrt|unit|right|rights|nil paid|cvr)$/i, Kind.derived],
  [/^pref/i, Kind.preferred],
  [/^(?:foreign sh|gdr|sdr|nvdr|dutch cert|canadian dr|receipt|savings share)/i, Kind.foreign],
  [/^(?:etp|etf|etn|etc|open-end fund|closed-end fund|mutual fund|fund)/i, Kind.fund],
];
/** Bloomberg's and the exchanges' ways to write the same into a name, where the type is not told. */
const WARRANT_NAME = /\b(?:warrants?|wrts?|-?cw\d\d|rights?|units?|unts?)\b\.?$/i;
const PREFERRED_NAME = /\b(?:pref(?:erred)?|pfd|prf)\b/i;
const FUND_NAME = /\b(?:etf|etn|fund|fd|trust|ishares|spdr|proshares|vanguard|direxion|invesco)\b/i;
/** `DMYT+` and `DMYT.WS` are warrants, `CLA=` and `CLA.U` units, `ABC^` rights. */
const DERIVED_SYMBOL = /(?:[+=^]|\.(?:WS|W|U|RT|R))(?:[A-Z]?)$/;
const PREFERRED_SYMBOL = /^[A-Z]+(?:-[A-Z]|\.?PR[A-Z]?|p[A-Z])$/;
/** Nasdaq's fifth letter: warrants, rights and units of a share with four. */
const FIFTH_LETTER = /^[A-Z]{4}[WRU]$/;

export function kindOf({ symbol, description, type }: CatalogueEntry, has: (symbol: string) => boolean): Kind {
  const told = kindOfType(type);
  if (told !== 'untold') return told;
  if (DERIVED_SYMBOL.test(symbol)) return Kind.derived;
  if (FIFTH_LETTER.test(symbol) && (has(symbol.slice(0, -1)) || description.includes('ACQUISITI'))) return Kind.derived;
  if (type !== '') return Kind.share;
  if (WARRANT_NAME.test(description)) return Kind.derived;
  if (PREFERRED_SYMBOL.test(symbol) || PREFERRED_NAME.test(description)) return Kind.preferred;
  return FUND_NAME.test(description) ? Kind.fund : Kind.share;
}

/** A catalogue has a few types and tens of thousands of listings. */
const kindsOfTypes = new Map<string, Kind | 'untold'>();
const MOST_TYPES = 1000;

function kindOfType(type: string): Kind | 'untold' {
  const known = kindsOfTypes.get(type);
  if (known !== undefined) return known;
  const kind = TYPES.find(([pattern]) => pattern.test(type))?.[1] ?? 'untold';
  if (kindsOfTypes.size < MOST_TYPES) kindsOfTypes.set(type, kind);
  return kind;
}
