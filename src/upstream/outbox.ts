import type { Lost } from '../protocol/feed-messages.ts';

/** A batch is to be acknowledged each time so much of the bound was posted: every acknowledgement wakes this thread. */
const ACK_SHARE = 1 / 16;

/**
 * What one consumer still has to acknowledge. Up to a bound batches are posted; past it nothing is, and what it misses is
 * remembered as one range a symbol, until it has worked off half of the bound. A port itself has no bound: a consumer that
 * stood still would let it grow without end.
 */
export class Outbox {
  readonly #maxBytes: number;
  #waiting: { readonly number: number; readonly bytes: number }[] = [];
  #unacked = 0;
  /** Posted since an acknowledgement was last asked for. */
  #unasked = 0;
  #nextNumber = 1;
  #lost: Map<string, { from: number; to: number }> | undefined;

  constructor(maxBytes: number) {
    this.#maxBytes = maxBytes;
  }

  /** Whether the consumer is being spared: post it nothing, and tell `lose` and `touch` what it misses. */
  get isBehind(): boolean {
    return this.#lost !== undefined;
  }

  /** How to post a batch of `bytes`, or `undefined` when the consumer must be spared from now on. */
  admit(bytes: number): { readonly number: number; readonly ack: boolean } | undefined {
    if (this.#lost) return undefined;
    if (this.#unacked + bytes > this.#maxBytes && this.#unacked > 0) {
      this.#lost = new Map();
      return undefined;
    }
    const number = this.#nextNumber;
    this.#nextNumber += 1;
    this.#waiting.push({ number, bytes });
    this.#unacked += bytes;
    this.#unasked += bytes;
    const ack = this.#unasked >= this.#maxBytes * ACK_SHARE;
    if (ack) this.#unasked = 0;
    return { number, ack };
  }

  /** Something about the symbol that is no trade is not posted; the last trade of it was `seq`. An empty range says so. */
  touch(symbol: string, seq: number): void {
    this.lose(symbol, seq + 1, seq);
  }

  /** Trades `from` to `to`, both included, are not posted. */
  lose(symbol: string, from: number, to: number): void {
    if (!this.#lost) return;
    const range = this.#lost.get(symbol);
    if (range) range.to = Math.max(range.to, to);
    else this.#lost.set(symbol, { from, to });
  }

  /** The batches up to `number` are dealt with. What was lost, when the consumer may now go on. */
  ack(number: number): readonly Lost[] | undefined {
    let done = 0;
    for (const batch of this.#waiting) {
      if (batch.number > number) break;
      this.#unacked -= batch.bytes;
      done += 1;
    }
    this.#waiting = this.#waiting.slice(done);
    if (!this.#lost || this.#unacked > this.#maxBytes / 2) return undefined;
    const lost = [...this.#lost].map(([symbol, range]) => ({ symbol, ...range }));
    this.#lost = undefined;
    return lost;
  }
}
