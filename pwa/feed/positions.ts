import type { Reset, Since, Subscribed } from '../../src/protocol/wire.ts';
import { type Following, followGap, followReset, followSubscribed, NOTHING_FOLLOWED, sinceOf } from './follow.ts';

interface Told {
  at: Following;
  /** The server went on somewhere else, and neither a gap nor a reset has said so yet. */
  isUnsaid: boolean;
  /** A gap or a reset was told after the last trade. */
  isTold: boolean;
}

/** How far a program has been told of each symbol, and whether every jump of the numbers was explained to it. */
export class Positions {
  readonly #symbols = new Map<string, Told>();

  /** The last trade told, or what the server said stands in its place; `undefined` before the first answer. */
  of(symbol: string): Since | undefined {
    const told = this.#symbols.get(symbol);
    return told && sinceOf(told.at);
  }

  /** Where a symbol is to be followed from; it counts only where nothing is known. */
  begin(symbol: string, since: Since): void {
    if (this.of(symbol) === undefined) this.#told(symbol).at = { ...since, id: undefined };
  }

  forget(symbol: string): void {
    this.#symbols.delete(symbol);
  }

  subscribed(answer: Subscribed): void {
    const told = this.#told(answer.symbol);
    const { following, broken } = followSubscribed(told.at, answer);
    told.at = following;
    if (!broken) return;
    told.isUnsaid = true;
    // A gap before it is why a new epoch begins; that nothing could be recovered is for a reset to say.
    if (!answer.recovered) told.isTold = false;
  }

  gap(symbol: string, toSeq: number | undefined): void {
    const told = this.#told(symbol);
    told.at = followGap(told.at, toSeq);
    told.isTold = true;
  }

  reset(reset: Reset): void {
    const told = this.#told(reset.symbol);
    told.at = followReset(told.at, reset);
    told.isTold = true;
  }

  /** Trades up to `last` come now. Whether the jump before them was never explained: then the program must hear of it. */
  trades(symbol: string, epoch: number, last: number): boolean {
    const told = this.#told(symbol);
    const isUnsaid = told.isUnsaid && !told.isTold;
    told.at = { epoch, seq: last, id: undefined };
    told.isUnsaid = false;
    told.isTold = false;
    return isUnsaid;
  }

  #told(symbol: string): Told {
    const known = this.#symbols.get(symbol);
    if (known) return known;
    const told = { at: NOTHING_FOLLOWED, isUnsaid: false, isTold: false };
    this.#symbols.set(symbol, told);
    return told;
  }
}
