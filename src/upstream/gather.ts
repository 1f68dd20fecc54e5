import { encodeBars } from '../protocol/bars.ts';
import { BATCH_STRIDE, writeBars, writeFrame } from '../protocol/batch.ts';
import { asSeq, type Seq } from '../protocol/brand.ts';
import { formsPrice } from '../protocol/candles.ts';
import { flagsOf } from '../protocol/conditions.ts';
import { encodeFinnhubTrade, encodeFinnhubTrades } from '../protocol/finnhub.ts';
import { encodeFrame, encodeFrameTrade } from '../protocol/frame.ts';
import type { Trade } from '../protocol/trade.ts';
import type { ConflatedRate } from '../protocol/wire.ts';
import type { LeavingBars } from './bar-gather.ts';
import { MAX_BATCH_CHARS, MAX_FRAME_CHARS } from './limits.ts';
import type { NumberedSymbol } from './numbering.ts';

/** A frame in the making: consecutive trades of one symbol, encoded for both kinds of client as they come. */
interface OpenFrame {
  readonly state: NumberedSymbol;
  readonly firstSeq: Seq;
  /** The time of its first trade, which the others are relative to. */
  readonly base: number;
  lastSeq: Seq;
  v1: string;
  finnhub: string;
  lastT: number;
  lastP: number;
}

/** Bars on their way; no text where they only begin. */
interface EncodedBars {
  readonly state: NumberedSymbol;
  readonly rate: ConflatedRate;
  readonly firstSeq: Seq;
  readonly lastSeq: Seq;
  readonly text: string;
}

/** What one flush posts; see `FeedBatch`. `ranges` are the numbers it holds, for a consumer that cannot take it. */
export interface Flush {
  readonly bytes: Uint8Array;
  readonly index: Float64Array;
  readonly ranges: readonly { readonly symbol: string; readonly from: number; readonly to: number }[];
}

/** Numbers trades, encodes each exactly once per wire format, and holds them until they are flushed together. */
export class Gather {
  /** In the order in which they were begun; only the newest frame of a symbol grows. */
  #frames: OpenFrame[] = [];
  #newest = new Map<number, OpenFrame>();
  #bars: EncodedBars[] = [];
  #chars = 0;

  add(state: NumberedSymbol, trade: Trade): void {
    state.seq = asSeq(state.seq + 1);
    const flags = flagsOf(trade.c);
    const finnhub = encodeFinnhubTrade(trade, state.quoted);
    let frame = this.#newest.get(state.id);
    if (frame && frame.finnhub.length + finnhub.length > MAX_FRAME_CHARS) frame = undefined;
    if (frame) {
      frame.finnhub += `,${finnhub}`;
      frame.v1 += `,${encodeFrameTrade(frame.base, trade.t, trade.p, trade.v, flags)}`;
      frame.lastSeq = state.seq;
    } else {
      frame = this.#begin(state, trade, finnhub, flags);
    }
    this.#chars += finnhub.length;
    if (formsPrice(state.market, trade.t, flags)) {
      frame.lastT = trade.t;
      frame.lastP = trade.p;
      state.last = { t: trade.t, p: trade.p };
    }
  }

  #begin(state: NumberedSymbol, trade: Trade, finnhub: string, flags: number): OpenFrame {
    const frame: OpenFrame = {
      state,
      firstSeq: state.seq,
      base: trade.t,
      lastSeq: state.seq,
      v1: encodeFrameTrade(trade.t, trade.t, trade.p, trade.v, flags),
      finnhub,
      lastT: Number.NaN,
      lastP: Number.NaN,
    };
    this.#frames.push(frame);
    this.#newest.set(state.id, frame);
    return frame;
  }

  /** Bars of trades that were added leave with the next flush, after all frames. A count of 0: they begin at `seq`. */
  addBars(state: NumberedSymbol, rate: ConflatedRate, { seq, count, bars }: LeavingBars): void {
    const text = count === 0 ? '' : encodeBars({ id: state.id, seq, count, bars });
    this.#bars.push({ state, rate, firstSeq: asSeq(seq), lastSeq: asSeq(seq + count - 1), text });
    this.#chars += text.length;
  }

  get isEmpty(): boolean {
    return this.#frames.length === 0 && this.#bars.length === 0;
  }

  /** So much is gathered that it should leave now, whatever the window says. */
  get isFull(): boolean {
    return this.#chars >= MAX_BATCH_CHARS;
  }

  /** Everything gathered, and begins anew; `undefined` when there is nothing. */
  flush(): Flush | undefined {
    const frames = this.#frames;
    const bars = this.#bars;
    if (this.isEmpty) return undefined;
    const index = new Float64Array((frames.length + bars.length) * BATCH_STRIDE);
    const ranges = [];
    let text = '';
    for (let row = 0; row < frames.length; row += 1) {
      const frame = frames[row];
      if (!frame) continue;
      const { state, firstSeq, lastSeq, lastT, lastP } = frame;
      const start = text.length;
      text += encodeFrame(state.id, firstSeq, frame.base, [frame.v1]);
      const middle = text.length;
      text += encodeFinnhubTrades([frame.finnhub]);
      writeFrame(index, row, { id: state.id, firstSeq, lastSeq, start, middle, end: text.length, lastT, lastP });
      ranges.push({ symbol: state.symbol, from: firstSeq, to: lastSeq });
    }
    for (const [i, { state, rate, firstSeq, lastSeq, text: own }] of bars.entries()) {
      const start = text.length;
      text += own;
      writeBars(index, frames.length + i, { id: state.id, rate, firstSeq, lastSeq, start, end: text.length });
    }
    // Its own memory, not a slice of Node's pool: posting a slice would copy the whole pool. All of it is ASCII.
    const bytes = Buffer.from(new ArrayBuffer(text.length));
    bytes.write(text, 'latin1');
    this.#frames = [];
    this.#newest = new Map();
    this.#bars = [];
    this.#chars = 0;
    return { bytes: new Uint8Array(bytes.buffer), index, ranges };
  }
}
