import type { FeedAck, FeedMessage, FeedPost, FeedSnapshot, Lost } from '../protocol/feed-messages.ts';
import type { Log } from '../runtime/log.ts';
import type { Flush } from './gather.ts';
import { Outbox } from './outbox.ts';

/** The sending side of a data port. A `MessagePort` is one. */
export interface ConsumerPort {
  postMessage(post: FeedPost): void;
  on(event: 'message', listener: (message: FeedAck) => void): unknown;
  on(event: 'close', listener: () => void): unknown;
}

interface Consumer {
  readonly name: string;
  readonly port: ConsumerPort;
  readonly outbox: Outbox;
  readonly patienceMs: number;
  /** What waits for its patience to end. */
  waiting: FeedMessage[];
  timer: NodeJS.Timeout | undefined;
}

/**
 * Posts to every consumer, one post a flush each, and spares the ones that do not keep up. A patient consumer gets what
 * comes within its patience in one post.
 */
export class Consumers {
  readonly #consumers = new Set<Consumer>();
  readonly #maxUnackedBytes: number;
  readonly #log: Log;
  readonly #snapshot: (lost: readonly Lost[]) => FeedSnapshot;

  constructor(maxUnackedBytes: number, log: Log, snapshot: (lost: readonly Lost[]) => FeedSnapshot) {
    this.#maxUnackedBytes = maxUnackedBytes;
    this.#log = log;
    this.#snapshot = snapshot;
  }

  add(name: string, port: ConsumerPort, patienceMs = 0): void {
    const outbox = new Outbox(this.#maxUnackedBytes);
    const consumer: Consumer = { name, port, outbox, patienceMs, waiting: [], timer: undefined };
    this.#consumers.add(consumer);
    port.on('close', () => {
      clearTimeout(consumer.timer);
      this.#consumers.delete(consumer);
    });
    port.on('message', ({ number }) => this.#acked(consumer, number));
    port.postMessage([this.#snapshot([])]);
  }

  postBatch({ bytes, index, ranges }: Flush): void {
    for (const consumer of this.#consumers) {
      const { name, outbox } = consumer;
      const wasBehind = outbox.isBehind;
      const admitted = outbox.admit(bytes.byteLength + index.byteLength);
      if (admitted) {
        post(consumer, { type: 'batch', ...admitted, bytes, index });
        continue;
      }
      if (!wasBehind) this.#log.warn({ consumer: name }, 'does not keep up: it is sent nothing until it does');
      for (const { symbol, from, to } of ranges) outbox.lose(symbol, from, to);
    }
  }

  /** Posts what is not trades. A consumer that is behind learns of it by the snapshot it gets once it has caught up. */
  post(message: Exclude<FeedMessage, { type: 'batch' | 'snapshot' }>): void {
    for (const consumer of this.#consumers) {
      const { outbox } = consumer;
      if (!outbox.isBehind) post(consumer, message);
      else if (message.type === 'gap') outbox.touch(message.symbol, message.gap.fromSeq ?? 0);
      else if (message.type === 'open' && message.gap) outbox.touch(message.open.symbol, message.open.seq);
    }
  }

  /** Posts what waits for anybody's patience. */
  postWaiting(): void {
    for (const consumer of this.#consumers) postWaiting(consumer);
  }

  #acked(consumer: Consumer, number: number): void {
    const lost = consumer.outbox.ack(number);
    if (!lost) return;
    this.#log.warn({ consumer: consumer.name, symbols: lost.length }, 'keeps up again; what it missed is told');
    post(consumer, this.#snapshot(lost));
  }
}

function post(consumer: Consumer, message: FeedMessage): void {
  consumer.waiting.push(message);
  // What else happens is dated by when it is heard of.
  if (consumer.patienceMs > 0 && (message.type === 'batch' || message.type === 'counts')) {
    consumer.timer ??= setTimeout(() => postWaiting(consumer), consumer.patienceMs);
  } else {
    postWaiting(consumer);
  }
}

function postWaiting(consumer: Consumer): void {
  clearTimeout(consumer.timer);
  consumer.timer = undefined;
  if (consumer.waiting.length > 0) consumer.port.postMessage(consumer.waiting);
  consumer.waiting = [];
}
