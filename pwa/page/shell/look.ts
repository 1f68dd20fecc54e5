import { signal } from '@preact/signals';
import { applyLook, keepLook, keptLook } from '../../look/apply.ts';
import type { Look } from '../../look/look.ts';
import { chart } from '../chart-panel/chart.ts';

/** What is chosen; the page's first script has put it on already. */
export const look = signal(keptLook());

export function chooseLook(changes: Partial<Look>): void {
  const chosen = { ...look.peek(), ...changes };
  keepLook(chosen);
  applyLook(chosen);
  look.value = chosen;
  chart.peek()?.restyle();
}
