import { isCount, isJsonObject } from '../../protocol/json.ts';
import { isSymbol } from '../../protocol/symbols.ts';

/**
 * Everything that Finnhub was seen to do wrong, on command. `drop-all`, `hang-stream` and `malformed` happen to the
 * connections that are open, once; the others last until `clear` (or the same fault with other numbers).
 */
export type SimulatorFault =
  /** Every connection is cut, now. */
  | { readonly type: 'drop-all' }
  /** Every new connection is cut `ms` after its handshake: another program is using the key. */
  | { readonly type: 'drop-on-connect'; readonly ms: number }
  /** Every connection is cut each `ms`. */
  | { readonly type: 'drop-every'; readonly ms: number }
  /** TCP is accepted; the handshake is never answered. */
  | { readonly type: 'hang-handshake' }
  /** The open connections stay open, and nothing comes over them any more: no trade, no pong. New ones are well. */
  | { readonly type: 'hang-stream' }
  /** Pings and pongs go on; trades do not come. */
  | { readonly type: 'freeze' }
  /** As `freeze`, and the REST calls say that the market is closed. */
  | { readonly type: 'closed-market' }
  /** Trades come `ms` late, with their old times. */
  | { readonly type: 'delay'; readonly ms: number }
  /** The handshake is answered with `status` (200, 401, 403, 429, 500, 502, 503 …). */
  | { readonly type: 'handshake-status'; readonly status: number }
  /** Every open and every new connection gets each message of `malformed.ts` once. */
  | { readonly type: 'malformed' }
  /** Each trade comes three times. */
  | { readonly type: 'triple' }
  /** Trades are out of time order within a message. */
  | { readonly type: 'shuffle' }
  /** Trades have `"c":null`, `"c":[]`, or no `c`. */
  | { readonly type: 'conditions'; readonly as: 'null' | 'empty' | 'missing' }
  /** `Invalid symbol X` for a symbol that is valid, for `ms` (0: until `clear`). */
  | { readonly type: 'invalid-symbol'; readonly symbol: string; readonly ms: number }
  /** The cap is lower than promised. What is subscribed already stays. */
  | { readonly type: 'cap'; readonly limit: number }
  /** REST calls are answered with `status` (401, 429, 500 …). */
  | { readonly type: 'rest-status'; readonly status: number }
  /** REST calls are never answered. */
  | { readonly type: 'rest-hang' }
  /** `/quote` answers zeros, as for a symbol it does not know. */
  | { readonly type: 'rest-zero-quote' }
  | { readonly type: 'clear' };

export type DecodedFault =
  | { readonly ok: true; readonly fault: SimulatorFault }
  | { readonly ok: false; readonly reason: string };

/** What a fault is followed by on the command line: `delay:5000`, `invalid-symbol:AAPL:3600000`. */
const ARGUMENTS: Readonly<Record<SimulatorFault['type'], readonly string[]>> = {
  'drop-all': [],
  'drop-on-connect': ['ms'],
  'drop-every': ['ms'],
  'hang-handshake': [],
  'hang-stream': [],
  freeze: [],
  'closed-market': [],
  delay: ['ms'],
  'handshake-status': ['status'],
  malformed: [],
  triple: [],
  shuffle: [],
  conditions: ['as'],
  'invalid-symbol': ['symbol', 'ms'],
  cap: ['limit'],
  'rest-status': ['status'],
  'rest-hang': [],
  'rest-zero-quote': [],
  clear: [],
};

const argumentsOf: ReadonlyMap<string, readonly string[]> = new Map(Object.entries(ARGUMENTS));

/** Each fault with its arguments, for `--help` and error lines. */
export const FAULT_USAGE: readonly string[] = [...argumentsOf].map(([type, names]) =>
  [type, ...names.map((name) => name.toUpperCase())].join(':'),
);

const bad = (reason: string): DecodedFault => ({ ok: false, reason });

/** Reads a fault as `POST /control` gets it. Never throws. */
export function decodeFault(value: unknown): DecodedFault {
  if (!isJsonObject(value)) return bad('a fault is a JSON object');
  const { type, ms = 0, status, as, symbol, limit } = value;
  switch (type) {
    case 'drop-all':
    case 'hang-handshake':
    case 'hang-stream':
    case 'freeze':
    case 'closed-market':
    case 'malformed':
    case 'triple':
    case 'shuffle':
    case 'rest-hang':
    case 'rest-zero-quote':
    case 'clear':
      return { ok: true, fault: { type } };
    case 'drop-on-connect':
    case 'delay':
      return isCount(ms) ? { ok: true, fault: { type, ms } } : bad(`${type} needs ms, a whole number`);
    case 'drop-every':
      return isCount(ms) && ms > 0 ? { ok: true, fault: { type, ms } } : bad(`${type} needs ms, above 0`);
    case 'handshake-status':
    case 'rest-status':
      return isStatus(status) ? { ok: true, fault: { type, status } } : bad(`${type} needs status, 200 to 599`);
    case 'conditions':
      return as === 'null' || as === 'empty' || as === 'missing'
        ? { ok: true, fault: { type, as } }
        : bad('conditions needs as: null, empty or missing');
    case 'invalid-symbol':
      if (!isSymbol(symbol)) return bad('invalid-symbol needs a symbol');
      return isCount(ms) ? { ok: true, fault: { type, symbol, ms } } : bad('invalid-symbol needs ms, a whole number');
    case 'cap':
      return isCount(limit) ? { ok: true, fault: { type, limit } } : bad('cap needs limit, a whole number');
    default:
      return bad(`a fault is one of ${FAULT_USAGE.join(', ')}`);
  }
}

function isStatus(value: unknown): value is number {
  return typeof value === 'number' && Number.isInteger(value) && value >= 200 && value <= 599;
}

/** Reads a fault as `--fault` gets it. A symbol may have a colon itself: `invalid-symbol:BINANCE:BTCUSDT:60000`. */
export function parseFault(text: string): DecodedFault {
  const [type = '', ...rest] = text.split(':');
  const names = argumentsOf.get(type);
  if (!names) return bad(`"${text}" is no fault; a fault is one of ${FAULT_USAGE.join(', ')}`);
  const values = type === 'invalid-symbol' ? symbolAndMs(rest) : rest;
  if (values.length > names.length) return bad(`"${text}" has too many parts: ${[type, ...names].join(':')}`);
  const fields = values.map((value, i): [string, unknown] => [
    names[i] ?? '',
    /^\d+$/.test(value) ? Number(value) : value,
  ]);
  return decodeFault({ type, ...Object.fromEntries(fields) });
}

function symbolAndMs(parts: readonly string[]): string[] {
  const last = parts.at(-1);
  return parts.length > 1 && last !== undefined && /^\d+$/.test(last)
    ? [parts.slice(0, -1).join(':'), last]
    : [parts.join(':')];
}
