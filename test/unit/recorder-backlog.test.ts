import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterAll, expect, it } from 'vitest';
import { asEpoch, asSeq, asSymbolId } from '../../src/protocol/brand.ts';
import { createLog } from '../../src/runtime/log.ts';
import { Gather } from '../../src/upstream/gather.ts';
import { Numbering } from '../../src/upstream/numbering.ts';
import { MAX_COMMIT_ROWS } from '../../src/workers/recorder/limits.ts';
import { Recorder } from '../../src/workers/recorder/recorder.ts';
import { openTape } from '../support/tape-file.ts';
import { until } from '../support/until.ts';

const dir = mkdtempSync(join(tmpdir(), 'tickcast-backlog-'));
afterAll(() => rmSync(dir, { recursive: true, force: true }));

const SYMBOL = 'BINANCE:BTCUSDT';
const EPOCH = Date.UTC(2025, 9, 15, 14, 30);

/** A recorder that holds `count` trades, since somebody else has locked the file. */
function behind(name: string, count: number): { readonly recorder: Recorder; readonly unlock: () => void } {
  const file = join(dir, name);
  openTape(file).close();
  const recorder = new Recorder({ file, retentionDays: 36_500, maxDiskMb: undefined }, createLog('silent', 'test'));
  const lock = new DatabaseSync(file);
  lock.exec('BEGIN IMMEDIATE');
  const status = { upstream: 'live', since: 0 } as const;
  recorder.receive({ type: 'snapshot', epoch: asEpoch(EPOCH), open: [], lost: [], status });
  recorder.receive({ type: 'open', open: { symbol: SYMBOL, id: asSymbolId(1), seq: asSeq(0) } });
  const gather = new Gather();
  const state = new Numbering(0).open(SYMBOL, 0);
  for (let i = 0; i < count; i += 1) gather.add(state, { symbol: SYMBOL, t: EPOCH + i, p: 1, v: 1, c: null });
  const flush = gather.flush();
  if (flush) recorder.receive({ type: 'batch', ack: false, number: 1, bytes: flush.bytes, index: flush.index });
  recorder.commit();
  expect(recorder.status()).toMatchObject({ state: 'failing', held: count });
  return { recorder, unlock: () => lock.close() };
}

it('works a backlog off a transaction at a time, so that others get their turn', async () => {
  const count = 2 * MAX_COMMIT_ROWS + 10;
  const { recorder, unlock } = behind('turns.sqlite', count);
  unlock();
  await until('it writes', () => recorder.status().written > 0);
  expect(recorder.status().written).toBeLessThan(count);
  await until('it has written everything', () => recorder.status().written === count);
  expect(recorder.status()).toMatchObject({ state: 'recording', held: 0 });
  recorder.stop();
});

it('writes a whole backlog before it stops', () => {
  const count = MAX_COMMIT_ROWS + 10;
  const { recorder, unlock } = behind('stop.sqlite', count);
  unlock();
  recorder.stop();
  expect(recorder.status()).toMatchObject({ written: count, held: 0 });
});
