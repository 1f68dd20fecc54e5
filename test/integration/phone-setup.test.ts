import { spawn } from 'node:child_process';
import { readFileSync, statSync, writeFileSync } from 'node:fs';
import { type AddressInfo, connect, createServer } from 'node:net';
import { networkInterfaces } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { hostNames } from '../../src/main/phone/host-names.ts';
import { askHttps, LOCAL_NAME } from '../support/phone.ts';
import { type PhoneServer, startPhone, startPhoneServer, temporaryDir } from '../support/phone-rig.ts';
import { later, stopAfter } from '../support/rig.ts';
import { codesIn } from '../support/scan.ts';
import { runTickcast } from '../support/server.ts';
import { until } from '../support/until.ts';

stopAfter('each');

/** For tests that only ask. */
let shared: PhoneServer;
beforeAll(async () => {
  shared = await startPhoneServer();
});
afterAll(() => shared.stop());

describe('the plain page', () => {
  const url = ({ phone }: PhoneServer, path = '/') => `http://127.0.0.1:${phone.setupPort}${path}`;

  it('has the authority in the forms that phones take, and never the token', async () => {
    const rig = shared;
    const page = await fetch(url(rig), { headers: { 'User-Agent': 'Mozilla/5.0 (Linux; Android 15; Pixel 9)' } });
    const text = await page.text();
    expect(text.indexOf('<summary>Android')).toBeLessThan(text.indexOf('<summary>iPhone'));
    expect(page.headers.get('content-security-policy')).toMatch(
      new RegExp(`connect-src https://[\\w.]+:${rig.phone.port};`),
    );
    const certificate = await fetch(url(rig, '/tickcast-ca.crt'));
    expect(certificate.headers.get('content-type')).toBe('application/x-x509-ca-cert');
    const der = Buffer.from(await certificate.arrayBuffer());
    const pem = rig.phone.ca.replace(/-----[^-]+-----|\s/g, '');
    expect(der.toString('base64')).toBe(pem);
    const profile = await fetch(url(rig, '/tickcast.mobileconfig'));
    expect(profile.headers.get('content-type')).toBe('application/x-apple-aspen-config');
    expect(await profile.text()).toContain(pem);
    expect(text).not.toContain(rig.phone.token);
  });

  it('names the server as the phone has called it, if the certificate is good for that', async () => {
    const rig = shared;
    const linkFor = (host: string) =>
      new Promise<string>((resolve, reject) => {
        const socket = connect(rig.phone.setupPort, '127.0.0.1');
        let text = '';
        socket.setEncoding('utf8').on('data', (chunk) => {
          text += chunk;
        });
        socket
          .on('error', reject)
          .on('close', () => resolve(/id="open" class="button" href="([^"]+)"/.exec(text)?.[1] ?? text));
        socket.write(`GET / HTTP/1.1\r\nHost: ${host}\r\n\r\n`);
      });
    const { port, setupPort } = rig.phone;
    expect(await linkFor(`${LOCAL_NAME}:${setupPort}`)).toBe(`https://${LOCAL_NAME}:${port}/`);
    const usual = await linkFor('"><script>alert(1)</script>');
    expect(usual).toMatch(new RegExp(`^https://[^/<]+:${port}/$`));
    expect(await linkFor('evil.example')).toBe(usual);
  });

  it('is all there is, and only to be read', async () => {
    const rig = shared;
    for (const path of ['/healthz', '/api/status', '/phone/access-token', '/tickcast-ca.crt/', '/?token=x', '//']) {
      expect((await fetch(url(rig, path))).status, path).toBe(404);
    }
    for (const method of ['POST', 'HEAD', 'DELETE']) expect((await fetch(url(rig), { method })).status).toBe(405);
  });

  it('lets nobody hold more than a few connections, or one for long', async () => {
    const rig = shared;
    const closed = Array.from({ length: 60 }, () => {
      const socket = connect(rig.phone.setupPort, '127.0.0.1', () => socket.write('GET / HTTP/1.1\r\n'));
      later(async () => socket.destroy());
      return new Promise((resolve) => socket.on('error', resolve).on('close', resolve).resume());
    });
    await Promise.all(closed);
    expect((await fetch(url(rig))).status).toBe(200);
  });
});

describe('what the start says', () => {
  it('in a log is where to go and where the token is, never the token', async () => {
    const { tickcast, phone, dataDir } = await startPhone(['--log-level', 'trace']);
    const line = tickcast.log.find(({ phoneUrl }) => phoneUrl !== undefined);
    expect(line?.msg).toContain(join(dataDir, 'phone', 'access-token'));
    expect(line?.msg).toMatch(/SHA-256 [0-9A-F:]{95}/);
    expect(line?.msg).toContain('Finnhub allows personal use only');
    expect(phone.token).toMatch(/^[\w-]{32}$/);
    expect(statSync(join(dataDir, 'phone', 'access-token')).mode & 0o777).toBe(0o600);
    expect((await askHttps(phone, `/?token=${phone.token}`)).status).toBe(200);
    expect(tickcast.output()).not.toContain(phone.token);
    for (const each of tickcast.output().trim().split('\n')) expect(JSON.parse(each)).toHaveProperty('msg');
  });

  it('on a terminal are two codes: one that leads to the plain page, one that lets in', async () => {
    const dataDir = temporaryDir();
    const text = await onTerminal(['--port', '0', '--phone', '--phone-port', '0', '--data-dir', dataDir]);
    const [setupUrl, openUrl, ...more] = codesIn(text);
    const token = readFileSync(join(dataDir, 'phone', 'access-token'), 'utf8').trim();
    const [address = ''] = hostNames('', networkInterfaces()).addresses;
    expect(more).toEqual([]);
    expect(setupUrl).toMatch(new RegExp(`^http://\\[?${address}\\]?:\\d+$`));
    expect(openUrl).toMatch(new RegExp(`^https://\\[?${address}\\]?:\\d+/#token=${token}$`));
    for (const url of [setupUrl, openUrl]) expect(text).toContain(url);
    expect(text).toContain('Finnhub allows personal use only');
    expect(text).toMatch(/(?:[0-9A-F]{2}:){15}[0-9A-F]{2}\r?\n/);
  });
});

describe('a start for phones that cannot be', () => {
  async function occupied(): Promise<number> {
    const server = createServer();
    await new Promise<void>((resolve) => server.listen(0, '0.0.0.0', resolve));
    later(() => new Promise((resolve) => server.close(resolve)));
    return (server.address() as AddressInfo).port;
  }
  const start = (...flags: readonly string[]) =>
    runTickcast(['--port', '0', '--data-dir', temporaryDir(), '--phone', ...flags]);

  it('says which port is taken, with code 2', async () => {
    const port = await occupied();
    const own = await start('--phone-port', String(port));
    expect(own).toMatchObject({ code: 2, out: '' });
    expect(own.err).toMatch(new RegExp(`^tickcast: PHONE_PORT: .*:${port} is in use by another program\\n$`));
    const next = await start('--phone-port', String(port - 1));
    expect(next).toMatchObject({ code: 2, out: '' });
    expect(next.err).toMatch(new RegExp(`^tickcast: PHONE_PORT \\+ 1: .*:${port} is in use by another program\\n$`));
  });

  it.each([
    [['--port', '8443'], 'PHONE_PORT is 8443'],
    [['--port', '8444'], 'allowed is what leaves PORT (8444) alone'],
    [['--port', '0', '--phone-port', '65535'], '--phone-port is "65535": allowed is a whole number from 0 to 65534'],
  ])('is refused where a port would be used twice, or there is none: %j', async (flags, line) => {
    const { code, err } = await runTickcast(['--phone', '--data-dir', temporaryDir(), ...flags]);
    expect(code).toBe(2);
    expect(err).toContain(line);
    expect(err.trim().split('\n')).toHaveLength(1);
  });

  it('says in one line that the data folder does not take the certificates', async () => {
    const dataDir = temporaryDir();
    writeFileSync(join(dataDir, 'phone'), '');
    const { code, err } = await runTickcast(['--port', '0', '--phone', '--phone-port', '0', '--data-dir', dataDir]);
    expect(code).toBe(1);
    expect(err).toMatch(new RegExp(`^tickcast: ${dataDir}/phone cannot be used: E[A-Z]+.*\\n$`));
  });
});

/** What the built server writes to a terminal until both codes are there. */
async function onTerminal(flags: readonly string[]): Promise<string> {
  const main = fileURLToPath(new URL('../../dist/main.mjs', import.meta.url));
  const command = [process.execPath, main, ...flags].map((each) => `'${each}'`).join(' ');
  const child = spawn('script', ['-qefc', `exec ${command}`, '/dev/null'], { stdio: ['pipe', 'pipe', 'inherit'] });
  const exited = new Promise((resolve) => child.on('exit', resolve));
  later(async () => {
    // As a person ends it: script hands this on to the terminal's foreground program.
    child.stdin?.write('\u0003');
    await exited;
  });
  let text = '';
  child.stdout?.setEncoding('utf8').on('data', (chunk) => {
    text += chunk;
  });
  await until('the last line', () => text.includes('not for passing prices on'), 20_000);
  return text;
}
