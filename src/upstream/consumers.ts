import type { FeedAck, FeedMessage, FeedSnapshot, Lost } from '../protocol/feed-messages.ts';
import type { Log } from '../runtime/log.ts';
import type { Flush } from './gather.ts';
import { Outbox } from './outbox.ts';

/** The sending side of a data port. A `MessagePort` is one. */
export interface ConsumerPort {
  postMessage(message: FeedMessage): void;
  on(event: 'message', listener: (message: FeedAck) => void): unknown;
  on(event: 'close', listener: () => void): unknown;
}

interface Consumer {
  readonly name: string;
  readonly port: ConsumerPort;
  readonly outbox: Outbox;
}

/** Posts to every consumer, one post a flush each, and spares the ones that do not keep up. */
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

  add(name: string, port: ConsumerPort): void {
    const consumer = { name, port, outbox: new Outbox(this.#maxUnackedBytes) };
    this.#consumers.add(consumer);
    port.on('close', () => this.#consumers.delete(consumer));
    port.on('message', ({ number }) => this.#acked(consumer, number));
    port.postMessage(this.#snapshot([]));
  }

  postBatch({ bytes, index, ranges }: Flush): void {
    for (const { name, port, outbox } of this.#consumers) {
      const wasBehind = outbox.isBehind;
      const number = outbox.admit(bytes.byteLength + index.byteLength);
      if (number !== undefined) {
        port.postMessage({ type: 'batch', number, bytes, index });
        continue;
      }
      if (!wasBehind) this.#log.warn({ consumer: name }, 'does not keep up: it is sent nothing until it does');
      for (const { symbol, from, to } of ranges) outbox.lose(symbol, from, to);
    }
  }

  /** Posts what is not trades. A consumer that is behind learns of it by the snapshot it gets once it has caught up. */
  post(message: Exclude<FeedMessage, { type: 'batch' | 'snapshot' }>): void {
    for (const { port, outbox } of this.#consumers) {
      if (!outbox.isBehind) port.postMessage(message);
      else if (message.type === 'gap') outbox.touch(message.symbol, message.gap.fromSeq ?? 0);
      else if (message.type === 'open' && message.gap) outbox.touch(message.open.symbol, message.open.seq);
    }
  }

  #acked(consumer: Consumer, number: number): void {
    const lost = consumer.outbox.ack(number);
    if (!lost) return;
    this.#log.warn({ consumer: consumer.name, symbols: lost.length }, 'keeps up again; what it missed is told');
    consumer.port.postMessage(this.#snapshot(lost));
  }
}
