import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { asEpoch } from '../../src/protocol/brand.ts';
import type { FeedAck, FeedPost } from '../../src/protocol/feed-messages.ts';
import { createLog } from '../../src/runtime/log.ts';
import { Consumers } from '../../src/upstream/consumers.ts';

const SNAPSHOT = {
  type: 'snapshot',
  epoch: asEpoch(1),
  open: [],
  lost: [],
  status: { upstream: 'live', since: 0 },
} as const;
const COUNTS = { type: 'counts', counts: { trades: 0, malformed: 0, unrequested: 0, unknownConditions: 0 } } as const;
const FLUSH = { bytes: new Uint8Array(10), index: new Float64Array(8), ranges: [{ symbol: 'A', from: 1, to: 1 }] };

/** What one consumer is posted, each post as the types in it. */
class Port {
  readonly posts: string[] = [];
  #onAck: ((ack: FeedAck) => void) | undefined;

  postMessage(post: FeedPost): void {
    this.posts.push(post.map(({ type }) => type).join(' '));
  }

  on(event: 'message' | 'close', listener: ((ack: FeedAck) => void) | (() => void)): void {
    if (event === 'message') this.#onAck = listener as (ack: FeedAck) => void;
  }

  ack(number: number): void {
    this.#onAck?.({ type: 'ack', number });
  }
}

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

describe('the consumers of the feed', () => {
  const start = (maxUnacked = 1_000) => {
    const consumers = new Consumers(maxUnacked, createLog('silent', 'test'), (lost) => ({ ...SNAPSHOT, lost }));
    const [eager, patient] = [new Port(), new Port()];
    consumers.add('eager', eager);
    consumers.add('patient', patient, 100);
    return { consumers, eager, patient };
  };

  it('get trades at once, or all that came within their patience in one post', () => {
    const { consumers, eager, patient } = start();
    consumers.postBatch(FLUSH);
    vi.advanceTimersByTime(60);
    consumers.post(COUNTS);
    consumers.postBatch(FLUSH);
    expect(eager.posts).toEqual(['snapshot', 'batch', 'counts', 'batch']);
    expect(patient.posts).toEqual(['snapshot']);
    vi.advanceTimersByTime(40);
    expect(patient.posts).toEqual(['snapshot', 'batch counts batch']);
    vi.advanceTimersByTime(1_000);
    expect(patient.posts).toHaveLength(2);
  });

  it('hear at once of what is dated by when it is heard of, and of what came before it', () => {
    const { consumers, patient } = start();
    consumers.postBatch(FLUSH);
    consumers.post({ type: 'close', symbol: 'A' });
    expect(patient.posts).toEqual(['snapshot', 'batch close']);
    consumers.postBatch(FLUSH);
    vi.advanceTimersByTime(100);
    expect(patient.posts).toEqual(['snapshot', 'batch close', 'batch']);
  });

  it('are posted what waits when the thread ends', () => {
    const { consumers, patient } = start();
    consumers.postBatch(FLUSH);
    consumers.postWaiting();
    expect(patient.posts).toEqual(['snapshot', 'batch']);
  });

  it('are spared while they do not keep up, also what they would wait for, and then told what they missed', () => {
    const { consumers, eager } = start(100);
    for (let i = 0; i < 3; i += 1) consumers.postBatch(FLUSH);
    expect(eager.posts).toEqual(['snapshot', 'batch']);
    eager.ack(1);
    expect(eager.posts).toEqual(['snapshot', 'batch', 'snapshot']);
  });
});
