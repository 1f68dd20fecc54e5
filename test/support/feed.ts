import { MessageChannel, type MessagePort } from 'node:worker_threads';
import { type BarsFrame, decodeBars } from '../../src/protocol/bars.ts';
import { type BatchBars, batchRows, readBars, readFrame } from '../../src/protocol/batch.ts';
import { asEpoch } from '../../src/protocol/brand.ts';
import type { FeedMessage, FeedPost } from '../../src/protocol/feed-messages.ts';
import { decodeFrame } from '../../src/protocol/frame.ts';
import { parseJson } from '../../src/protocol/json.ts';
import type { FromUpstream, UpstreamOptions } from '../../src/protocol/threads.ts';
import type { UpstreamStatus } from '../../src/protocol/wire.ts';
import { createLog } from '../../src/runtime/log.ts';
import { Feed } from '../../src/upstream/feed.ts';
import { TIMING, type Timing } from '../../src/upstream/limits.ts';
import { later } from './rig.ts';

const decoder = new TextDecoder();

/** The feed as one consumer sees it over a real port: everything posted, in order. */
export class TestConsumer {
  readonly messages: FeedMessage[] = [];
  readonly trades: { readonly id: number; readonly seq: number; readonly t: number; readonly p: number }[] = [];
  /** Every row of bars, and what it holds. */
  readonly bars: (BatchBars & { readonly frame: BarsFrame | undefined })[] = [];
  readonly port: MessagePort;
  /** While false nothing is acknowledged. */
  acknowledges = true;

  constructor(port: MessagePort) {
    this.port = port;
    port.on('message', (post: FeedPost) => {
      for (const message of post) this.#receive(message);
    });
  }

  get statuses(): UpstreamStatus[] {
    return this.messages.flatMap((m) => (m.type === 'status' || m.type === 'snapshot' ? [m.status] : []));
  }

  get status(): UpstreamStatus | undefined {
    return this.statuses.at(-1);
  }

  of<T extends FeedMessage['type']>(type: T): Extract<FeedMessage, { type: T }>[] {
    return this.messages.filter((m): m is Extract<FeedMessage, { type: T }> => m.type === type);
  }

  acknowledge(): void {
    const last = this.of('batch').at(-1);
    if (last) this.port.postMessage({ type: 'ack', number: last.number });
  }

  #receive(message: FeedMessage): void {
    this.messages.push(message);
    if (message.type !== 'batch') return;
    for (let row = 0; row < batchRows(message.index); row += 1) {
      const { start, middle } = readFrame(message.index, row);
      const value = parseJson(decoder.decode(message.bytes.subarray(start, middle)));
      const bars = readBars(message.index, row);
      if (bars) {
        this.bars.push({ ...bars, frame: Array.isArray(value) ? decodeBars(value) : undefined });
        continue;
      }
      const frame = Array.isArray(value) ? decodeFrame(value) : undefined;
      if (!frame) throw new Error('a batch holds something that is no frame');
      for (const [i, { t, p }] of frame.trades.entries()) this.trades.push({ id: frame.id, seq: frame.seq + i, t, p });
    }
    if (this.acknowledges) this.port.postMessage({ type: 'ack', number: message.number });
  }
}

export interface TestFeed {
  readonly feed: Feed;
  readonly toMain: FromUpstream[];
  consumer(): TestConsumer;
}

/** The upstream worker's feed in this thread, with shorter times where a test says so. */
export function startFeed(
  options: Partial<UpstreamOptions> & { wsUrl: string },
  timing: Partial<Timing> = {},
): TestFeed {
  const toMain: FromUpstream[] = [];
  const feed = new Feed(
    { epoch: asEpoch(1), start: 0, keys: ['test-key'], symbolLimit: 50, flushMs: 20, ...options },
    { ...TIMING, ...timing },
    createLog('silent', 'test'),
    (message) => toMain.push(message),
  );
  feed.start();
  later(async () => feed.stop());
  return {
    feed,
    toMain,
    consumer: () => {
      const { port1, port2 } = new MessageChannel();
      feed.addConsumer('test', port1);
      later(async () => port2.close());
      return new TestConsumer(port2);
    },
  };
}
