import type { TemplatedApp, WebSocket } from 'uWebSockets.js';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { BATCH_STRIDE, writeFrame } from '../../src/protocol/batch.ts';
import { asEpoch, asSeq, asSymbolId } from '../../src/protocol/brand.ts';
import { decodeServerFrame } from '../../src/protocol/decode-server.ts';
import { encodeFrame } from '../../src/protocol/frame.ts';
import type { FromRecall, ToRecall } from '../../src/protocol/recall-messages.ts';
import type { Rate } from '../../src/protocol/wire.ts';
import { Client, type SocketData } from '../../src/workers/shard/client.ts';
import { Hub } from '../../src/workers/shard/hub.ts';
import { REPLAY_PAUSE_BYTES, RING_BYTES } from '../../src/workers/shard/limits.ts';
import type { RecallPort } from '../../src/workers/shard/recaller.ts';
import { FakeApp, FakeSocket } from '../support/fake-app.ts';

const EPOCH = 100;
const ID = 7;
const encode = new TextEncoder();

const frameOf = (id: number, from: number, to: number): string =>
  encodeFrame(
    id,
    from,
    1_000,
    Array.from({ length: to - from + 1 }, (_, i) => `[0,${from + i},1]`),
  );

/** A shard, a recorder that has every trade, and one client that came back. */
class Scene {
  readonly hub: Hub;
  readonly socket: FakeSocket;
  readonly client: Client;
  /** The last number given. */
  total = 0;
  isOpen = true;
  /** What the recorder was asked, of which `#answered` have an answer. */
  readonly asked: ToRecall[] = [];
  #answered = 0;
  #read = 0;
  readonly #recalls = new Map<number, { at: number; readonly until: number; readonly id: number }>();
  #onMessage: (message: FromRecall) => void = () => undefined;
  have = 0;

  constructor() {
    const app = new FakeApp();
    this.hub = new Hub(app as unknown as TemplatedApp, 50, () => undefined);
    const status = { upstream: 'live', since: 0 } as const;
    this.hub.receive({ type: 'snapshot', epoch: asEpoch(EPOCH), open: [], lost: [], status });
    this.open();
    this.socket = new FakeSocket(app);
    this.client = new Client('tickcast', '127.0.0.1', true, Date.now());
    this.client.ws = this.socket as unknown as WebSocket<SocketData>;
    const port: RecallPort = {
      postMessage: (message) => this.asked.push(message),
      on: (event: string, listener: unknown) => {
        if (event === 'message') this.#onMessage = listener as (message: FromRecall) => void;
      },
      close: () => undefined,
    };
    this.hub.connectRecorder(port);
  }

  /** The client subscribes, from what it has on. */
  subscribe(rate: Rate = 'full'): void {
    this.hub.subscribe(this.client, 'A', { epoch: EPOCH, seq: this.have }, rate);
  }

  open(): void {
    this.isOpen = true;
    this.hub.receive({ type: 'open', open: { symbol: 'A', id: asSymbolId(ID), seq: asSeq(this.total) } });
  }

  close(): void {
    this.isOpen = false;
    this.hub.receive({ type: 'close', symbol: 'A' });
  }

  trade(count = 1): void {
    const from = this.total + 1;
    this.total += count;
    const v1 = encode.encode(frameOf(ID, from, this.total));
    const index = new Float64Array(BATCH_STRIDE);
    const numbers = { id: asSymbolId(ID), firstSeq: asSeq(from), lastSeq: asSeq(this.total), lastT: 1_000, lastP: 1 };
    writeFrame(index, 0, { ...numbers, start: 0, middle: v1.length, end: v1.length });
    this.hub.receive({ type: 'batch', ack: false, number: from, bytes: v1, index });
  }

  /** So many trades that the ring has forgotten all that was before. */
  burst(): void {
    const end = (this.hub.tape.get('A')?.ring.end ?? 0) + 1;
    for (let bytes = 0; bytes < RING_BYTES; bytes += 10_000) this.trade(1_000);
    expect(this.hub.tape.get('A')?.ring.at(end), 'it has moved on').toBeUndefined();
  }

  /** The recorder's next answer, with up to `size` trades; `false` where it was asked nothing more. */
  answer(size: number): boolean {
    const message = this.asked[this.#answered];
    if (!message) return false;
    this.#answered += 1;
    const { ref } = message;
    if (message.type === 'recall') {
      this.#recalls.set(ref, { at: message.since.seq, until: message.until.seq, id: message.id });
    }
    const recall = this.#recalls.get(ref);
    if (message.type === 'cancel' || !recall) return true;
    const to = Math.min(recall.until, recall.at + size);
    const messages = to > recall.at ? [frameOf(recall.id, recall.at + 1, to)] : [];
    recall.at = to;
    const done = to === recall.until;
    this.#onMessage({ type: 'recalled', ref, messages, at: { epoch: EPOCH, seq: to }, done });
    return true;
  }

  drain(): void {
    this.socket.buffered = 0;
    this.hub.drained(this.client);
  }

  /** The client reads what it was sent, and holds it to the protocol. */
  read(): void {
    for (; this.#read < this.socket.received.length; this.#read += 1) {
      const text = JSON.stringify(this.socket.received[this.#read]);
      const message = decodeServerFrame(text);
      if (message?.type === 'trades') {
        expect(message.id).toBe(ID);
        expect(message.seq, 'neither a hole nor a repeat').toBe(this.have + 1);
        for (const [i, { p }] of message.trades.entries()) if (p !== message.seq + i) throw new Error('another trade');
        this.have += message.trades.length;
      } else if (message?.type === 'subscribed') {
        expect(message, 'it goes on from what the client has').toMatchObject({ seq: this.have, recovered: true });
      } else {
        expect(message?.type, 'nothing is given up').not.toBe('reset');
      }
    }
  }

  /** Everybody has time for everything. */
  settle(): void {
    if (!this.isOpen) this.open();
    this.drain();
    while (this.answer(5_000)) this.drain();
    this.read();
  }
}

describe('a client that comes back after the ring has moved on', () => {
  it('gets everything from the recorder, then from the ring, then live, while trades pour in between the pages', () => {
    const scene = new Scene();
    scene.burst();
    scene.subscribe();
    while (scene.answer(9_000)) scene.trade();
    scene.trade();
    scene.read();
    expect(scene.have).toBe(scene.total);
  });

  it('is given what comes together in one write each: thousands come back at once, and it is writing that costs', () => {
    const scene = new Scene();
    scene.burst();
    scene.trade();
    scene.trade();
    scene.subscribe();
    const before = { writes: scene.socket.writes, received: scene.socket.received.length };
    while (scene.answer(100_000));
    expect(scene.socket.received.length - before.received, 'a word, a page and the ring').toBeGreaterThan(3);
    expect(scene.socket.writes - before.writes).toBe(1);
    scene.read();
    expect(scene.have).toBe(scene.total);
  });

  it('is brought on by the recorder once more where the ring moves on meanwhile', () => {
    const scene = new Scene();
    scene.burst();
    scene.subscribe();
    scene.answer(1_000);
    scene.burst();
    scene.settle();
    expect(scene.asked.filter(({ type }) => type === 'recall').length).toBeGreaterThan(1);
    expect(scene.have).toBe(scene.total);
  });

  it('goes to the recorder where the ring moves on under its replay, which waits for its socket', () => {
    const scene = new Scene();
    scene.trade(10);
    scene.socket.buffered = REPLAY_PAUSE_BYTES + 1;
    scene.subscribe();
    scene.burst();
    scene.settle();
    expect(scene.asked[0]).toMatchObject({ type: 'recall', since: { epoch: EPOCH, seq: 0 } });
    expect(scene.have).toBe(scene.total);
  });

  it('goes to the recorder where the ring moves on while it waits for bars that do not come', () => {
    const scene = new Scene();
    scene.trade(10);
    scene.subscribe('1hz');
    scene.read();
    scene.burst();
    scene.hub.subscribe(scene.client, 'A', undefined, 'full');
    scene.settle();
    expect(scene.asked[0]).toMatchObject({ type: 'recall', since: { epoch: EPOCH, seq: 10 } });
    expect(scene.have).toBe(scene.total);
  });

  it('goes on from where it is when the symbol loses its slot meanwhile and has one again', () => {
    const scene = new Scene();
    scene.burst();
    scene.subscribe();
    scene.answer(1_000);
    scene.close();
    scene.answer(1_000);
    scene.open();
    expect(scene.asked.at(-1)).toMatchObject({ type: 'recall', since: { seq: 1_000 } });
    scene.settle();
    expect(scene.have).toBe(scene.total);
  });

  it('hears nothing more of it once it has unsubscribed, and can come back', () => {
    const scene = new Scene();
    scene.burst();
    scene.subscribe();
    scene.answer(1_000);
    scene.read();
    scene.hub.unsubscribe(scene.client, 'A');
    while (scene.answer(1_000));
    scene.read();
    expect(scene.have).toBe(1_000);
    expect(scene.asked.at(-1)?.type).toBe('cancel');
    scene.subscribe();
    scene.settle();
    expect(scene.have).toBe(scene.total);
  });

  it('is told to forget and gets the present when its socket took no more meanwhile', () => {
    const scene = new Scene();
    scene.burst();
    scene.subscribe();
    scene.answer(1_000);
    scene.client.laggingSince = Date.now();
    scene.socket.buffered = 1;
    scene.hub.suspend(scene.client);
    expect(scene.asked.at(-1)?.type).toBe('cancel');
    while (scene.answer(1_000));
    const before = scene.socket.received.length;
    scene.drain();
    expect(scene.socket.received.slice(before)).toMatchObject([
      { type: 'status' },
      { type: 'subscribed', seq: scene.total, recovered: false },
      { type: 'reset', seq: scene.total, reason: 'slow' },
    ]);
  });

  it('is costing nothing any more once it is gone', () => {
    const scene = new Scene();
    scene.burst();
    scene.subscribe();
    scene.answer(1_000);
    scene.hub.gone(scene.client);
    expect(scene.asked.at(-1)?.type).toBe('cancel');
    const { length } = scene.asked;
    while (scene.answer(1_000));
    expect(scene.asked).toHaveLength(length);
  });

  it('has every trade once and in order in the end, whatever happens meanwhile', () => {
    const step = fc.oneof(
      {
        weight: 4,
        arbitrary: fc.record({ kind: fc.constant('answer' as const), size: fc.integer({ min: 0, max: 30_000 }) }),
      },
      {
        weight: 4,
        arbitrary: fc.record({ kind: fc.constant('trade' as const), size: fc.integer({ min: 1, max: 50 }) }),
      },
      {
        weight: 4,
        arbitrary: fc.record({
          kind: fc.constantFrom('fill' as const, 'drain' as const, 'close' as const, 'open' as const, 'leave' as const),
          size: fc.constant(0),
        }),
      },
      { weight: 1, arbitrary: fc.record({ kind: fc.constant('burst' as const), size: fc.constant(0) }) },
    );
    fc.assert(
      fc.property(fc.array(step, { maxLength: 30 }), (steps) => {
        const scene = new Scene();
        scene.burst();
        scene.subscribe();
        for (const { kind, size } of steps) {
          if (kind === 'answer') scene.answer(size);
          else if (kind === 'fill') scene.socket.buffered = REPLAY_PAUSE_BYTES + 1;
          else if (kind === 'drain') scene.drain();
          else if (kind === 'close') scene.close();
          else if (kind === 'open') scene.open();
          else if (kind === 'leave') {
            scene.hub.unsubscribe(scene.client, 'A');
            scene.read();
            scene.subscribe();
          } else if (scene.isOpen) {
            if (kind === 'burst') scene.burst();
            else scene.trade(size);
          }
        }
        scene.settle();
        expect(scene.have).toBe(scene.total);
      }),
      { numRuns: 60 },
    );
  }, 60_000);
});
