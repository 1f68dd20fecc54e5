import type { Since } from '../../src/protocol/wire.ts';
import type { Tape } from '../chart/tape.ts';
import { GAP_LABELS } from '../feed/subscriptions.ts';
import { lineOf } from '../history/line.ts';
import { loadStep, STEPS, stepsFor } from '../history/loader.ts';

/** How many of the steps into the past each tape has taken, and whether one is under way. */
const taken = new WeakMap<Tape, { steps: number; isLoading: boolean }>();

/**
 * Puts what the server has recorded before a tape's first point, one step for each call. The answer is the last trade in it
 * when it was the tape's first step: the stream goes on after it.
 */
async function stepBack(symbol: string, tape: Tape): Promise<Since | undefined> {
  const progress = taken.get(tape) ?? { steps: 0, isLoading: false };
  taken.set(tape, progress);
  if (progress.isLoading) return undefined;
  progress.isLoading = true;
  const isFirst = progress.steps === 0;
  const interval = STEPS[progress.steps]?.interval;
  const oldest = tape.ring.timeAt(0);
  const history = await loadStep(symbol, progress.steps, Number.isNaN(oldest) ? undefined : Math.floor(oldest));
  progress.isLoading = false;
  if (!history || interval === undefined) return undefined;
  progress.steps += 1;
  const { points, breaks } = lineOf(history, GAP_LABELS);
  tape.prepend(points, breaks);
  return isFirst ? history.through : undefined;
}

/** Loads the recent past of a symbol that is new here; the last trade in it. */
export async function begin(symbol: string, tape: Tape): Promise<Since | undefined> {
  return tape.ring.length === 0 && !taken.has(tape) ? stepBack(symbol, tape) : undefined;
}

/** Loads as much of the past as a window shows; `told` after every step. */
export async function fill(symbol: string, tape: Tape, windowMs: number, told: () => void): Promise<void> {
  for (let steps = taken.get(tape)?.steps ?? 0; steps < stepsFor(windowMs); ) {
    await stepBack(symbol, tape);
    const now = taken.get(tape)?.steps ?? 0;
    if (now === steps) return;
    steps = now;
    told();
  }
}
