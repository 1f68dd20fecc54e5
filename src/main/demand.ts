import type { Log } from '../runtime/log.ts';
import { DemandLedger, type LedgerOptions } from './ledger.ts';
import type { Effect } from './ledger-effect.ts';
import type { Interest } from './ledger-entry.ts';

/** Who carries out what the ledger decides. */
export interface DemandTargets {
  readonly upstream: (message: { readonly type: 'subscribe' | 'unsubscribe'; readonly symbol: string }) => void;
  /** To one shard, or to all where `shard` is `undefined`. */
  readonly shard: (
    shard: number | undefined,
    effect: Extract<Effect, { type: 'waiting' | 'refused' | 'invalid' }>,
  ) => void;
}

/** The longest wait a timer takes (2³¹ − 1 ms). */
const MAX_TIMER_MS = 2_147_483_647;

/** The demand ledger's shell: hands it the time, carries out its effects, and wakes it when time alone changes something. */
export class Demand {
  readonly #ledger: DemandLedger;
  readonly #targets: DemandTargets;
  readonly #log: Log;
  #timer: NodeJS.Timeout | undefined;
  /** Whether there is an upstream worker that is connected to everybody who is to have its trades. */
  #hasUpstream = false;

  constructor(options: LedgerOptions, targets: DemandTargets, log: Log) {
    this.#ledger = new DemandLedger(options);
    this.#targets = targets;
    this.#log = log;
  }

  get capacity(): number {
    return this.#ledger.capacity;
  }

  join(interest: Interest): void {
    this.#apply(this.#ledger.join(interest, Date.now()));
  }

  ask(shard: number, symbol: string): void {
    this.#apply(this.#ledger.ask(symbol, shard));
  }

  leave(shard: number, ref: number): void {
    this.#apply(this.#ledger.leave(shard, ref, Date.now()));
  }

  shardGone(shard: number): void {
    this.#apply(this.#ledger.shardGone(shard, Date.now()));
  }

  invalid(symbol: string): void {
    this.#apply(this.#ledger.invalid(symbol, Date.now()));
  }

  setCapacity(capacity: number, rejected: readonly string[]): void {
    this.#apply(this.#ledger.setCapacity(capacity, rejected, Date.now()));
  }

  /** Everything that is wanted is subscribed to now, and nothing before: who is connected only later would lack the first trades. */
  upstreamStarted(capacity: number): void {
    this.#hasUpstream = true;
    this.#apply(this.#ledger.upstreamStarted(capacity, Date.now()));
  }

  upstreamGone(): void {
    this.#hasUpstream = false;
  }

  stop(): void {
    clearTimeout(this.#timer);
  }

  #apply(effects: readonly Effect[]): void {
    for (const effect of effects) {
      this.#log.debug(effect, 'demand');
      if (effect.type === 'subscribe' || effect.type === 'unsubscribe') {
        if (this.#hasUpstream) this.#targets.upstream(effect);
      } else this.#targets.shard(effect.shard, effect);
    }
    clearTimeout(this.#timer);
    const next = this.#ledger.nextTick();
    if (next === Number.POSITIVE_INFINITY) return;
    const wait = Math.min(MAX_TIMER_MS, Math.max(0, next - Date.now()));
    this.#timer = setTimeout(() => this.#apply(this.#ledger.tick(Date.now())), wait);
  }
}
