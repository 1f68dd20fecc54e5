import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, describe, expect, it } from 'vitest';
import { decodeServerFrame } from '../../src/protocol/decode-server.ts';
import type { Since } from '../../src/protocol/wire.ts';
import { type GapRow, openForReading, TapeReader, type TradeRow } from '../../src/tape/reader.ts';
import type { RecallSource } from '../../src/workers/recorder/recall-source.ts';
import { nextPage, type RecallState } from '../../src/workers/recorder/recall-walk.ts';
import { openTape, type WrittenGap, writeTape } from '../support/tape-file.ts';

const dir = mkdtempSync(join(tmpdir(), 'tickcast-recall-'));
afterAll(() => rmSync(dir, { recursive: true, force: true }));
let files = 0;
const newFile = (): string => {
  files += 1;
  return join(dir, `${files}.sqlite`);
};

const SYMBOL = 'BINANCE:BTCUSDT';
const ID = 7;

/** One epoch of a made-up tape. `lost` numbers are not there, and a gap says so; the last `held` are not in the file yet. */
interface Made {
  readonly epoch: number;
  readonly count: number;
  readonly lost: readonly number[];
  readonly held: number;
  /** Whether a gap row tells its end. */
  readonly endTold: boolean;
}

/** The newest `unstored` epochs are not in the file at all. */
function sourceOf(made: readonly Made[], unstored = 0): RecallSource {
  const file = newFile();
  openTape(file).close();
  const waiting: TradeRow[] = [];
  const waitingGaps: GapRow[] = [];
  const heard: { epoch: number; at: number }[] = [];
  for (const [at, { epoch, count, lost, held, endTold }] of made.entries()) {
    const isNewest = at === made.length - 1;
    const isStored = at < made.length - unstored;
    const all = Array.from({ length: count }, (_, i) => ({ seq: i + 1, t: epoch + i * 10, p: 100 + i, v: 1 }));
    const kept = all.filter(({ seq }) => !lost.includes(seq));
    const written = isNewest ? kept.slice(0, Math.max(0, kept.length - held)) : kept;
    const stored = isStored ? written : [];
    for (const each of kept.slice(stored.length)) waiting.push({ ...each, epoch, c: '', flags: 0 });
    const gaps: WrittenGap[] = lost.map((seq) => ({
      ...{ seq: seq - 1, cause: 'overrun', from: epoch + seq * 10 - 15, to: epoch + seq * 10, toSeq: seq + 1 },
    }));
    if (endTold && !isNewest) gaps.push({ seq: count, cause: 'restart', from: epoch + count * 10, to: epoch + 90_000 });
    if (isStored) {
      writeTape(file, { symbol: SYMBOL, epoch, trades: stored, gaps });
      continue;
    }
    heard.push({ epoch, at: epoch + count * 10 });
    for (const { toSeq, ...gap } of gaps) waitingGaps.push({ ...gap, epoch, toSeq });
  }
  const db = openForReading(file);
  return {
    reader: new TapeReader(db),
    commit: () => undefined,
    held: () => ({ trades: waiting, gaps: waitingGaps, heard }),
    position: () => undefined,
  };
}

/** Follows the messages of a recall as a client does; what it was not given and not told is a fault. */
function follow(source: RecallSource, since: Since, until: Since) {
  const state: RecallState = { symbol: SYMBOL, until, id: ID, at: since, told: new Set(), isChecked: false };
  const trades: string[] = [];
  const gaps: string[] = [];
  let { epoch, seq } = since;
  for (let pages = 0; pages < 200; pages += 1) {
    const page = nextPage(source, state);
    if (page.type === 'impossible') return { trades, gaps, reason: page.reason, at: { epoch, seq } };
    for (const text of page.messages) {
      const message = decodeServerFrame(text);
      if (message?.type === 'trades') {
        expect(message.id).toBe(ID);
        expect(message.seq, 'no hole and no repeat').toBe(seq + 1);
        seq += message.trades.length;
        for (const [i, { p }] of message.trades.entries()) trades.push(`${epoch}.${message.seq + i}=${p}`);
      } else if (message?.type === 'gap') {
        gaps.push(`${message.cause}@${epoch}.${message.fromSeq ?? 'end'}`);
        if (message.toSeq !== undefined) seq = Math.max(seq, message.toSeq - 1);
      } else if (message?.type === 'subscribed') {
        expect(message).toMatchObject({ id: ID, recovered: true });
        ({ epoch, seq } = message);
      } else {
        throw new Error(`not understood: ${text}`);
      }
    }
    expect(state.at, 'what the shard is told').toEqual({ epoch, seq });
    if (page.done) return { trades, gaps, reason: undefined, at: { epoch, seq } };
  }
  throw new Error('it does not end');
}

describe('a recall', () => {
  it('completes the old epoch, tells what lies between, and goes on with the new one, held trades included', () => {
    const source = sourceOf([
      { epoch: 1_000, count: 5, lost: [], held: 0, endTold: true },
      { epoch: 100_000, count: 4, lost: [3], held: 1, endTold: true },
    ]);
    const { trades, gaps, at } = follow(source, { epoch: 1_000, seq: 3 }, { epoch: 100_000, seq: 4 });
    expect(trades).toEqual(['1000.4=103', '1000.5=104', '100000.1=100', '100000.2=101', '100000.4=103']);
    expect(gaps).toEqual(['restart@1000.end', 'overrun@100000.2']);
    expect(at).toEqual({ epoch: 100_000, seq: 4 });
  });

  it.each([
    ['of an epoch that is not on the tape', { epoch: 5, seq: 1 }, 'other-epoch'],
    ['ahead of what is there', { epoch: 1_000, seq: 6 }, 'ahead'],
  ])('%s is impossible', (_, since, reason) => {
    const source = sourceOf([
      { epoch: 1_000, count: 5, lost: [], held: 0, endTold: true },
      { epoch: 100_000, count: 4, lost: [], held: 0, endTold: true },
    ]);
    expect(follow(source, since, { epoch: 100_000, seq: 4 }).reason).toBe(reason);
  });

  it('of what was deleted is impossible, and nothing is skipped', () => {
    const file = newFile();
    const trades = [6, 7, 8].map((seq) => ({ seq, t: 1_000 + seq, p: seq }));
    writeTape(file, { symbol: SYMBOL, epoch: 1_000, trades });
    const source: RecallSource = {
      reader: new TapeReader(openForReading(file)),
      commit: () => undefined,
      held: () => ({ trades: [], gaps: [], heard: [] }),
      position: () => undefined,
    };
    const until = { epoch: 1_000, seq: 8 };
    expect(follow(source, { epoch: 1_000, seq: 3 }, until)).toMatchObject({ reason: 'too-old', trades: [] });
    expect(follow(source, { epoch: 1_000, seq: 5 }, until)).toMatchObject({ reason: undefined, at: until });
  });

  it('gives every trade once and in order, and tells every hole, whatever the tape', () => {
    const made = fc
      .array(
        fc.record({
          count: fc.integer({ min: 0, max: 1_000 }),
          lost: fc.uniqueArray(fc.integer({ min: 1, max: 1_000 }), { maxLength: 5 }),
          held: fc.integer({ min: 0, max: 20 }),
          endTold: fc.boolean(),
        }),
        { minLength: 1, maxLength: 3 },
      )
      .map((epochs) =>
        epochs.map(
          (each, i): Made => ({
            ...each,
            epoch: (i + 1) * 1_000_000,
            lost: each.lost.filter((seq) => seq < each.count).sort((a, b) => a - b),
          }),
        ),
      );
    fc.assert(
      fc.property(made, fc.nat(), fc.nat(), fc.nat({ max: 3 }), (epochs, from, to, unstored) => {
        const source = sourceOf(epochs, unstored);
        const [first] = epochs;
        const newest = epochs.at(-1);
        if (!first || !newest) return;
        const since = { epoch: first.epoch, seq: from % (first.count + 1) };
        const lowest = epochs.length === 1 ? since.seq : 0;
        const until = { epoch: newest.epoch, seq: lowest + (to % (newest.count - lowest + 1)) };
        const { trades, reason, at } = follow(source, since, until);
        expect(reason).toBeUndefined();
        expect(at).toEqual(until);
        const expected = epochs.flatMap(({ epoch, count, lost }) =>
          Array.from({ length: count }, (_, i) => i + 1)
            .filter((seq) => !lost.includes(seq))
            .filter((seq) => (epoch !== since.epoch || seq > since.seq) && (epoch !== until.epoch || seq <= until.seq))
            .map((seq) => `${epoch}.${seq}=${99 + seq}`),
        );
        expect(trades).toEqual(expected);
      }),
      { numRuns: 60 },
    );
  }, 60_000);
});
