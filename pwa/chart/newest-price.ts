import { isBefore, type Print } from '../../src/protocol/candles.ts';
import type { LastPrice } from '../../src/protocol/wire.ts';

/** A price without its trade comes before any trade of its time. */
const NO_PLACE = { epoch: 0, seq: 0 };

/** The last price: of the price-forming trades the one with the highest (time, number), as a candle's close is. */
export class NewestPrice {
  #print: Print | undefined;
  /** It is a candle's close, and it is not known when in the candle it was paid. */
  #isGuessed = false;

  get value(): LastPrice | undefined {
    return this.#print;
  }

  /** A trade that forms the price. */
  paid({ p, t, epoch, seq }: Print): void {
    if (this.#print && !isBefore(this.#print, { t, epoch, seq })) return;
    this.#print = { p, t, epoch, seq };
    this.#isGuessed = false;
  }

  /** A candle's close, whose time is known: what was guessed by a wider candle may have been this one. */
  closed(close: Print): void {
    if (this.#isGuessed && this.#print?.p === close.p) this.#print = undefined;
    this.paid(close);
  }

  /** What the server says where nothing better is known. Whether it is taken. */
  told({ t, p }: LastPrice): boolean {
    if (this.#print && !this.#isGuessed) return false;
    this.#print = { p, t, ...NO_PLACE };
    this.#isGuessed = false;
    return true;
  }

  /** A close that was paid at `t` at the latest. */
  guess({ t, p }: LastPrice): void {
    if (this.#print && (this.#print.t > t || this.#print.p === p)) return;
    this.#print = { p, t, ...NO_PLACE };
    this.#isGuessed = true;
  }
}
