import type { Simulator } from '../../src/upstream/simulator/server.ts';

const TICK_MS = 10;
/** What Finnhub puts into one message at most. */
const TRADES_PER_MESSAGE = 30;

/**
 * Sends so many trades a second in all, of its symbols in turn, and says in each which it is: the price is its number among
 * all that were ever sent of the symbol. Hence whoever has a trade knows what it lacks, whatever numbers the server gave.
 */
export class NumberedSource {
  readonly symbols: readonly string[];
  readonly #simulator: Simulator;
  readonly #perSecond: number;
  /** By symbol, the times of its trades, ms since 1970 UTC; trade `n` at `n - 1`. */
  readonly #times: ReadonlyMap<string, number[]>;
  #sent = 0;
  #timer: NodeJS.Timeout | undefined;

  constructor(simulator: Simulator, symbols: readonly string[], perSecond: number) {
    this.symbols = symbols;
    this.#simulator = simulator;
    this.#perSecond = perSecond;
    this.#times = new Map(symbols.map((symbol) => [symbol, []]));
  }

  /** How many trades were sent in all. */
  get sent(): number {
    return this.#sent;
  }

  /** The number of the last trade of a symbol; 0: none yet. */
  last(symbol: string): number {
    return this.#times.get(symbol)?.length ?? 0;
  }

  /** When trade `n` of a symbol was made, ms since 1970 UTC. */
  timeOf(symbol: string, n: number): number {
    return this.#times.get(symbol)?.[n - 1] ?? Number.NaN;
  }

  start(): void {
    const [began, before] = [performance.now(), this.#sent];
    this.#timer = setInterval(() => {
      // A tick that comes late is made up for: it is the rate that counts.
      const due = before + Math.floor(((performance.now() - began) * this.#perSecond) / 1_000);
      while (this.#sent < due) this.#send(Math.min(TRADES_PER_MESSAGE, due - this.#sent));
    }, TICK_MS);
  }

  stop(): void {
    clearInterval(this.#timer);
  }

  #send(count: number): void {
    const t = Date.now();
    const data: object[] = [];
    for (let i = 0; i < count; i += 1) {
      const s = this.symbols[this.#sent % this.symbols.length] ?? '';
      this.#sent += 1;
      const times = this.#times.get(s);
      const n = times?.push(t) ?? 0;
      data.push({ c: null, p: n, s, t, v: volumeOf(n) });
    }
    this.#simulator.send(JSON.stringify({ data, type: 'trade' }));
  }
}

/** What is traded by trade `n`: with the decimals that crypto has. */
export function volumeOf(n: number): number {
  return ((n % 99_991) + 1) / 1e8;
}
