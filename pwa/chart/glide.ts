/** A value on its way: it leaves `from` at `startedAt` (any clock in ms) and is at `to` after `ms`. */
export interface Glide {
  readonly from: number;
  readonly to: number;
  readonly startedAt: number;
  readonly ms: number;
}

/** A value that rests. */
export function restAt(value: number): Glide {
  return { from: value, to: value, startedAt: 0, ms: 0 };
}

/** Where the value is at `now`: fast first, then slowing down (ease-out cubic). */
export function glideAt(glide: Glide, now: number): number {
  if (!isGliding(glide, now)) return glide.to;
  const left = 1 - Math.max(0, now - glide.startedAt) / glide.ms;
  return glide.to + (glide.from - glide.to) * left ** 3;
}

export function isGliding(glide: Glide, now: number): boolean {
  return glide.from !== glide.to && now < glide.startedAt + glide.ms;
}

/** Sends the value to `to`, starting from where it is now; with `ms` 0 it is there at once. */
export function glideTo(glide: Glide, to: number, now: number, ms: number): Glide {
  if (glide.to === to) return glide;
  return ms === 0 ? restAt(to) : { from: glideAt(glide, now), to, startedAt: now, ms };
}
