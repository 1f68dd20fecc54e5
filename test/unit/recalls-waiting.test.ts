import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { asSymbolId } from '../../src/protocol/brand.ts';
import type { FromRecall, ToRecall } from '../../src/protocol/recall-messages.ts';
import type { Since } from '../../src/protocol/wire.ts';
import { openForReading, TapeReader } from '../../src/tape/reader.ts';
import { type RecallPort, Recalls } from '../../src/workers/recorder/recalls.ts';
import { writeTape } from '../support/tape-file.ts';
import { until } from '../support/until.ts';

const SYMBOL = 'BINANCE:BTCUSDT';
const EPOCH = 1_000;
const dir = mkdtempSync(join(tmpdir(), 'tickcast-recalls-'));
afterAll(() => rmSync(dir, { recursive: true, force: true }));
const file = join(dir, 'tape.sqlite');
writeTape(file, { symbol: SYMBOL, epoch: EPOCH, trades: [1, 2, 3, 4].map((p) => ({ t: EPOCH + p, p })) });

/** A recorder with four trades on disk, which has heard of as many as `position` says. */
function start(waitMs: number, db = openForReading(file)) {
  const answers: FromRecall[] = [];
  const failures: string[] = [];
  const heard: { position: Since | undefined } = { position: undefined };
  const recalls = new Recalls(
    {
      reader: new TapeReader(db),
      commit: () => undefined,
      held: () => ({ trades: [], gaps: [], heard: [] }),
      position: () => heard.position,
    },
    (reason) => failures.push(reason),
    waitMs,
  );
  let send: (message: ToRecall) => void = () => undefined;
  const port: RecallPort = {
    postMessage: (message) => answers.push(message),
    on: (event: string, listener: unknown) => {
      if (event === 'message') send = listener as (message: ToRecall) => void;
    },
  };
  recalls.connect(port);
  let ref = 0;
  const recall = (seq: number): void => {
    ref += 1;
    send({
      ...{ type: 'recall', ref, symbol: SYMBOL, id: asSymbolId(7) },
      ...{ since: { epoch: EPOCH, seq: 0 }, until: { epoch: EPOCH, seq } },
    });
  };
  return { recalls, answers, failures, heard, recall, send: (message: ToRecall) => send(message) };
}

describe('a recall of trades of which the shard has heard and the recorder has not', () => {
  it('is answered as soon as it has', () => {
    const { recalls, answers, heard, recall } = start(60_000);
    heard.position = { epoch: EPOCH, seq: 3 };
    recall(4);
    recalls.advanced();
    expect(answers).toEqual([]);
    heard.position = { epoch: EPOCH, seq: 4 };
    recalls.advanced();
    expect(answers).toMatchObject([{ type: 'recalled', ref: 1, at: { epoch: EPOCH, seq: 4 }, done: true }]);
  });

  it('waits a bounded time, however many others come meanwhile, and is then told that it cannot be joined', async () => {
    const { answers, recall } = start(40);
    await until(
      'the first is answered',
      () => {
        recall(9);
        return answers.length > 0;
      },
      2_000,
    );
    expect(answers[0]).toEqual({ type: 'unrecalled', ref: 1, reason: 'overrun' });
    const { length } = answers;
    await until('so are the others', () => answers.length > length, 2_000);
  });

  it('is not answered any more once it is cancelled', () => {
    const { recalls, answers, heard, recall, send } = start(60_000);
    recall(4);
    send({ type: 'cancel', ref: 1 });
    heard.position = { epoch: EPOCH, seq: 4 };
    recalls.advanced();
    expect(answers).toEqual([]);
  });
});

describe('a recall that the disk does not let be read', () => {
  it('is answered all the same, and spoken of once with its reason, not for every client', () => {
    const db = openForReading(file);
    const { answers, failures, heard, recall } = start(60_000, db);
    heard.position = { epoch: EPOCH, seq: 4 };
    db.close();
    for (let client = 0; client < 100; client += 1) recall(4);
    expect(answers).toHaveLength(100);
    for (const answer of answers) expect(answer).toMatchObject({ type: 'unrecalled', reason: 'overrun' });
    expect(failures).toHaveLength(1);
    expect(failures[0]).toContain('finalized');
  });
});
