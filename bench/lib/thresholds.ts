import { show } from './report.ts';

/** A promise of the design: what was measured, and the most it may be. */
export interface Threshold {
  readonly what: string;
  /** NaN where it was not measured. */
  readonly value: number;
  readonly most: number;
  readonly unit: string;
  readonly digits: number;
}

/** Whether what was promised was measured: a line of a list. A comparison with NaN is false, and so no promise is kept. */
export function verdict(isKept: boolean, what: string): string {
  return `- ${isKept ? 'met' : '**not met**'}: ${what}`;
}

/** Whether each is kept, a line of a list each. */
export function verdicts(thresholds: readonly Threshold[]): string {
  return thresholds.map(line).join('\n');
}

function line({ what, value, most, unit, digits }: Threshold): string {
  const inUnit = (number: number): string => `${show(number, digits)}${unit}`;
  if (Number.isNaN(value)) return `- not measured: ${what} (at most ${inUnit(most)})`;
  return verdict(value <= most, `${what}: ${inUnit(value)} (at most ${inUnit(most)})`);
}
