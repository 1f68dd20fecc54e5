import { connect } from 'node:net';
import { networkInterfaces } from 'node:os';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { WebSocket } from 'ws';
import { TickcastClient } from '../support/clients.ts';
import { later, startRig, stopAfter } from '../support/rig.ts';
import { startTickcast, type Tickcast } from '../support/server.ts';
import { until } from '../support/until.ts';

stopAfter('each');

const TOKEN = 'correct-horse-battery-staple';
const LISTED = 'https://dash.example';

let open: Tickcast;
let guarded: Tickcast;

beforeAll(async () => {
  [open, guarded] = await Promise.all([
    startTickcast({ flags: ['--allowed-origins', LISTED, '--allowed-hosts', 'ticks.example'] }),
    startTickcast({ flags: ['--allowed-origins', LISTED], env: { ACCESS_TOKEN: TOKEN } }),
  ]);
  for (const { url } of [open, guarded]) await until('ready', async () => (await fetch(`${url}/readyz`)).ok);
});
afterAll(async () => {
  await Promise.all([open.kill(), guarded.kill()]);
});

/** A request as it is on the wire: `fetch` would not let us choose `Host`. */
function request(
  server: Tickcast,
  path: string,
  headers: Readonly<Record<string, string>> = {},
  method = 'GET',
  host = '127.0.0.1',
) {
  return new Promise<{ status: number; headers: Map<string, string>; body: string }>((resolve, reject) => {
    const socket = connect(server.port, host);
    const lines = { Host: `127.0.0.1:${server.port}`, Connection: 'close', ...headers };
    const head = Object.entries(lines).map(([name, value]) => `${name}: ${value}\r\n`);
    socket.end(`${method} ${path} HTTP/1.1\r\n${head.join('')}\r\n`);
    let text = '';
    socket.setEncoding('latin1');
    socket.on('data', (chunk) => {
      text += chunk;
    });
    socket.on('error', reject);
    socket.on('close', () => {
      const [top = '', ...rest] = text.split('\r\n\r\n');
      const [first = '', ...fields] = top.split('\r\n');
      const entries = fields.map((field): [string, string] => {
        const colon = field.indexOf(':');
        return [field.slice(0, colon).toLowerCase(), field.slice(colon + 1).trim()];
      });
      const joined = new Map<string, string>();
      for (const [name, value] of entries) joined.set(name, joined.has(name) ? `${joined.get(name)}, ${value}` : value);
      resolve({ status: Number(first.split(' ')[1]), headers: joined, body: rest.join('\r\n\r\n') });
    });
  });
}

/** The HTTP status that an upgrade is answered with: 101 where it succeeds. */
function upgrade(
  server: Tickcast,
  options: { protocol?: string; path?: string; headers?: Record<string, string> } = {},
) {
  return new Promise<number>((resolve) => {
    const ws = new WebSocket(`ws://127.0.0.1:${server.port}${options.path ?? '/'}`, options.protocol ?? [], {
      headers: options.headers ?? {},
    });
    ws.on('open', () => {
      ws.terminate();
      resolve(101);
    });
    ws.on('unexpected-response', (_request, response) => {
      response.destroy();
      ws.terminate();
      resolve(response.statusCode ?? 0);
    });
    ws.on('error', () => undefined);
  });
}

describe('the Host header', () => {
  it.each(['127.0.0.1', '127.0.0.1:80', '[::1]:8080', 'localhost', 'LOCALHOST:1', 'ticks.example', '192.168.1.7'])(
    'may be %s',
    async (host) => {
      expect((await request(open, '/healthz', { Host: host })).status).toBe(200);
      expect(await upgrade(open, { headers: { Host: host } })).toBe(101);
    },
  );

  it.each(['evil.example', 'localhost.evil.example', '127.0.0.1.evil.example', 'ticks.example.', 'x@localhost'])(
    'may not be %s (DNS rebinding)',
    async (host) => {
      for (const path of ['/', '/api/status', '/healthz']) {
        expect((await request(open, path, { Host: host })).status).toBe(421);
      }
      expect(await upgrade(open, { headers: { Host: host } })).toBe(421);
    },
  );
});

describe('the Origin header', () => {
  it('may be this host or a listed one', async () => {
    for (const origin of [`http://127.0.0.1:${open.port}`, LISTED]) {
      expect(await upgrade(open, { headers: { Origin: origin } })).toBe(101);
      expect((await request(open, '/api/status', { Origin: origin })).status).toBe(200);
    }
  });

  it.each(['https://evil.example', 'null', 'http://127.0.0.1:1', 'https://dash.example.evil', 'http://dash.example'])(
    'may not be %s',
    async (origin) => {
      expect(await upgrade(open, { headers: { Origin: origin } })).toBe(403);
      expect(await upgrade(open, { protocol: 'tickcast.v1', headers: { Origin: origin } })).toBe(403);
      expect((await request(open, '/api/status', { Origin: origin })).status).toBe(403);
    },
  );
});

describe('a page of a listed origin', () => {
  it('may read the API, errors included', async () => {
    for (const [server, path, status] of [
      [open, '/api/status', 200],
      [open, '/api/nothing', 404],
      [guarded, '/api/status', 401],
    ] as const) {
      for (const method of ['GET', 'HEAD']) {
        const answer = await request(server, path, { Origin: LISTED }, method);
        expect(answer.status).toBe(status);
        expect(answer.headers.get('access-control-allow-origin')).toBe(LISTED);
        expect(answer.headers.get('cross-origin-resource-policy')).toBe('cross-origin');
        expect(answer.headers.get('vary')).toBe('Origin');
        expect(answer.headers.has('access-control-allow-credentials')).toBe(false);
      }
    }
  });

  it('may read the list of symbols, whatever a cache has', async () => {
    await until('the catalogue', async () => (await request(open, '/api/symbols')).status === 200);
    const answer = await request(open, '/api/symbols', { Origin: LISTED, 'Accept-Encoding': 'br' });
    expect(answer.headers.get('access-control-allow-origin')).toBe(LISTED);
    expect(answer.headers.get('vary')).toBe('Origin, Accept-Encoding');
    const headers = { Origin: LISTED, 'Accept-Encoding': 'br', 'If-None-Match': answer.headers.get('etag') ?? '' };
    const again = await request(open, '/api/symbols', headers);
    expect(again.status).toBe(304);
    expect(again.headers.get('access-control-allow-origin')).toBe(LISTED);
    expect((await request(open, '/api/symbols')).headers.get('vary')).toBe('Origin, Accept-Encoding');
  });

  it('may ask before it sends its token', async () => {
    const asks = {
      Origin: LISTED,
      'Access-Control-Request-Method': 'GET',
      'Access-Control-Request-Headers': 'authorization',
    };
    const answer = await request(guarded, '/api/status', asks, 'OPTIONS');
    expect(answer).toMatchObject({ status: 204, body: '' });
    expect(answer.headers.get('access-control-allow-origin')).toBe(LISTED);
    expect(answer.headers.get('access-control-allow-methods')).toBe('GET, HEAD');
    expect(answer.headers.get('access-control-allow-headers')).toBe('authorization');
    const authorized = { Origin: LISTED, Authorization: `Bearer ${TOKEN}` };
    expect((await request(guarded, '/api/status', authorized)).status).toBe(200);
  });

  it('gets nothing more than the API, and others get nothing', async () => {
    const closed = async (path: string, origin: string | undefined, method: string, status: number) => {
      const answer = await request(open, path, origin === undefined ? {} : { Origin: origin }, method);
      expect(answer.status, `${method} ${path} ${origin}`).toBe(status);
      expect(answer.headers.has('access-control-allow-origin')).toBe(false);
      expect(answer.headers.get('cross-origin-resource-policy')).toBe('same-origin');
    };
    await closed('/', LISTED, 'GET', 200);
    await closed('/', LISTED, 'OPTIONS', 405);
    await closed('/api/status', undefined, 'GET', 200);
    await closed('/api/status', undefined, 'OPTIONS', 405);
    await closed('/api/status', `http://127.0.0.1:${open.port}`, 'OPTIONS', 405);
    await closed('/api/status', 'https://evil.example', 'OPTIONS', 403);
    await closed('/api/status', 'https://evil.example', 'GET', 403);
  });
});

describe('the subprotocol', () => {
  it('may be none or tickcast.v1, on any path', async () => {
    expect(await upgrade(open, { path: '/any/where?token=whatever' })).toBe(101);
    expect(await upgrade(open, { protocol: 'tickcast.v1' })).toBe(101);
  });

  it('may not be another', async () => {
    expect(await upgrade(open, { protocol: 'graphql-ws' })).toBe(400);
  });
});

describe('an access token', () => {
  it("is needed for everything but the page's files and health", async () => {
    for (const path of ['/', '/healthz', '/readyz']) expect((await request(guarded, path)).status).toBe(200);
    for (const path of ['/api/status', '/api/symbols', '/api/nothing']) {
      const { status, body } = await request(guarded, path);
      expect(status).toBe(401);
      expect(JSON.parse(body)).toEqual({ error: { code: 'unauthorized', message: expect.any(String) } });
    }
  });

  it('is taken as a bearer, or by query as Finnhub does', async () => {
    const status = async (headers: Record<string, string>, query = '') =>
      (await request(guarded, `/api/status${query}`, headers)).status;
    expect(await status({ Authorization: `Bearer ${TOKEN}` })).toBe(200);
    expect(await status({}, `?token=${TOKEN}`)).toBe(200);
    const cookie = `tickcast_session_${guarded.port}`;
    expect(await status({ Cookie: `${cookie}=${TOKEN}` }), 'the cookie holds no token').toBe(401);
    expect(await status({ Authorization: 'Bearer wrong-token-wrong-token' })).toBe(401);
    expect(await status({}, `?token=${TOKEN}x`)).toBe(401);
    expect(await status({ Cookie: `${cookie}=` })).toBe(401);
  });

  it('is refused to drop-in programs with 401 at the handshake, as Finnhub does', async () => {
    expect(await upgrade(guarded)).toBe(401);
    expect(await upgrade(guarded, { path: '/?token=wrong' })).toBe(401);
    expect(await upgrade(guarded, { path: `/?token=${TOKEN}` })).toBe(101);
  });

  it('may be the first message of a tickcast.v1 client', async () => {
    const client = await TickcastClient.connect(guarded.wsUrl);
    expect(client.messages).toEqual([]);
    client.send({ type: 'auth', token: TOKEN });
    await until('greeted', () => client.of('hello').length > 0);
    client.subscribe('AAPL');
    await until('trades', () => client.trades.length > 0);
    client.ws.terminate();
  });

  it.each([
    { name: 'a wrong token', message: { type: 'auth', token: 'wrong-token-wrong-token' } },
    { name: 'something else first', message: { type: 'subscribe', symbol: 'AAPL' } },
  ])('$name is told and closed with 1008', async ({ message }) => {
    const client = await TickcastClient.connect(guarded.wsUrl);
    client.send(message);
    expect(await client.closed).toBe(1008);
    expect(client.of('error')).toMatchObject([{ code: 'unauthorized' }]);
    expect(client.of('hello')).toEqual([]);
  });

  it('is traded for a cookie that scripts cannot read and other sites cannot use', async () => {
    const wrong = await request(guarded, '/api/session', { Authorization: 'Bearer nope-nope-nope-nope' }, 'POST');
    expect(wrong.status).toBe(401);
    const right = await request(guarded, '/api/session', { Authorization: `Bearer ${TOKEN}` }, 'POST');
    expect(right.status).toBe(204);
    const cookie = right.headers.get('set-cookie') ?? '';
    expect(cookie).not.toContain(TOKEN);
    expect(cookie).toMatch(/HttpOnly/);
    expect(cookie).toMatch(/SameSite=Strict/);
    const pair = cookie.split(';')[0] ?? '';
    expect(pair, 'another Tickcast on this host has its own').toMatch(`tickcast_session_${guarded.port}=`);
    expect(await upgrade(guarded, { protocol: 'tickcast.v1', headers: { Cookie: `a=b; ${pair}` } })).toBe(101);
    expect((await request(guarded, '/api/status', { Cookie: pair })).status).toBe(200);
  });
});

describe("the page's files", () => {
  it('come precompressed, with types, tags and cache headers that fit', async () => {
    const page = await request(open, '/', { 'Accept-Encoding': 'gzip, br' });
    expect(page.headers.get('content-type')).toContain('text/html');
    expect(page.headers.get('content-encoding')).toBe('br');
    expect(page.headers.get('cache-control')).toBe('no-cache');
    expect(page.headers.get('content-security-policy')).toContain("default-src 'self'");
    const plain = await request(open, '/');
    expect(plain.headers.has('content-encoding')).toBe(false);
    const script = /src="(\/assets\/[^"]+\.js)"/.exec(plain.body)?.[1] ?? '';
    const asset = await request(open, script, { 'Accept-Encoding': 'gzip;q=1.0, br;q=0' });
    expect(asset.status).toBe(200);
    expect(asset.headers.get('content-encoding')).toBe('gzip');
    expect(asset.headers.get('content-type')).toContain('text/javascript');
    expect(asset.headers.get('cache-control')).toContain('immutable');
  });

  it('are not sent again to who has them', async () => {
    const first = await request(open, '/', { 'Accept-Encoding': 'br' });
    const again = await request(open, '/', {
      'Accept-Encoding': 'br',
      'If-None-Match': first.headers.get('etag') ?? '',
    });
    expect(again.status).toBe(304);
    expect(again.body).toBe('');
    const catalogue = await until('the catalogue', async () => {
      const answer = await request(open, '/api/symbols', { 'Accept-Encoding': 'br' });
      return answer.status === 200 && answer;
    });
    expect(catalogue.headers.get('etag')).toMatch(/^"[\w-]{22}-br"$/);
    const unchanged = await request(open, '/api/symbols', {
      'Accept-Encoding': 'br',
      'If-None-Match': catalogue.headers.get('etag') ?? '',
    });
    expect(unchanged.status).toBe(304);
  });

  it.each([
    '/../package.json',
    '/..%2fpackage.json',
    '/assets/../../main.mjs',
    '//etc/passwd',
    '/assets',
    '/index.html.br',
  ])('are all there is: %s is not found', async (path) => {
    expect((await request(open, path)).status).toBe(404);
  });

  it('answer HEAD without a body, and nothing but GET and HEAD', async () => {
    const head = await request(open, '/', {}, 'HEAD');
    expect(head.status).toBe(200);
    expect(Number(head.headers.get('content-length'))).toBeGreaterThan(100);
    expect(head.body).toBe('');
    expect((await request(open, '/', {}, 'DELETE')).status).toBe(405);
  });

  it('answer a HEAD that fails without a body too, so that the connection can go on', async () => {
    for (const [server, path, headers, status] of [
      [open, '/nope', {}, 404],
      [open, '/api/nope', {}, 404],
      [open, '/', { Host: 'evil.example' }, 421],
      [open, '/', { Origin: 'https://evil.example' }, 403],
      [guarded, '/api/status', {}, 401],
    ] as const) {
      const answer = await request(server, path, headers, 'HEAD');
      const body = (await request(server, path, headers)).body;
      expect(answer.status).toBe(status);
      expect(answer.body, path).toBe('');
      expect(Number(answer.headers.get('content-length'))).toBe(body.length);
    }
    const { port } = open;
    const one = (path: string) => `HEAD ${path} HTTP/1.1\r\nHost: localhost\r\n\r\n`;
    const answers = await new Promise<string>((resolve, reject) => {
      const socket = connect(port, '127.0.0.1');
      let text = '';
      socket.setEncoding('latin1').on('data', (chunk) => {
        text += chunk;
        if (text.split('\r\n\r\n').length > 2) socket.destroy();
      });
      socket.on('error', reject).on('close', () => resolve(text));
      socket.write(one('/nope') + one('/healthz'));
    });
    expect(answers.split('\r\n\r\n').map((answer) => answer.split('\r\n')[0])).toEqual([
      'HTTP/1.1 404 Not Found',
      'HTTP/1.1 200 OK',
      '',
    ]);
  });
});

describe('behind a trusted proxy', () => {
  it("what the proxy says is the client's address, not what the client says in a line of its own", async () => {
    const { tickcast } = await startRig({}, { flags: ['--symbol-limit', '2', '--trusted-proxies', '127.0.0.1'] });
    const from = async (address: string, claim: string) => {
      const client = await TickcastClient.connect(tickcast.wsUrl, {
        finishRequest: (upgradeRequest) => upgradeRequest.setHeader('X-Forwarded-For', [claim, address]).end(),
      });
      later(async () => client.ws.terminate());
      return client;
    };
    const holder = await from('203.0.113.5', '198.51.100.1');
    holder.subscribe('A');
    holder.subscribe('B');
    await holder.subscribed('A');
    await holder.subscribed('B');
    const again = await from('203.0.113.5:4711', '198.51.100.2');
    again.subscribe('C');
    await until('in line', () => again.of('waiting').length > 0);
    const other = await from('[2001:db8::6]:443', '198.51.100.1');
    other.subscribe('D');
    await other.subscribed('D');
    await until('the holder gave a slot up', () => holder.of('waiting').length > 0);
    expect(again.of('subscribed'), 'the same address asks for more than its share').toEqual([]);
  });
});

const hasIpv6 = Object.values(networkInterfaces()).some((each) => each?.some(({ address }) => address === '::1'));

describe('on IPv6', () => {
  it.skipIf(!hasIpv6)('everything works as on IPv4 (skipped where the machine has no ::1)', async () => {
    const { tickcast } = await startRig({}, { flags: ['--host', '::1', '--trusted-proxies', '0:0::1'] });
    const url = `http://[::1]:${tickcast.port}`;
    const announced = tickcast.log.find((line) => typeof line.url === 'string');
    expect(announced).toMatchObject({ url, msg: expect.stringContaining(`listens on ${url} `) });
    expect(await (await fetch(`${url}/healthz`)).text()).toBe('ok\n');
    const page = await request(tickcast, '/', { Host: `[::1]:${tickcast.port}`, Origin: url }, 'GET', '::1');
    expect(page.status).toBe(200);
    const client = await TickcastClient.connect(`ws://[::1]:${tickcast.port}`, { origin: url });
    later(async () => client.ws.terminate());
    client.subscribe('AAPL');
    await until('trades', () => client.trades.length > 0);
  });
});

describe('headers', () => {
  it('may be larger than 4 kB: cookies of other programs on localhost are', async () => {
    const cookie = Array.from({ length: 100 }, (_, i) => `other${i}=${'x'.repeat(100)}`).join('; ');
    expect((await request(open, '/api/status', { Cookie: cookie })).status).toBe(200);
    expect(await upgrade(open, { headers: { Cookie: cookie } })).toBe(101);
  });

  it('may not be without end', async () => {
    expect((await request(open, '/', { Cookie: 'x'.repeat(40_000) })).status).toBe(431);
  });
});

describe('the number of connections', () => {
  it('is bounded over all shards, with 503 beyond', async () => {
    const small = await startTickcast({ flags: ['--max-connections', '3', '--shards', '2'] });
    try {
      const clients = await Promise.all([1, 2, 3].map(() => TickcastClient.connect(small.wsUrl)));
      expect(await upgrade(small)).toBe(503);
      clients[0]?.ws.terminate();
      await until('a place is free', async () => (await upgrade(small)) === 101);
    } finally {
      await small.kill();
    }
  });
});
