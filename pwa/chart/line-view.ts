import { decimate } from './decimate.ts';
import { type Glide, glideAt, glideTo, isGliding, restAt } from './glide.ts';
import { fitRange, type Range } from './range.ts';
import type { Tape } from './tape.ts';

/** How long the last point takes to its new price. */
const HEAD_GLIDE_MS = 200;
/** How long the price axis takes to a new range. */
const RANGE_GLIDE_MS = 280;
/** One pulse of the last point. */
const PULSE_MS = 700;
/** Free room to the right of the last point, as a part of the window. */
const ROOM_AHEAD = 0.04;

export interface Point {
  x: number;
  y: number;
}

/** What is asked of a view: `now` is any clock in ms, `edge` the time at the right edge in ms since 1970 UTC. */
export interface Moment {
  readonly now: number;
  readonly edge: number;
  readonly windowMs: number;
  /** The plot's width in CSS pixels. */
  readonly width: number;
  readonly reducedMotion: boolean;
}

/** Everything a drawing of the line needs beside the points. */
export interface Scene {
  /** The time axis, ms since 1970 UTC. */
  readonly from: number;
  readonly to: number;
  /** The price axis. */
  readonly low: number;
  readonly high: number;
  /** The last point where it is now, perhaps on its way; `ends`: the line broke after it. */
  readonly head: { readonly t: number; readonly p: number; readonly ends: boolean } | undefined;
  /** How far the pulse is, 0 to 1; `undefined` without one. */
  readonly pulse: number | undefined;
  /** Whether the next frame will look different even if nothing comes. */
  readonly moving: boolean;
}

/**
 * Turns a tape into what the chart draws now. It moves the last point and the price axis smoothly, and keeps its points in
 * one array that is filled anew for every frame, so that drawing allocates next to nothing. Knows no canvas and no clock.
 */
export class LineView {
  /** The points of the current scene, NaN prices being breaks. */
  readonly points: Point[] = [];
  readonly #pool: Point[] = [];
  #tape: Tape | undefined;
  #seen = -1;
  #headAt: Glide = restAt(0);
  #headPrice: Glide = restAt(0);
  #low: Glide = restAt(0);
  #high: Glide = restAt(1);
  #range: Range | undefined;
  #pulseFrom = Number.NEGATIVE_INFINITY;

  /** Begins anew with `tape`: nothing glides from what was shown before. */
  show(tape: Tape): void {
    this.#tape = tape;
    this.#seen = -1;
    this.#range = undefined;
  }

  scene(moment: Moment): Scene | undefined {
    const tape = this.#tape;
    if (!tape || moment.width <= 0) return undefined;
    const { now, edge, windowMs } = moment;
    const fresh = this.#seen === -1;
    this.#moveHead(tape, moment);
    const from = edge - windowMs;
    const head = this.#fill(tape, from, windowMs / moment.width, now);
    this.#follow(head.low, head.high, tape.decimals, moment, fresh);
    const sincePulse = now - this.#pulseFrom;
    const pulsing = sincePulse < PULSE_MS && !moment.reducedMotion;
    const gliding = [this.#headAt, this.#headPrice, this.#low, this.#high].some((glide) => isGliding(glide, now));
    return {
      from,
      to: edge + windowMs * ROOM_AHEAD,
      low: glideAt(this.#low, now),
      high: glideAt(this.#high, now),
      head: head.point,
      pulse: pulsing ? sincePulse / PULSE_MS : undefined,
      moving: pulsing || gliding,
    };
  }

  /** Sends the head to the tape's last trade. */
  #moveHead(tape: Tape, { now, reducedMotion }: Moment): void {
    if (tape.version === this.#seen) return;
    const { last, ring } = tape;
    const first = this.#seen === -1;
    this.#seen = tape.version;
    if (!last) return;
    // A line that is new, or goes on after a break, has nowhere to glide from.
    const still = first || reducedMotion || !(ring.priceAt(ring.length - 2) > 0);
    const ms = still ? 0 : HEAD_GLIDE_MS;
    this.#headAt = still ? restAt(last.t) : glideTo(this.#headAt, last.t, now, ms);
    this.#headPrice = still ? restAt(last.p) : glideTo(this.#headPrice, last.p, now, ms);
    if (!first && now - this.#pulseFrom >= PULSE_MS) this.#pulseFrom = now;
  }

  /** Fills `points` with the line up to the head. */
  #fill(tape: Tape, from: number, columnMs: number, now: number) {
    const { ring, last } = tape;
    const { points } = this;
    let used = 0;
    const add = (x: number, y: number): void => {
      const point = this.#pool[used] ?? { x, y };
      point.x = x;
      point.y = y;
      this.#pool[used] = point;
      points[used] = point;
      used += 1;
    };
    // One point more on the left, so that the line comes in from outside.
    const start = Math.max(0, ring.firstAt(from) - 1);
    if (!last) {
      points.length = 0;
      return { low: 1, high: 0, point: undefined };
    }
    const ends = Number.isNaN(ring.priceAt(ring.length - 1));
    const t = glideAt(this.#headAt, now);
    const p = glideAt(this.#headPrice, now);
    const end = ends ? ring.length : Math.min(ring.length - 1, ring.firstAt(t));
    const { low, high } = decimate(ring, Math.min(start, end), end, columnMs, add);
    if (!ends) add(t, p);
    points.length = used;
    return {
      low: Math.min(low, last.p),
      high: Math.max(high, last.p),
      point: { t: ends ? last.t : t, p: ends ? last.p : p, ends },
    };
  }

  #follow(low: number, high: number, decimals: number, { now, reducedMotion }: Moment, fresh: boolean): void {
    const range = fitRange(fresh ? undefined : this.#range, low, high, decimals);
    if (range === this.#range) return;
    const ms = fresh || reducedMotion || !this.#range ? 0 : RANGE_GLIDE_MS;
    this.#range = range;
    this.#low = ms === 0 ? restAt(range.low) : glideTo(this.#low, range.low, now, ms);
    this.#high = ms === 0 ? restAt(range.high) : glideTo(this.#high, range.high, now, ms);
  }
}
