import { ensureNever } from '../../protocol/brand.ts';
import type { FromRecall, ToRecall } from '../../protocol/recall-messages.ts';
import { errorText } from '../../runtime/log.ts';
import { RECALL_WAIT_MS, REPEATED_LOG_MS } from './limits.ts';
import type { RecallSource } from './recall-source.ts';
import { nextPage, type RecallState } from './recall-walk.ts';

/** One end of the port between a shard and the recorder. A `MessagePort` is one. */
export interface RecallPort {
  postMessage(message: FromRecall): void;
  on(event: 'message', listener: (message: ToRecall) => void): unknown;
  on(event: 'close', listener: () => void): unknown;
}

interface Recall extends RecallState {
  readonly ref: number;
  readonly port: RecallPort;
  /** Until when it waits for trades that the shard has already, ms of the clock. */
  readonly waitUntil: number;
}

/** Answers shards whose clients come back with more to catch up than the shard's ring has. */
export class Recalls {
  readonly #source: RecallSource;
  readonly #onFailing: (reason: string) => void;
  readonly #waitMs: number;
  readonly #recalls = new Map<RecallPort, Map<number, Recall>>();
  readonly #waiting = new Set<Recall>();
  #timer: NodeJS.Timeout | undefined;
  /** When it was last told that recalls fail, ms of the clock. */
  #toldFailing = Number.NEGATIVE_INFINITY;

  /**
   * `onFailing` is told why recalls fail, now and then, however many do. `waitMs`: how long one waits for the recorder to hear
   * what its shard has heard.
   */
  constructor(source: RecallSource, onFailing: (reason: string) => void, waitMs: number = RECALL_WAIT_MS) {
    this.#source = source;
    this.#onFailing = onFailing;
    this.#waitMs = waitMs;
  }

  connect(port: RecallPort): void {
    const recalls = new Map<number, Recall>();
    this.#recalls.set(port, recalls);
    port.on('close', () => {
      for (const recall of recalls.values()) this.#waiting.delete(recall);
      this.#recalls.delete(port);
    });
    port.on('message', (message) => this.#receive(port, recalls, message));
  }

  /** The recorder has taken more of the feed: some who wait may go on. */
  advanced(): void {
    for (const recall of [...this.#waiting]) {
      if (!this.#isKnown(recall) && Date.now() < recall.waitUntil) continue;
      this.#waiting.delete(recall);
      this.#answer(recall);
    }
  }

  #receive(port: RecallPort, recalls: Map<number, Recall>, message: ToRecall): void {
    switch (message.type) {
      case 'recall': {
        const { ref, symbol, since, until, id } = message;
        const recall = { ref, port, symbol, until, id, at: since, told: new Set<string>(), isChecked: false };
        const waiting = { ...recall, waitUntil: Date.now() + this.#waitMs };
        recalls.set(ref, waiting);
        this.#begin(waiting);
        return;
      }
      case 'more': {
        const recall = recalls.get(message.ref);
        if (recall) this.#answer(recall);
        return;
      }
      case 'cancel': {
        const recall = recalls.get(message.ref);
        if (recall) this.#waiting.delete(recall);
        recalls.delete(message.ref);
        return;
      }
      default:
        ensureNever(message);
    }
  }

  /** The shard may have heard more than the recorder: they have a port each. */
  #begin(recall: Recall): void {
    if (this.#isKnown(recall)) {
      this.#answer(recall);
      return;
    }
    this.#waiting.add(recall);
    this.#arm();
  }

  /** They wait equally long: the first one's time is the next to be over, whoever comes after it. */
  #arm(): void {
    const [first] = this.#waiting;
    if (!first || this.#timer) return;
    const rest = Math.max(0, first.waitUntil - Date.now());
    this.#timer = setTimeout(() => {
      this.#timer = undefined;
      this.advanced();
      this.#arm();
    }, rest);
  }

  #isKnown({ symbol, until }: Recall): boolean {
    const position = this.#source.position(symbol);
    if (!position) return false;
    return position.epoch > until.epoch || (position.epoch === until.epoch && position.seq >= until.seq);
  }

  #answer(recall: Recall): void {
    const { ref, port } = recall;
    let answer: FromRecall;
    try {
      this.#source.commit();
      const page = nextPage(this.#source, recall);
      answer =
        page.type === 'page'
          ? { type: 'recalled', ref, messages: page.messages, at: recall.at, done: page.done }
          : { type: 'unrecalled', ref, reason: page.reason };
    } catch (error) {
      // A disk that cannot be read now: the client forgets what it has, and goes on with the present.
      answer = { type: 'unrecalled', ref, reason: 'overrun' };
      this.#failed(errorText(error), Date.now());
    }
    if (answer.type === 'unrecalled' || answer.done) this.#recalls.get(port)?.delete(ref);
    port.postMessage(answer);
  }

  /** The same disk fails thousands who come back at once: it is spoken of once. */
  #failed(reason: string, now: number): void {
    if (now - this.#toldFailing < REPEATED_LOG_MS) return;
    this.#toldFailing = now;
    this.#onFailing(reason);
  }
}
