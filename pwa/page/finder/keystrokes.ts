/** A question as it is sent. */
export interface Asked {
  readonly n: number;
  readonly query: string;
}

export interface Answered {
  /** What the answer is to; `undefined`: it is late, since another question has been asked meanwhile. */
  readonly query: string | undefined;
  /** What is to be asked now. */
  readonly next: Asked | undefined;
}

/**
 * One question at a time: of what is typed while an answer is out only the last is asked, so that a slow machine never has
 * a queue of old keystrokes to work off.
 */
export class Keystrokes {
  #n = 0;
  #out: Asked | undefined;
  #waiting: string | undefined;

  /** What to ask now, if anything. */
  type(query: string): Asked | undefined {
    if (this.#out) {
      this.#waiting = query;
      return undefined;
    }
    return this.#ask(query);
  }

  answered(n: number): Answered {
    const out = this.#out;
    if (!out || out.n !== n) return { query: undefined, next: undefined };
    this.#out = undefined;
    const waiting = this.#waiting;
    this.#waiting = undefined;
    if (waiting === undefined) return { query: out.query, next: undefined };
    return { query: undefined, next: this.#ask(waiting) };
  }

  /** No answer will come any more to what was asked: its thread has gone. */
  forget(): void {
    this.#out = undefined;
    this.#waiting = undefined;
  }

  #ask(query: string): Asked {
    this.#n += 1;
    this.#out = { n: this.#n, query };
    return this.#out;
  }
}
