import { type Glide, glideAt, glideTo, isGliding, restAt } from './glide.ts';
import type { Tape } from './tape.ts';

/** How long the last point takes to its new price. */
const GLIDE_MS = 200;
/** One pulse of the last point. */
const PULSE_MS = 700;

/** The last price on its way to where it is now. Times of `now` are ms on any clock. */
export class Head {
  #t: Glide = restAt(0);
  #p: Glide = restAt(0);
  #isNew = true;
  #pulseFrom = Number.NEGATIVE_INFINITY;

  /** Another tape is shown: nothing glides from what was before. */
  begin(): void {
    this.#isNew = true;
    this.#pulseFrom = Number.NEGATIVE_INFINITY;
  }

  /** Sends the head to the tape's last trade. */
  follow({ last, breaks }: Tape, now: number, reducedMotion: boolean): void {
    if (!last || (!this.#isNew && last.t === this.#t.to && last.p === this.#p.to)) return;
    const before = this.#t.to;
    // A line that is new, or goes on after a break, has nowhere to glide from.
    const isStill = this.#isNew || reducedMotion || breaks.some(({ from, to }) => from >= before && to <= last.t);
    this.#t = isStill ? restAt(last.t) : glideTo(this.#t, last.t, now, GLIDE_MS);
    this.#p = isStill ? restAt(last.p) : glideTo(this.#p, last.p, now, GLIDE_MS);
    if (!this.#isNew && now - this.#pulseFrom >= PULSE_MS) this.#pulseFrom = now;
    this.#isNew = false;
  }

  /** Where it is: ms since 1970 UTC, and a price. */
  at(now: number): { readonly t: number; readonly p: number } {
    return { t: glideAt(this.#t, now), p: glideAt(this.#p, now) };
  }

  isMoving(now: number): boolean {
    return isGliding(this.#t, now) || isGliding(this.#p, now);
  }

  /** How far the pulse is, 0 to 1; `undefined` without one. */
  pulseAt(now: number): number | undefined {
    const since = now - this.#pulseFrom;
    return since < PULSE_MS ? since / PULSE_MS : undefined;
  }
}
