import type { CDPSession } from 'playwright-core';
import { sleep } from './clock.ts';

/** A mouse that goes to and fro over the chart: how far, and how often a second its place is told. */
const REACH_PX = 140;
const TOLD_EVERY_MS = 1000 / 60;
const PERIOD_MS = 2_000;

/** Pans the chart for `ms` with a mouse that is pressed at (x, y), CSS pixels, and drags. */
export async function panFor(cdp: CDPSession, { x, y }: { x: number; y: number }, ms: number): Promise<void> {
  const button = 'left';
  await cdp.send('Input.dispatchMouseEvent', { type: 'mousePressed', x, y, button, clickCount: 1 });
  const began = performance.now();
  const moves: Promise<unknown>[] = [];
  for (let i = 1; ; i += 1) {
    await sleep(Math.max(0, i * TOLD_EVERY_MS - (performance.now() - began)));
    const elapsed = performance.now() - began;
    if (elapsed >= ms) break;
    const at = x + (REACH_PX * (1 - Math.cos((elapsed / PERIOD_MS) * 2 * Math.PI))) / 2;
    // Not waited for: a hand does not wait for the page.
    moves.push(cdp.send('Input.dispatchMouseEvent', { type: 'mouseMoved', x: at, y, button, buttons: 1 }));
  }
  await Promise.all(moves);
  // Ends in the past, wherever the last move went.
  await cdp.send('Input.dispatchMouseEvent', { type: 'mouseMoved', x: x + REACH_PX, y, button, buttons: 1 });
  await cdp.send('Input.dispatchMouseEvent', { type: 'mouseReleased', x: x + REACH_PX, y, button, clickCount: 1 });
}
