import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterAll, describe, expect, it } from 'vitest';
import { asEpoch, asSeq, asSymbolId } from '../../src/protocol/brand.ts';
import { decodeServerFrame } from '../../src/protocol/decode-server.ts';
import type { FeedMessage } from '../../src/protocol/feed-messages.ts';
import type { Since } from '../../src/protocol/wire.ts';
import { createLog } from '../../src/runtime/log.ts';
import { Gather } from '../../src/upstream/gather.ts';
import { Numbering } from '../../src/upstream/numbering.ts';
import { nextPage, type RecallState } from '../../src/workers/recorder/recall-walk.ts';
import { Recorder } from '../../src/workers/recorder/recorder.ts';
import { openTape, writeTape } from '../support/tape-file.ts';

const dir = mkdtempSync(join(tmpdir(), 'tickcast-held-'));
afterAll(() => rmSync(dir, { recursive: true, force: true }));
let files = 0;

const SYMBOL = 'BINANCE:BTCUSDT';
const STATUS = { upstream: 'live', since: 0 } as const;
/** Two epochs: times are long ago, since the gap between them ends now. */
const OLD = Date.UTC(2025, 9, 15, 14, 30);
const NEW = OLD + 3_600_000;

/** What an upstream worker tells from its start on: the symbol, and trades numbered 1 to `count`. */
function epochOf(epoch: number, count: number): FeedMessage[] {
  const open = { symbol: SYMBOL, id: asSymbolId(1), seq: asSeq(0) };
  const messages: FeedMessage[] = [
    { type: 'snapshot', epoch: asEpoch(epoch), open: [], lost: [], status: STATUS },
    { type: 'open', open },
  ];
  const gather = new Gather();
  const state = new Numbering(0).open(SYMBOL, 0);
  for (let i = 1; i <= count; i += 1) gather.add(state, { symbol: SYMBOL, t: epoch + i, p: 100 + i, v: 1, c: null });
  const flush = gather.flush();
  if (flush) messages.push({ type: 'batch', ack: false, number: 1, bytes: flush.bytes, index: flush.index });
  return messages;
}

/** A recorder whose disk takes nothing, since somebody else has locked the file. */
function failing(before: (file: string) => void, messages: readonly FeedMessage[]): Recorder {
  files += 1;
  const file = join(dir, `${files}.sqlite`);
  openTape(file).close();
  before(file);
  const recorder = new Recorder({ file, retentionDays: 36_500, maxDiskMb: undefined }, createLog('silent', 'test'));
  const lock = new DatabaseSync(file);
  lock.exec('BEGIN IMMEDIATE');
  for (const message of messages) recorder.receive(message);
  recorder.commit();
  expect(recorder.status().state).toBe('failing');
  cleanups.push(() => {
    lock.close();
    recorder.stop();
  });
  return recorder;
}
const cleanups: (() => void)[] = [];
afterAll(() => {
  for (const cleanup of cleanups) cleanup();
});

/** What a client gets that comes back, in words. */
function recall(recorder: Recorder, since: Since, until: Since): string[] {
  const state: RecallState = { symbol: SYMBOL, until, id: 7, at: since, told: new Set(), isChecked: false };
  const told: string[] = [];
  for (let pages = 0; pages < 10; pages += 1) {
    const page = nextPage(recorder, state);
    if (page.type === 'impossible') return [...told, page.reason];
    for (const text of page.messages) {
      const message = decodeServerFrame(text);
      if (message?.type === 'trades') told.push(`${message.seq}-${message.seq + message.trades.length - 1}`);
      else if (message?.type === 'gap') told.push(`gap ${message.cause}`);
      else if (message?.type === 'subscribed') told.push(`epoch ${message.epoch}`);
    }
    if (page.done) return told;
  }
  throw new Error('it does not end');
}

const nothing = (): void => undefined;

describe('a recall while the disk takes nothing', () => {
  it('has the trades of a symbol that the file has never had', () => {
    const recorder = failing(nothing, epochOf(NEW, 5));
    expect(recall(recorder, { epoch: NEW, seq: 2 }, { epoch: NEW, seq: 5 })).toEqual(['3-5']);
    expect(recall(recorder, { epoch: NEW, seq: 0 }, { epoch: NEW, seq: 5 })).toEqual(['1-5']);
    expect(recall(recorder, { epoch: NEW, seq: 6 }, { epoch: NEW, seq: 5 })).toEqual(['ahead']);
    expect(recall(recorder, { epoch: OLD, seq: 1 }, { epoch: NEW, seq: 5 })).toEqual(['other-epoch']);
  });

  it('has the trades of an epoch that the file has never had, and those before it', () => {
    const trades = [1, 2, 3].map((i) => ({ t: OLD + i, p: i }));
    const recorder = failing((file) => writeTape(file, { symbol: SYMBOL, epoch: OLD, trades }), epochOf(NEW, 5));
    expect(recall(recorder, { epoch: OLD, seq: 1 }, { epoch: NEW, seq: 5 })).toEqual([
      ...['2-3', 'gap restart', `epoch ${NEW}`, '1-5'],
    ]);
  });

  it('goes over epochs of which the file has none', () => {
    const recorder = failing(nothing, [...epochOf(OLD, 4), ...epochOf(NEW, 5)]);
    expect(recall(recorder, { epoch: OLD, seq: 1 }, { epoch: NEW, seq: 5 })).toEqual([
      ...['2-4', 'gap restart', `epoch ${NEW}`, '1-5'],
    ]);
    expect(recall(recorder, { epoch: OLD, seq: 4 }, { epoch: NEW, seq: 0 })).toEqual(['gap restart', `epoch ${NEW}`]);
  });

  it('goes on from an epoch in which nothing was traded', () => {
    const recorder = failing(nothing, [...epochOf(OLD, 0), ...epochOf(NEW, 2)]);
    expect(recall(recorder, { epoch: OLD, seq: 0 }, { epoch: NEW, seq: 2 })).toEqual([
      ...['gap restart', `epoch ${NEW}`, '1-2'],
    ]);
  });
});
