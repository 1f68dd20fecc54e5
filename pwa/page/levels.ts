import type { Level } from '../chart/paint-levels.ts';
import type { PriceLine } from './standing.ts';

export interface LevelSource {
  readonly lines: readonly PriceLine[];
  readonly quote: { readonly h: number | null; readonly l: number | null; readonly pc: number | null } | undefined;
  /** The recording has begun so late that the day's range is not in it. */
  readonly isYoung: boolean;
}

/** Prices worth a line across the chart: the previous close, the close that after-hours prices are compared with, and the day's range where the tape does not have it. */
export function levelsOf({ lines, quote, isYoung }: LevelSource): readonly Level[] {
  const levels: Level[] = [];
  const close = lines.find(({ label }) => label === 'At close');
  if (close) levels.push({ label: 'At close', p: close.price });
  if (quote?.pc) levels.push({ label: 'Previous close', p: quote.pc });
  if (isYoung && quote?.h) levels.push({ label: 'Day’s high', p: quote.h });
  if (isYoung && quote?.l) levels.push({ label: 'Day’s low', p: quote.l });
  return levels;
}
