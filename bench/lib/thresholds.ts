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

/** Whether each is kept, a line of a list each. */
export function verdicts(thresholds: readonly Threshold[]): string {
  return thresholds.map(verdict).join('\n');
}

function verdict({ what, value, most, unit, digits }: Threshold): string {
  const inUnit = (number: number): string => `${show(number, digits)}${unit}`;
  if (Number.isNaN(value)) return `- not measured: ${what} (at most ${inUnit(most)})`;
  return `- ${value <= most ? 'met' : '**not met**'}: ${what}: ${inUnit(value)} (at most ${inUnit(most)})`;
}
