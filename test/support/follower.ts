import type { Since } from '../../src/protocol/wire.ts';
import { TickcastClient } from './clients.ts';
import { sleep } from './until.ts';

/**
 * A program that follows symbols over many connections, each time from where the last one ended. It remembers everything it
 * was given and told; what the protocol does not allow is a fault.
 */
export class Follower {
  /** Prices by number, by `symbol|epoch`: of hundreds of clients, more cannot be kept. */
  readonly prices = new Map<string, number[]>();
  readonly faults: string[] = [];
  /** What `reset` told: by symbol and epoch the number up to which trades may be lacking. */
  readonly resets = new Map<string, number>();
  readonly causes = new Set<string>();
  /** Where each symbol began. */
  readonly began = new Map<string, Since>();
  connections = 0;
  readonly #url: string;
  readonly #symbols: readonly string[];
  readonly #positions = new Map<string, Since>();

  constructor(url: string, symbols: readonly string[]) {
    this.#url = url;
    this.#symbols = symbols;
  }

  position(symbol: string): Since | undefined {
    return this.#positions.get(symbol);
  }

  /** Connects, follows until `isOver`, or for `ms`, or until it is cut off, and leaves without a word. */
  async follow(ms: number, isOver: () => boolean = () => false): Promise<void> {
    const client = await TickcastClient.connect(this.#url).catch(() => undefined);
    if (!client) return;
    this.connections += 1;
    for (const symbol of this.#symbols) client.subscribe(symbol, this.#positions.get(symbol));
    const end = Date.now() + ms;
    while (Date.now() < end && !isOver() && client.ws.readyState === client.ws.OPEN) {
      await sleep(10);
      this.#note(client);
    }
    client.ws.terminate();
    this.#note(client);
    this.faults.push(...client.faults);
  }

  #note(client: TickcastClient): void {
    for (const { epoch, symbol, seq } of client.of('reset')) this.resets.set(`${symbol}|${epoch}`, seq);
    for (const { cause } of client.of('gap')) this.causes.add(cause);
    for (const symbol of this.#symbols) {
      const position = client.position(symbol);
      if (position) this.#positions.set(symbol, position);
      const [first] = client.of('subscribed', symbol);
      if (first && !this.began.has(symbol)) this.began.set(symbol, { epoch: first.epoch, seq: first.seq });
    }
    client.texts.length = 0;
    for (const { symbol, epoch, seq, p } of client.trades.splice(0)) {
      const key = `${symbol}|${epoch}`;
      const prices = this.prices.get(key) ?? [];
      this.prices.set(key, prices);
      if (prices[seq] !== undefined) this.faults.push(`${key}|${seq} came twice`);
      prices[seq] = p;
    }
  }
}
