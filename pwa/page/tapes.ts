import { Tape } from '../chart/tape.ts';

/** How many symbols' tapes are kept at once, up to 4 MB each: going back to one of them shows it at once. */
const MAX_TAPES = 4;

/** The tapes of the symbols looked at last. */
export class Tapes {
  readonly #tapes = new Map<string, Tape>();
  readonly #dropped: (symbol: string) => void;

  /** `dropped` hears of every symbol whose tape had to go. */
  constructor(dropped: (symbol: string) => void) {
    this.#dropped = dropped;
  }

  get(symbol: string): Tape | undefined {
    return this.#tapes.get(symbol);
  }

  /** The tape of `symbol`, a new one if there is none, as the most recently used; see `Tape` for the rest. */
  use(symbol: string, now: number, closes: boolean): Tape {
    const tape = this.#tapes.get(symbol) ?? new Tape(symbol, now, { closes });
    this.#tapes.delete(symbol);
    this.#tapes.set(symbol, tape);
    const [oldest] = this.#tapes.keys();
    if (this.#tapes.size > MAX_TAPES && oldest !== undefined) {
      this.#tapes.delete(oldest);
      this.#dropped(oldest);
    }
    return tape;
  }
}
