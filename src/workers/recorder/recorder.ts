import type { DatabaseSync } from 'node:sqlite';
import type { FeedMessage } from '../../protocol/feed-messages.ts';
import { splitFigis } from '../../protocol/figis.ts';
import type { RecorderOptions, Recording } from '../../protocol/threads.ts';
import type { Since } from '../../protocol/wire.ts';
import { errorText, type Log } from '../../runtime/log.ts';
import { isCorrupt, openForWriting, setAside } from '../../tape/open.ts';
import { TapeReader } from '../../tape/reader.ts';
import { Held } from './held.ts';
import { Intake } from './intake.ts';
import {
  MAX_COMMIT_ROWS,
  MAX_HELD_OTHERS,
  MAX_HELD_TRADES,
  RETRY_MAX_MS,
  RETRY_MIN_MS,
  TIDY_MS,
  WINDOW_MS,
} from './limits.ts';
import type { HeldRows, RecallSource } from './recall-source.ts';
import type { TapeEvent } from './rows.ts';
import { Tidy } from './tidy.ts';
import { Writer } from './writer.ts';

interface OpenFile {
  readonly db: DatabaseSync;
  readonly writer: Writer;
  readonly reader: TapeReader;
  readonly tidy: Tidy;
}

/** Keeps the recording: takes what the feed tells, writes it a window at a time, and goes on whatever the disk does. */
export class Recorder implements RecallSource {
  readonly #options: RecorderOptions;
  readonly #log: Log;
  readonly #intake: Intake;
  readonly #held = new Held(MAX_HELD_TRADES, MAX_HELD_OTHERS);
  #file: OpenFile;
  #figis: ReadonlyMap<string, string> = new Map();
  #window: NodeJS.Timeout | undefined;
  #tidying: NodeJS.Timeout | undefined;
  #written = 0;
  #failing: { readonly since: number; readonly reason: string; readonly waitMs: number } | undefined;
  readonly #startedAt = Date.now();

  /** Throws where the file cannot be opened. */
  constructor(options: RecorderOptions, log: Log) {
    this.#options = options;
    this.#log = log;
    this.#file = this.#open();
    this.#intake = new Intake({
      known: (symbol) => this.#read((writer) => writer.known(symbol)),
      seenIn: (epoch) => this.#read((writer) => writer.seenIn(epoch)),
    });
    this.#tidyLater();
  }

  receive(message: FeedMessage): void {
    const now = Date.now();
    this.#hold(this.#intake.receive(message, now), now);
  }

  /** `figis` as `joinFigis` makes them. */
  setFigis(figis: string): void {
    this.#figis = splitFigis(figis);
    this.#file.writer.figis = this.#figis;
    const events: TapeEvent[] = [];
    for (const symbol of this.#read((writer) => writer.names())) {
      const figi = this.#figis.get(symbol);
      if (figi !== undefined) events.push({ kind: 'figi', symbol, figi });
    }
    this.#hold(events, Date.now());
  }

  markSplit(split: Omit<Extract<TapeEvent, { kind: 'split' }>, 'kind'>): void {
    this.#log.warn(
      split,
      'a split is suspected: the quote does not fit the last daily close; prices stay as they were',
    );
    this.#hold([{ kind: 'split', ...split }], Date.now());
  }

  get reader(): TapeReader {
    return this.#file.reader;
  }

  held(symbol: string): HeldRows {
    return this.#held.of(symbol);
  }

  position(symbol: string): Since | undefined {
    return this.#intake.position(symbol);
  }

  commit(): void {
    // A disk that refuses is asked again when its time has come, not by everyone who wants to read.
    if (!this.#failing) this.#commit();
  }

  /** How it goes. */
  status(): Recording {
    const failing = this.#failing;
    return {
      state: failing ? 'failing' : 'recording',
      since: failing?.since ?? this.#startedAt,
      ...(failing ? { reason: failing.reason } : {}),
      held: this.#held.trades,
      lost: this.#held.lostTrades,
      written: this.#written,
      bytes: this.#file.tidy.bytes(),
    };
  }

  /** Writes what is held, if it can, and closes the file. */
  stop(): void {
    clearTimeout(this.#tidying);
    for (let isTaken = true; isTaken && !this.#held.isEmpty; ) isTaken = this.#writeNext();
    clearTimeout(this.#window);
    if (this.#held.trades > 0)
      this.#log.error({ trades: this.#held.trades }, 'trades could not be written and are lost');
    if (this.#file.db.isOpen) this.#file.db.close();
  }

  #hold(events: readonly TapeEvent[], now: number): void {
    if (events.length === 0) return;
    this.#held.push(events, now);
    this.#window ??= setTimeout(() => this.#commit(), this.#failing?.waitMs ?? WINDOW_MS);
  }

  /** Writes one transaction's worth, and what is left in later turns, so that others get theirs. */
  #commit(): void {
    clearTimeout(this.#window);
    this.#window = undefined;
    if (this.#writeNext() && !this.#held.isEmpty) this.#window = setTimeout(() => this.#commit(), 0);
  }

  /** `false` where the disk refuses it; it is tried again later. */
  #writeNext(): boolean {
    if (this.#held.isEmpty) return true;
    const events = this.#held.next(MAX_COMMIT_ROWS);
    try {
      this.#file.writer.write(events);
    } catch (error) {
      this.#failed(error);
      return false;
    }
    this.#held.done(events);
    for (const { kind } of events) if (kind === 'trade') this.#written += 1;
    this.#recovered();
    return true;
  }

  #failed(error: unknown): void {
    const now = Date.now();
    const reason = errorText(error);
    // Where the new file could not be opened either, it is tried again.
    if (isCorrupt(error) || !this.#file.db.isOpen) this.#replace(reason, now);
    const waitMs = Math.min(RETRY_MAX_MS, (this.#failing?.waitMs ?? RETRY_MIN_MS / 2) * 2);
    if (!this.#failing) this.#log.error({ reason }, 'the recording cannot be written; prices go on, it is tried again');
    this.#failing = { since: this.#failing?.since ?? now, reason, waitMs };
    this.#window = setTimeout(() => this.#commit(), waitMs);
  }

  #recovered(): void {
    if (!this.#failing) return;
    this.#failing = undefined;
    this.#log.warn({ lost: this.#held.lostTrades }, 'the recording is written again');
  }

  /** Reads from the file. Where it turns out to be damaged, what is read is a new one. */
  #read<T>(read: (writer: Writer) => T): T {
    try {
      return read(this.#file.writer);
    } catch (error) {
      if (!isCorrupt(error)) throw error;
      this.#replace(errorText(error), Date.now());
      return read(this.#file.writer);
    }
  }

  /** A file that is damaged is kept under another name, and a new one begun. */
  #replace(reason: string, now: number): void {
    try {
      if (this.#file.db.isOpen) this.#file.db.close();
      const aside = setAside(this.#options.file, now);
      this.#file = this.#open();
      this.#log.error({ reason, aside }, 'the recording is damaged: it is set aside, and a new one begun');
    } catch (error) {
      this.#log.error({ error: errorText(error) }, 'the damaged recording could not be set aside');
    }
  }

  #open(): OpenFile {
    const { file, retentionDays, maxDiskMb } = this.#options;
    const db = openForWriting(file);
    const writer = new Writer(db);
    writer.figis = this.#figis;
    return { db, writer, reader: new TapeReader(db), tidy: new Tidy(db, file, { retentionDays, maxDiskMb }) };
  }

  #tidyLater(): void {
    this.#tidying = setTimeout(() => {
      try {
        this.#file.tidy.step(Date.now());
      } catch (error) {
        this.#log.debug({ error: errorText(error) }, 'nothing could be tidied away');
      }
      this.#tidyLater();
    }, TIDY_MS);
  }
}
