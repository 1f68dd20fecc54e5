import { ensureNever, type SymbolId } from '../../protocol/brand.ts';
import type { FromRecall, ToRecall } from '../../protocol/threads.ts';
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
  /** What the frames carry that the recorder was asked for. */
  id: SymbolId;
  /** Whether the recorder has been asked, and the client been told that it will get everything. */
  isAsked: boolean;
  isTold: boolean;
  /** A page was sent, and the next one is asked for when the socket has room. */
  isPaused: boolean;
}

/** Brings clients up to the ring from the recorder, a page at a time as fast as each one's socket takes it. */
export class Recaller {
  readonly #events: RecallerEvents;
  readonly #recalls = new Map<number, Recall>();
  #port: RecallPort | undefined;
  #nextRef = 1;
  #giveUp: NodeJS.Timeout | undefined;

  constructor(events: RecallerEvents) {
    this.#events = events;
  }

  /** A recorder is there (again): whoever was under way with the former one goes on with this one from where it is. */
  connect(port: RecallPort): void {
    this.#port?.close();
    this.#port = port;
    clearTimeout(this.#giveUp);
    port.on('message', (message) => {
      if (port === this.#port) this.#receive(message);
    });
    port.on('close', () => {
      if (port !== this.#port) return;
      this.#port = undefined;
      this.#waitForRecorder();
    });
    for (const recall of this.#recalls.values()) {
      recall.isAsked = false;
      recall.isPaused = false;
    }
    this.#askMore();
  }

  /** Begins to send a client what it missed since `at`; `recall` in its subscription is this one's number. */
  recall(client: Client, subscription: Subscription, tape: TapeSymbol, at: Since): void {
    const ref = this.#nextRef;
    this.#nextRef += 1;
    subscription.state = 'recalling';
    subscription.recall = ref;
    subscription.since = at;
    this.#recalls.set(ref, {
      ref,
      client,
      subscription,
      tape,
      at,
      id: tape.ring.oldest.id,
      isAsked: false,
      isTold: false,
      isPaused: false,
    });
    if (!this.#port) this.#waitForRecorder();
    this.#askMore();
  }

  /** The client's socket takes more again. */
  drained(client: Client): void {
    for (const { state, recall: ref } of client.subscriptions.values()) {
      const recall = state === 'recalling' && ref !== undefined ? this.#recalls.get(ref) : undefined;
      if (recall?.isPaused) this.#goOn(recall);
    }
  }

  #receive(message: FromRecall): void {
    const recall = this.#recalls.get(message.ref);
    if (!recall) return;
    if (!isWanted(recall)) {
      this.#port?.postMessage({ type: 'cancel', ref: message.ref });
      this.#end(recall);
      return;
    }
    const { client, subscription, tape } = recall;
    switch (message.type) {
      case 'recalled':
        this.#tell(recall);
        for (const text of message.messages) client.sendText(text);
        recall.at = message.at;
        subscription.since = message.at;
        if (message.done) {
          this.#end(recall);
          this.#events.onDone(client, subscription, tape, message.at);
        } else this.#goOn(recall);
        return;
      case 'unrecalled':
        this.#end(recall);
        this.#events.onFailed(client, subscription, tape, message.reason);
        return;
      default:
        ensureNever(message);
    }
  }

  /** Says once that everything follows, under the id that the frames carry. */
  #tell({ client, subscription, at, id, isTold }: Recall): void {
    if (isTold) return;
    client.tell({ type: 'subscribed', symbol: subscription.symbol, id, ...at, recovered: true });
  }

  #goOn(recall: Recall): void {
    const { client, ref } = recall;
    recall.isTold = true;
    recall.isPaused = client.laggingSince !== undefined || (client.ws?.getBufferedAmount() ?? 0) > REPLAY_PAUSE_BYTES;
    if (!recall.isPaused) this.#port?.postMessage({ type: 'more', ref });
  }

  #end({ ref }: Recall): void {
    this.#recalls.delete(ref);
    this.#askMore();
  }

  /** A bounded number is under way at once; the others have only a line here. */
  #askMore(): void {
    if (!this.#port) return;
    let asked = 0;
    for (const recall of [...this.#recalls.values()]) {
      if (asked === MAX_RECALLS) return;
      if (!isWanted(recall)) {
        if (recall.isAsked) this.#port.postMessage({ type: 'cancel', ref: recall.ref });
        this.#recalls.delete(recall.ref);
        continue;
      }
      // Whoever waits for its own socket takes nobody's turn.
      if (!recall.isPaused) asked += 1;
      if (recall.isAsked) continue;
      recall.isAsked = true;
      recall.isTold = false;
      const { epoch, seq, id } = recall.tape.ring.oldest;
      recall.id = id;
      const { ref, at, subscription } = recall;
      const until = { epoch, seq };
      this.#port.postMessage({ type: 'recall', ref, symbol: subscription.symbol, since: at, until, id });
    }
  }

  #waitForRecorder(): void {
    clearTimeout(this.#giveUp);
    this.#giveUp = setTimeout(() => {
      for (const recall of [...this.#recalls.values()]) {
        this.#recalls.delete(recall.ref);
        if (isWanted(recall)) this.#events.onFailed(recall.client, recall.subscription, recall.tape, 'too-old');
      }
    }, RECORDER_WITHIN_MS);
  }
}

/** Whether the client is still there and still waits for this very recall. */
function isWanted({ ref, client, subscription }: Recall): boolean {
  const { ws, subscriptions } = client;
  const isCurrent = subscriptions.get(subscription.symbol) === subscription && subscription.recall === ref;
  return ws !== undefined && isCurrent && subscription.state === 'recalling' && client.laggingSince === undefined;
}
