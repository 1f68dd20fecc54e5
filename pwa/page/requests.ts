/** What could not be had is not asked for again before this, ms. */
const FAILED_MS = 4_000;
/** What is new changes while it is fetched; so long it is new enough, ms. */
const NEW_MS = 1_500;

/** How a request ended; `late`: what came was answered too early to be of use. */
export type Outcome = 'came' | 'late' | 'failed';

/** One request about a thing at a time, and none soon after one that failed. `now`: ms on a clock that only rises. */
export class Requests {
  readonly #now: () => number;
  readonly #underWay = new Map<string, Promise<boolean>>();
  readonly #notBefore = new Map<string, number>();

  constructor(now: () => number) {
    this.#now = now;
  }

  /** Whether something came. Who asks while a request about `what` is under way shares it. */
  once(what: string, age: 'new' | 'old', load: () => Promise<Outcome>): Promise<boolean> {
    const underWay = this.#underWay.get(what);
    if (underWay) return age === 'new' ? underWay : NOTHING;
    const key = `${age} ${what}`;
    if ((this.#notBefore.get(key) ?? Number.NEGATIVE_INFINITY) > this.#now()) return NOTHING;
    const request = load()
      .then((outcome) => {
        if (outcome !== 'came') this.#notBefore.set(key, this.#now() + FAILED_MS);
        else if (age === 'new') this.#notBefore.set(key, this.#now() + NEW_MS);
        return outcome !== 'failed';
      })
      .finally(() => this.#underWay.delete(what));
    this.#underWay.set(what, request);
    return request;
  }
}

const NOTHING = Promise.resolve(false);
