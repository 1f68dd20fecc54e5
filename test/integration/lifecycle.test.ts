import { spawn } from 'node:child_process';
import { cpSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { FinnhubClient, TickcastClient } from '../support/clients.ts';
import { later, startRig, stopAfter } from '../support/rig.ts';
import { runTickcast, startTickcast } from '../support/server.ts';
import { until } from '../support/until.ts';

stopAfter('each');

const SYMBOL = 'BINANCE:BTCUSDT';

function temporaryDir(): string {
  const dir = mkdtempSync(join(tmpdir(), 'tickcast-test-'));
  later(async () => rmSync(dir, { recursive: true, force: true }));
  return dir;
}

async function start(args: Parameters<typeof startTickcast>[0] = {}) {
  const tickcast = await startTickcast(args);
  later(() => tickcast.kill());
  return tickcast;
}

describe('a start that cannot be right', () => {
  it.each([
    [['--port', '70000'], {}, '--port is "70000": allowed is a whole number from 0 to 65535'],
    [[], { PORT: 'http' }, 'PORT is "http": allowed is a whole number from 0 to 65535'],
    [['--shards', '0'], {}, '--shards is "0"'],
    [['--flush-ms', '-1'], {}, '--flush-ms is "-1"'],
    [['--linger-ms', 'soon'], {}, 'allowed is milliseconds from 0 to 604800000, or "until-needed"'],
    [['--finnhub-ws-url', 'https://finnhub.io'], {}, 'allowed is a URL that begins with ws:// or wss://'],
    [['--log-level', 'loud'], {}, 'allowed is one of trace, debug'],
    [['--prot', '1'], {}, 'unknown option --prot: see --help'],
    [['--port'], {}, '--port needs a value'],
    [['--port', '1', '--port', '2'], {}, '--port is given twice'],
    [['--allowed-origins', 'example.org'], {}, 'allowed is origins such as https://example.org'],
    [['--host', '0.0.0.0'], { FINNHUB_API_KEY: 'k' }, 'with a real key and no ACCESS_TOKEN'],
    [[], { FINNHUB_API_KEY_FILE: '/does/not/exist' }, 'FINNHUB_API_KEY_FILE cannot be read: ENOENT'],
    [[], { ACCESS_TOKEN_FILE: '/dev/null' }, 'ACCESS_TOKEN_FILE names an empty file'],
    [[], { FINNHUB_API_KEY: ',' }, 'FINNHUB_API_KEY is (not shown): allowed is keys'],
    [['--finnhub-ws-url', 'wss://ws.finnhub.io#top'], {}, '--finnhub-ws-url is "wss://ws.finnhub.io#top"'],
  ])('stops with one line and code 2: %j %j', async (flags, env, line) => {
    const { code, out, err } = await runTickcast(flags, env);
    expect(code).toBe(2);
    expect(out).toBe('');
    expect(err).toContain(line);
    expect(err.trim().split('\n').length).toBe(1);
  });

  it('never repeats a secret', async () => {
    const { code, err } = await runTickcast([], { ACCESS_TOKEN: 'se cret', FINNHUB_API_KEY: 'also-secret' });
    expect(code).toBe(2);
    expect(err).toContain('ACCESS_TOKEN is (not shown): allowed is');
    expect(err).not.toContain('se cret');
    expect(err).not.toContain('also-secret');
  });

  it('says what it can do, and its version', async () => {
    const help = await runTickcast(['--help']);
    expect(help).toMatchObject({ code: 0, err: '' });
    for (const flag of ['--finnhub-ws-url', '--linger-ms', 'ACCESS_TOKEN_FILE', '--trusted-proxies']) {
      expect(help.out).toContain(flag);
    }
    const version = await runTickcast(['--version']);
    const { version: expected } = JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8'));
    expect(version).toEqual({ code: 0, out: `${expected}\n`, err: '' });
  });
});

describe('a build without the page', () => {
  it('says that it cannot start, instead of trying for ever', async () => {
    const dir = temporaryDir();
    cpSync(new URL('../../dist', import.meta.url), join(dir, 'dist'), { recursive: true });
    rmSync(join(dir, 'dist', 'pwa'), { recursive: true });
    symlinkSync(fileURLToPath(new URL('../../node_modules', import.meta.url)), join(dir, 'node_modules'));
    const child = spawn(process.execPath, [join(dir, 'dist/main.mjs'), '--port', '0', '--data-dir', join(dir, 'data')]);
    let out = '';
    child.stdout.on('data', (chunk) => {
      out += chunk;
    });
    expect(await new Promise((resolve) => child.on('close', resolve))).toBe(1);
    expect(out).toContain('Tickcast cannot start');
  });
});

describe('a second server', () => {
  it('refuses to start on the same port', async () => {
    const first = await start();
    const second = await runTickcast(['--port', String(first.port), '--data-dir', temporaryDir()]);
    expect(second.code).toBe(1);
    expect(second.err).toBe(`tickcast: HOST and PORT: 127.0.0.1:${first.port} is in use by another program\n`);
  });

  it('refuses to start on the same data folder, and may once the first was killed', async () => {
    const dataDir = temporaryDir();
    const first = await start({ dataDir });
    const second = await runTickcast(['--port', '0', '--data-dir', dataDir]);
    expect(second.code).toBe(1);
    expect(second.err).toContain('is in use by another Tickcast');
    first.process.kill('SIGKILL');
    await first.exited;
    await start({ dataDir });
  });
});

describe('the data folder', () => {
  it('holds the last epoch, so that none is ever used twice, even when the clock has gone back', async () => {
    const dataDir = temporaryDir();
    const future = Date.now() + 3_600_000;
    writeFileSync(join(dataDir, 'epoch'), `${future}\n`);
    const tickcast = await start({ dataDir });
    await until('ready', async () => (await fetch(`${tickcast.url}/readyz`)).ok);
    const status = await (await fetch(`${tickcast.url}/api/status`)).json();
    expect(status.epoch).toBe(future + 1);
  });

  it('that holds nonsense, or cannot be written, stops the start with one line', async () => {
    const dataDir = temporaryDir();
    writeFileSync(join(dataDir, 'epoch'), 'yesterday\n');
    const nonsense = await runTickcast(['--port', '0', '--data-dir', dataDir]);
    expect(nonsense.code).toBe(1);
    expect(nonsense.err).toContain('does not hold a number of milliseconds');
    const file = join(dataDir, 'epoch');
    const noFolder = await runTickcast(['--port', '0', '--data-dir', file]);
    expect(noFolder.code).toBe(1);
    expect(noFolder.err).toContain(`DATA_DIR ${file} cannot be used`);
  });
});

describe.each(['SIGTERM', 'SIGINT'] as const)('on %s', (signal) => {
  it('is not ready any more, closes clients with 1012, and exits with 0 within 5 s', async () => {
    const rig = await startRig({}, { flags: ['--shards', '2'] });
    const clients = [await rig.tickcastClient(), await rig.finnhubClient(), await rig.tickcastClient()];
    const [first] = clients;
    first?.send({ type: 'subscribe', symbol: SYMBOL });
    const ready = async () => (await fetch(`${rig.tickcast.url}/readyz`)).status;
    await until('ready', async () => (await ready()) === 200);
    const stoppedAt = Date.now();
    rig.tickcast.process.kill(signal);
    await until('not ready', async () => (await ready()) === 503, 2_000);
    expect(await Promise.all(clients.map(({ closed }) => closed))).toEqual([1012, 1012, 1012]);
    expect(await rig.tickcast.exited).toBe(0);
    expect(Date.now() - stoppedAt).toBeLessThan(5_000);
    expect(rig.tickcast.output()).not.toMatch(/abort|core dumped/i);
    await expect(fetch(`${rig.tickcast.url}/readyz`)).rejects.toThrow();
  });
});

describe('the log', () => {
  it('is JSON lines without the key and the token, even at its most talkative', async () => {
    const key = 'a-very-secret-finnhub-key';
    const token = 'a-very-secret-access-token';
    const rig = await startRig(
      { keys: [key] },
      { flags: ['--log-level', 'trace'], env: { FINNHUB_API_KEY: key, ACCESS_TOKEN: token } },
    );
    const client = await FinnhubClient.connect(`${rig.tickcast.wsUrl}/?token=${token}`);
    later(async () => client.ws.terminate());
    client.subscribe(SYMBOL);
    await until('trades', () => client.trades.length > 0);
    rig.simulator.inject({ type: 'handshake-status', status: 500 });
    rig.simulator.inject({ type: 'drop-all' });
    await until('trouble is logged', () => rig.tickcast.log.some(({ msg }) => msg.includes('not connected upstream')));
    rig.simulator.inject({ type: 'handshake-status', status: 401 });
    await until('refusal is logged', () => rig.tickcast.log.some(({ msg }) => msg.includes('401')));
    await rig.tickcast.stop();
    expect(rig.tickcast.output()).not.toContain(key);
    expect(rig.tickcast.output()).not.toContain(token);
    for (const line of rig.tickcast.output().trim().split('\n')) expect(JSON.parse(line)).toHaveProperty('msg');
  });

  it('says once that the key is refused, and so does every client hear it', async () => {
    const rig = await startRig({ keys: ['another-key'] });
    const client = await rig.tickcastClient();
    const program = await rig.finnhubClient();
    await until('the client is told', () => client.of('status').at(-1)?.upstream === 'unauthorized');
    const late = await TickcastClient.connect(rig.tickcast.wsUrl);
    later(async () => late.ws.terminate());
    await until('a late one too', () => late.of('status').at(-1)?.upstream === 'unauthorized');
    expect(late.of('status').at(-1)?.retryAt).toBeGreaterThan(Date.now() + 200_000);
    const lateProgram = await rig.finnhubClient();
    for (const each of [program, lateProgram]) {
      await until('a program too', () => each.errors.length > 0);
      expect(each.errors).toEqual(['Invalid API key']);
    }
    expect(rig.tickcast.log.filter(({ msg }) => msg.includes('refuses the API key')).length).toBe(1);
  });
});

describe('a key in a file', () => {
  it('is read, and .env gives what neither flag nor environment does', async () => {
    const dataDir = temporaryDir();
    writeFileSync(join(dataDir, 'key'), 'test-key\n');
    writeFileSync(join(dataDir, '.env'), 'SYMBOL_LIMIT=7\nSHARDS=2\n');
    const rig = await startRig(
      { keys: ['test-key'] },
      { dataDir, env: { FINNHUB_API_KEY: '', FINNHUB_API_KEY_FILE: join(dataDir, 'key'), SHARDS: '1' } },
    );
    const client = await rig.tickcastClient();
    await until('greeted', () => client.of('hello').length > 0);
    expect(client.of('hello')[0]).toMatchObject({ feed: 'finnhub', limit: 7 });
    await until('connected', () => rig.simulator.connections() === 1);
  });
});
