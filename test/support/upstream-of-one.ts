import { asEpoch, type Epoch } from '../../src/protocol/brand.ts';
import type { FeedMessage, Lost, OpenSymbol } from '../../src/protocol/feed-messages.ts';
import type { BarsDemand } from '../../src/protocol/threads.ts';
import type { Stretch } from '../../src/protocol/wire.ts';
import { Conflation } from '../../src/upstream/conflation.ts';
import { Gather } from '../../src/upstream/gather.ts';
import { asOpenSymbol, type NumberedSymbol, Numbering } from '../../src/upstream/numbering.ts';

export const SYMBOL = 'A';
const LIVE = { upstream: 'live', since: 0 } as const;

/**
 * What the upstream worker is made of, for one symbol and with a clock that a test turns. A trade's price is its number among
 * all that ever were; `priceOf` knows it by epoch and number.
 */
export class UpstreamOfOne {
  readonly #consumer: (message: FeedMessage) => void;
  readonly #prices = new Map<string, number>();
  readonly gaps: (Stretch & { readonly epoch: number })[] = [];
  epoch: Epoch = asEpoch(100);
  isOpen = false;
  /** ms; of the trades too. */
  now = 10_000;
  #starts = 0;
  #trades = 0;
  #batches = 0;
  #isLosing = false;
  #numbering = new Numbering(0);
  #gather = new Gather();
  #conflation = this.#createConflation();

  constructor(consumer: (message: FeedMessage) => void) {
    this.#consumer = consumer;
    this.#snapshot();
    this.open();
  }

  get seq(): number {
    return this.#state.seq;
  }

  get #state(): NumberedSymbol {
    return this.#numbering.get(SYMBOL) ?? this.#numbering.open(SYMBOL, this.now);
  }

  priceOf(epoch: number, seq: number): number | undefined {
    return this.#prices.get(`${epoch}.${seq}`);
  }

  /** So many trades, `everyMs` apart, that leave together. */
  trade(count = 1, everyMs = 0): void {
    for (let i = 0; i < count; i += 1) {
      this.now += everyMs;
      this.#trades += 1;
      const trade = { symbol: SYMBOL, t: this.now, p: this.#trades, v: 1, c: null };
      this.#gather.add(this.#state, trade);
      this.#prices.set(`${this.epoch}.${this.seq}`, this.#trades);
      this.#conflation.add(trade, this.#state.seq, this.now);
    }
    this.#flush();
  }

  /** Time goes by, in which the timer of the bars is never late. */
  wait(ms: number): void {
    const end = this.now + ms;
    for (let due = this.#conflation.nextDue; due <= end; due = this.#conflation.nextDue) {
      this.now = Math.max(this.now, due);
      this.#conflation.tick(this.now);
      this.#flush();
    }
    this.now = end;
  }

  bars({ symbol, rate, isWanted }: BarsDemand): void {
    if (!isWanted) this.#conflation.unwant(symbol, rate);
    else if (this.#conflation.want(symbol, rate) && this.isOpen) {
      this.#gather.addBars(this.#state, rate, { seq: this.seq + 1, count: 0, bars: [] });
    }
    this.#flush();
  }

  gap(): void {
    this.#settle();
    this.#post({ type: 'gap', symbol: SYMBOL, gap: this.#newGap('upstream') });
  }

  close(): void {
    this.#settle();
    this.isOpen = false;
    this.#post({ type: 'close', symbol: SYMBOL });
  }

  open(): void {
    const gap = this.seq > 0 ? { gap: this.#newGap('unwatched') } : {};
    this.isOpen = true;
    this.#post({ type: 'open', open: asOpenSymbol(this.#state), ...gap });
  }

  /** Ends without a word, and comes back as another one: what waited to leave is gone. */
  restart(wanted: readonly BarsDemand[]): void {
    this.#starts += 1;
    this.epoch = asEpoch(this.epoch + 100);
    this.#numbering = new Numbering(this.#starts);
    this.#gather = new Gather();
    this.#conflation = this.#createConflation();
    this.#snapshot();
    this.open();
    for (const demand of wanted) this.bars(demand);
  }

  /** The consumer does not keep up: it is not posted what `meanwhile` brings, and told so. */
  overrun(meanwhile: () => void): void {
    const from = this.seq + 1;
    this.#isLosing = true;
    meanwhile();
    this.#isLosing = false;
    const lost = this.seq < from ? [] : [{ symbol: SYMBOL, from, to: this.seq }];
    this.#snapshot(this.isOpen ? [asOpenSymbol(this.#state)] : [], lost);
  }

  #post(message: FeedMessage): void {
    if (!this.#isLosing) this.#consumer(message);
  }

  #createConflation(): Conflation {
    return new Conflation((_, rate, bars) => this.#gather.addBars(this.#state, rate, bars));
  }

  #newGap(cause: Stretch['cause']): Stretch {
    const gap = { cause, from: this.now, to: this.now + 1, fromSeq: this.seq, toSeq: this.seq + 1 };
    this.gaps.push({ ...gap, epoch: this.epoch });
    this.now += 1;
    return gap;
  }

  #settle(): void {
    this.#conflation.settle(SYMBOL, this.now);
    this.#flush();
  }

  #flush(): void {
    const flush = this.#gather.flush();
    if (!flush) return;
    this.#batches += 1;
    this.#post({ type: 'batch', ack: false, number: this.#batches, bytes: flush.bytes, index: flush.index });
  }

  #snapshot(open: readonly OpenSymbol[] = [], lost: readonly Lost[] = []): void {
    this.#post({ type: 'snapshot', epoch: this.epoch, open, lost, status: LIVE });
  }
}
