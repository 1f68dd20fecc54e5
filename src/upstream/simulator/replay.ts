import { isCount } from '../../protocol/json.ts';
import { isSymbol } from '../../protocol/symbols.ts';
import type { Trade } from '../../protocol/trade.ts';

export interface ReplayOptions {
  readonly trades: readonly Trade[];
  /** How many times faster than recorded; 0: as fast as the connection takes it. */
  readonly speed: number;
  /** Whether times are moved to now; without it the recorded times are sent as they are. */
  readonly rebase: boolean;
}

export type ParsedReplay =
  | { readonly ok: true; readonly trades: readonly Trade[] }
  | { readonly ok: false; readonly reason: string };

const HEADER = 'symbol,t_ms,price,volume';

/** Reads a file of `symbol,t_ms,price,volume` lines; the header is optional, the order is kept. Never throws. */
export function parseReplay(text: string): ParsedReplay {
  const trades: Trade[] = [];
  const lines = text.replace(/^\uFEFF/, '').split(/\r?\n/);
  for (const [i, line] of lines.entries()) {
    if (line === '' || (i === 0 && line === HEADER)) continue;
    const trade = parseLine(line);
    if (!trade) return { ok: false, reason: `line ${i + 1} is not ${HEADER}` };
    trades.push(trade);
  }
  return trades.length > 0 ? { ok: true, trades } : { ok: false, reason: 'there are no trades in it' };
}

function parseLine(line: string): Trade | undefined {
  const [symbol, time, price, volume, ...rest] = line.split(',');
  if (!isSymbol(symbol) || !time || !price || !volume || rest.length > 0) return undefined;
  const [t, p, v] = [Number(time), Number(price), Number(volume)];
  if (!isCount(t) || !(Number.isFinite(p) && p > 0) || !(Number.isFinite(v) && v >= 0)) return undefined;
  return { symbol, t, p, v, c: null };
}

interface Cursor {
  readonly trades: Trade[];
  next: number;
  /** When the symbol was first asked for; `undefined` until then. */
  startedAt: number | undefined;
}

/**
 * Plays recorded trades, each symbol from the moment it is first asked for, so that nobody misses its beginning; once.
 * Time comes in as a parameter.
 */
export class Replay {
  readonly #options: ReplayOptions;
  readonly #cursors = new Map<string, Cursor>();

  constructor(options: ReplayOptions) {
    this.#options = options;
    for (const trade of options.trades) {
      const cursor = this.#cursors.get(trade.symbol);
      if (cursor) cursor.trades.push(trade);
      else this.#cursors.set(trade.symbol, { trades: [trade], next: 0, startedAt: undefined });
    }
  }

  has(symbol: string): boolean {
    return this.#cursors.has(symbol);
  }

  /** Whether it goes as fast as the connection takes it, rather than by the clock. */
  get unpaced(): boolean {
    return this.#options.speed === 0;
  }

  /** Whether a symbol that was started has trades left. */
  get running(): boolean {
    for (const { startedAt, next, trades } of this.#cursors.values()) {
      if (startedAt !== undefined && next < trades.length) return true;
    }
    return false;
  }

  start(symbol: string, now: number): void {
    const cursor = this.#cursors.get(symbol);
    if (cursor && cursor.startedAt === undefined) cursor.startedAt = now;
  }

  /** From the beginning, with the next subscription of each symbol; those in `subscribed` at once. */
  restart(subscribed: Iterable<string>, now: number): void {
    for (const cursor of this.#cursors.values()) Object.assign(cursor, { next: 0, startedAt: undefined });
    for (const symbol of subscribed) this.start(symbol, now);
  }

  /** The trades that are due at `now`, at most `max` of each symbol; they are given once. */
  due(now: number, max: number): Trade[] {
    const due: Trade[] = [];
    for (const cursor of this.#cursors.values()) {
      const { startedAt } = cursor;
      if (startedAt === undefined) continue;
      for (let taken = 0; taken < max; taken += 1) {
        const trade = cursor.trades[cursor.next];
        if (!trade || this.#dueAt(cursor, trade, startedAt) > now) break;
        cursor.next += 1;
        due.push(this.#options.rebase ? { ...trade, t: this.#rebased(cursor, trade, startedAt) } : trade);
      }
    }
    return due;
  }

  #dueAt(cursor: Cursor, trade: Trade, startedAt: number): number {
    return this.unpaced ? startedAt : startedAt + (trade.t - firstOf(cursor)) / this.#options.speed;
  }

  /** At a speed, a trade's time is when it is sent; without one, the recording ends as the replay starts. */
  #rebased(cursor: Cursor, trade: Trade, startedAt: number): number {
    if (this.unpaced) return startedAt - ((cursor.trades.at(-1)?.t ?? trade.t) - trade.t);
    return Math.round(this.#dueAt(cursor, trade, startedAt));
  }
}

function firstOf(cursor: Cursor): number {
  return cursor.trades[0]?.t ?? 0;
}
