import { isIP } from 'node:net';
import { availableParallelism } from 'node:os';
import { MAX_TOKEN_LENGTH } from '../protocol/decode-client.ts';
import { isSymbol } from '../protocol/symbols.ts';
import { canonicalAddress } from '../runtime/address.ts';
import { LOG_LEVELS, type LogLevel } from '../runtime/log.ts';
import { distinctList, integer, list, milliseconds, oneOf, onOff, type Setting, text, url } from './setting.ts';

const MAX_SHARDS = 64;
const MAX_KEYS_SYMBOLS = 10_000;
const MAX_LINGER_MS = 7 * 24 * 3_600_000;
const MAX_FLUSH_MS = 1_000;
const MAX_CONNECTIONS = 1_000_000;
const MAX_RETENTION_DAYS = 36_500;
/** Below it the file could hardly hold its own log. */
const MIN_DISK_MB = 16;
const MAX_DISK_MB = 100_000_000;
/** Shorter tokens can be guessed. */
const MIN_TOKEN_LENGTH = 16;

/** The next one is used too. */
const MAX_PHONE_PORT = 65_534;

const isPath = (path: string): boolean => path !== '' && !path.includes('\0');
const isKey = (key: string): boolean => /^[\x21-\x7e]{1,256}$/.test(key);
const isHostName = (host: string): boolean => isIP(host) !== 0 || /^[a-zA-Z0-9.-]{1,253}$/.test(host);
const isOrigin = (origin: string): boolean =>
  URL.canParse(origin) && /^https?:$/.test(new URL(origin).protocol) && new URL(origin).origin === origin;

/** Whether a text can be an access token. */
export const isToken = (token: string): boolean =>
  token.length >= MIN_TOKEN_LENGTH && token.length <= MAX_TOKEN_LENGTH && /^[\w.~-]+$/.test(token);

const setting = <T>(s: Setting<T>): Setting<T> => s;

/** Every setting of the server, in the order in which `--help` lists them. */
export const SETTINGS = {
  keys: setting<readonly string[]>({
    variable: 'FINNHUB_API_KEY',
    help: 'your Finnhub key; several, separated by commas, make one connection each. None: a simulated feed',
    shown: 'none',
    fallback: [],
    secret: true,
    parse: distinctList('keys of printable characters', isKey),
  }),
  finnhubWsUrl: setting<string>({
    flag: 'finnhub-ws-url',
    variable: 'FINNHUB_WS_URL',
    help: "Finnhub's WebSocket; ?token= is appended",
    shown: 'wss://ws.finnhub.io',
    fallback: 'wss://ws.finnhub.io',
    parse: url(['ws:', 'wss:'], { query: true }),
  }),
  finnhubRestUrl: setting<string>({
    flag: 'finnhub-rest-url',
    variable: 'FINNHUB_REST_URL',
    help: "Finnhub's REST API",
    shown: 'https://finnhub.io/api/v1',
    fallback: 'https://finnhub.io/api/v1',
    parse: url(['http:', 'https:'], { query: false }),
  }),
  host: setting<string>({
    flag: 'host',
    variable: 'HOST',
    help: 'the address to listen on',
    shown: '127.0.0.1',
    fallback: '127.0.0.1',
    parse: text('an IP address or a host name', isHostName),
  }),
  port: setting<number>({
    flag: 'port',
    variable: 'PORT',
    help: 'the port to listen on; 0 picks a free one',
    shown: '8080',
    fallback: 8080,
    parse: integer(0, 65_535),
  }),
  tlsCert: setting<string | undefined>({
    flag: 'tls-cert',
    variable: 'TLS_CERT',
    help: 'a PEM file with the certificate (and its chain): with TLS_KEY, the server speaks https and wss',
    shown: 'none',
    fallback: undefined,
    parse: text('a path', isPath),
  }),
  tlsKey: setting<string | undefined>({
    flag: 'tls-key',
    variable: 'TLS_KEY',
    help: "a PEM file with the certificate's key",
    shown: 'none',
    fallback: undefined,
    parse: text('a path', isPath),
  }),
  phone: setting<boolean>({
    flag: 'phone',
    variable: 'PHONE',
    help: 'serve phones of this network too: by https, with the access token; two codes to scan are printed',
    shown: 'off',
    fallback: false,
    isSwitch: true,
    parse: onOff,
  }),
  phonePort: setting<number>({
    flag: 'phone-port',
    variable: 'PHONE_PORT',
    help: 'the port for phones, and one more for the page that makes them trust it; 0 picks free ones',
    shown: '8443',
    fallback: 8443,
    parse: integer(0, MAX_PHONE_PORT),
  }),
  shards: setting<number>({
    flag: 'shards',
    variable: 'SHARDS',
    help: 'threads that serve clients',
    shown: 'cores - 1, at least 1',
    fallback: Math.min(MAX_SHARDS, Math.max(1, availableParallelism() - 1)),
    parse: integer(1, MAX_SHARDS),
  }),
  symbolLimit: setting<number>({
    flag: 'symbol-limit',
    variable: 'SYMBOL_LIMIT',
    help: 'symbols that one key may subscribe to',
    shown: '50',
    fallback: 50,
    parse: integer(1, MAX_KEYS_SYMBOLS),
  }),
  lingerMs: setting<number>({
    flag: 'linger-ms',
    variable: 'LINGER_MS',
    help: 'how long a symbol nobody watches stays subscribed, unless its slot is needed',
    shown: 'until-needed',
    fallback: Number.POSITIVE_INFINITY,
    parse: milliseconds(MAX_LINGER_MS, 'until-needed'),
  }),
  flushMs: setting<number>({
    flag: 'flush-ms',
    variable: 'FLUSH_MS',
    help: 'the window in which trades are gathered; 0 sends every upstream message at once',
    shown: '20',
    fallback: 20,
    parse: integer(0, MAX_FLUSH_MS),
  }),
  dataDir: setting<string>({
    flag: 'data-dir',
    variable: 'DATA_DIR',
    help: 'where data and caches are kept',
    shown: './data',
    fallback: './data',
    parse: text('a path', isPath),
  }),
  record: setting<readonly string[]>({
    flag: 'record',
    variable: 'RECORD',
    help: 'symbols kept subscribed and recorded with nobody watching',
    shown: 'none',
    fallback: [],
    parse: distinctList('symbols such as AAPL or BINANCE:BTCUSDT', isSymbol),
  }),
  retentionDays: setting<number>({
    flag: 'retention-days',
    variable: 'RETENTION_DAYS',
    help: 'how long trades are kept; minute and daily candles stay',
    shown: '30',
    fallback: 30,
    parse: integer(1, MAX_RETENTION_DAYS),
  }),
  maxDiskMb: setting<number | undefined>({
    flag: 'max-disk-mb',
    variable: 'MAX_DISK_MB',
    help: 'what the recording may take on disk, in MB; the oldest trades go first',
    shown: 'none',
    fallback: undefined,
    parse: integer(MIN_DISK_MB, MAX_DISK_MB),
  }),
  accessToken: setting<string | undefined>({
    variable: 'ACCESS_TOKEN',
    help: "when set, everything but the page's own files, /healthz and /readyz needs it",
    shown: 'none',
    fallback: undefined,
    secret: true,
    parse: text(
      `${MIN_TOKEN_LENGTH} to ${MAX_TOKEN_LENGTH} letters, digits and -._~ (try: openssl rand -hex 24)`,
      isToken,
    ),
  }),
  allowPublic: setting<boolean>({
    flag: 'allow-public',
    variable: 'ALLOW_PUBLIC',
    help: "serve a real feed beyond this machine without an access token (Finnhub's terms do not allow redistribution)",
    shown: 'off',
    fallback: false,
    isSwitch: true,
    parse: onOff,
  }),
  allowedOrigins: setting<readonly string[]>({
    flag: 'allowed-origins',
    variable: 'ALLOWED_ORIGINS',
    help: 'origins of pages elsewhere that may use the API and the WebSocket, such as https://example.org',
    shown: 'same host',
    fallback: [],
    parse: list('origins such as https://example.org', isOrigin),
  }),
  allowedHosts: setting<readonly string[]>({
    flag: 'allowed-hosts',
    variable: 'ALLOWED_HOSTS',
    help: 'names this server may be called by, besides IP addresses, localhost and HOST',
    shown: 'same host',
    fallback: [],
    parse: list('host names', isHostName),
  }),
  trustedProxies: setting<readonly string[]>({
    flag: 'trusted-proxies',
    variable: 'TRUSTED_PROXIES',
    help: "addresses of proxies whose X-Forwarded-For says the client's address",
    shown: 'none',
    fallback: [],
    parse: list('IP addresses', (address) => isIP(address) !== 0, canonicalAddress),
  }),
  maxConnections: setting<number>({
    flag: 'max-connections',
    variable: 'MAX_CONNECTIONS',
    help: 'WebSocket connections served at once',
    shown: '15000',
    fallback: 15_000,
    parse: integer(1, MAX_CONNECTIONS),
  }),
  logLevel: setting<LogLevel>({
    flag: 'log-level',
    variable: 'LOG_LEVEL',
    help: `how much is logged: ${LOG_LEVELS.join(', ')}`,
    shown: 'info',
    fallback: 'info',
    parse: oneOf(LOG_LEVELS),
  }),
};

/** The value of every setting. */
export type Settings = { readonly [Name in keyof typeof SETTINGS]: (typeof SETTINGS)[Name]['fallback'] };
