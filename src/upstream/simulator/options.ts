import { FAULT_USAGE, parseFault, type SimulatorFault } from './faults.ts';
import { DEFAULTS, type SimulatorSettings } from './settings.ts';

/** The flags, as `parseArgs` of `node:util` takes them. */
export const FLAGS = {
  host: { type: 'string' },
  port: { type: 'string' },
  seed: { type: 'string' },
  key: { type: 'string', multiple: true },
  limit: { type: 'string' },
  'cap-slack': { type: 'string' },
  'allow-shared-key': { type: 'boolean' },
  'any-symbol': { type: 'boolean' },
  symbols: { type: 'string' },
  stocks: { type: 'string' },
  pace: { type: 'string' },
  replay: { type: 'string' },
  speed: { type: 'string' },
  rebase: { type: 'boolean' },
  fault: { type: 'string', multiple: true },
  help: { type: 'boolean' },
} as const;

/** What `parseArgs` makes of them. */
export interface FlagValues {
  readonly host?: string | undefined;
  readonly port?: string | undefined;
  readonly seed?: string | undefined;
  readonly key?: readonly string[] | undefined;
  readonly limit?: string | undefined;
  readonly 'cap-slack'?: string | undefined;
  readonly 'allow-shared-key'?: boolean | undefined;
  readonly 'any-symbol'?: boolean | undefined;
  readonly symbols?: string | undefined;
  readonly stocks?: string | undefined;
  readonly pace?: string | undefined;
  readonly replay?: string | undefined;
  readonly speed?: string | undefined;
  readonly rebase?: boolean | undefined;
  readonly fault?: readonly string[] | undefined;
  readonly help?: boolean | undefined;
}

/** What the command line asks for: settings, and the files to replay and to list, which somebody else reads. */
export interface SimulatorCommand {
  readonly settings: Partial<SimulatorSettings>;
  /** How many US stocks are listed at least, made-up ones among them, and a file of some to list. */
  readonly symbols: number;
  readonly stocks: string | undefined;
  readonly replay: { readonly file: string; readonly speed: number; readonly rebase: boolean } | undefined;
}

export type ParsedFlags =
  | { readonly ok: true; readonly command: SimulatorCommand }
  | { readonly ok: false; readonly reason: string };

/** The port of a simulator started by hand, so that its address can be written down. */
const CLI_PORT = 8090;
const MAX_PORT = 65_535;
const MAX_SEED = 2 ** 32 - 1;
const MAX_LIMIT = 1_000_000;
const MAX_SYMBOLS = 200_000;
const MAX_PACE = 1_000;
const MAX_SPEED = 1_000_000;
const FAULTS_A_LINE = 4;

/** A user's mistake, said in one line. */
class FlagError extends Error {}

/** Reads the flags' values. A wrong one is named, with what is allowed. Never throws. */
export function readFlags(values: FlagValues): ParsedFlags {
  try {
    return { ok: true, command: commandOf(values) };
  } catch (error) {
    if (error instanceof FlagError) return { ok: false, reason: error.message };
    throw error;
  }
}

function commandOf(values: FlagValues): SimulatorCommand {
  const { host = DEFAULTS.host, key = [], replay, speed, rebase = false } = values;
  if (replay === undefined && (speed !== undefined || rebase))
    throw new FlagError('--speed and --rebase need --replay');
  if (key.includes('')) throw new FlagError('--key must not be empty');
  return {
    settings: {
      host,
      port: whole('--port', values.port, CLI_PORT, 0, MAX_PORT),
      seed: whole('--seed', values.seed, DEFAULTS.seed, 0, MAX_SEED),
      keys: key,
      limit: whole('--limit', values.limit, DEFAULTS.limit, 0, MAX_LIMIT),
      capSlack: whole('--cap-slack', values['cap-slack'], DEFAULTS.capSlack, 0, MAX_LIMIT),
      dropSharedKey: values['allow-shared-key'] !== true,
      anySymbol: values['any-symbol'] === true,
      pace: positive('--pace', values.pace, DEFAULTS.pace, MAX_PACE),
      faults: (values.fault ?? []).map(faultOf),
    },
    symbols: whole('--symbols', values.symbols, 0, 0, MAX_SYMBOLS),
    stocks: values.stocks,
    replay: replay === undefined ? undefined : { file: replay, speed: speedOf(speed), rebase },
  };
}

function whole(flag: string, text: string | undefined, fallback: number, min: number, max: number): number {
  if (text === undefined) return fallback;
  const value = /^\d{1,10}$/.test(text) ? Number(text) : Number.NaN;
  if (!(value >= min && value <= max)) throw new FlagError(`${flag} "${text}": a whole number from ${min} to ${max}`);
  return value;
}

function positive(flag: string, text: string | undefined, fallback: number, max: number): number {
  if (text === undefined) return fallback;
  const value = /^\d{1,10}(?:\.\d{1,10})?$/.test(text) ? Number(text) : Number.NaN;
  if (!(value > 0 && value <= max)) throw new FlagError(`${flag} "${text}": a number above 0, up to ${max}`);
  return value;
}

/** 0 and `max` both mean as fast as possible. */
function speedOf(text: string | undefined): number {
  return text === 'max' || text === '0' ? 0 : positive('--speed', text, 1, MAX_SPEED);
}

function faultOf(text: string): SimulatorFault {
  const decoded = parseFault(text);
  if (!decoded.ok) throw new FlagError(`--fault: ${decoded.reason}`);
  return decoded.fault;
}

/** The faults, a few a line, below the others' descriptions. */
function faultLines(): string {
  const lines: string[] = [];
  for (let i = 0; i < FAULT_USAGE.length; i += FAULTS_A_LINE) {
    lines.push(`                        ${FAULT_USAGE.slice(i, i + FAULTS_A_LINE).join('  ')}`);
  }
  return lines.join('\n');
}

export const HELP = `Usage: npm run simulator -- [flags]

A server that speaks Finnhub's WebSocket and REST calls, with a simulated market or a recorded one.

  --host ADDRESS      where to listen (${DEFAULTS.host})
  --port PORT         0 picks a free one (${CLI_PORT})
  --seed N            the same seed gives the same market (${DEFAULTS.seed})
  --key KEY           a key to accept, again for more (any key that is not empty)
  --limit N           symbols a connection (${DEFAULTS.limit})
  --cap-slack N       how many more are taken before the first is refused (${DEFAULTS.capSlack})
  --allow-shared-key  let two connections use one key (both are dropped)
  --any-symbol        every symbol trades, not only those of the built-in catalogue
  --symbols N         list so many US stocks, made-up ones to fill up (the built-in ones only)
  --stocks FILE       list those of a file as well, in the form of Finnhub's /stock/symbol
  --pace N            how much is traded, as a multiple (${DEFAULTS.pace})
  --replay FILE       play the trades of a file of symbol,t_ms,price,volume lines, each symbol from its first subscription
  --speed N           that many times faster than recorded; "max" as fast as the connection takes it (1)
  --rebase            move the recorded times to now (they are kept exactly)
  --fault FAULT       start with a fault, again for more:
${faultLines()}
  --help              this text

While it runs: POST a fault as JSON to /control from the same machine, for example
  curl -H 'content-type: application/json' -d '{"type":"delay","ms":6000}' http://127.0.0.1:${CLI_PORT}/control
`;
