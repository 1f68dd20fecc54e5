import { encodeFrame, encodeFrameTrade } from '../../protocol/frame.ts';
import type { ResetReason, Since, Stretch, Subscribed } from '../../protocol/wire.ts';
import type { GapRow, TradeRow } from '../../tape/reader.ts';
import { MAX_FRAME_CHARS, MAX_RECALLED_TRADES } from './limits.ts';
import type { RecallSource } from './recall-source.ts';
import { SymbolTape } from './symbol-tape.ts';

/** What is recalled, and how far it has come. */
export interface RecallState {
  readonly symbol: string;
  /** Where the caller goes on by itself. */
  readonly until: Since;
  /** What frames carry. */
  readonly id: number;
  /** The client has everything up to here. */
  at: Since;
  /** Gaps that were told, so that none comes twice. */
  readonly told: Set<string>;
  /** Whether `at` was found to be on the tape. */
  isChecked: boolean;
}

export type RecallPage =
  | { readonly type: 'page'; readonly messages: readonly string[]; readonly done: boolean }
  | { readonly type: 'impossible'; readonly reason: ResetReason };

const EVERYTHING = Number.MAX_SAFE_INTEGER;

/** The next page of a recall: moves `state.at` on by at most `MAX_RECALLED_TRADES` trades. Throws what SQLite throws. */
export function nextPage(source: RecallSource, state: RecallState): RecallPage {
  const { symbol, until } = state;
  const tape = new SymbolTape(source, symbol);
  const [epoch, ...later] = tape.epochs(state.at.epoch, until.epoch);
  if (epoch?.epoch !== state.at.epoch) return { type: 'impossible', reason: 'other-epoch' };

  const gaps: GapRow[] = [];
  if (!state.isChecked) {
    const all = tape.gaps(epoch, 0);
    const told = Math.max(0, ...all.map(({ seq, toSeq }) => Math.max(seq, (toSeq ?? 1) - 1)));
    if (state.at.seq > Math.max(tape.lastSeq(epoch), told)) return { type: 'impossible', reason: 'ahead' };
    // The client has the first of what the recorder lost, and lacks the others.
    gaps.push(...all.filter(({ seq, toSeq = 0 }) => seq < state.at.seq && toSeq > state.at.seq + 1));
    state.isChecked = true;
  }
  gaps.push(...tape.gaps(epoch, state.at.seq));

  const isLast = epoch.epoch === until.epoch;
  const upTo = isLast ? until.seq : EVERYTHING;
  const trades = tape.trades(epoch, state.at.seq, upTo, MAX_RECALLED_TRADES);
  const writer = new PageWriter(state, upTo);
  if (!writer.write(trades, gaps, trades.length === MAX_RECALLED_TRADES)) {
    return { type: 'impossible', reason: 'too-old' };
  }
  if (trades.length === MAX_RECALLED_TRADES) return { type: 'page', messages: writer.messages, done: false };
  if (isLast) {
    return state.at.seq === until.seq
      ? { type: 'page', messages: writer.messages, done: true }
      : { type: 'impossible', reason: 'overrun' };
  }
  // Trades are deleted, their candles stay.
  if (state.at.seq < tape.lastSeq(epoch)) return { type: 'impossible', reason: 'too-old' };
  const next = later.find(
    (each) => each.epoch === until.epoch || tape.gaps(each, 0).length > 0 || tape.lastSeq(each) > 0,
  );
  if (!next) return { type: 'impossible', reason: 'other-epoch' };
  if (!writer.toldEnd)
    writer.gap({ cause: 'restart', from: Math.min(tape.seenUntil(epoch), next.epoch - 1), to: next.epoch });
  writer.begin(next.epoch);
  return { type: 'page', messages: writer.messages, done: next.epoch === until.epoch && until.seq === 0 };
}

/** Writes trades and gaps of one epoch as messages, in order, and follows them in `state.at`. */
class PageWriter {
  readonly messages: string[] = [];
  /** Whether a gap that lasts beyond the epoch was told. */
  toldEnd = false;
  readonly #state: RecallState;
  readonly #upTo: number;
  #frame: { readonly seq: number; readonly base: number; readonly parts: string[]; chars: number } | undefined;

  constructor(state: RecallState, upTo: number) {
    this.#state = state;
    this.#upTo = upTo;
  }

  /** `false` where numbers are missing that no gap speaks of. */
  write(trades: readonly TradeRow[], gaps: readonly GapRow[], isFull: boolean): boolean {
    const { told } = this.#state;
    let next = 0;
    const tellUpTo = (seq: number): boolean => {
      for (let gap = gaps[next]; gap && gap.seq <= seq; gap = gaps[next]) {
        next += 1;
        const key = `${gap.epoch}|${gap.seq}|${gap.from}|${gap.to}|${gap.cause}`;
        if (told.has(key)) continue;
        // The trades before it are deleted: gaps stay.
        if (gap.seq > this.#state.at.seq) return false;
        told.add(key);
        this.#inEpoch(gap);
      }
      return true;
    };
    for (const trade of trades) {
      if (!tellUpTo(trade.seq - 1)) return false;
      if (trade.seq <= this.#state.at.seq) continue;
      if (trade.seq !== this.#state.at.seq + 1) return false;
      this.#trade(trade);
    }
    const isWhole = isFull || tellUpTo(this.#upTo);
    this.#endFrame();
    return isWhole;
  }

  gap(gap: Stretch): void {
    this.#endFrame();
    this.messages.push(JSON.stringify({ type: 'gap', symbol: this.#state.symbol, ...gap }));
  }

  /** A later epoch begins. */
  begin(epoch: number): void {
    const { symbol, id } = this.#state;
    this.#endFrame();
    this.#state.at = { epoch, seq: 0 };
    const subscribed: Subscribed = { type: 'subscribed', symbol, id, epoch, seq: 0, recovered: true };
    this.messages.push(JSON.stringify(subscribed));
  }

  #inEpoch({ seq, cause, from, to, toSeq }: GapRow): void {
    if (toSeq === undefined) {
      this.toldEnd = true;
      this.gap({ cause, from, to });
      return;
    }
    const { at } = this.#state;
    // The caller may have what the recorder lost, and the client some of it.
    const next = Math.min(toSeq, this.#upTo + 1);
    this.gap({ cause, from, to, fromSeq: toSeq > at.seq + 1 ? at.seq : seq, toSeq: next });
    this.#state.at = { epoch: at.epoch, seq: Math.max(at.seq, next - 1) };
  }

  #trade({ epoch, seq, t, p, v, flags }: Omit<TradeRow, 'c'>): void {
    const frame = this.#frame ?? { seq, base: t, parts: [], chars: 0 };
    const part = encodeFrameTrade(frame.base, t, p, v, flags);
    if (frame.chars + part.length > MAX_FRAME_CHARS) {
      this.#endFrame();
      this.#trade({ epoch, seq, t, p, v, flags });
      return;
    }
    frame.parts.push(part);
    frame.chars += part.length + 1;
    this.#frame = frame;
    this.#state.at = { epoch, seq };
  }

  #endFrame(): void {
    if (!this.#frame) return;
    const { seq, base, parts } = this.#frame;
    this.messages.push(encodeFrame(this.#state.id, seq, base, parts));
    this.#frame = undefined;
  }
}
