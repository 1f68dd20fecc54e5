/** How often at most a price is read, ms: each takes some seconds to say. */
const READ_EVERY_MS = 10_000;

/** The price on show. */
export interface ShownPrice {
  readonly symbol: string;
  /** The symbol, or its name where it is known. */
  readonly name: string;
  readonly price: number;
  /** As it is written. */
  readonly text: string;
}

/** Decides what a screen reader is told of the price, and when: a price that has not changed is not said again. */
export class Reader {
  #said: ShownPrice | undefined;
  #at = Number.NEGATIVE_INFINITY;

  /** What is to be said at `now`, ms, if anything. */
  say(shown: ShownPrice, now: number): string | undefined {
    const said = this.#said?.symbol === shown.symbol ? this.#said : undefined;
    if (now - this.#at < READ_EVERY_MS || said?.price === shown.price) return undefined;
    this.#said = shown;
    this.#at = now;
    if (!said) return `${shown.name} ${shown.text}`;
    return `${shown.text}, ${shown.price > said.price ? 'up' : 'down'}`;
  }
}
