import { readFileSync } from 'node:fs';
import { isIP } from 'node:net';
import { parseEnv } from 'node:util';
import { canonicalAddress } from '../runtime/address.ts';
import { errorText } from '../runtime/log.ts';
import type { Setting } from './setting.ts';
import { SETTINGS, type Settings } from './settings.ts';
import { tlsProblem } from './tls-files.ts';

/** What the command line asks for, or the one line that says what is wrong with it. */
export type Command =
  | { readonly kind: 'serve'; readonly settings: Settings }
  | { readonly kind: 'help' }
  | { readonly kind: 'version' }
  | { readonly kind: 'error'; readonly line: string };

type Variables = { readonly [name: string]: string | undefined };

/** Where texts come from: the arguments after the program's name, the environment, and a way to read files. */
export interface Sources {
  readonly args: readonly string[];
  readonly env: Variables;
  /** Throws where the file cannot be read. */
  readonly readFile: (path: string) => string;
  /** ms since 1970 UTC. */
  readonly now: number;
}

class ConfigError extends Error {}

/** Reads the configuration: flag, then environment, then `.env`. */
export function readCommand(sources: Sources): Command {
  try {
    const flags = readFlags(sources.args);
    if (flags.has('help')) return { kind: 'help' };
    if (flags.has('version')) return { kind: 'version' };
    const variables = [sources.env, readDotEnv(sources)];
    const read = <T>(setting: Setting<T>): T => readSetting(setting, flags, variables, sources.readFile);
    const settings: Settings = {
      keys: read(SETTINGS.keys),
      finnhubWsUrl: read(SETTINGS.finnhubWsUrl),
      finnhubRestUrl: read(SETTINGS.finnhubRestUrl),
      host: read(SETTINGS.host),
      port: read(SETTINGS.port),
      tlsCert: read(SETTINGS.tlsCert),
      tlsKey: read(SETTINGS.tlsKey),
      phone: read(SETTINGS.phone),
      phonePort: read(SETTINGS.phonePort),
      shards: read(SETTINGS.shards),
      symbolLimit: read(SETTINGS.symbolLimit),
      lingerMs: read(SETTINGS.lingerMs),
      flushMs: read(SETTINGS.flushMs),
      dataDir: read(SETTINGS.dataDir),
      record: read(SETTINGS.record),
      retentionDays: read(SETTINGS.retentionDays),
      maxDiskMb: read(SETTINGS.maxDiskMb),
      accessToken: read(SETTINGS.accessToken),
      allowPublic: read(SETTINGS.allowPublic),
      allowedOrigins: read(SETTINGS.allowedOrigins),
      allowedHosts: read(SETTINGS.allowedHosts),
      trustedProxies: read(SETTINGS.trustedProxies),
      maxConnections: read(SETTINGS.maxConnections),
      logLevel: read(SETTINGS.logLevel),
    };
    refuseUnsafe(settings);
    refuseTooMany(settings);
    refuseOnePortTwice(settings);
    const problem = tlsProblem(settings, sources.readFile, sources.now);
    if (problem !== undefined) throw new ConfigError(problem);
    return { kind: 'serve', settings };
  } catch (error) {
    if (error instanceof ConfigError) return { kind: 'error', line: error.message };
    throw error;
  }
}

/** `--help`'s text. */
export function helpText(): string {
  const rows = Object.values<Setting<unknown>>(SETTINGS).map((s) => {
    const name = s.flag === undefined ? '' : `--${s.flag}${s.isSwitch ? '' : ' …'}`;
    const variable = s.secret ? `${s.variable}, ${s.variable}_FILE` : s.variable;
    return `  ${name.padEnd(24)} ${variable}\n${' '.repeat(27)}${s.help} (default: ${s.shown})`;
  });
  return `Tickcast: one Finnhub connection becomes live charts on all your screens and a feed for all your programs.

Usage: tickcast [options]

Every setting is a flag or an environment variable; the flag wins, then the environment, then the file .env.
An empty variable counts as not set.
Secrets are set by environment or from a file only.

${rows.join('\n')}
  --help                   this text
  --version                the version
`;
}

/** The flags given, by name without dashes; a switch has the value "on". */
function readFlags(args: readonly string[]): Map<string, string> {
  const known = new Map<string, Setting<unknown>>();
  for (const s of Object.values<Setting<unknown>>(SETTINGS)) if (s.flag !== undefined) known.set(s.flag, s);
  const flags = new Map<string, string>();
  for (let i = 0; i < args.length; i += 1) {
    const arg = args[i] ?? '';
    if (arg === 'serve' && i === 0) continue;
    const match = /^--([a-z-]+)(?:=(.*))?$/s.exec(arg);
    const name = match?.[1];
    if (name === 'help' || name === 'version') {
      flags.set(name, 'on');
      continue;
    }
    const setting = name === undefined ? undefined : known.get(name);
    // An unknown argument may hold a secret that slipped into the wrong place: it is not repeated beyond its name.
    if (name === undefined || !setting)
      throw new ConfigError(`unknown option ${name ? `--${name}` : 'on the command line'}: see --help`);
    if (flags.has(name)) throw new ConfigError(`--${name} is given twice`);
    if (match?.[2] !== undefined) {
      flags.set(name, match[2]);
    } else if (setting.isSwitch) {
      flags.set(name, 'on');
    } else {
      i += 1;
      const next = args[i];
      if (next === undefined || next.startsWith('--')) throw new ConfigError(`--${name} needs a value`);
      flags.set(name, next);
    }
  }
  return flags;
}

function readDotEnv({ readFile }: Sources): Variables {
  let content: string;
  try {
    content = readFile('.env');
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return {};
    throw new ConfigError(`.env cannot be read: ${errorText(error)}`);
  }
  return parseEnv(content);
}

/** A text as it was given, and what to call the place it came from. */
interface Given {
  readonly source: string;
  readonly text: string;
}

function readSetting<T>(
  setting: Setting<T>,
  flags: ReadonlyMap<string, string>,
  variables: readonly Variables[],
  readFile: Sources['readFile'],
): T {
  const flag = setting.flag === undefined ? undefined : flags.get(setting.flag);
  const given =
    flag === undefined ? fromVariables(setting, variables, readFile) : { source: `--${setting.flag}`, text: flag };
  if (!given) return setting.fallback;
  const parsed = setting.parse(given.text);
  if (parsed.ok) return parsed.value;
  const shown = setting.secret || parsed.isPrivate ? '(not shown)' : JSON.stringify(given.text.slice(0, 200));
  throw new ConfigError(`${given.source} is ${shown}: allowed is ${parsed.allowed}`);
}

/** What the first of `variables` that has it says. An empty variable is the shell's way of saying "not set". */
function fromVariables<T>(
  setting: Setting<T>,
  variables: readonly Variables[],
  readFile: Sources['readFile'],
): Given | undefined {
  const name = setting.variable;
  const fileName = `${name}_FILE`;
  for (const each of variables) {
    const text = each[name];
    const path = setting.secret ? each[fileName] : undefined;
    if (text && path) throw new ConfigError(`${name} and ${fileName} are both set: only one is allowed`);
    if (text) return { source: name, text };
    if (path) return { source: `what ${fileName} holds`, text: readSecret(fileName, path, readFile) };
  }
  return undefined;
}

/** An empty file is a mistake, not "none": it must not switch the protection off, or start another feed. */
function readSecret(fileName: string, path: string, readFile: Sources['readFile']): string {
  let content: string;
  try {
    content = readFile(path).trim();
  } catch (error) {
    // The system's text ends with the path, which may be a secret that slipped into the wrong variable.
    throw new ConfigError(`${fileName} cannot be read: ${errorText(error).split(', ', 1).join()}`);
  }
  if (content === '') throw new ConfigError(`${fileName} names an empty file: allowed is a file that holds the secret`);
  return content;
}

/** Finnhub allows no redistribution: a real feed is not opened to other machines by accident. */
function refuseUnsafe(settings: Settings): void {
  const { keys, host, accessToken, allowPublic } = settings;
  if (keys.length === 0 || isLoopback(host) || accessToken !== undefined || allowPublic) return;
  throw new ConfigError(
    `HOST is ${JSON.stringify(host)} with a real key and no ACCESS_TOKEN: allowed is a loopback address, or set ACCESS_TOKEN, or --allow-public`,
  );
}

/** Symbols that are to be recorded need a slot each, for ever. */
function refuseTooMany({ record, keys, symbolLimit }: Settings): void {
  const capacity = Math.max(1, keys.length) * symbolLimit;
  if (record.length <= capacity) return;
  throw new ConfigError(
    `RECORD names ${record.length} symbols: allowed are ${capacity}, the capacity of your keys (SYMBOL_LIMIT each)`,
  );
}

/** The system would let both listen there (SO_REUSEPORT), and give each some of the clients. */
function refuseOnePortTwice({ phone, phonePort, port }: Settings): void {
  if (!phone || phonePort === 0 || port === 0 || (phonePort !== port && phonePort + 1 !== port)) return;
  throw new ConfigError(
    `PHONE_PORT is ${phonePort}, and the one after it is used too: allowed is what leaves PORT (${port}) alone`,
  );
}

export function isLoopback(host: string): boolean {
  const address = canonicalAddress(host);
  return host === 'localhost' || address === '::1' || (isIP(address) === 4 && address.startsWith('127.'));
}

/** The sources of a real start. */
export function processSources(): Sources {
  return {
    args: process.argv.slice(2),
    env: process.env,
    readFile: (path) => readFileSync(path, 'utf8'),
    now: Date.now(),
  };
}
