import type { WebSocket } from 'uWebSockets.js';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { asEpoch, asSeq, asSymbolId } from '../../src/protocol/brand.ts';
import { encodeFrame } from '../../src/protocol/frame.ts';
import type { FromRecall, ToRecall } from '../../src/protocol/recall-messages.ts';
import { Client, type SocketData, type Subscription } from '../../src/workers/shard/client.ts';
import { MAX_RECALLS, REPLAY_PAUSE_BYTES } from '../../src/workers/shard/limits.ts';
import { Recaller, type RecallPort } from '../../src/workers/shard/recaller.ts';
import { Ring } from '../../src/workers/shard/ring.ts';
import type { TapeSymbol } from '../../src/workers/shard/tape.ts';
import { until } from '../support/until.ts';

type Asked = Extract<ToRecall, { type: 'recall' }>;

/** A recorder that answers when it is told to. */
class FakeRecorder implements RecallPort {
  readonly sent: ToRecall[] = [];
  isClosed = false;
  #onMessage: (message: FromRecall) => void = () => undefined;
  #onClose: () => void = () => undefined;

  postMessage(message: ToRecall): void {
    this.sent.push(message);
  }

  on(event: 'message' | 'close', listener: ((message: FromRecall) => void) | (() => void)): void {
    if (event === 'message') this.#onMessage = listener;
    else this.#onClose = listener as () => void;
  }

  close(): void {
    this.isClosed = true;
  }

  lose(): void {
    this.#onClose();
  }

  answer(message: FromRecall): void {
    this.#onMessage(message);
  }

  asked(symbol?: string): Asked[] {
    return this.sent.filter((m): m is Asked => m.type === 'recall' && (symbol === undefined || m.symbol === symbol));
  }

  types(): string[] {
    return this.sent.map(({ type }) => type);
  }

  /** One page: the trades numbered `from` to `to` under the id that was asked for. */
  page({ ref, id, until: end }: Asked, from: number, to: number): void {
    const parts = Array.from({ length: to - from + 1 }, () => '[0,1,1]');
    const at = { epoch: end.epoch, seq: to };
    this.answer({
      ...{ type: 'recalled', ref, messages: [encodeFrame(id, from, 1_000, parts)], at },
      done: to === end.seq,
    });
  }
}

class FakeSocket {
  readonly received: unknown[] = [];
  buffered = 0;

  cork(send: () => void): void {
    send();
  }

  send(message: string): number {
    this.received.push(JSON.parse(message));
    return 1;
  }

  getBufferedAmount(): number {
    return this.buffered;
  }
}

/** What a client was sent, frames by id and first number. */
const heard = ({ received }: FakeSocket): unknown[] =>
  received.map((message) => (Array.isArray(message) ? message.slice(0, 2) : message));

/** A symbol whose ring begins after `seq`. */
function tapeFrom(symbol: string, seq: number, id = 7): TapeSymbol {
  const ring = new Ring(10_000, asEpoch(100), asSymbolId(id), asSeq(seq));
  return { symbol, ring, open: true, closedAt: 0, last: undefined };
}

function createClient() {
  const socket = new FakeSocket();
  const client = new Client('tickcast', '127.0.0.1', true, 0);
  client.ws = socket as unknown as WebSocket<SocketData>;
  return { client, socket };
}

function start(withinMs?: number) {
  const done: string[] = [];
  const failed: string[] = [];
  const recaller = new Recaller(
    {
      onDone: (_, { symbol }, __, { seq }) => done.push(`${symbol}@${seq}`),
      onFailed: (_, { symbol }, __, reason) => failed.push(`${symbol}: ${reason}`),
    },
    withinMs,
  );
  const recorder = new FakeRecorder();
  const ask = (client: Client, tape: TapeSymbol, seq = 0): Subscription => {
    const subscription: Subscription = {
      ...{ symbol: tape.symbol, rate: 'full', state: 'pending', since: undefined, next: 0, epoch: 0, seq: 0 },
      ...{ recall: undefined, position: undefined, toldInvalid: false },
    };
    client.subscriptions.set(tape.symbol, subscription);
    recaller.recall(client, subscription, tape, { epoch: 100, seq });
    return subscription;
  };
  return { recaller, recorder, ask, done, failed };
}

const first = (asked: readonly Asked[]): Asked => {
  const [one] = asked;
  if (!one) throw new Error('nothing was asked for');
  return one;
};

describe('a recall', () => {
  it('is told once, before its first page, and ends where the ring begins', () => {
    const { recaller, recorder, ask, done } = start();
    recaller.connect(recorder);
    const { client, socket } = createClient();
    ask(client, tapeFrom('A', 20), 5);
    const asked = first(recorder.asked());
    expect(asked).toMatchObject({ symbol: 'A', since: { epoch: 100, seq: 5 }, until: { epoch: 100, seq: 20 }, id: 7 });
    recorder.page(asked, 6, 10);
    recorder.page(asked, 11, 20);
    expect(recorder.types()).toEqual(['recall', 'more']);
    expect(heard(socket)).toMatchObject([{ type: 'subscribed', id: 7, seq: 5, recovered: true }, [7, 6], [7, 11]]);
    expect(done).toEqual(['A@20']);
  });

  it('is told under the id that its frames carry, also when the ring has begun anew since', () => {
    const { recaller, recorder, ask } = start();
    recaller.connect(recorder);
    const { client, socket } = createClient();
    const tape = tapeFrom('A', 20);
    ask(client, tape);
    tape.ring.restart(asEpoch(200), asSymbolId(9), asSeq(0));
    recorder.page(first(recorder.asked()), 1, 20);
    expect(heard(socket)).toMatchObject([{ type: 'subscribed', id: 7 }, [7, 1]]);
  });

  it('is cancelled where its client has unsubscribed, and nothing of it is sent', () => {
    const { recaller, recorder, ask } = start();
    recaller.connect(recorder);
    const { client, socket } = createClient();
    ask(client, tapeFrom('A', 20));
    client.subscriptions.delete('A');
    recorder.page(first(recorder.asked()), 1, 5);
    expect([recorder.types(), socket.received]).toEqual([['recall', 'cancel'], []]);
  });

  it('is cancelled at once where its client is gone, also one that was paused', () => {
    const { recaller, recorder, ask } = start();
    recaller.connect(recorder);
    const { client, socket } = createClient();
    ask(client, tapeFrom('A', 20));
    socket.buffered = REPLAY_PAUSE_BYTES + 1;
    recorder.page(first(recorder.asked()), 1, 5);
    expect(recorder.types(), 'no more is asked for while the socket is full').toEqual(['recall']);
    client.ws = undefined;
    client.subscriptions.clear();
    recaller.forget(client);
    expect(recorder.types()).toEqual(['recall', 'cancel']);
  });
});

describe('a client with many symbols', () => {
  it('waits for one page at a time, so that they cannot fill its socket together; its symbols take turns', () => {
    const { recaller, recorder, ask, done } = start();
    recaller.connect(recorder);
    const { client, socket } = createClient();
    for (const symbol of ['A', 'B', 'C']) ask(client, tapeFrom(symbol, 20));
    expect(recorder.asked().map(({ symbol }) => symbol)).toEqual(['A']);
    recorder.page(first(recorder.asked('A')), 1, 10);
    socket.buffered = REPLAY_PAUSE_BYTES + 1;
    recorder.page(first(recorder.asked('B')), 1, 20);
    expect(recorder.asked('C'), 'its socket is full').toEqual([]);
    socket.buffered = REPLAY_PAUSE_BYTES;
    recaller.drained(client);
    recorder.page(first(recorder.asked('C')), 1, 20);
    expect(recorder.sent.at(-1)).toEqual({ type: 'more', ref: first(recorder.asked('A')).ref });
    recorder.page(first(recorder.asked('A')), 11, 20);
    expect(done).toEqual(['B@20', 'C@20', 'A@20']);
  });
});

describe('many clients', () => {
  it('are asked for a bounded number at once, and those whose sockets are full keep nobody waiting', () => {
    const { recaller, recorder, ask } = start();
    recaller.connect(recorder);
    const clients = Array.from({ length: MAX_RECALLS + 3 }, createClient);
    for (const { client } of clients) ask(client, tapeFrom('A', 20));
    expect(recorder.asked()).toHaveLength(MAX_RECALLS);
    for (const { socket } of clients.slice(0, 3)) socket.buffered = REPLAY_PAUSE_BYTES + 1;
    for (const asked of recorder.asked().slice(0, 3)) recorder.page(asked, 1, 5);
    expect(recorder.asked()).toHaveLength(MAX_RECALLS + 3);
  });
});

describe('a client whose socket fills while it stands in line', () => {
  it('is asked for when it has drained', () => {
    const { recaller, recorder, ask } = start();
    recaller.connect(recorder);
    for (let i = 0; i < MAX_RECALLS; i += 1) ask(createClient().client, tapeFrom('A', 20));
    const { client, socket } = createClient();
    ask(client, tapeFrom('LAST', 20));
    socket.buffered = REPLAY_PAUSE_BYTES + 1;
    recorder.page(first(recorder.asked()), 1, 20);
    expect(recorder.asked('LAST')).toEqual([]);
    socket.buffered = 0;
    recaller.drained(client);
    expect(recorder.asked('LAST')).toHaveLength(1);
  });
});

describe('a recorder that is lost', () => {
  it('is asked anew, when there is one again, from where each client is', () => {
    const { recaller, recorder, ask, done } = start();
    recaller.connect(recorder);
    const { client, socket } = createClient();
    ask(client, tapeFrom('A', 20));
    const before = first(recorder.asked());
    recorder.page(before, 1, 5);
    recorder.lose();
    const next = new FakeRecorder();
    recaller.connect(next);
    recorder.page(before, 6, 20);
    expect(done, 'the former one is not believed any more').toEqual([]);
    const asked = first(next.asked());
    expect(asked.since).toEqual({ epoch: 100, seq: 5 });
    next.page(asked, 6, 20);
    expect(heard(socket)).toMatchObject([
      { type: 'subscribed', seq: 0 },
      [7, 1],
      { type: 'subscribed', seq: 5 },
      [7, 6],
    ]);
    expect(done).toEqual(['A@20']);
  });

  it('is waited for a bounded time, however many come meanwhile', async () => {
    const { ask, failed } = start(40);
    const began = performance.now();
    let clients = 0;
    await until('the first ones are told', () => {
      ask(createClient().client, tapeFrom(`S${clients}`, 20));
      clients += 1;
      return failed.length > 0 || performance.now() - began > 1_000;
    });
    expect(failed).toContain('S0: too-old');
  });
});

describe('whatever happens meanwhile', () => {
  it('every client that stays gets every number once and in order, and nobody is forgotten', () => {
    const step = fc.record({
      kind: fc.constantFrom('answer', 'answer', 'answer', 'fill', 'drain', 'leave', 'gone', 'recorder'),
      client: fc.nat({ max: 2 }),
      symbol: fc.nat({ max: 2 }),
      size: fc.integer({ min: 1, max: 9 }),
    });
    fc.assert(
      fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
        const { recaller, ask, done } = start();
        let recorder = new FakeRecorder();
        recaller.connect(recorder);
        const clients = Array.from({ length: 3 }, createClient);
        const wanted = new Set<string>();
        for (const [c, { client }] of clients.entries()) {
          for (let s = 0; s < 3; s += 1) {
            ask(client, tapeFrom(`${c}${s}`, 20, 1 + s));
            wanted.add(`${c}${s}`);
          }
        }
        let answered = 0;
        const cursors = new Map<number, number>();
        const answer = (size: number): void => {
          const message = recorder.sent[answered];
          if (!message) return;
          answered += 1;
          const asked = first(recorder.asked().filter(({ ref }) => ref === message.ref));
          if (message.type === 'cancel') return;
          const from = message.type === 'recall' ? message.since.seq : (cursors.get(message.ref) ?? 0);
          const to = Math.min(20, from + size);
          cursors.set(message.ref, to);
          recorder.page(asked, from + 1, to);
        };
        for (const { kind, client: c, symbol: s, size } of steps) {
          const { client, socket } = clients[c] ?? createClient();
          if (kind === 'answer') answer(size);
          else if (kind === 'fill') socket.buffered = REPLAY_PAUSE_BYTES + 1;
          else if (kind === 'drain') {
            socket.buffered = 0;
            recaller.drained(client);
          } else if (kind === 'leave') {
            client.subscriptions.delete(`${c}${s}`);
            wanted.delete(`${c}${s}`);
          } else if (kind === 'gone') {
            client.ws = undefined;
            client.subscriptions.clear();
            recaller.forget(client);
            for (let each = 0; each < 3; each += 1) wanted.delete(`${c}${each}`);
          } else {
            recorder = new FakeRecorder();
            answered = 0;
            recaller.connect(recorder);
          }
        }
        for (const { client, socket } of clients) {
          socket.buffered = 0;
          recaller.drained(client);
        }
        while (answered < recorder.sent.length) answer(9);
        expect(
          done
            .map((text) => text.slice(0, 2))
            .filter((symbol) => wanted.has(symbol))
            .sort(),
        ).toEqual([...wanted].sort());
        for (const { socket } of clients) {
          const at = new Map<number, number>();
          for (const message of socket.received) {
            if (!Array.isArray(message)) {
              const { id, seq } = message as { id: number; seq: number };
              expect(seq, 'told from where it is').toBe(at.get(id) ?? 0);
              continue;
            }
            const [id, seq] = message;
            expect(seq, 'neither a hole nor a repeat').toBe((at.get(id) ?? 0) + 1);
            at.set(id, seq + message.length - 4);
          }
        }
      }),
      { numRuns: 300 },
    );
  });
});
