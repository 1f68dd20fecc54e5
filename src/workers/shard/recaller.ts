import { ensureNever, type SymbolId } from '../../protocol/brand.ts';
import type { FromRecall, ToRecall } from '../../protocol/recall-messages.ts';
import type { ResetReason, Since } from '../../protocol/wire.ts';
import type { Client, Subscription } from './client.ts';
import { MAX_RECALLS, RECORDER_WITHIN_MS, REPLAY_PAUSE_BYTES } from './limits.ts';
import type { TapeSymbol } from './tape.ts';

/** The shard's end of its port to the recorder. A `MessagePort` is one. */
export interface RecallPort {
  postMessage(message: ToRecall): void;
  on(event: 'message', listener: (message: FromRecall) => void): unknown;
  on(event: 'close', listener: () => void): unknown;
  close(): void;
}

/** What becomes of a recalled subscription. */
export interface RecallerEvents {
  /** The ring has the rest, from `at` on. */
  readonly onDone: (client: Client, subscription: Subscription, tape: TapeSymbol, at: Since) => void;
  readonly onFailed: (client: Client, subscription: Subscription, tape: TapeSymbol, reason: ResetReason) => void;
}

interface Recall {
  readonly ref: number;
  readonly client: Client;
  readonly subscription: Subscription;
  readonly tape: TapeSymbol;
  at: Since;
  /** What its frames carry; `undefined` until this recorder is asked. */
  id: SymbolId | undefined;
  /** Whether the client was told that it will get everything. */
  isTold: boolean;
}

/** What one client is to be sent, in pages that its symbols take turns with. It waits for one page at a time. */
interface Queue {
  readonly client: Client;
  readonly recalls: Recall[];
}

/**
 * Brings clients up to the ring from the recorder, as fast as each one's socket takes it. However many come back at once, a
 * bounded number of pages is under way; a client that waits its turn, or whose socket is full, costs no more than its queue.
 */
export class Recaller {
  readonly #events: RecallerEvents;
  readonly #withinMs: number;
  readonly #queues = new Map<Client, Queue>();
  /** Whose turn it is next, in order. */
  readonly #ready = new Set<Queue>();
  /** Whose page is under way, by the number of the recall. */
  readonly #asked = new Map<number, Queue>();
  #port: RecallPort | undefined;
  #nextRef = 1;
  #giveUp: NodeJS.Timeout | undefined;

  /** `withinMs`: how long clients wait for a recorder that is not there. */
  constructor(events: RecallerEvents, withinMs: number = RECORDER_WITHIN_MS) {
    this.#events = events;
    this.#withinMs = withinMs;
  }

  /** A recorder is there (again): whoever was under way with the former one goes on with this one from where it is. */
  connect(port: RecallPort): void {
    const former = this.#port;
    this.#port = port;
    former?.close();
    clearTimeout(this.#giveUp);
    this.#giveUp = undefined;
    port.on('message', (message) => {
      if (port === this.#port) this.#receive(message);
    });
    port.on('close', () => {
      if (port !== this.#port) return;
      this.#port = undefined;
      this.#waitForRecorder();
    });
    this.#asked.clear();
    for (const queue of this.#queues.values()) {
      for (const recall of queue.recalls) recall.id = undefined;
      if (hasRoom(queue.client)) this.#ready.add(queue);
    }
    this.#askNext();
  }

  /** Begins to send a client what it missed since `at`; `recall` in its subscription is this one's number. */
  recall(client: Client, subscription: Subscription, tape: TapeSymbol, at: Since): void {
    const ref = this.#nextRef;
    this.#nextRef += 1;
    subscription.state = 'recalling';
    subscription.recall = ref;
    subscription.since = at;
    const queue = this.#queues.get(client) ?? { client, recalls: [] };
    this.#queues.set(client, queue);
    queue.recalls.push({ ref, client, subscription, tape, at, id: undefined, isTold: false });
    if (!this.#port) this.#waitForRecorder();
    this.#turn(queue);
  }

  /** The client's socket takes more again. */
  drained(client: Client): void {
    const queue = this.#queues.get(client);
    if (queue) this.#turn(queue);
  }

  /** The client is gone, or off all its topics: nothing more is brought to it. */
  forget(client: Client): void {
    const queue = this.#queues.get(client);
    if (!queue) return;
    for (const recall of queue.recalls) this.#cancel(recall);
    this.#queues.delete(client);
    this.#ready.delete(queue);
    this.#askNext();
  }

  #receive(message: FromRecall): void {
    const { ref } = message;
    const queue = this.#asked.get(ref);
    const recall = queue?.recalls.shift();
    // Cancelled while the answer was on its way.
    if (!queue || !recall) return;
    this.#asked.delete(ref);
    const isOver = message.type === 'unrecalled' || message.done;
    if (!isWanted(recall)) {
      if (!isOver) this.#cancel(recall);
    } else {
      queue.client.together(() => this.#deliver(recall, message));
      if (!isOver) queue.recalls.push(recall);
    }
    this.#turn(queue);
  }

  #deliver(recall: Recall, message: FromRecall): void {
    const { client, subscription, tape } = recall;
    switch (message.type) {
      case 'recalled':
        this.#tell(recall);
        for (const text of message.messages) client.sendText(text);
        recall.at = message.at;
        subscription.since = message.at;
        if (message.done) this.#events.onDone(client, subscription, tape, message.at);
        return;
      case 'unrecalled':
        this.#events.onFailed(client, subscription, tape, message.reason);
        return;
      default:
        ensureNever(message);
    }
  }

  /** Says once that everything follows, under the id that the frames carry. */
  #tell(recall: Recall): void {
    const { client, subscription, at, id, isTold } = recall;
    if (isTold || id === undefined) return;
    recall.isTold = true;
    client.tell({ type: 'subscribed', symbol: subscription.symbol, id, ...at, recovered: true });
  }

  /** A queue that waits for no page stands in line for the next one, if its client's socket has room. */
  #turn(queue: Queue): void {
    const [first] = queue.recalls;
    const isWaiting = first !== undefined && this.#asked.get(first.ref) === queue;
    if (!isWaiting && (!first || hasRoom(queue.client))) this.#ready.add(queue);
    this.#askNext();
  }

  #askNext(): void {
    const port = this.#port;
    if (!port) return;
    for (const queue of this.#ready) {
      if (this.#asked.size >= MAX_RECALLS) return;
      this.#ready.delete(queue);
      // What else it was sent while it stood in line may have filled its socket: it comes back when that has drained.
      if (!hasRoom(queue.client)) continue;
      let recall = queue.recalls[0];
      while (recall && !isWanted(recall)) {
        this.#cancel(recall);
        queue.recalls.shift();
        recall = queue.recalls[0];
      }
      if (recall) this.#ask(port, queue, recall);
      else if (this.#queues.get(queue.client) === queue) this.#queues.delete(queue.client);
    }
  }

  #ask(port: RecallPort, queue: Queue, recall: Recall): void {
    const { ref, at, subscription, tape } = recall;
    this.#asked.set(ref, queue);
    if (recall.id !== undefined) {
      port.postMessage({ type: 'more', ref });
      return;
    }
    const { epoch, seq, id } = tape.ring.oldest;
    recall.id = id;
    recall.isTold = false;
    port.postMessage({ type: 'recall', ref, symbol: subscription.symbol, since: at, until: { epoch, seq }, id });
  }

  #cancel({ ref, id }: Recall): void {
    this.#asked.delete(ref);
    if (id !== undefined) this.#port?.postMessage({ type: 'cancel', ref });
  }

  /** Who comes while others wait already waits no longer than they. */
  #waitForRecorder(): void {
    this.#giveUp ??= setTimeout(() => {
      this.#giveUp = undefined;
      const waiting = [...this.#queues.values()].flatMap(({ recalls }) => recalls);
      this.#queues.clear();
      this.#ready.clear();
      this.#asked.clear();
      for (const recall of waiting) {
        if (!isWanted(recall)) continue;
        const { client, subscription, tape, at } = recall;
        const resume = tape.ring.resume(at);
        this.#events.onFailed(client, subscription, tape, resume.ok ? 'too-old' : resume.reason);
      }
    }, this.#withinMs);
  }
}

function hasRoom({ laggingSince, ws }: Client): boolean {
  return laggingSince === undefined && ws !== undefined && ws.getBufferedAmount() <= REPLAY_PAUSE_BYTES;
}

/** Whether the client is still there and still waits for this very recall. */
function isWanted({ ref, client, subscription }: Recall): boolean {
  const { ws, subscriptions } = client;
  const isCurrent = subscriptions.get(subscription.symbol) === subscription && subscription.recall === ref;
  return ws !== undefined && isCurrent && subscription.state === 'recalling' && client.laggingSince === undefined;
}
