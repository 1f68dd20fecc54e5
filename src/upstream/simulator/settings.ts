import type { SimulatorFault } from './faults.ts';
import { FREE_CALLS_A_MINUTE, FREE_CALLS_A_SECOND, FREE_SYMBOLS, PING_MS } from './limits.ts';
import type { ReplayOptions } from './replay.ts';
import type { ListedStock } from './stocks.ts';

/** How a simulator behaves. Everything has a default: a plain one is a Finnhub on a good day. */
export interface SimulatorSettings {
  readonly host: string;
  /** 0 picks a free port. */
  readonly port: number;
  readonly seed: number;
  /** The keys that are accepted; empty: any that is not empty. */
  readonly keys: readonly string[];
  /** Symbols a connection, as the key's tier promises. */
  readonly limit: number;
  /** How many more than `limit` are accepted before the first is refused; Finnhub was seen to take 51. */
  readonly capSlack: number;
  /** Whether a second connection on a key makes both drop, as at Finnhub. */
  readonly dropSharedKey: boolean;
  /** Whether symbols that nobody has heard of trade too. */
  readonly anySymbol: boolean;
  /** What the list of US stocks has besides the built-in ones. (They trade where `anySymbol` is set.) */
  readonly stocks: readonly ListedStock[];
  /** Multiplies how much is traded; 1: as in life. */
  readonly pace: number;
  readonly replay: ReplayOptions | undefined;
  readonly faults: readonly SimulatorFault[];
  /** Whether `/control` answers (to the same machine only). */
  readonly control: boolean;
  readonly pingMs: number;
  readonly callsAMinute: number;
  readonly callsASecond: number;
  /** The clock, ms since 1970 UTC. */
  readonly now: () => number;
}

export const DEFAULTS: SimulatorSettings = {
  host: '127.0.0.1',
  port: 0,
  seed: 1,
  keys: [],
  limit: FREE_SYMBOLS,
  capSlack: 0,
  dropSharedKey: true,
  anySymbol: false,
  stocks: [],
  pace: 1,
  replay: undefined,
  faults: [],
  control: true,
  pingMs: PING_MS,
  callsAMinute: FREE_CALLS_A_MINUTE,
  callsASecond: FREE_CALLS_A_SECOND,
  now: Date.now,
};
