import { type Reading, readAt } from './crosshair.ts';
import type { Tape } from './tape.ts';
import type { Scene } from './view.ts';

/** Where the crosshair is: under a hand that stays where it is while time goes on, or at a place on the time axis. */
export class Cursor {
  #px: number | undefined;
  #x: number | undefined;
  #reading: Reading | undefined;

  get isOn(): boolean {
    return this.#px !== undefined || this.#x !== undefined;
  }

  /** What it points at, as of the last `read`. */
  get reading(): Reading | undefined {
    return this.#reading;
  }

  /** The place it was last at, ms on the time axis. */
  get x(): number | undefined {
    return this.#x;
  }

  /** It is under a hand, CSS pixels from the canvas's left end. */
  follow(px: number): void {
    this.#px = px;
  }

  /** It is at a place, ms on the time axis. */
  put(x: number): void {
    this.#px = undefined;
    this.#x = x;
  }

  remove(): void {
    this.#px = undefined;
    this.#x = undefined;
  }

  /** Reads what is there now; whether that is something else than before. `placeAt` gives the place of a pixel. */
  read(tape: Tape, scene: Scene, placeAt: (px: number) => number | undefined): boolean {
    if (this.#px !== undefined) this.#x = placeAt(this.#px);
    // Time goes on: what was pointed at has left.
    if (this.#x !== undefined && this.#x < scene.from) this.remove();
    const before = this.#reading;
    const reading = this.#x === undefined ? undefined : readAt(tape, scene, this.#x);
    this.#reading = reading;
    return !isSame(before, reading);
  }
}

function isSame(a: Reading | undefined, b: Reading | undefined): boolean {
  if (!a || !b || a.kind !== b.kind || a.x !== b.x) return a === b;
  if (a.kind === 'gap') return b.kind === 'gap' && a.gap === b.gap;
  if (a.kind === 'trade') return b.kind === 'trade' && a.trade.epoch === b.trade.epoch && a.trade.seq === b.trade.seq;
  return b.kind !== 'gap' && b.kind !== 'trade' && a.candle === b.candle;
}
