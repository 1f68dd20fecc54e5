import { MESSAGE_BURST, MESSAGES_PER_SECOND } from './limits.ts';

/** A token bucket: how many messages a client may still send. */
export class MessageBudget {
  #left = MESSAGE_BURST;
  #at: number;
  #told = false;

  /** `now` in ms. */
  constructor(now: number) {
    this.#at = now;
  }

  /** Takes one message at `now`: may it be served, or refused with a word, or (the word was said) without one. */
  take(now: number): 'serve' | 'refuse' | 'ignore' {
    const refill = (Math.max(0, now - this.#at) / 1000) * MESSAGES_PER_SECOND;
    this.#left = Math.min(MESSAGE_BURST, this.#left + refill);
    this.#at = now;
    if (this.#left >= 1) {
      this.#left -= 1;
      this.#told = false;
      return 'serve';
    }
    if (this.#told) return 'ignore';
    this.#told = true;
    return 'refuse';
  }
}
