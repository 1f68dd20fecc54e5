/**
 * Seeded randomness without state: the same seed and the same place in time give the same number, so that two subscribers
 * (and two runs) see the same market, and any moment can be computed without what came before.
 */

const TWO_32 = 4_294_967_296;

/** Mixes a 32-bit hash with a whole number up to 2^53 (the finalizer of MurmurHash3, public domain). */
export function mix(hash: number, value: number): number {
  const high = Math.floor(value / TWO_32);
  return finish(finish(hash ^ Math.imul(value >>> 0, 0x9e3779b1)) ^ Math.imul(high >>> 0, 0x85ebca6b));
}

function finish(h: number): number {
  let x = h;
  x = Math.imul(x ^ (x >>> 16), 0x85ebca6b);
  x = Math.imul(x ^ (x >>> 13), 0xc2b2ae35);
  return (x ^ (x >>> 16)) >>> 0;
}

/** A text as a 32-bit hash (FNV-1a). */
export function hashText(text: string): number {
  let h = 0x811c9dc5;
  for (let i = 0; i < text.length; i += 1) h = Math.imul(h ^ text.charCodeAt(i), 0x01000193);
  return finish(h);
}

/** A 32-bit hash as a number in [0, 1). */
export function unit(hash: number): number {
  return hash / TWO_32;
}

/** Draws numbers in [0, 1), one after another. */
export type Draw = () => number;

/** A short stream of numbers from a 32-bit seed (mulberry32, public domain). */
export function drawFrom(seed: number): Draw {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = state;
    t = Math.imul(t ^ (t >>> 15), t | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return unit((t ^ (t >>> 14)) >>> 0);
  };
}

/** How many events happen where `mean` are expected (Knuth's method: for small means). */
export function poisson(draw: Draw, mean: number): number {
  const limit = Math.exp(-mean);
  let count = 0;
  for (let product = draw(); product > limit; product *= draw()) count += 1;
  return count;
}

/** A standard normal number (Box and Muller). */
export function normal(draw: Draw): number {
  return Math.sqrt(-2 * Math.log(1 - draw())) * Math.cos(2 * Math.PI * draw());
}
