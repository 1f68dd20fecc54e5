import { X509Certificate } from 'node:crypto';
import { chmodSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { type AddressInfo, connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as tls from 'node:tls';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { makeAuthority, makeLeaf, readAuthority } from '../../src/main/phone/certificates.ts';
import { keepCertificates, keepToken, PhoneError } from '../../src/main/phone/keep.ts';
import { writePrivateFile } from '../../src/main/phone/private-files.ts';
import { profileOf } from '../../src/main/phone/profile.ts';
import { scopeFor } from '../../src/main/phone/scope.ts';
import { authorityValidity, leafValidity } from '../../src/main/phone/validity.ts';
import { certificateOf, openssl } from '../support/phone.ts';

const DAY_MS = 24 * 3_600_000;
const NOW = Date.now();
const HOST = { names: ['desk', 'desk.local'], addresses: ['192.168.1.7', 'fd12::7'] };

let dir: string;
beforeEach(() => {
  dir = join(mkdtempSync(join(tmpdir(), 'tickcast-keep-')), 'phone');
});
afterEach(() => rmSync(join(dir, '..'), { recursive: true, force: true }));

const file = (name: string): string => join(dir, name);
const modeOf = (path: string): string => (statSync(path).mode & 0o777).toString(8);
const keep = (host = HOST, now = NOW) => keepCertificates(dir, 'desk', host, now);
const texts = () => ['authority.pem', 'server.pem'].map((name) => readFileSync(file(name), 'utf8'));

/** Whether openssl takes the leaf for `name`, by its strictest rules. */
function verifies(leaf: string, option: '-verify_hostname' | '-verify_ip', name: string): boolean {
  try {
    const args = ['-x509_strict', '-purpose', 'sslserver', '-CAfile', file('authority.pem'), option, name, leaf];
    return openssl('verify', ...args).includes('OK');
  } catch {
    return false;
  }
}

/** How a TLS client that trusts `ca` alone greets a server with the leaf: its error, or nothing. */
async function greet(leafFile: string, ca: string, servername: string): Promise<string> {
  const pem = readFileSync(leafFile, 'utf8');
  const server = tls.createServer({ cert: pem, key: pem }, (socket) => socket.end());
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const socket = connect((server.address() as AddressInfo).port, '127.0.0.1');
  try {
    return await new Promise((resolve) => {
      const isName = !/^[\d.]+$/.test(servername);
      const secure = tls.connect({ socket, ca, host: servername, ...(isName ? { servername } : {}) }, () =>
        resolve(''),
      );
      secure.on('error', (error: NodeJS.ErrnoException) => resolve(`${error.code}: ${error.message}`));
    });
  } finally {
    socket.destroy();
    server.close();
  }
}

describe('the certificates', () => {
  it("are taken by openssl and Node for each of the host's names and addresses, and for no other", async () => {
    const { leafFile } = await keep();
    for (const name of ['desk', 'desk.local', 'localhost'])
      expect(verifies(leafFile, '-verify_hostname', name)).toBe(true);
    for (const address of HOST.addresses) expect(verifies(leafFile, '-verify_ip', address)).toBe(true);
    expect(verifies(leafFile, '-verify_hostname', 'other.local')).toBe(false);
    const ca = certificateOf(file('authority.pem'));
    for (const name of ['desk.local', '192.168.1.7']) expect(await greet(leafFile, ca, name), name).toBe('');
    expect(await greet(leafFile, ca, 'other.local')).toContain('ERR_TLS_CERT_ALTNAME_INVALID');
    rmSync(file('authority.pem'));
    await keep();
    expect(await greet(leafFile, ca, 'desk.local'), 'another authority').not.toBe('');
  });

  it('say what they are for', async () => {
    const { authority, leafFile } = await keep();
    const text = openssl('x509', '-in', file('authority.pem'), '-noout', '-text');
    expect(text).toMatch(/Basic Constraints: critical\s+CA:TRUE, pathlen:0/);
    expect(text).toMatch(/Key Usage: critical\s+Certificate Sign\n/);
    expect(text).toMatch(/Name Constraints: critical\s+Permitted:/);
    expect(authority.certificate.subject).toMatch(/^CN=Tickcast desk [0-9a-f]{6}$/);
    const leaf = openssl('x509', '-in', leafFile, '-noout', '-text');
    expect(leaf).toMatch(/Extended Key Usage: \s+TLS Web Server Authentication\n/);
    expect(leaf).toContain('NIST CURVE: P-256');
    const { validFromDate, validToDate } = new X509Certificate(readFileSync(leafFile));
    expect(validToDate.getTime() - validFromDate.getTime()).toBe(397 * DAY_MS);
    expect(NOW - validFromDate.getTime()).toBeGreaterThanOrEqual(DAY_MS);
  });

  it('of other hosts are of no use, even if they were made with the key of this authority', async () => {
    await keep();
    const authority = readFileSync(file('authority.pem'), 'utf8');
    const { validity } = await readAuthority(authority);
    for (const [names, addresses, option, name] of [
      [['bank.example'], [], '-verify_hostname', 'bank.example'],
      [['desk.example'], [], '-verify_hostname', 'desk.example'],
      [[], ['8.8.8.8'], '-verify_ip', '8.8.8.8'],
    ] as const) {
      writeFileSync(file('stolen.pem'), await makeLeaf(authority, { names, addresses }, leafValidity(NOW, validity)));
      expect(verifies(file('stolen.pem'), option, name), name).toBe(false);
      const ca = certificateOf(file('authority.pem'));
      expect(await greet(file('stolen.pem'), ca, name)).toContain('permitted subtree violation');
    }
  });

  it('are readable for their owner alone, also where they were not', async () => {
    mkdirSync(dir, { mode: 0o755 });
    await keep();
    const isPrivate = () => {
      expect(modeOf(dir)).toBe('700');
      for (const name of ['authority.pem', 'server.pem']) expect(modeOf(file(name)), name).toBe('600');
    };
    isPrivate();
    chmodSync(dir, 0o755);
    for (const name of ['authority.pem', 'server.pem']) chmodSync(file(name), 0o644);
    await keep();
    isPrivate();
  });
});

describe('from one start to the next', () => {
  it('both stay', async () => {
    await keep();
    const before = texts();
    await keep(HOST, NOW + 300 * DAY_MS);
    expect(texts()).toEqual(before);
  });

  it.each([
    ['an address changed', { ...HOST, addresses: ['192.168.1.8'] }, NOW],
    ['it soon ends', HOST, NOW + 370 * DAY_MS],
  ])('the leaf is made again and the authority stays when %s', async (_what, host, now) => {
    await keep();
    const [authority, leaf] = texts();
    const { leafFile } = await keep(host, now);
    expect(texts()[0]).toBe(authority);
    expect(texts()[1]).not.toBe(leaf);
    for (const address of host.addresses) {
      const args = ['-attime', String(Math.floor(now / 1000)), '-CAfile', file('authority.pem'), '-verify_ip', address];
      expect(openssl('verify', ...args, leafFile)).toContain('OK');
    }
  });

  it.each([
    ['is damaged', () => 'no certificate'],
    ['was cut off', (text: string) => text.slice(0, text.length / 2)],
  ])('a leaf that %s is made again', async (_what, broken) => {
    const { leafFile } = await keep();
    writeFileSync(leafFile, broken(readFileSync(leafFile, 'utf8')));
    await keep();
    expect(verifies(leafFile, '-verify_hostname', 'desk.local')).toBe(true);
  });

  it('a leaf of another authority is made again', async () => {
    const { leafFile } = await keep();
    rmSync(file('authority.pem'));
    await keep();
    expect(verifies(leafFile, '-verify_hostname', 'desk.local')).toBe(true);
  });

  it('an authority that has run out is made again, since nobody could use it', async () => {
    await keep(HOST, NOW - 3_640 * DAY_MS);
    const [old] = texts();
    const { leafFile } = await keep();
    expect(texts()[0]).not.toBe(old);
    expect(verifies(leafFile, '-verify_hostname', 'desk.local')).toBe(true);
  });

  it('a public address that the authority does not cover is left out, the others stay', async () => {
    await keep();
    const { served } = await keep({ ...HOST, addresses: ['192.168.1.7', '198.51.100.7'] });
    expect(served.addresses).toEqual(['192.168.1.7']);
    rmSync(file('authority.pem'));
    expect((await keep({ ...HOST, addresses: ['198.51.100.7'] })).served.addresses).toEqual(['198.51.100.7']);
  });

  it.each([
    ['is no certificate', async () => 'nonsense'],
    ['has no key', async (text: string) => text.slice(0, text.indexOf('-----BEGIN PRIVATE KEY'))],
    [
      'has the key of another',
      async (text: string) => {
        const other = await makeAuthority('desk', scopeFor(HOST), authorityValidity(NOW));
        return (
          text.slice(0, text.indexOf('-----BEGIN PRIVATE KEY')) + other.slice(other.indexOf('-----BEGIN PRIVATE KEY'))
        );
      },
    ],
  ])('an authority that %s stops the start, since phones trust it', async (_what, broken) => {
    await keep();
    const text = await broken(readFileSync(file('authority.pem'), 'utf8'));
    writeFileSync(file('authority.pem'), text);
    await expect(keep()).rejects.toThrow(PhoneError);
    await expect(keep()).rejects.toThrow(/authority\.pem cannot be used \(.*\): restore it, or remove it/);
    expect(readFileSync(file('authority.pem'), 'utf8')).toBe(text);
  });
});

describe('a write', () => {
  it('that was interrupted leaves what was there, and the next one goes through', () => {
    mkdirSync(dir);
    writePrivateFile(file('f'), 'old');
    writeFileSync(file('f.new'), 'ha', { mode: 0o644 });
    expect(readFileSync(file('f'), 'utf8')).toBe('old');
    writePrivateFile(file('f'), 'new');
    expect(readFileSync(file('f'), 'utf8')).toBe('new');
    expect(modeOf(file('f'))).toBe('600');
    expect(readdirSync(dir)).toEqual(['f']);
  });

  it('puts a new file in the place of the old one instead of writing into it', () => {
    mkdirSync(dir);
    writePrivateFile(file('f'), 'old');
    const before = statSync(file('f')).ino;
    writeFileSync(file('keeps-the-number'), '');
    writePrivateFile(file('f'), 'new');
    expect(statSync(file('f')).ino).not.toBe(before);
  });

  it('that cannot be is one line', async () => {
    writeFileSync(dir, 'a file where the folder belongs');
    await expect(keep()).rejects.toThrow(/phone cannot be used: E[A-Z]+/);
    await expect(keep()).rejects.toThrow(PhoneError);
  });
});

describe('the access token', () => {
  const isToken = (text: string): boolean => text.length >= 5;

  it('is made once, and only its owner can read it', () => {
    const first = keepToken(dir, () => 'made-1', isToken);
    expect(first).toEqual({ token: 'made-1', file: file('access-token') });
    expect(modeOf(first.file)).toBe('600');
    chmodSync(first.file, 0o644);
    expect(keepToken(dir, () => 'made-2', isToken).token).toBe('made-1');
    expect(modeOf(first.file)).toBe('600');
  });

  it('that is none stops the start: it must not be the empty one', () => {
    keepToken(dir, () => 'made-1', isToken);
    writeFileSync(file('access-token'), '\n');
    expect(() => keepToken(dir, () => 'made-2', isToken)).toThrow(/does not hold an access token: remove it/);
  });
});

describe('the profile for iOS', () => {
  it('holds the certificate, and has the same identifiers each time', async () => {
    const { certificate } = (await keep()).authority;
    const profile = profileOf('Tickcast <desk> & co', certificate.raw);
    const data = /<data>([^<]+)<\/data>/.exec(profile)?.[1] ?? '';
    expect(Buffer.from(data, 'base64').equals(certificate.raw)).toBe(true);
    expect(profile).toContain('<string>Tickcast &lt;desk&gt; &amp; co</string>');
    expect(profile).toContain('<string>com.apple.security.root</string>');
    expect(profileOf('Tickcast <desk> & co', certificate.raw)).toBe(profile);
    const uuids = [...profile.matchAll(/PayloadUUID<\/key><string>([^<]+)</g)].map(([, uuid]) => uuid);
    expect(new Set(uuids).size).toBe(2);
    for (const uuid of uuids) expect(uuid).toMatch(/^[0-9A-F]{8}(?:-[0-9A-F]{4}){3}-[0-9A-F]{12}$/);
  });
});
