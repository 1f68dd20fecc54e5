import { fileURLToPath } from 'node:url';
import { Child } from './child.ts';
import type { CrowdSetup, FromCrowd, ToCrowd } from './crowd-messages.ts';

const CROWD = fileURLToPath(new URL('../crowd.ts', import.meta.url));

export type Crowd = Child<ToCrowd, FromCrowd>;

/** Clients in a process of their own; `setup` is what differs from a crowd that reads everything at once. */
export function startCrowd(
  setup: Pick<CrowdSetup, 'port' | 'symbols' | 'each' | 'clockOffset'> & Partial<CrowdSetup>,
): Crowd {
  const crowd: Crowd = new Child(CROWD, []);
  crowd.send({
    type: 'setup',
    setup: { pollMs: 0, sampleEvery: 0, isCompared: false, sipBytes: 0, ...setup },
  });
  return crowd;
}
