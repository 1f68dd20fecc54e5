import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { decodeServerFrame } from '../../src/protocol/decode-server.ts';
import type { Since } from '../../src/protocol/wire.ts';
import { openForReading, TapeReader, type TradeRow } from '../../src/tape/reader.ts';
import { nextPage, type RecallState } from '../../src/workers/recorder/recall-walk.ts';
import { openTape, type WrittenGap, writeTape } from '../support/tape-file.ts';

const dir = mkdtempSync(join(tmpdir(), 'tickcast-retention-'));
afterAll(() => rmSync(dir, { recursive: true, force: true }));
let files = 0;

const SYMBOL = 'BINANCE:BTCUSDT';
/** The starts of two epochs, at the beginning of a minute. */
const OLD = 1_672_348_860_000;
const NEW = OLD + 3_600_000;

interface Kept {
  readonly epoch: number;
  readonly count: number;
  readonly gaps?: readonly WrittenGap[];
  /** Trades up to this number are deleted, as retention does: their candles and all gaps stay. */
  readonly deletedTo?: number;
  /** When the feed was last heard; without it with the last trade. */
  readonly heard?: number;
  /** Digits of prices and volumes. */
  readonly price?: number;
}

function recall(tape: readonly Kept[], since: Since, until: Since, held: readonly TradeRow[] = []) {
  files += 1;
  const file = join(dir, `${files}.sqlite`);
  for (const { epoch, count, gaps = [], deletedTo = 0, heard, price = 100 } of tape) {
    const trades = Array.from({ length: count }, (_, i) => ({ t: epoch + 1 + i, p: price, v: price }));
    writeTape(file, { symbol: SYMBOL, epoch, trades, gaps });
    const db = openTape(file);
    db.prepare('DELETE FROM trades WHERE epoch = (SELECT id FROM epochs WHERE epoch = ?) AND seq <= ?').run(
      epoch,
      deletedTo,
    );
    if (heard !== undefined) db.prepare('UPDATE epochs SET heard = ? WHERE epoch = ?').run(heard, epoch);
    db.close();
  }
  const source = {
    reader: new TapeReader(openForReading(file)),
    commit: () => undefined,
    held: () => ({ trades: held, gaps: [], heard: [] }),
    position: () => undefined,
  };
  const state: RecallState = { symbol: SYMBOL, until, id: 7, at: since, told: new Set(), isChecked: false };
  const texts: string[] = [];
  for (;;) {
    const page = nextPage(source, state);
    if (page.type === 'impossible') return { texts, reason: page.reason };
    texts.push(...page.messages);
    if (page.done) return { texts, reason: undefined };
  }
}

const gapAfter = (seq: number, toSeq?: number): WrittenGap => ({
  ...{ seq, cause: 'upstream', from: OLD + seq, to: OLD + seq + 1 },
  ...(toSeq === undefined ? {} : { toSeq }),
});

describe('a recall of trades that retention has deleted', () => {
  it('is impossible also where a gap that is still told stands between them', () => {
    const tape = [{ epoch: OLD, count: 100, gaps: [gapAfter(50, 51)], deletedTo: 50 }];
    expect(recall(tape, { epoch: OLD, seq: 40 }, { epoch: OLD, seq: 100 })).toEqual({ texts: [], reason: 'too-old' });
  });

  it('is impossible where the whole epoch is gone but for its gaps', () => {
    const tape = [
      { epoch: OLD, count: 100, gaps: [gapAfter(50, 51), gapAfter(100)], deletedTo: 100 },
      { epoch: NEW, count: 3 },
    ];
    for (const seq of [0, 40, 50, 99]) {
      expect(recall(tape, { epoch: OLD, seq }, { epoch: NEW, seq: 3 }), `since ${seq}`).toMatchObject({
        reason: 'too-old',
      });
    }
  });

  it('is impossible where only its candles say that there was anything', () => {
    const tape = [
      { epoch: OLD, count: 100, gaps: [gapAfter(0)], deletedTo: 100 },
      { epoch: NEW, count: 3 },
    ];
    expect(recall(tape, { epoch: OLD, seq: 0 }, { epoch: NEW, seq: 3 })).toMatchObject({ reason: 'too-old' });
  });

  it('is complete for a client that had everything before it was deleted', () => {
    const tape = [
      { epoch: OLD, count: 100, gaps: [gapAfter(100)], deletedTo: 100 },
      { epoch: NEW, count: 3 },
    ];
    const { texts, reason } = recall(tape, { epoch: OLD, seq: 100 }, { epoch: NEW, seq: 3 });
    expect(reason).toBeUndefined();
    expect(texts.map((text) => decodeServerFrame(text)?.type)).toEqual(['gap', 'subscribed', 'trades']);
  });
});

describe('the gap after an epoch whose end nothing tells', () => {
  it('does not begin before a trade that was seen', () => {
    const { texts } = recall(
      [
        { epoch: OLD, count: 100, heard: OLD + 50 },
        { epoch: NEW, count: 3 },
      ],
      { epoch: OLD, seq: 100 },
      { epoch: NEW, seq: 3 },
    );
    expect(decodeServerFrame(texts[0] ?? '')).toMatchObject({
      type: 'gap',
      cause: 'restart',
      from: OLD + 100,
      to: NEW,
    });
  });
});

describe('a recall of trades that the recorder lost', () => {
  it('tells a client that has some of them that the others are lost', () => {
    const stored = [{ epoch: OLD, count: 10, gaps: [{ ...gapAfter(10, 20), cause: 'overrun' as const }] }];
    const held = [20, 21].map((seq) => ({ epoch: OLD, seq, t: OLD + seq, p: 1, v: 1, c: '', flags: 0 }));
    const { texts, reason } = recall(stored, { epoch: OLD, seq: 15 }, { epoch: OLD, seq: 21 }, held);
    expect(reason).toBeUndefined();
    expect(texts.map((text) => decodeServerFrame(text))).toMatchObject([
      { type: 'gap', cause: 'overrun', fromSeq: 15, toSeq: 20 },
      { type: 'trades', seq: 20, trades: [{ t: OLD + 20 }, { t: OLD + 21 }] },
    ]);
  });
});

describe('a frame of a recall', () => {
  it('has at most 12,000 characters, however long the numbers are', () => {
    const tape = [{ epoch: OLD, count: 1_000, price: 12_345.678_901_234_5 }];
    const { texts, reason } = recall(tape, { epoch: OLD, seq: 0 }, { epoch: OLD, seq: 1_000 });
    expect(reason).toBeUndefined();
    let next = 1;
    for (const text of texts) {
      expect(text.length).toBeLessThanOrEqual(12_000);
      const frame = decodeServerFrame(text);
      if (frame?.type !== 'trades') throw new Error(`no frame: ${text}`);
      expect(frame.seq).toBe(next);
      next += frame.trades.length;
    }
    expect(next).toBe(1_001);
  });
});
