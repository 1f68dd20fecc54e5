import { statSync } from 'node:fs';
import { connect } from 'node:net';
import { networkInterfaces } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { WebSocket } from 'ws';
import { FinnhubClient, TickcastClient } from '../support/clients.ts';
import { askHttps, LOCAL_NAME } from '../support/phone.ts';
import { type PhoneRig, type PhoneServer, startPhone, startPhoneServer, temporaryDir } from '../support/phone-rig.ts';
import { later, startRig, stopAfter } from '../support/rig.ts';
import { until } from '../support/until.ts';

stopAfter('each');

const SYMBOL = 'BINANCE:BTCUSDT';
const TOKEN = 'correct-horse-battery-staple';

/** How a WebSocket client reaches the phone's side on this machine. */
const wss = ({ phone }: Pick<PhoneRig, 'phone'>, path = '/') => `wss://localhost:${phone.port}${path}`;
const bearer = (token: string) => ({ headers: { Authorization: `Bearer ${token}` } });

async function phoneClient(rig: PhoneRig): Promise<TickcastClient> {
  const { ca, token } = rig.phone;
  const client = await TickcastClient.connect(wss(rig), { ca, ...bearer(token) });
  later(async () => client.ws.terminate());
  return client;
}

/** The HTTP status that an upgrade is answered with. */
function upgrade(url: string, options: object, protocols: string[] = []): Promise<number> {
  return new Promise((resolve) => {
    const ws = new WebSocket(url, protocols, options);
    ws.on('open', () => resolve(101)).on('error', () => resolve(0));
    ws.on('unexpected-response', (_request, response) => resolve(response.statusCode ?? 0));
    later(async () => ws.terminate());
  });
}

/** For tests that only ask. */
let shared: PhoneServer;
beforeAll(async () => {
  shared = await startPhoneServer(['--allowed-hosts', 'ticks.example']);
});
afterAll(() => shared.stop());

describe('the listener for phones', () => {
  it('serves the page by https to who trusts the authority, and to nobody else', async () => {
    const { phone } = shared;
    const page = await askHttps(phone, '/');
    expect(page).toMatchObject({ status: 200, body: expect.stringContaining('<div id="app">') });
    // Browsers would take it for all ports of the name, the plain page's too.
    expect(page.headers['strict-transport-security']).toBeUndefined();
    await expect(askHttps({ ...phone, ca: '' }, '/')).rejects.toThrow(/self.signed|unable to (?:verify|get)/);
  });

  it('needs the token, which the listener on loopback does not', async () => {
    const rig = shared;
    const { phone, tickcast } = rig;
    expect((await fetch(`${tickcast.url}/api/status`)).status).toBe(200);
    expect((await askHttps(phone, '/api/status')).status).toBe(401);
    expect((await askHttps(phone, '/api/status', bearer(phone.token))).status).toBe(200);
    expect((await askHttps(phone, '/api/status', bearer(`${phone.token}x`))).status).toBe(401);
    expect(await upgrade(wss(rig), { ca: phone.ca })).toBe(401);
    expect(await upgrade(wss(rig, `/?token=${phone.token}`), { ca: phone.ca })).toBe(101);
    const stranger = await TickcastClient.connect(wss(rig), { ca: phone.ca });
    later(async () => stranger.ws.terminate());
    stranger.subscribe(SYMBOL);
    expect(await stranger.closed).toBe(1008);
    expect(stranger.messages).toMatchObject([{ type: 'error', code: 'unauthorized' }]);
  });

  it('gives a cookie for the token that only https carries', async () => {
    const { phone } = shared;
    const session = await askHttps(phone, '/api/session', { method: 'POST', ...bearer(phone.token) });
    expect(session.status).toBe(204);
    const [cookie = ''] = session.headers['set-cookie'] ?? [];
    expect(cookie).toMatch(/; HttpOnly; SameSite=Strict; .*; Secure$/);
    const headers = { Cookie: cookie.split(';')[0] };
    expect((await askHttps(phone, '/api/status', { headers })).status).toBe(200);
  });

  it('takes the token that the operator has set, and then keeps none', async () => {
    const dataDir = temporaryDir();
    const env = { ACCESS_TOKEN: TOKEN };
    const rig = await startRig({}, { dataDir, flags: ['--phone', '--phone-port', '0'], env });
    const line = await until('announced', () => rig.tickcast.log.find(({ phoneUrl }) => phoneUrl !== undefined));
    expect(line.msg).toContain('the access token is in ACCESS_TOKEN');
    expect(() => statSync(join(dataDir, 'phone', 'access-token'))).toThrow(/ENOENT/);
    expect((await fetch(`${rig.tickcast.url}/api/status`)).status, 'there too').toBe(401);
  });

  it('answers to addresses and to the names of this machine only', async () => {
    const rig = shared;
    const { phone } = rig;
    const short = LOCAL_NAME.replace('.local', '');
    for (const host of [
      '192.168.1.7',
      '127.0.0.1',
      '[fd12::7]',
      LOCAL_NAME,
      LOCAL_NAME.toUpperCase(),
      short,
      'ticks.example',
    ]) {
      expect((await askHttps(phone, '/healthz', { host })).status, host).toBe(200);
    }
    for (const host of ['evil.example', `x${LOCAL_NAME}`, `${LOCAL_NAME}.evil.example`, 'other.local']) {
      for (const path of ['/', '/healthz', '/api/status']) {
        expect((await askHttps(phone, path, { host })).status, host).toBe(421);
      }
      expect(await upgrade(wss(rig), { ca: phone.ca, headers: { Host: host } })).toBe(421);
    }
    const plain = await upgrade(rig.tickcast.wsUrl, { headers: { Host: LOCAL_NAME } });
    expect(plain, 'the other listener does not know that name').toBe(421);
  });

  it('lets the plain page see that it is alive, and nothing else', async () => {
    const { phone, tickcast } = shared;
    const policy = async (path: string) => (await askHttps(phone, path)).headers['cross-origin-resource-policy'];
    expect(await policy('/healthz')).toBe('cross-origin');
    for (const path of ['/', '/readyz', '/api/status', '/nope']) expect(await policy(path), path).toBe('same-origin');
    const own = await fetch(`${tickcast.url}/healthz`);
    expect(own.headers.get('cross-origin-resource-policy')).toBe('same-origin');
  });

  it('is on every address, by IPv4 and IPv6', async () => {
    const { phone } = shared;
    const all = Object.values(networkInterfaces()).flatMap((each) => each ?? []);
    const addresses = all.map(({ address }) => address).filter((address) => !address.startsWith('fe80'));
    expect(addresses).toContain('127.0.0.1');
    for (const address of addresses) {
      for (const port of [phone.port, phone.setupPort]) {
        await new Promise<void>((resolve, reject) => {
          const socket = connect(port, address, () => resolve(socket.destroy() && undefined));
          socket.on('error', reject);
        });
      }
    }
  });
});

describe('a client at each listener', () => {
  it('has the same trades with the same numbers, and catches up at the other', async () => {
    const rig = await startPhone();
    const far = await phoneClient(rig);
    const near = await rig.tickcastClient();
    const program = await FinnhubClient.connect(wss(rig, `/?token=${rig.phone.token}`), { ca: rig.phone.ca });
    later(async () => program.ws.terminate());
    for (const client of [far, near]) client.subscribe(SYMBOL);
    program.subscribe(SYMBOL);
    await until('trades', () => [far, near, program].every(({ trades }) => trades.length > 20));
    const common = (client: TickcastClient) => new Map(client.trades.map((trade) => [trade.seq, trade]));
    const [there, here] = [common(far), common(near)];
    const both = [...there.keys()].filter((seq) => here.has(seq));
    expect(both.length).toBeGreaterThan(10);
    for (const seq of both) expect(there.get(seq)).toEqual(here.get(seq));
    const position = near.position(SYMBOL);
    await near.close();
    const moved = await phoneClient(rig);
    moved.subscribe(SYMBOL, position);
    await moved.subscribed(SYMBOL);
    await until('more trades', () => moved.trades.length > 5);
    expect(moved.of('subscribed', SYMBOL)[0]?.recovered).toBe(true);
    expect(moved.trades[0]?.seq).toBe((position?.seq ?? 0) + 1);
    for (const client of [far, near, moved]) expect(client.faults).toEqual([]);
    expect(rig.simulator.connections(), 'still one connection to Finnhub').toBe(1);
  });

  it('counts among all connections', async () => {
    const rig = await startPhone(['--max-connections', '2']);
    await phoneClient(rig);
    await rig.tickcastClient();
    expect(await upgrade(rig.tickcast.wsUrl, {})).toBe(503);
    expect(await upgrade(wss(rig), { ca: rig.phone.ca, ...bearer(rig.phone.token) })).toBe(503);
    const status = await (await fetch(`${rig.tickcast.url}/api/status`)).json();
    expect(status.connections).toBe(2);
  });

  it('is told of a stop with 1012, and nothing listens any more', async () => {
    const rig = await startPhone();
    const clients = [await phoneClient(rig), await rig.tickcastClient()];
    for (const client of clients) client.subscribe(SYMBOL);
    await until('trades', () => clients.every(({ trades }) => trades.length > 0));
    rig.tickcast.process.kill('SIGTERM');
    expect(await Promise.all(clients.map(({ closed }) => closed))).toEqual([1012, 1012]);
    expect(await rig.tickcast.exited).toBe(0);
    expect(rig.tickcast.output()).not.toMatch(/abort|core dumped/i);
    await expect(askHttps(rig.phone, '/healthz')).rejects.toThrow(/ECONNREFUSED/);
    await expect(fetch(`http://127.0.0.1:${rig.phone.setupPort}/`)).rejects.toThrow();
  });

  it('comes back when the shard for phones has crashed, and the other client notices nothing', async () => {
    const rig = await startPhone();
    const far = await phoneClient(rig);
    const near = await rig.tickcastClient();
    near.subscribe(SYMBOL);
    rig.tickcast.inject('shard-1', 'throw');
    await far.closed;
    const again = await until('serves again', () => phoneClient(rig).catch(() => undefined));
    again.subscribe(SYMBOL);
    await until('trades', () => again.trades.length > 0 && near.trades.length > 0);
    expect(near.ws.readyState).toBe(WebSocket.OPEN);
    expect(rig.tickcast.output()).not.toMatch(/abort|core dumped/i);
  });
});
