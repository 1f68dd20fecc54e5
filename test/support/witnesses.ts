import { expect } from 'vitest';
import type { FinnhubClient, RawTrade, TickcastClient } from './clients.ts';
import type { Rig } from './rig.ts';
import { until } from './until.ts';

export const WITNESSED = 'WITNESS:1';
/** When the numbered stream says it begins, ms since 1970 UTC. */
export const EPOCH_2023 = 1_672_531_200_000;

/** Two clients that must not notice anything, and the numbered trades they get. */
export class Witnesses {
  readonly #rig: Rig;
  readonly numbered: TickcastClient;
  readonly dropIn: FinnhubClient;
  readonly sent: RawTrade[] = [];

  private constructor(rig: Rig, numbered: TickcastClient, dropIn: FinnhubClient) {
    this.#rig = rig;
    this.numbered = numbered;
    this.dropIn = dropIn;
  }

  static async call(rig: Rig): Promise<Witnesses> {
    const witnesses = new Witnesses(rig, await rig.tickcastClient(), await rig.finnhubClient());
    witnesses.numbered.subscribe(WITNESSED);
    witnesses.dropIn.subscribe(WITNESSED);
    await until('upstream has the symbol', () => rig.simulator.subscriptions()[0]?.includes(WITNESSED));
    await until('the first trade', async () => {
      if (witnesses.numbered.of('subscribed').length === 0) return false;
      if (witnesses.sent.length === 0) witnesses.send(witnesses.next());
      return witnesses.dropIn.trades.length > 0;
    });
    return witnesses;
  }

  /** The next trade of the numbered stream: its volume is its number. */
  next(): RawTrade {
    const v = this.sent.length + 1;
    return { c: ['1'], p: v / 100, s: WITNESSED, t: EPOCH_2023 + v, v };
  }

  /** Sends trades as one message, with whatever else is to stand between them. */
  send(trade: RawTrade, before: readonly string[] = [], after: readonly string[] = []): void {
    this.sent.push(trade);
    this.#rig.simulator.send(`{"data":[${[...before, JSON.stringify(trade), ...after].join(',')}],"type":"trade"}`);
  }

  /** Waits until the witnesses have what was sent up to now. */
  async caughtUp(): Promise<void> {
    const { numbered, dropIn } = this;
    const target = this.sent.length;
    await until('the witnesses have it all', () => Math.min(numbered.trades.length, dropIn.trades.length) >= target);
  }

  /** Everything that was sent, in order, once, numbered without a hole, and no word of trouble. */
  async testify(): Promise<void> {
    const sent = [...this.sent];
    await this.caughtUp();
    const { numbered, dropIn } = this;
    // More may have come by now.
    expect(dropIn.trades.slice(0, sent.length)).toEqual(sent);
    expect(numbered.trades.slice(0, sent.length).map(({ seq, t, p, v }) => ({ seq, t, p, v }))).toEqual(
      sent.map(({ t, p, v }, i) => ({ seq: i + 1, t, p, v })),
    );
    expect([...numbered.faults, ...dropIn.errors]).toEqual([]);
    expect([...numbered.of('error'), ...numbered.of('reset')]).toEqual([]);
    expect(numbered.of('gap').filter(({ fromSeq }) => fromSeq !== 0)).toEqual([]);
  }
}
