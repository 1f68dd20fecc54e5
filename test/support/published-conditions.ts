import { readSharedData } from '../shared-data.ts';

export const CONDITIONS_FILE = 'finnhub-trade-conditions.csv';

type Allowed = 'y' | 'n' | 'extended';

/** One row of the published list: what a trade with this code may move. */
export interface ConditionRule {
  readonly code: string;
  readonly name: string;
  readonly last: Allowed;
  readonly highLow: Allowed;
  readonly volume: Allowed;
}

/** Reads the published list, which the code under test only quotes. */
export function publishedRules(): ConditionRule[] {
  const [header, ...lines] = readSharedData(CONDITIONS_FILE).trim().split(/\r?\n/);
  if (header !== 'code,name,may_move_last,may_move_high_low,adds_volume') throw new Error(`other columns: ${header}`);
  return lines.map((line) => {
    const [code = '', name = '', last, highLow, volume] = line.split(',');
    return { code, name, last: allowed(last), highLow: allowed(highLow), volume: allowed(volume) };
  });
}

function allowed(text: string | undefined): Allowed {
  if (text === 'y' || text === 'n' || text === 'extended') return text;
  throw new Error(`neither y, n nor extended: ${text}`);
}

/** The `flags` of `docs/PROTOCOL.md` for a trade with these codes, out of the published list alone. */
export function publishedFlags(codes: readonly string[], rules: readonly ConditionRule[]): number {
  let flags = 0;
  for (const code of codes) {
    const rule = rules.find((each) => each.code === code);
    if (!rule) continue;
    if (rule.last === 'n') flags |= 1;
    if (rule.highLow === 'n') flags |= 2;
    if (rule.volume === 'n') flags |= 4;
    if (rule.last === 'extended' || /extended hours/i.test(rule.name)) flags |= 8;
  }
  return flags;
}
