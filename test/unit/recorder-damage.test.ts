import { closeSync, mkdtempSync, openSync, readdirSync, rmSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { asEpoch, asSeq, asSymbolId } from '../../src/protocol/brand.ts';
import type { FeedMessage } from '../../src/protocol/feed-messages.ts';
import { joinFigis } from '../../src/protocol/figis.ts';
import { createLog } from '../../src/runtime/log.ts';
import { openForReading, TapeReader } from '../../src/tape/reader.ts';
import { Recorder } from '../../src/workers/recorder/recorder.ts';
import { writeTape } from '../support/tape-file.ts';

const SYMBOL = 'BINANCE:BTCUSDT';
const OLD = Date.UTC(2025, 9, 15, 14, 30);
const NEW = OLD + 3_600_000;
let dir: string;
let file: string;
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'tickcast-damage-'));
  file = join(dir, 'tape.sqlite');
});
afterEach(() => rmSync(dir, { recursive: true, force: true }));

/** Overwrites the root page of a table or an index, which opening the file does not read. */
function damage(name: string): void {
  const db = new DatabaseSync(file);
  db.exec('PRAGMA wal_checkpoint(TRUNCATE)');
  const page = Number(db.prepare('SELECT rootpage FROM sqlite_schema WHERE name = ?').get(name)?.rootpage);
  const size = Number(db.prepare('PRAGMA page_size').get()?.page_size);
  db.close();
  const handle = openSync(file, 'r+');
  writeSync(handle, new Uint8Array(size).fill(0xff), 0, size, (page - 1) * size);
  closeSync(handle);
}

const opened: FeedMessage[] = [
  { type: 'snapshot', epoch: asEpoch(NEW), open: [], lost: [], status: { upstream: 'live', since: 0 } },
  { type: 'open', open: { symbol: SYMBOL, id: asSymbolId(1), seq: asSeq(0) } },
];

describe('a recording in which damage is found when it is read', () => {
  it('is set aside, and a new one begun: the recorder does not stumble over it at every start', () => {
    writeTape(file, { symbol: SYMBOL, epoch: OLD, trades: [{ t: OLD, p: 1 }] });
    damage('sqlite_autoindex_symbols_1');
    const recorder = new Recorder({ file, retentionDays: 30, maxDiskMb: undefined }, createLog('silent', 'test'));
    for (const message of opened) recorder.receive(message);
    recorder.setFigis(joinFigis([[SYMBOL, 'BBG000000001']]));
    recorder.stop();
    expect(readdirSync(dir).filter((name) => name.startsWith('tape.sqlite.corrupt-'))).not.toEqual([]);
    const db = openForReading(file);
    expect(new TapeReader(db).symbol(SYMBOL)).toMatchObject({ missing: undefined });
    db.close();
  });
});
