import { DatabaseSync, type SQLOutputValue, type StatementSync } from 'node:sqlite';
import type { GapCause, Stretch } from '../protocol/wire.ts';

/** How long a reader waits for a lock that another connection holds, ms. Writers and readers do not block one another in WAL. */
const BUSY_MS = 1_000;

/** A trade as the file has it. `c` is Finnhub's list as JSON; an empty text: Finnhub sent none. */
export interface TradeRow {
  readonly epoch: number;
  readonly seq: number;
  readonly t: number;
  readonly p: number;
  readonly v: number;
  readonly c: string;
  readonly flags: number;
}

/** A gap as the file has it: it stands after trade `seq` of `epoch`. */
export interface GapRow extends Omit<Stretch, 'fromSeq' | 'toSeq'> {
  readonly epoch: number;
  readonly seq: number;
  /** The next number in `epoch`; `undefined` where the epoch ended meanwhile. */
  readonly toSeq: number | undefined;
}

export interface SymbolRow {
  readonly id: number;
  /** When it was first seen, ms since 1970 UTC. */
  readonly firstSeen: number;
  /** What is missing now, if the symbol is not being seen. */
  readonly missing: { readonly from: number; readonly cause: GapCause } | undefined;
}

/** Opens the file for reading only. Throws where it is not there or no database. */
export function openForReading(file: string): DatabaseSync {
  const db = new DatabaseSync(file, { readOnly: true });
  db.exec(`PRAGMA busy_timeout = ${BUSY_MS}`);
  return db;
}

/** Reads trades and gaps out of the file, on whatever connection it is given. Throws what SQLite throws. */
export class TapeReader {
  readonly #symbol: StatementSync;
  readonly #epochs: StatementSync;
  readonly #trades: StatementSync;
  readonly #gaps: StatementSync;
  readonly #lastTrade: StatementSync;
  readonly #lastInCandles: StatementSync;

  constructor(db: DatabaseSync) {
    this.#symbol = db.prepare(
      `SELECT s.id AS id, first_seen, missing_since, missing_cause, heard, epoch < (SELECT MAX(epoch) FROM epochs) AS over
       FROM symbols s LEFT JOIN epochs e ON e.id = s.last_epoch WHERE symbol = ?`,
    );
    this.#epochs = db.prepare('SELECT id, epoch, heard FROM epochs WHERE epoch >= ? ORDER BY epoch');
    this.#trades = db.prepare(
      `SELECT seq, t, p, v, c.c AS c, c.flags AS flags FROM trades JOIN conditions c ON c.id = trades.c
       WHERE symbol = ? AND epoch = ? AND seq > ? AND seq <= ? ORDER BY seq LIMIT ?`,
    );
    this.#gaps = db.prepare(
      `SELECT seq, cause, from_t, to_t, to_seq FROM gaps
       WHERE symbol = ? AND epoch = ? AND seq >= ? ORDER BY seq, n`,
    );
    this.#lastTrade = db.prepare('SELECT seq, t FROM trades WHERE symbol = ? AND epoch = ? ORDER BY seq DESC LIMIT 1');
    this.#lastInCandles = db.prepare('SELECT epoch, MAX(hi) AS seq FROM candles WHERE symbol = ? GROUP BY epoch');
  }

  /** `undefined` where the symbol was never recorded. */
  symbol(symbol: string): SymbolRow | undefined {
    const row = this.#symbol.get(symbol);
    if (!row) return undefined;
    return { id: Number(row.id), firstSeen: Number(row.first_seen), missing: missingOf(row) };
  }

  /** Every epoch from `epoch` on, oldest first: its row's id, and when the feed was last heard in it, ms since 1970 UTC. */
  epochsFrom(epoch: number): { readonly id: number; readonly epoch: number; readonly heard: number }[] {
    return this.#epochs
      .all(epoch)
      .map((row) => ({ id: Number(row.id), epoch: Number(row.epoch), heard: Number(row.heard) }));
  }

  /** The trades of a symbol in one epoch numbered above `after` and up to `upTo`, at most `limit` of them. */
  trades(
    symbolId: number,
    epoch: { readonly id: number; readonly epoch: number },
    after: number,
    upTo: number,
    limit: number,
  ): TradeRow[] {
    return this.#trades.all(symbolId, epoch.id, after, upTo, limit).map((row) => ({
      epoch: epoch.epoch,
      seq: Number(row.seq),
      t: epoch.epoch + Number(row.t),
      p: Number(row.p),
      v: Number(row.v),
      c: String(row.c),
      flags: Number(row.flags),
    }));
  }

  /** The gaps of a symbol in one epoch that stand after trade `seq` or later, in order. */
  gaps(symbolId: number, epoch: { readonly id: number; readonly epoch: number }, seq: number): GapRow[] {
    return this.#gaps.all(symbolId, epoch.id, seq).map((row) => ({
      epoch: epoch.epoch,
      seq: Number(row.seq),
      cause: String(row.cause) as GapCause,
      from: Number(row.from_t),
      to: Number(row.to_t),
      toSeq: row.to_seq === null ? undefined : Number(row.to_seq),
    }));
  }

  /** The last trade kept of a symbol in one epoch, its time in ms since 1970 UTC; `undefined` where there is none. */
  lastTrade(
    symbolId: number,
    { id, epoch }: { readonly id: number; readonly epoch: number },
  ): { readonly seq: number; readonly t: number } | undefined {
    const row = this.#lastTrade.get(symbolId, id);
    return row && { seq: Number(row.seq), t: epoch + Number(row.t) };
  }

  /**
   * The highest number that the candles of a symbol have seen in each epoch (its row's id), also where its trades are deleted.
   * Reads every candle of the symbol.
   */
  lastInCandles(symbolId: number): ReadonlyMap<number, number> {
    return new Map(this.#lastInCandles.all(symbolId).map((row) => [Number(row.epoch), Number(row.seq)]));
  }
}

/** A symbol that was being seen when its last epoch ended, and that nobody has wanted since, is missing from there on. */
function missingOf(row: Record<string, SQLOutputValue>): SymbolRow['missing'] {
  const { missing_since: from, missing_cause: cause, over, heard } = row;
  if (from !== null) return { from: Number(from), cause: String(cause) as GapCause };
  return over === 1 ? { from: Number(heard), cause: 'restart' } : undefined;
}
