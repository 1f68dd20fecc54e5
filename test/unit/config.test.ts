import { describe, expect, it } from 'vitest';
import { type Command, isLoopback, readCommand } from '../../src/main/config.ts';
import type { Settings } from '../../src/main/settings.ts';

const NOW = Date.UTC(2026, 0, 1);

interface Given {
  readonly args?: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
  /** By path; `.env` is one of them. */
  readonly files?: Readonly<Record<string, string>>;
}

function read({ args = [], env = {}, files = {} }: Given): Command {
  return readCommand({
    now: NOW,
    args,
    env,
    readFile: (path) => {
      const content = files[path];
      if (content !== undefined) return content;
      throw Object.assign(new Error(`ENOENT: no such file or directory, open '${path}'`), { code: 'ENOENT' });
    },
  });
}

function settings(given: Given): Settings {
  const command = read(given);
  if (command.kind !== 'serve') throw new Error(JSON.stringify(command));
  return command.settings;
}

function refusal(given: Given): string {
  const command = read(given);
  if (command.kind !== 'error') throw new Error(`${command.kind} instead of an error`);
  return command.line;
}

const TOKEN = 'correct-horse-battery-staple';

describe('a secret', () => {
  it.each(['ACCESS_TOKEN_FILE', 'FINNHUB_API_KEY_FILE'])('whose file is empty stops the start: %s', (variable) => {
    for (const content of ['', '\n', ' \r\n ']) {
      const line = refusal({ env: { [variable]: '/secret' }, files: { '/secret': content } });
      expect(line).toBe(`${variable} names an empty file: allowed is a file that holds the secret`);
    }
  });

  it.each([',', ' ', ' , ,'])('that holds no key though something was given stops the start: %j', (text) => {
    const line = /^.*FINNHUB_API_KEY.* is \(not shown\): allowed is keys of printable characters/;
    expect(refusal({ env: { FINNHUB_API_KEY: text } })).toMatch(line);
    if (text.includes(',')) {
      expect(refusal({ env: { FINNHUB_API_KEY_FILE: '/key' }, files: { '/key': text } })).toMatch(line);
    }
  });

  it('in an empty variable is not set', () => {
    expect(settings({ env: { FINNHUB_API_KEY: '', ACCESS_TOKEN: '' } })).toMatchObject({
      keys: [],
      accessToken: undefined,
    });
    expect(settings({ env: { ACCESS_TOKEN: '' }, files: { '.env': `ACCESS_TOKEN=${TOKEN}` } }).accessToken).toBe(TOKEN);
  });

  it('is taken from the environment whichever way .env has it', () => {
    const files = { '/key': 'of-the-file\n' };
    const file = { FINNHUB_API_KEY_FILE: '/key' };
    const direct = { FINNHUB_API_KEY: 'of-the-environment' };
    for (const other of ['FINNHUB_API_KEY=of-dot-env', 'FINNHUB_API_KEY_FILE=/nowhere']) {
      expect(settings({ env: file, files: { ...files, '.env': other } }).keys).toEqual(['of-the-file']);
      expect(settings({ env: direct, files: { ...files, '.env': other } }).keys).toEqual(['of-the-environment']);
    }
    expect(settings({ files: { ...files, '.env': 'FINNHUB_API_KEY_FILE=/key' } }).keys).toEqual(['of-the-file']);
  });

  it('may not be given in both ways in one place', () => {
    const line = 'ACCESS_TOKEN and ACCESS_TOKEN_FILE are both set: only one is allowed';
    expect(refusal({ env: { ACCESS_TOKEN: TOKEN, ACCESS_TOKEN_FILE: '/t' }, files: { '/t': TOKEN } })).toBe(line);
    expect(refusal({ files: { '.env': `ACCESS_TOKEN=${TOKEN}\nACCESS_TOKEN_FILE=/t`, '/t': TOKEN } })).toBe(line);
  });

  it('is never repeated, not even one that stands where its file belongs', () => {
    const secret = 'se cret';
    for (const given of [
      { env: { ACCESS_TOKEN: secret } },
      { env: { ACCESS_TOKEN_FILE: '/t' }, files: { '/t': secret } },
      { env: { ACCESS_TOKEN_FILE: secret } },
      { env: { FINNHUB_API_KEY: `${secret},${secret}` } },
    ]) {
      const line = refusal(given);
      expect(line).toMatch(/ACCESS_TOKEN|FINNHUB_API_KEY/);
      expect(line).not.toContain(secret);
    }
  });

  it('may not be the same key twice: Finnhub drops both connections', () => {
    const line = refusal({ env: { FINNHUB_API_KEY: 'one-key, other-key, one-key' } });
    expect(line).toContain('each once');
    expect(line).not.toContain('one-key');
    expect(settings({ env: { FINNHUB_API_KEY: 'one-key, other-key,' } }).keys).toEqual(['one-key', 'other-key']);
  });
});

describe('a URL of Finnhub', () => {
  it.each([
    ['--finnhub-ws-url', 'wss://ws.finnhub.io#top'],
    ['--finnhub-ws-url', 'wss://ws.finnhub.io/#'],
    ['--finnhub-ws-url', 'wss://user:password@ws.finnhub.io'],
    ['--finnhub-ws-url', 'wss://user@ws.finnhub.io'],
    ['--finnhub-rest-url', 'https://finnhub.io/api/v1#top'],
    ['--finnhub-rest-url', 'https://finnhub.io/api/v1?token=a-secret'],
    ['--finnhub-rest-url', 'https://finnhub.io/api/v1?'],
    ['--finnhub-rest-url', 'https://user:password@finnhub.io/api/v1'],
    ['--finnhub-rest-url', 'https://finnhub.io/api v1'],
  ])('that cannot be connected to is refused: %s %s', (flag, url) => {
    const line = refusal({ args: [flag, url] });
    expect(line).toContain(`${flag} is `);
    expect(line).toContain('allowed is a URL that begins with');
    expect(line).not.toMatch(/password|a-secret/);
  });

  it('may have a path, and the WebSocket a query, to which the token is appended', () => {
    const url = 'ws://127.0.0.1:9/relay?region=eu';
    expect(settings({ args: ['--finnhub-ws-url', url] }).finnhubWsUrl).toBe(url);
    expect(settings({ args: ['--finnhub-rest-url', 'http://127.0.0.1:9/v1/'] }).finnhubRestUrl).toBe(
      'http://127.0.0.1:9/v1',
    );
  });
});

describe('a variable', () => {
  it('of the environment goes before .env, and a flag before both', () => {
    const files = { '.env': 'PORT=1\nSHARDS=1\nSYMBOL_LIMIT=1\nFLUSH_MS=1' };
    const env = { PORT: '2', SHARDS: '2', FLUSH_MS: '' };
    expect(settings({ args: ['--port', '3'], env, files })).toMatchObject({
      port: 3,
      shards: 2,
      symbolLimit: 1,
      flushMs: 1,
    });
  });
});

describe('the trusted proxies', () => {
  it('are kept in one form, however they are spelt', () => {
    const given = '2001:0DB8:0:0:0:0:0:1, ::ffff:192.0.2.7, fe80::1%eth0, 10.0.0.1';
    expect(settings({ env: { TRUSTED_PROXIES: given } }).trustedProxies).toEqual([
      '2001:db8::1',
      '192.0.2.7',
      'fe80::1',
      '10.0.0.1',
    ]);
  });
});

describe('a loopback address', () => {
  it.each(['127.0.0.1', '127.9.9.9', '::1', '0:0:0:0:0:0:0:1', '::ffff:127.0.0.1', 'localhost'])('is %s', (host) => {
    expect(isLoopback(host)).toBe(true);
  });
  it.each(['0.0.0.0', '::', '192.168.1.7', '127.example', '2001:db8::1'])('is not %s', (host) => {
    expect(isLoopback(host)).toBe(false);
  });
});

describe('what is recorded', () => {
  it('is nothing beyond what is watched, for 30 days, unless it is said', () => {
    expect(settings({ env: {} })).toMatchObject({ record: [], retentionDays: 30, maxDiskMb: undefined });
    const env = { RECORD: 'AAPL, IC MARKETS:1', RETENTION_DAYS: '7', MAX_DISK_MB: '500' };
    expect(settings({ env: env })).toMatchObject({
      record: ['AAPL', 'IC MARKETS:1'],
      retentionDays: 7,
      maxDiskMb: 500,
    });
  });

  it('is no more than the keys can carry', () => {
    const env = { RECORD: 'A,B,C', SYMBOL_LIMIT: '1' };
    expect(refusal({ env: { ...env, FINNHUB_API_KEY: 'one,two' } })).toMatch(
      /^RECORD names 3 symbols: allowed are 2\b/,
    );
    expect(settings({ env: { ...env, FINNHUB_API_KEY: 'one,two,three' } })).toMatchObject({ record: ['A', 'B', 'C'] });
  });

  it('names each symbol once, and in a form that can be one', () => {
    expect(refusal({ env: { RECORD: 'AAPL,AAPL' } })).toMatch(/^RECORD is "AAPL,AAPL": allowed is/);
    expect(refusal({ env: { RECORD: 'AA"PL' } })).toMatch(/^RECORD is /);
    expect(refusal({ env: { MAX_DISK_MB: '1' } })).toMatch(/^MAX_DISK_MB is "1": allowed is a whole number from 16/);
  });
});
