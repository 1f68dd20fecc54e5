/** Kinds of match, best first. Within one, the well-known come first, then what matches more exactly, then the standing. */
export const Tier = {
  symbol: 0,
  /** The symbol written otherwise, or a pair by its code. */
  code: 1,
  /** What people call it, in full. */
  alias: 2,
  /** The pair that a bare code means. */
  bare: 3,
  /** Well-known ones that begin so, by symbol or name. */
  known: 4,
  symbolPrefix: 5,
  /** Every word is, or begins, a word of the name. */
  words: 6,
  oneTypo: 7,
  typos: 8,
  /** All words but one. */
  allButOne: 9,
} as const;
export type Tier = (typeof Tier)[keyof typeof Tier];

/** Of these tiers only so many, so that they cannot push what was typed literally off the list. */
const MOST_PROMOTED = 3;
const COSTS = 256;

/** Keeps, for every entry that matches, its best match. */
export class Best {
  readonly #keys: Float64Array;
  readonly #standings: Float64Array;
  readonly #stride: number;
  #offered: number[] = [];
  #promoted = new Map<Tier, Map<number, number>>();

  /** `standings`: what decides between entries that match alike, all below `above`; those below `known` are well-known. */
  constructor(standings: Float64Array, above: number) {
    this.#standings = standings;
    this.#stride = above;
    this.#keys = new Float64Array(standings.length).fill(Number.POSITIVE_INFINITY);
  }

  clear(): void {
    for (const entry of this.#offered) this.#keys[entry] = Number.POSITIVE_INFINITY;
    this.#offered = [];
    this.#promoted.clear();
  }

  get count(): number {
    return this.#offered.length;
  }

  offer(entry: number, tier: Tier, wellKnown: boolean, cost: number): void {
    this.#put(entry, this.#key(entry, tier, wellKnown, cost));
  }

  /** As `offer`, but only the best few of the tier count. */
  promote(entry: number, tier: Tier, wellKnown: boolean, cost: number): void {
    let offers = this.#promoted.get(tier);
    if (!offers) {
      offers = new Map();
      this.#promoted.set(tier, offers);
    }
    const key = this.#key(entry, tier, wellKnown, cost);
    offers.set(entry, Math.min(key, offers.get(entry) ?? key));
  }

  /** The best entries in order; `before` decides where even the standing is the same. */
  take(limit: number, before: (a: number, b: number) => number): number[] {
    const order = (a: number, b: number): number => (this.#keys[a] ?? 0) - (this.#keys[b] ?? 0) || before(a, b);
    for (const offers of this.#promoted.values()) {
      const best = [...offers].sort(([a, x], [b, y]) => x - y || before(a, b));
      for (const [entry, key] of best.slice(0, MOST_PROMOTED)) this.#put(entry, key);
    }
    const taken: number[] = [];
    for (const entry of this.#offered) {
      const last = taken.at(-1);
      if (taken.length >= limit && last !== undefined && order(entry, last) >= 0) continue;
      let at = taken.length;
      while (at > 0 && order(entry, taken[at - 1] ?? entry) < 0) at -= 1;
      taken.splice(at, 0, entry);
      if (taken.length > limit) taken.pop();
    }
    return taken;
  }

  #key(entry: number, tier: Tier, wellKnown: boolean, cost: number): number {
    const match = (tier * 2 + (wellKnown ? 0 : 1)) * COSTS + Math.min(cost, COSTS - 1);
    return match * this.#stride + (this.#standings[entry] ?? 0);
  }

  #put(entry: number, key: number): void {
    const former = this.#keys[entry] ?? 0;
    if (former === Number.POSITIVE_INFINITY) this.#offered.push(entry);
    if (key < former) this.#keys[entry] = key;
  }
}
