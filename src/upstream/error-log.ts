import type { Log } from '../runtime/log.ts';
import { LOGGED_CHARS, REPEATED_LOG_MS } from './limits.ts';

/** Finnhub's errors that mean nothing to us: counted, and spoken of in the log once in a while. */
export class ErrorLog {
  readonly #log: Log;
  #errors = 0;
  #loggedAt = 0;

  constructor(log: Log) {
    this.#log = log;
  }

  note(msg: string, now: number): void {
    this.#errors += 1;
    if (now - this.#loggedAt < REPEATED_LOG_MS) return;
    this.#loggedAt = now;
    this.#log.warn({ msg: msg.slice(0, LOGGED_CHARS), errors: this.#errors }, 'Finnhub reports an error');
  }
}
