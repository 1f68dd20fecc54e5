import { encodeFrame, encodeFrameTrade } from '../../protocol/frame.ts';
import type { ResetReason, Since, Stretch, Subscribed } from '../../protocol/wire.ts';
import type { GapRow, TradeRow } from '../../tape/reader.ts';
import { MAX_RECALLED_TRADES } from './limits.ts';
import type { RecallSource } from './recall-source.ts';

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

interface Epoch {
  readonly id: number;
  readonly epoch: number;
  readonly heard: number;
}

const EVERYTHING = Number.MAX_SAFE_INTEGER;

/** The next page of a recall: moves `state.at` on by at most `MAX_RECALLED_TRADES` trades. Throws what SQLite throws. */
export function nextPage(source: RecallSource, state: RecallState): RecallPage {
  const { reader } = source;
  const { symbol, until } = state;
  const id = reader.symbol(symbol)?.id;
  const held = source.held(symbol);
  const epochs = reader.epochsFrom(state.at.epoch).filter(({ epoch }) => epoch <= until.epoch);
  const [epoch, ...later] = epochs;
  if (id === undefined || epoch?.epoch !== state.at.epoch) return { type: 'impossible', reason: 'other-epoch' };

  const ofEpoch = <T extends { readonly epoch: number }>(rows: readonly T[], which: Epoch): T[] =>
    rows.filter((row) => row.epoch === which.epoch);
  const lastOf = (which: Epoch): number =>
    ofEpoch(held.trades, which).at(-1)?.seq ?? reader.range(id, which.id)?.last ?? 0;
  const gapsOf = (which: Epoch, from: number): GapRow[] => [
    ...reader.gaps(id, which, from),
    ...ofEpoch(held.gaps, which).filter(({ seq }) => seq >= from),
  ];
  if (!state.isChecked) {
    const skipped = Math.max(0, ...gapsOf(epoch, 0).map(({ toSeq }) => (toSeq ?? 1) - 1));
    if (state.at.seq > Math.max(lastOf(epoch), skipped)) return { type: 'impossible', reason: 'ahead' };
    state.isChecked = true;
  }

  const isLast = epoch.epoch === until.epoch;
  const upTo = isLast ? until.seq : EVERYTHING;
  const stored = reader.trades(id, epoch, state.at.seq, upTo, MAX_RECALLED_TRADES);
  const waiting = ofEpoch(held.trades, epoch).filter(({ seq }) => seq > state.at.seq && seq <= upTo);
  const trades = [...stored, ...waiting].slice(0, MAX_RECALLED_TRADES);
  const writer = new PageWriter(state, upTo);
  if (!writer.write(trades, gapsOf(epoch, state.at.seq), trades.length === MAX_RECALLED_TRADES)) {
    return { type: 'impossible', reason: 'too-old' };
  }
  if (trades.length === MAX_RECALLED_TRADES) return { type: 'page', messages: writer.messages, done: false };
  if (isLast) {
    return state.at.seq === until.seq
      ? { type: 'page', messages: writer.messages, done: true }
      : { type: 'impossible', reason: 'overrun' };
  }
  const next = later.find((each) => each.epoch === until.epoch || lastOf(each) > 0 || gapsOf(each, 0).length > 0);
  if (!next) return { type: 'impossible', reason: 'other-epoch' };
  if (!writer.toldEnd) writer.gap({ cause: 'restart', from: Math.min(epoch.heard, next.epoch - 1), to: next.epoch });
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
  #frame: { readonly seq: number; readonly base: number; readonly parts: string[] } | undefined;

  constructor(state: RecallState, upTo: number) {
    this.#state = state;
    this.#upTo = upTo;
  }

  /** `false` where numbers are missing that no gap speaks of. */
  write(trades: readonly TradeRow[], gaps: readonly GapRow[], isFull: boolean): boolean {
    const { told } = this.#state;
    let next = 0;
    const tellUpTo = (seq: number): void => {
      for (let gap = gaps[next]; gap && gap.seq <= seq; gap = gaps[next]) {
        next += 1;
        const key = `${gap.epoch}|${gap.seq}|${gap.from}|${gap.to}|${gap.cause}`;
        if (told.has(key)) continue;
        told.add(key);
        this.#inEpoch(gap);
      }
    };
    for (const trade of trades) {
      tellUpTo(trade.seq - 1);
      if (trade.seq <= this.#state.at.seq) continue;
      if (trade.seq !== this.#state.at.seq + 1) return false;
      this.#trade(trade);
    }
    if (!isFull) tellUpTo(this.#upTo);
    this.#endFrame();
    return true;
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
    // The caller may have what the recorder lost.
    const next = Math.min(toSeq, this.#upTo + 1);
    this.gap({ cause, from, to, fromSeq: seq, toSeq: next });
    const { at } = this.#state;
    this.#state.at = { epoch: at.epoch, seq: Math.max(at.seq, next - 1) };
  }

  #trade({ epoch, seq, t, p, v, flags }: TradeRow): void {
    this.#frame ??= { seq, base: t, parts: [] };
    this.#frame.parts.push(encodeFrameTrade(this.#frame.base, t, p, v, flags));
    this.#state.at = { epoch, seq };
  }

  #endFrame(): void {
    if (!this.#frame) return;
    const { seq, base, parts } = this.#frame;
    this.messages.push(encodeFrame(this.#state.id, seq, base, parts));
    this.#frame = undefined;
  }
}
