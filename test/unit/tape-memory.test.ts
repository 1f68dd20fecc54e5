import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { describe, expect, it } from 'vitest';
import { BATCH_STRIDE, writeFrame } from '../../src/protocol/batch.ts';
import { asEpoch, asSeq, asSymbolId, type Seq, type SymbolId } from '../../src/protocol/brand.ts';
import type { FeedMessage } from '../../src/protocol/feed-messages.ts';
import { CLOSED_RINGS, RING_BYTES } from '../../src/workers/shard/limits.ts';
import { Tape } from '../../src/workers/shard/tape.ts';

const MEGABYTE = 1024 * 1024;
const SYMBOLS = 4 * CLOSED_RINGS;

setFlagsFromString('--expose-gc');
const gc: () => void = runInNewContext('gc');

/** Buffers are freed beside the event loop, after the objects that held them. */
async function buffersHeld(): Promise<number> {
  for (let i = 0; i < 2; i += 1) {
    gc();
    await new Promise((resolve) => setImmediate(resolve));
  }
  return process.memoryUsage().arrayBuffers / MEGABYTE;
}

function createTape(): Tape {
  const nothing = (): void => undefined;
  return new Tape(0, {
    onFrame: nothing,
    onBars: nothing,
    onItem: nothing,
    onOpen: nothing,
    onClose: nothing,
    onLost: nothing,
    onStatus: nothing,
  });
}

/** A batch with one frame of `size` bytes for each of both wire formats. */
function batchOf(id: SymbolId, seq: Seq, size: number): FeedMessage {
  const index = new Float64Array(BATCH_STRIDE);
  writeFrame(index, 0, { id, firstSeq: seq, lastSeq: seq, start: 0, middle: size, end: 2 * size, lastT: 1, lastP: 1 });
  return { type: 'batch', ack: false, number: seq, bytes: new Uint8Array(2 * size), index };
}

describe('a tape', () => {
  it('keeps the past of a bounded number of closed symbols, however many there were', async () => {
    const tape = createTape();
    tape.receive(
      { type: 'snapshot', epoch: asEpoch(1), open: [], lost: [], status: { upstream: 'live', since: 0 } },
      0,
    );
    const before = await buffersHeld();
    for (let i = 1; i <= SYMBOLS; i += 1) {
      const symbol = `SYMBOL:${i}`;
      const id = asSymbolId(i);
      tape.receive({ type: 'open', open: { symbol, id, seq: asSeq(0) } }, i);
      tape.receive(batchOf(id, asSeq(1), RING_BYTES - 1_000), i);
      tape.receive({ type: 'close', symbol }, i);
    }
    const growth = (await buffersHeld()) - before;
    expect([...tape.symbols()]).toHaveLength(CLOSED_RINGS);
    expect(growth).toBeLessThan((1.1 * CLOSED_RINGS * RING_BYTES) / MEGABYTE);
  });
});
