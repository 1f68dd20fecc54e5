import { signal } from '@preact/signals';
import { lastAloud, rememberAloud } from '../storage.ts';

/** Whether the price is read aloud. */
export const aloud = signal(lastAloud());

export function readAloud(on: boolean): void {
  aloud.value = on;
  rememberAloud(on);
}
