import type { DatabaseSync, StatementSync } from 'node:sqlite';
import { ensureNever } from '../../protocol/brand.ts';
import { INTERVALS } from '../../protocol/candles.ts';
import { type Market, marketOf } from '../../protocol/symbols.ts';
import type { GapCause } from '../../protocol/wire.ts';
import { CandleStore } from './candle-store.ts';
import { MAX_SYMBOLS } from './limits.ts';
import type { GapEvent, Known, SymbolEvent, TapeEvent, TradeEvent } from './rows.ts';

const DAY_MS = INTERVALS['1d'];

interface SymbolId {
  readonly id: number;
  readonly market: Market;
}

/** Writes events into the file, each call in one transaction. Throws what SQLite throws, and then nothing of it is there. */
export class Writer {
  readonly #db: DatabaseSync;
  readonly #candles: CandleStore;
  readonly #statements: Readonly<Record<keyof typeof SQL, StatementSync>>;
  readonly #symbols = new Map<string, SymbolId>();
  readonly #epochs = new Map<number, number>();
  readonly #conditions = new Map<string, number>();
  /** Finnhub's figis of listed stocks, for symbols that are new. */
  figis: ReadonlyMap<string, string> = new Map();

  constructor(db: DatabaseSync) {
    this.#db = db;
    this.#candles = new CandleStore(db);
    this.#statements = {
      symbol: db.prepare(SQL.symbol),
      addSymbol: db.prepare(SQL.addSymbol),
      setMissing: db.prepare(SQL.setMissing),
      setFigi: db.prepare(SQL.setFigi),
      epoch: db.prepare(SQL.epoch),
      addEpoch: db.prepare(SQL.addEpoch),
      heard: db.prepare(SQL.heard),
      conditions: db.prepare(SQL.conditions),
      addConditions: db.prepare(SQL.addConditions),
      trade: db.prepare(SQL.trade),
      gap: db.prepare(SQL.gap),
      split: db.prepare(SQL.split),
      seenLast: db.prepare(SQL.seenLast),
      lastTrade: db.prepare(SQL.lastTrade),
      lastMinute: db.prepare(SQL.lastMinute),
      seenIn: db.prepare(SQL.seenIn),
      names: db.prepare(SQL.names),
    };
  }

  /** Writes all of `events`, or nothing. */
  write(events: readonly TapeEvent[]): void {
    this.#db.exec('BEGIN IMMEDIATE');
    try {
      for (const event of events) this.#event(event);
      this.#candles.flush();
      this.#db.exec('COMMIT');
      if (this.#symbols.size > MAX_SYMBOLS) this.#symbols.clear();
    } catch (error) {
      // Ids that were given in the transaction are gone with it.
      this.#symbols.clear();
      this.#epochs.clear();
      this.#conditions.clear();
      this.#candles.forget();
      if (this.#db.isTransaction) this.#db.exec('ROLLBACK');
      throw error;
    }
  }

  /** What the file has of a symbol, for whoever continues it. */
  known(symbol: string): Known | undefined {
    const row = this.#statements.symbol.get(symbol);
    if (!row) return undefined;
    const last = this.#statements.seenLast.get(row.last_epoch ?? null);
    if (!last) return undefined;
    const epoch = Number(last.epoch);
    const trade = this.#statements.lastTrade.get(row.id ?? null, row.last_epoch ?? null);
    // Where its trades are deleted, the minutes still know the last number; none is of long before its epoch.
    const minute = trade ?? this.#statements.lastMinute.get(row.id ?? null, epoch - DAY_MS, row.last_epoch ?? null);
    const { missing_since: from, missing_cause: cause } = row;
    return {
      epoch,
      heard: Number(last.heard),
      seq: Number(minute?.seq ?? 0),
      tradedAt: trade && epoch + Number(trade.t),
      missing: from === null ? undefined : { from: Number(from), cause: String(cause) as GapCause },
    };
  }

  /** The symbols that were being seen in an epoch when it was last written of. */
  seenIn(epoch: number): string[] {
    return this.#statements.seenIn.all(epoch).map(({ symbol }) => String(symbol));
  }

  /** Every symbol of the file. */
  names(): string[] {
    return this.#statements.names.all().map(({ symbol }) => String(symbol));
  }

  #event(event: TapeEvent): void {
    switch (event.kind) {
      case 'trade':
        this.#trade(event);
        return;
      case 'gap':
        this.#gap(event);
        return;
      case 'symbol':
        this.#seen(event);
        return;
      case 'heard':
        this.#statements.heard.run(event.at, this.#epochId(event.epoch));
        return;
      case 'figi':
        this.#statements.setFigi.run(event.figi, event.symbol);
        return;
      case 'split':
        this.#statements.split.run(event.t, event.close, event.previousClose, event.symbol);
        return;
      default:
        ensureNever(event);
    }
  }

  #trade(trade: TradeEvent): void {
    const { symbol, epoch, seq, t, p, v } = trade;
    const epochId = this.#epochId(epoch);
    const { id, market } = this.#symbol(symbol, epoch, t);
    this.#statements.trade.run(id, epochId, seq, t - epoch, p, v, this.#conditionsId(trade));
    this.#candles.add(id, market, epochId, trade);
  }

  #gap({ symbol, epoch, seq, cause, from, to, toSeq }: GapEvent): void {
    const epochId = this.#epochId(epoch);
    const { id } = this.#symbol(symbol, epoch, from);
    this.#statements.gap.run(id, epochId, seq, id, epochId, seq, cause, from, to, toSeq ?? null);
  }

  #seen({ symbol, epoch, now, missing }: SymbolEvent): void {
    const { id } = this.#symbol(symbol, epoch, now);
    this.#statements.setMissing.run(missing?.from ?? null, missing?.cause ?? null, this.#epochId(epoch), id);
  }

  #symbol(symbol: string, epoch: number, firstSeen: number): SymbolId {
    const known = this.#symbols.get(symbol);
    if (known) return known;
    const { symbol: find, addSymbol } = this.#statements;
    const id =
      find.get(symbol)?.id ??
      addSymbol.run(symbol, this.figis.get(symbol) ?? null, firstSeen, this.#epochId(epoch)).lastInsertRowid;
    const made = { id: Number(id), market: marketOf(symbol) };
    this.#symbols.set(symbol, made);
    return made;
  }

  #epochId(epoch: number): number {
    const known = this.#epochs.get(epoch);
    if (known !== undefined) return known;
    const { epoch: find, addEpoch } = this.#statements;
    const id = Number(find.get(epoch)?.id ?? addEpoch.run(epoch, epoch).lastInsertRowid);
    this.#epochs.set(epoch, id);
    return id;
  }

  #conditionsId({ c, flags }: TradeEvent): number {
    const known = this.#conditions.get(c);
    if (known !== undefined) return known;
    const { conditions: find, addConditions } = this.#statements;
    const id = Number(find.get(c)?.id ?? addConditions.run(c, flags).lastInsertRowid);
    this.#conditions.set(c, id);
    return id;
  }
}

const SQL = {
  symbol: 'SELECT id, missing_since, missing_cause, last_epoch FROM symbols WHERE symbol = ?',
  addSymbol: 'INSERT INTO symbols (symbol, figi, first_seen, last_epoch) VALUES (?, ?, ?, ?)',
  setMissing: 'UPDATE symbols SET missing_since = ?, missing_cause = ?, last_epoch = ? WHERE id = ?',
  setFigi: 'UPDATE symbols SET figi = ? WHERE symbol = ?',
  epoch: 'SELECT id FROM epochs WHERE epoch = ?',
  addEpoch: 'INSERT INTO epochs (epoch, heard) VALUES (?, ?)',
  heard: 'UPDATE epochs SET heard = ? WHERE id = ?',
  conditions: 'SELECT id FROM conditions WHERE c = ?',
  addConditions: 'INSERT INTO conditions (c, flags) VALUES (?, ?)',
  trade: 'INSERT INTO trades VALUES (?, ?, ?, ?, ?, ?, ?)',
  gap: `INSERT INTO gaps VALUES (?, ?, ?,
    (SELECT COALESCE(MAX(n) + 1, 0) FROM gaps WHERE symbol = ? AND epoch = ? AND seq = ?), ?, ?, ?, ?)`,
  split: 'INSERT OR IGNORE INTO splits SELECT id, ?, ?, ? FROM symbols WHERE symbol = ?',
  seenLast: 'SELECT epoch, heard FROM epochs WHERE id = ?',
  lastTrade: 'SELECT seq, t FROM trades WHERE symbol = ? AND epoch = ? ORDER BY seq DESC LIMIT 1',
  lastMinute: `SELECT MAX(hi) AS seq FROM candles
    WHERE symbol = ? AND interval = ${INTERVALS['1m']} AND t >= ? AND epoch = ?`,
  seenIn: `SELECT symbol FROM symbols JOIN epochs e ON e.id = last_epoch
    WHERE e.epoch = ? AND missing_since IS NULL ORDER BY symbols.id`,
  names: 'SELECT symbol FROM symbols',
};
