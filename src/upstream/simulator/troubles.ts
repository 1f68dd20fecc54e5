import type { Trade } from '../../protocol/trade.ts';
import type { SimulatorFault } from './faults.ts';

/** The faults that last, one of each type; `invalid-symbol` once a symbol, with the time it ends. */
export interface Troubles {
  readonly dropOnConnectMs: number | undefined;
  readonly dropEveryMs: number | undefined;
  readonly hangHandshake: boolean;
  readonly frozen: boolean;
  readonly closedMarket: boolean;
  readonly delayMs: number;
  readonly handshakeStatus: number | undefined;
  readonly malformed: boolean;
  readonly triple: boolean;
  readonly shuffle: boolean;
  readonly conditions: 'null' | 'empty' | 'missing' | undefined;
  /** Symbol → until when it is refused, ms since 1970 UTC. */
  readonly invalid: ReadonlyMap<string, number>;
  readonly cap: number | undefined;
  readonly restStatus: number | undefined;
  readonly restHang: boolean;
  readonly restZeroQuote: boolean;
}

export const NO_TROUBLES: Troubles = {
  dropOnConnectMs: undefined,
  dropEveryMs: undefined,
  hangHandshake: false,
  frozen: false,
  closedMarket: false,
  delayMs: 0,
  handshakeStatus: undefined,
  malformed: false,
  triple: false,
  shuffle: false,
  conditions: undefined,
  invalid: new Map(),
  cap: undefined,
  restStatus: undefined,
  restHang: false,
  restZeroQuote: false,
};

/** The troubles after `fault`. `drop-all` and `hang-stream` happen once and leave none. */
export function withFault(troubles: Troubles, fault: SimulatorFault, now: number): Troubles {
  switch (fault.type) {
    case 'drop-all':
    case 'hang-stream':
      return troubles;
    case 'drop-on-connect':
      return { ...troubles, dropOnConnectMs: fault.ms };
    case 'drop-every':
      return { ...troubles, dropEveryMs: fault.ms };
    case 'hang-handshake':
      return { ...troubles, hangHandshake: true };
    case 'freeze':
      return { ...troubles, frozen: true };
    case 'closed-market':
      return { ...troubles, closedMarket: true };
    case 'delay':
      return { ...troubles, delayMs: fault.ms };
    case 'handshake-status':
      return { ...troubles, handshakeStatus: fault.status };
    case 'malformed':
      return { ...troubles, malformed: true };
    case 'triple':
      return { ...troubles, triple: true };
    case 'shuffle':
      return { ...troubles, shuffle: true };
    case 'conditions':
      return { ...troubles, conditions: fault.as };
    case 'invalid-symbol': {
      const until = fault.ms === 0 ? Number.POSITIVE_INFINITY : now + fault.ms;
      return { ...troubles, invalid: new Map(troubles.invalid).set(fault.symbol, until) };
    }
    case 'cap':
      return { ...troubles, cap: fault.limit };
    case 'rest-status':
      return { ...troubles, restStatus: fault.status };
    case 'rest-hang':
      return { ...troubles, restHang: true };
    case 'rest-zero-quote':
      return { ...troubles, restZeroQuote: true };
    case 'clear':
      return NO_TROUBLES;
  }
}

/** The trades of one message as the troubles leave them. */
export function distort(trades: readonly Trade[], troubles: Troubles): readonly Trade[] {
  let result = trades;
  const { conditions } = troubles;
  if (conditions !== undefined) result = result.map((trade) => ({ ...trade, c: distortedConditions(conditions) }));
  if (troubles.triple) result = result.flatMap((trade) => [trade, trade, trade]);
  if (troubles.shuffle) result = result.toReversed();
  return result;
}

function distortedConditions(as: 'null' | 'empty' | 'missing'): Trade['c'] {
  switch (as) {
    case 'null':
      return null;
    case 'empty':
      return [];
    case 'missing':
      return undefined;
  }
}
