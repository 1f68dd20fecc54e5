import type { TemplatedApp, WebSocket } from 'uWebSockets.js';
import { describe, expect, it } from 'vitest';
import { BATCH_STRIDE, writeFrame } from '../../src/protocol/batch.ts';
import { asEpoch, asSeq, asSymbolId } from '../../src/protocol/brand.ts';
import type { FeedMessage } from '../../src/protocol/feed-messages.ts';
import type { FromShard } from '../../src/protocol/threads.ts';
import { Client, type SocketData } from '../../src/workers/shard/client.ts';
import { Hub } from '../../src/workers/shard/hub.ts';
import { FakeApp, FakeSocket } from '../support/fake-app.ts';
import { encodeTrades } from '../support/frames.ts';

const LIVE = { upstream: 'live', since: 0 } as const;

function start() {
  const app = new FakeApp();
  const toMain: FromShard[] = [];
  const hub = new Hub(app as unknown as TemplatedApp, 50, (message) => toMain.push(message));
  hub.receive({ type: 'snapshot', epoch: asEpoch(100), open: [], lost: [], status: LIVE });
  const connect = (kind: Client['kind']) => {
    const socket = new FakeSocket(app);
    const client = new Client(kind, '127.0.0.1', true, Date.now());
    client.ws = socket as unknown as WebSocket<SocketData>;
    return { client, socket };
  };
  return { hub, toMain, connect };
}

const open = (id: number, seq: number): FeedMessage => ({
  type: 'open',
  open: { symbol: 'A', id: asSymbolId(id), seq: asSeq(seq) },
});

/** One trade of the symbol with this id. */
function batch(id: number, seq: number): FeedMessage {
  const encode = new TextEncoder();
  const v1 = encode.encode(encodeTrades(id, seq, [{ symbol: 'A', t: 1_000 + seq, p: seq, v: 1, c: null }]));
  const finnhub = encode.encode('{"type":"trade","data":[]}');
  const bytes = new Uint8Array([...v1, ...finnhub]);
  const index = new Float64Array(BATCH_STRIDE);
  const numbers = { id: asSymbolId(id), firstSeq: asSeq(seq), lastSeq: asSeq(seq) };
  writeFrame(index, 0, { ...numbers, start: 0, middle: v1.length, end: bytes.length, lastT: 1_000 + seq, lastP: seq });
  return { type: 'batch', ack: false, number: seq, bytes, index };
}

describe('a client whose socket takes no more', () => {
  it('is taken off its topics, and told to forget and go on with the present once it has drained', () => {
    const { hub, connect } = start();
    const { client, socket } = connect('tickcast');
    hub.receive(open(1, 0));
    hub.subscribe(client, 'A', undefined);
    hub.receive(batch(1, 1));
    client.laggingSince = Date.now();
    socket.buffered = 10;
    hub.suspend(client);
    hub.receive(batch(1, 2));
    expect(socket.received.at(-1)).toEqual([1, 1, 1_001, [0, 1, 1]]);
    hub.drained(client);
    expect(client.laggingSince, 'not before all of it is gone').toBeDefined();
    socket.buffered = 0;
    const { writes } = socket;
    hub.drained(client);
    expect(socket.writes - writes, 'all of it in one write').toBe(1);
    hub.receive(batch(1, 3));
    expect(socket.received.slice(-3)).toMatchObject([
      { type: 'subscribed', id: 1, epoch: 100, seq: 2, recovered: false },
      { type: 'reset', epoch: 100, seq: 2, reason: 'slow' },
      [1, 3, 1_003, [0, 3, 1]],
    ]);
  });

  it('learns the new numbers when the upstream worker was started anew meanwhile', () => {
    const { hub, connect } = start();
    const { client, socket } = connect('tickcast');
    hub.receive(open(1, 0));
    hub.subscribe(client, 'A', undefined);
    client.laggingSince = Date.now();
    socket.buffered = 10;
    hub.suspend(client);
    hub.receive({ type: 'snapshot', epoch: asEpoch(200), open: [], lost: [], status: LIVE });
    hub.receive(open(7, 0));
    hub.receive(batch(7, 1));
    socket.buffered = 0;
    hub.drained(client);
    hub.receive(batch(7, 2));
    expect(socket.received).toContainEqual(expect.objectContaining({ type: 'subscribed', id: 7, epoch: 200, seq: 1 }));
    expect(socket.received.at(-1)).toEqual([7, 2, 1_002, [0, 2, 1]]);
  });

  it('is healed also when it had drained before it was taken off', () => {
    const { hub, connect } = start();
    const { client, socket } = connect('tickcast');
    hub.receive(open(1, 0));
    hub.subscribe(client, 'A', undefined);
    client.laggingSince = Date.now();
    hub.drained(client);
    hub.suspend(client);
    hub.receive(batch(1, 1));
    expect(client.laggingSince).toBeUndefined();
    expect(socket.received.at(-1)).toEqual([1, 1, 1_001, [0, 1, 1]]);
  });

  it('is answered, whatever it asks meanwhile, once it has drained', () => {
    const { hub, toMain, connect } = start();
    const { client, socket } = connect('tickcast');
    client.laggingSince = Date.now();
    socket.buffered = 10;
    hub.suspend(client);
    hub.receive(open(1, 0));
    hub.subscribe(client, 'A', undefined);
    hub.subscribe(client, 'B', undefined);
    const join = toMain.find((m) => m.type === 'join' && m.symbol === 'B');
    hub.answers.refused(join?.type === 'join' ? join.ref : 0);
    expect(socket.received).toEqual([]);
    socket.buffered = 0;
    hub.drained(client);
    hub.receive(batch(1, 1));
    expect(socket.received).toMatchObject([
      { type: 'error', code: 'capacity', symbol: 'B' },
      { type: 'status' },
      { type: 'subscribed', symbol: 'A', recovered: false },
      { type: 'reset', symbol: 'A', reason: 'slow' },
      [1, 1, 1_001, [0, 1, 1]],
    ]);
  });

  it('is not stuck while its socket takes something now and then', () => {
    const { hub, connect } = start();
    const { client, socket } = connect('tickcast');
    hub.receive(open(1, 0));
    hub.subscribe(client, 'A', undefined);
    client.laggingSince = 1_000;
    socket.buffered = 10;
    hub.suspend(client);
    const before = Date.now();
    hub.drained(client);
    expect(client.laggingSince, 'since it took something').toBeGreaterThanOrEqual(before);
  });

  it('is closed with 1013, once that can arrive, when it speaks a framing that has no word for it', () => {
    const { hub, connect } = start();
    const { client, socket } = connect('finnhub');
    hub.receive(open(1, 0));
    hub.subscribe(client, 'A', undefined);
    client.laggingSince = Date.now();
    socket.buffered = 10;
    hub.suspend(client);
    hub.receive(batch(1, 1));
    expect([socket.received, socket.ended]).toEqual([[], undefined]);
    socket.buffered = 0;
    hub.drained(client);
    expect(socket.ended).toBe(1013);
  });
});

describe('a replay', () => {
  it('pauses while the socket has enough to do, and goes on without a hole or a repeat', () => {
    const { hub, connect } = start();
    hub.receive(open(1, 0));
    for (let seq = 1; seq <= 5; seq += 1) hub.receive(batch(1, seq));
    const { client, socket } = connect('tickcast');
    socket.buffered = 1_000_000;
    hub.subscribe(client, 'A', { epoch: 100, seq: 1 });
    expect(socket.received).toMatchObject([{ type: 'subscribed', seq: 1, recovered: true }]);
    hub.receive(batch(1, 6));
    socket.buffered = 0;
    hub.drained(client);
    hub.receive(batch(1, 7));
    expect(socket.received.slice(1).map((frame) => (frame as number[])[1])).toEqual([2, 3, 4, 5, 6, 7]);
  });
});

describe('a symbol that loses its slot under its clients', () => {
  it('is asked after, and they go on where they were when it has one again', () => {
    const { hub, toMain, connect } = start();
    const { client, socket } = connect('tickcast');
    hub.receive(open(1, 0));
    hub.subscribe(client, 'A', undefined);
    hub.receive(batch(1, 1));
    hub.receive({ type: 'close', symbol: 'A' });
    expect(toMain.at(-1)).toEqual({ type: 'ask', symbol: 'A' });
    hub.answers.waiting('A', 2);
    const gap = { cause: 'unwatched', from: 10, to: 20, fromSeq: 1, toSeq: 2 } as const;
    hub.receive({ type: 'open', open: { symbol: 'A', id: asSymbolId(1), seq: asSeq(1) }, gap });
    hub.receive(batch(1, 2));
    expect(socket.received.slice(-4)).toMatchObject([
      { type: 'waiting', position: 2 },
      { type: 'subscribed', seq: 1, recovered: true },
      { type: 'gap', cause: 'unwatched' },
      [1, 2, 1_002, [0, 2, 1]],
    ]);
  });
});

describe('a symbol that Finnhub refuses', () => {
  it("is known as refused in the end, although main's word came before upstream's", () => {
    const { hub, toMain, connect } = start();
    const { client, socket } = connect('tickcast');
    hub.subscribe(client, 'A', undefined);
    hub.answers.invalid('A');
    hub.receive(open(1, 0));
    hub.receive({ type: 'close', symbol: 'A' });
    expect(toMain.at(-1)).toEqual({ type: 'ask', symbol: 'A' });
    hub.answers.invalid('A');
    hub.answers.invalid('A');
    expect(socket.received.slice(1)).toMatchObject([{ type: 'subscribed' }, { type: 'error', code: 'unknown-symbol' }]);
  });
});

describe('trades that are lost on the way to a shard', () => {
  it('are a reset for who knows the word, and the end of the connection for who does not', () => {
    const { hub, connect } = start();
    const modern = connect('tickcast');
    const program = connect('finnhub');
    hub.receive(open(1, 0));
    for (const { client } of [modern, program]) hub.subscribe(client, 'A', undefined);
    hub.receive({
      type: 'snapshot',
      epoch: asEpoch(100),
      open: [{ symbol: 'A', id: asSymbolId(1), seq: asSeq(9) }],
      lost: [{ symbol: 'A', from: 1, to: 9 }],
      status: LIVE,
    });
    const resets = modern.socket.received.filter((m) => (m as { type?: string }).type === 'reset');
    expect(resets).toEqual([{ type: 'reset', symbol: 'A', epoch: 100, seq: 9, reason: 'overrun' }]);
    expect(program.socket.ended).toBe(1013);
  });
});
