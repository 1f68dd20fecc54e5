import { isCount, isFiniteNumber } from './json.ts';

/**
 * The hot frame of `tickcast.v1`: consecutive trades of one symbol as an array,
 * `[id, seq of the first, t of the first, [dt, price, volume], [dt, price, volume, flags], …]`.
 * `dt` is in ms after `t of the first` (0 for the first, negative for a trade that came out of time order); `flags` of 0
 * are left out. Positions instead of names and times relative to the first make it about a third of Finnhub's
 * framing, in bytes (`bench/results.md`).
 */
export interface TradesFrame {
  readonly type: 'trades';
  readonly id: number;
  /** The number of `trades[0]`; the others follow without holes. */
  readonly seq: number;
  readonly trades: readonly FrameTrade[];
}

/** One trade as a `tickcast.v1` client sees it: `t` in ms since 1970 UTC, `flags` as in `conditions.ts`. */
export interface FrameTrade {
  readonly t: number;
  readonly p: number;
  readonly v: number;
  readonly flags: number;
}

/** One trade inside a frame whose first trade is at `base`, in ms. */
export function encodeFrameTrade(base: number, t: number, p: number, v: number, flags: number): string {
  return flags === 0 ? `[${t - base},${p},${v}]` : `[${t - base},${p},${v},${flags}]`;
}

/** A whole frame out of trades encoded against `base`. */
export function encodeFrame(id: number, seq: number, base: number, encoded: readonly string[]): string {
  return `[${id},${seq},${base},${encoded.join(',')}]`;
}

/** The trades of a frame numbered `seq` to `last`, both included, as a frame of its own. At least one of them must be. */
export function sliceFrame(frame: TradesFrame, seq: number, last: number = Number.POSITIVE_INFINITY): string {
  const rest = frame.trades.slice(Math.max(0, seq - frame.seq), last + 1 - frame.seq);
  const base = rest[0]?.t ?? 0;
  return encodeFrame(
    frame.id,
    Math.max(seq, frame.seq),
    base,
    rest.map((trade) => encodeFrameTrade(base, trade.t, trade.p, trade.v, trade.flags)),
  );
}

/** Reads a frame out of parsed JSON; `undefined` when it is none. */
export function decodeFrame(value: readonly unknown[]): TradesFrame | undefined {
  const [id, seq, base] = value;
  if (!isCount(id) || !isCount(seq) || !isCount(base) || value.length < 4) return undefined;
  const trades: FrameTrade[] = [];
  for (let i = 3; i < value.length; i += 1) {
    const item = value[i];
    if (!Array.isArray(item)) return undefined;
    const [dt, p, v, flags = 0] = item as readonly unknown[];
    if (!isFiniteNumber(dt) || !isFiniteNumber(p) || !isFiniteNumber(v) || !isCount(flags)) return undefined;
    trades.push({ t: base + dt, p, v, flags });
  }
  return { type: 'trades', id, seq, trades };
}
