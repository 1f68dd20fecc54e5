import { readFileSync } from 'node:fs';
import { EVERYDAY } from './everyday.ts';
import type { LabelledSet } from './labelled.ts';

/** The set in the repository: drawn with seed A by build.ts, and the everyday queries, which are no matter of chance. */
export function committedSet(): LabelledSet {
  const drawn: LabelledSet = JSON.parse(readFileSync(new URL('./labelled.json', import.meta.url), 'utf8'));
  return { ...drawn, everyday: EVERYDAY };
}
