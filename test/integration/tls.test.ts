import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { makeAuthority, makeLeaf } from '../../src/main/phone/certificates.ts';
import { scopeFor } from '../../src/main/phone/scope.ts';
import { authorityValidity, leafValidity } from '../../src/main/phone/validity.ts';
import { FinnhubClient, TickcastClient } from '../support/clients.ts';
import { askHttps, certificateOf, LOCAL_NAME } from '../support/phone.ts';
import { later, startRig, stopAfter } from '../support/rig.ts';
import { runTickcast, startTickcast } from '../support/server.ts';
import { until } from '../support/until.ts';

stopAfter('each');

const DAY_MS = 24 * 3_600_000;
const TOKEN = 'correct-horse-battery-staple';
const HOST = { names: [LOCAL_NAME, 'localhost'], addresses: [] };

let dir: string;
let ca: string;
const file = (name: string): string => join(dir, name);

/** The two files of a server: the certificate alone, and its key alone. */
function writePair(name: string, pem: string): void {
  const at = pem.indexOf('-----BEGIN PRIVATE KEY');
  writeFileSync(file(`${name}.crt`), pem.slice(0, at));
  writeFileSync(file(`${name}.key`), pem.slice(at));
}

beforeAll(async () => {
  dir = mkdtempSync(join(tmpdir(), 'tickcast-tls-'));
  const now = Date.now();
  const validity = authorityValidity(now);
  const authority = await makeAuthority('tests', scopeFor(HOST), validity);
  writeFileSync(file('authority.pem'), authority);
  ca = certificateOf(file('authority.pem'));
  writePair('good', await makeLeaf(authority, HOST, leafValidity(now, validity)));
  writePair('other', await makeLeaf(authority, HOST, leafValidity(now, validity)));
  writePair('expired', await makeLeaf(authority, HOST, { from: now - 9 * DAY_MS, to: now - DAY_MS }));
  writePair('early', await makeLeaf(authority, HOST, { from: now + DAY_MS, to: now + 9 * DAY_MS }));
  writeFileSync(file('nonsense'), 'no certificate and no key\n');
});
afterAll(() => rmSync(dir, { recursive: true, force: true }));

const flags = (certificate: string, key: string): string[] => ['--tls-cert', file(certificate), '--tls-key', file(key)];
const GOOD = (): string[] => flags('good.crt', 'good.key');

describe('with a certificate and its key', () => {
  it('every shard speaks https and wss, and says so', async () => {
    const { tickcast } = await startRig({}, { flags: [...GOOD(), '--shards', '2', '--allowed-hosts', LOCAL_NAME] });
    const { port } = tickcast;
    expect(tickcast.log.find(({ url }) => url !== undefined)).toMatchObject({ url: `https://localhost:${port}` });
    for (let i = 0; i < 8; i += 1) expect((await askHttps({ port, ca }, '/healthz')).body).toBe('ok\n');
    const client = await TickcastClient.connect(`wss://localhost:${port}`, { ca });
    const program = await FinnhubClient.connect(`wss://localhost:${port}`, { ca });
    later(async () => client.ws.terminate());
    later(async () => program.ws.terminate());
    for (const each of [client, program]) each.subscribe('AAPL');
    await until('trades', () => client.trades.length > 0 && program.trades.length > 0);
    await expect(fetch(`http://127.0.0.1:${port}/healthz`)).rejects.toThrow();
    tickcast.process.kill('SIGTERM');
    expect(await Promise.all([client.closed, program.closed])).toEqual([1012, 1012]);
    expect(await tickcast.exited).toBe(0);
    expect(tickcast.output()).not.toMatch(/abort|core dumped/i);
  });

  it("the page's cookie is for https only", async () => {
    const server = await startTickcast({
      flags: [...GOOD(), '--allowed-hosts', LOCAL_NAME],
      env: { ACCESS_TOKEN: TOKEN },
    });
    later(() => server.kill());
    const headers = { Authorization: `Bearer ${TOKEN}` };
    const session = await askHttps({ port: server.port, ca }, '/api/session', { method: 'POST', headers });
    expect(session.status).toBe(204);
    expect(session.headers['set-cookie']?.[0]).toMatch(/; Secure$/);
  });

  it('browsers are told to stay with https, unless the server is for this machine only', async () => {
    for (const [host, expected] of [
      ['0.0.0.0', 'max-age=31536000'],
      ['127.0.0.1', undefined],
    ] as const) {
      const server = await startTickcast({ flags: [...GOOD(), '--host', host, '--allowed-hosts', LOCAL_NAME] });
      later(() => server.kill());
      await until('ready', async () => (await askHttps({ port: server.port, ca }, '/readyz')).status === 200);
      for (const path of ['/', '/healthz', '/api/status', '/api/symbols', '/nope']) {
        const { headers } = await askHttps({ port: server.port, ca }, path);
        expect(headers['strict-transport-security'], `${host} ${path}`).toBe(expected);
      }
    }
  });
});

describe('a start with a certificate that cannot be right', () => {
  const cases: readonly (readonly [string, () => string[], RegExp])[] = [
    [
      'only the certificate',
      () => ['--tls-cert', file('good.crt')],
      /^TLS_CERT is set without TLS_KEY: allowed are both or none/,
    ],
    [
      'only the key',
      () => ['--tls-key', file('good.key')],
      /^TLS_KEY is set without TLS_CERT: allowed are both or none/,
    ],
    ['no such certificate', () => flags('none.crt', 'good.key'), /^TLS_CERT cannot be read: ENOENT/],
    ['no such key', () => flags('good.crt', 'none.key'), /^TLS_KEY cannot be read: ENOENT/],
    [
      'a certificate that is none',
      () => flags('nonsense', 'good.key'),
      /^TLS_CERT is ".*": allowed is a file with a certificate/,
    ],
    [
      'a key that is none',
      () => flags('good.crt', 'nonsense'),
      /^TLS_KEY is ".*": allowed is a file with a private key/,
    ],
    ['the two swapped', () => flags('good.key', 'good.crt'), /^TLS_CERT is ".*": allowed is a file with a certificate/],
    [
      'the key of another',
      () => flags('good.crt', 'other.key'),
      /^TLS_KEY is ".*": allowed is the key of the certificate/,
    ],
    [
      'one that has expired',
      () => flags('expired.crt', 'expired.key'),
      /^TLS_CERT is ".*": the certificate has expired \(/,
    ],
    [
      'one that begins later',
      () => flags('early.crt', 'early.key'),
      /^TLS_CERT is ".*": the certificate is not valid before /,
    ],
  ];
  it.each(cases)('stops with one line and code 2: %s', async (_what, given, line) => {
    const { code, out, err } = await runTickcast(['--port', '0', '--data-dir', dir, ...given()]);
    expect(code).toBe(2);
    expect(out).toBe('');
    expect(err).toMatch(/^tickcast: /);
    expect(err.slice('tickcast: '.length)).toMatch(line);
    expect(err.trim().split('\n')).toHaveLength(1);
    expect(err).not.toContain('PRIVATE KEY');
  });
});
