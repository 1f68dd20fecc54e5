import { fileURLToPath } from 'node:url';
import { describe, expect, it, vi } from 'vitest';
import { WebSocket } from 'ws';
import { FinnhubClient, type RawTrade, TickcastClient } from '../support/clients.ts';
import { type Program, runProgram } from '../support/program.ts';
import { later, startRig, stopAfter } from '../support/rig.ts';
import { startTickcast } from '../support/server.ts';
import { serveInProcess } from '../support/shard.ts';
import { until } from '../support/until.ts';

const programFile = (name: string): string => fileURLToPath(new URL(`../support/drop-in/${name}`, import.meta.url));

/** A market that trades only what the test sends. */
const FROZEN = { faults: [{ type: 'freeze' }] } as const;
const SPACED = 'IC MARKETS:1';
const ACCESS_TOKEN = 'a-token-of-the-test-0123456789';

const messageOf = (...trades: readonly RawTrade[]): string => JSON.stringify({ data: trades, type: 'trade' });
const tradeOf = (s: string, p: number, rest: Partial<RawTrade> = {}): RawTrade => ({
  c: ['1', '12'],
  p,
  s,
  t: 1_672_348_887_195,
  v: 1,
  ...rest,
});

/** The status a handshake is refused with. */
function refusal(url: string, options: { headers?: Record<string, string> } = {}): Promise<number | undefined> {
  const socket = new WebSocket(url, options);
  socket.on('error', () => undefined);
  return new Promise((resolve, reject) => {
    socket.once('unexpected-response', (_request, response) => {
      resolve(response.statusCode);
      socket.terminate();
    });
    socket.once('open', () => {
      socket.terminate();
      reject(new Error('was not refused'));
    });
  });
}

async function connected(url: string, options?: { headers?: Record<string, string> }): Promise<FinnhubClient> {
  const client = await FinnhubClient.connect(url, options);
  later(async () => client.ws.terminate());
  return client;
}

stopAfter('each');

describe('the npm package @stoqey/finnhub, redirected as it is loaded,', () => {
  it('gets the trades of its symbols, and none of a symbol it removed', async () => {
    const { simulator, tickcast } = await startRig(FROZEN);
    const program = runProgram(
      ['--import', programFile('redirect.ts'), programFile('stoqey.ts'), 'any-key', 'AAPL', SPACED],
      { TICKCAST_URL: tickcast.wsUrl },
    );
    const dataOf = (symbol: string) =>
      program.lines
        .filter((line) => line.startsWith('data '))
        .map((line): { symbol: string; close: number; volume: number; date: string } => JSON.parse(line.slice(5)))
        .filter((data) => data.symbol === symbol);
    await until('it has subscribed', () => simulator.subscriptions()[0]?.length === 2, 20_000).catch(() => {
      throw new Error(`${program.complaints()}${program.lines.join('\n')}`);
    });
    expect(simulator.subscriptions()).toEqual([['AAPL', SPACED]]);

    simulator.send(messageOf(tradeOf('AAPL', 122.1), tradeOf(SPACED, 1.08345, { c: null, v: 0 })));
    await until('a trade of each', () => dataOf('AAPL').length > 0 && dataOf(SPACED).length > 0);
    expect(dataOf('AAPL')).toEqual([{ symbol: 'AAPL', close: 122.1, volume: 1, date: '2022-12-29T21:21:27.195Z' }]);
    expect(dataOf(SPACED)).toEqual([{ symbol: SPACED, close: 1.08345, volume: 0, date: '2022-12-29T21:21:27.195Z' }]);

    program.write('AAPL');
    let price = 200;
    // It has left once a round comes in which AAPL is silent; after that it must stay so.
    await until('AAPL is silent', async () => {
      const [apple, other] = [dataOf('AAPL').length, dataOf(SPACED).length];
      price += 1;
      simulator.send(messageOf(tradeOf('AAPL', price), tradeOf(SPACED, price)));
      await until('the round', () => dataOf(SPACED).length > other);
      return dataOf('AAPL').length === apple;
    });
    const apple = dataOf('AAPL').length;
    const last = price + 1;
    simulator.send(messageOf(tradeOf('AAPL', last), tradeOf(SPACED, last)));
    await until('the last round', () => dataOf(SPACED).some(({ close }) => close === last));
    expect(dataOf('AAPL')).toHaveLength(apple);
    expect(program.lines.filter((line) => line.startsWith('error'))).toEqual([]);
  });
});

describe("the sample of Finnhub's documentation, with only its URL changed,", () => {
  /** https://finnhub.io/docs/api/websocket-trades, JavaScript. */
  const SAMPLE = `
const socket = new WebSocket('wss://ws.finnhub.io?token=');

// Connection opened -> Subscribe
socket.addEventListener('open', function (event) {
    socket.send(JSON.stringify({'type':'subscribe', 'symbol': 'AAPL'}))
    socket.send(JSON.stringify({'type':'subscribe', 'symbol': 'BINANCE:BTCUSDT'}))
    socket.send(JSON.stringify({'type':'subscribe', 'symbol': 'IC MARKETS:1'}))
});

// Listen for messages
socket.addEventListener('message', function (event) {
    console.log('Message from server ', event.data);
});

// Unsubscribe
 var unsubscribe = function(symbol) {
    socket.send(JSON.stringify({'type':'unsubscribe','symbol': symbol}))
}
`;
  const SYMBOLS = ['AAPL', 'BINANCE:BTCUSDT', SPACED];
  /** The sample calls `unsubscribe` nowhere, so the test does, by its standard input. */
  const CALL_UNSUBSCRIBE = `process.stdin.on('data', (line) => unsubscribe(String(line).trim()));`;

  const tradesOf = (program: Program, symbol: string): RawTrade[] =>
    program.lines
      .map((line): { type: string; data: RawTrade[] } => JSON.parse(line.replace(/^Message from server {2}/, '')))
      .flatMap(({ type, data }) => (type === 'trade' ? data : []))
      .filter(({ s }) => s === symbol);

  it.each([
    ['the package ws', "const WebSocket = require('ws');"],
    ["Node's own WebSocket", ''],
  ])('gets trades with %s, and none after its unsubscribe', async (_name, prelude) => {
    const { simulator, tickcast } = await startRig(FROZEN);
    const sample = SAMPLE.replace('wss://ws.finnhub.io?token=', `${tickcast.wsUrl}?token=`);
    expect(sample).not.toBe(SAMPLE);
    const program = runProgram(['--input-type=commonjs', '--eval', prelude + sample + CALL_UNSUBSCRIBE]);
    await until('it has subscribed', () => simulator.subscriptions()[0]?.length === 3);
    expect(simulator.subscriptions()).toEqual([SYMBOLS]);

    const trades = SYMBOLS.map((symbol, i) => tradeOf(symbol, 100 + i));
    simulator.send(messageOf(...trades));
    await until('a trade of each', () => SYMBOLS.every((symbol) => tradesOf(program, symbol).length > 0));
    for (const [i, symbol] of SYMBOLS.entries()) expect(tradesOf(program, symbol)).toEqual([trades[i]]);

    program.write(SPACED);
    await until('the symbol is silent', async () => {
      const before = SYMBOLS.map((symbol) => tradesOf(program, symbol).length);
      simulator.send(messageOf(...trades));
      await until('the round', () => tradesOf(program, 'AAPL').length > (before[0] ?? 0));
      return tradesOf(program, SPACED).length === before[2];
    });
    expect(program.complaints()).toBe('');
  });
});

describe('a drop-in client', () => {
  const symbols = Array.from({ length: 50 }, (_, i) => (i === 49 ? SPACED : `BURST:${i}`));

  it('subscribes to 50 symbols in one burst and gets trades of them all; the 51st is refused, the others go on', async () => {
    const { simulator, finnhubClient } = await startRig(FROZEN);
    const client = await finnhubClient();
    for (const symbol of symbols) client.subscribe(symbol);
    await until('upstream has them all', () => simulator.subscriptions()[0]?.length === 50);
    expect(simulator.subscriptions()).toEqual([symbols]);
    simulator.send(messageOf(...symbols.map((symbol, i) => tradeOf(symbol, i + 1))));
    await until('a trade of each', () => new Set(client.trades.map(({ s }) => s)).size === 50);
    for (const [i, symbol] of symbols.entries()) expect(client.tradesOf(symbol)).toEqual([tradeOf(symbol, i + 1)]);
    expect(client.errors).toEqual([]);

    client.subscribe('BURST:51');
    await until('the refusal', () => client.errors.length > 0);
    expect(client.texts.at(-1)).toBe('{"type":"error","msg":"Subscribing to too many symbols"}');

    const other = await finnhubClient();
    other.subscribe('BURST:52');
    other.subscribe('BURST:7');
    await until('the refusal', () => other.errors.length > 0);
    expect(other.errors).toEqual(['Subscribing to too many symbols']);

    const both = [...symbols, 'BURST:51', 'BURST:52'];
    simulator.send(messageOf(...both.map((symbol, i) => tradeOf(symbol, i + 1001))));
    await until('another trade of each', () => client.trades.length >= 100);
    for (const [i, symbol] of symbols.entries()) expect(client.tradesOf(symbol)[1]).toEqual(tradeOf(symbol, i + 1001));
    await until('the symbol that was live anyway', () => other.trades.length > 0);
    expect(other.trades).toEqual([tradeOf('BURST:7', 1008)]);
    expect(client.trades).toHaveLength(100);
    expect(client.errors).toHaveLength(1);
    expect(simulator.received().filter(({ type }) => type === 'subscribe')).toHaveLength(50);
  });

  it("gets a refused symbol's place once another is unsubscribed", async () => {
    const { simulator, finnhubClient } = await startRig(FROZEN, { flags: ['--symbol-limit', '2'] });
    const client = await finnhubClient();
    for (const symbol of ['A', 'B', 'C']) client.subscribe(symbol);
    await until('the refusal', () => client.errors.length > 0);
    client.unsubscribe('A');
    client.subscribe('C');
    await until('upstream has changed', () => simulator.subscriptions()[0]?.includes('C'));
    expect(simulator.subscriptions()).toEqual([['B', 'C']]);
    simulator.send(messageOf(tradeOf('A', 1), tradeOf('B', 2), tradeOf('C', 3)));
    await until('both', () => client.trades.length >= 2);
    expect(client.trades).toEqual([tradeOf('B', 2), tradeOf('C', 3)]);
    expect(client.errors).toHaveLength(1);
  });

  it("gets every trade in Finnhub's very words, condition codes as they were sent or not sent", async () => {
    const { simulator, finnhubClient } = await startRig(FROZEN);
    const client = await finnhubClient();
    client.subscribe('AAPL');
    await until('upstream has it', () => simulator.subscriptions()[0]?.length === 1);
    const data = [
      '{"c":["1","12"],"p":122.1,"s":"AAPL","t":1672348887195,"v":1}',
      '{"c":null,"p":0.00000123,"s":"AAPL","t":1672348887195,"v":0}',
      '{"c":[],"p":7296.89,"s":"AAPL","t":1672348887190,"v":0.011467}',
      '{"p":1e-7,"s":"AAPL","t":1672348887195,"v":123456789012}',
      '{"c":["1","unheard-of"],"p":129.575,"s":"AAPL","t":1672348887195,"v":1}',
      '{"c":["1","unheard-of"],"p":129.575,"s":"AAPL","t":1672348887195,"v":1}',
    ];
    for (const trade of data) simulator.send(`{"data":[${trade}],"type":"trade"}`);
    await until('all', () => client.trades.length >= data.length);
    expect(client.trades).toEqual(data.map((trade) => JSON.parse(trade)));
    const first = data[0] ?? '';
    expect(client.texts[0]).toBe(`{"type":"trade","data":[${first}]}`);
  });

  it('is told which symbol Finnhub calls invalid, and keeps the others', async () => {
    const { simulator, finnhubClient } = await startRig({ ...FROZEN, anySymbol: false });
    const client = await finnhubClient();
    for (const symbol of ['AAPL', 'NOPE:A B', 'not\na symbol']) client.subscribe(symbol);
    await until('both errors', () => client.errors.length >= 2);
    expect(client.errors.toSorted()).toEqual(['Invalid symbol NOPE:A B', 'Invalid symbol not\na symbol']);
    simulator.send(messageOf(tradeOf('AAPL', 1)));
    await until('a trade', () => client.trades.length > 0);
  });

  it('hears {"type":"ping"} once a minute', async () => {
    vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] });
    later(async () => vi.useRealTimers());
    const { url, close } = await serveInProcess();
    later(close);
    const dropIn = await FinnhubClient.connect(url);
    const numbered = await TickcastClient.connect(url);
    await until('the greeting', () => numbered.of('hello').length > 0);
    vi.advanceTimersByTime(59_000);
    vi.advanceTimersByTime(1_000);
    await until('a ping', () => dropIn.pings > 0);
    expect(dropIn.texts).toEqual(['{"type":"ping"}']);
    vi.advanceTimersByTime(60_000);
    await until('the next', () => dropIn.pings > 1);
    // The other kind of client is pinged only where it would hear nothing else, by a rule of its own.
    expect(numbered.faults).toEqual([]);
  });
});

describe('?token=', () => {
  it('is accepted whatever it says, at any path, where no access token is set', async () => {
    const { simulator, tickcast } = await startRig(FROZEN);
    for (const suffix of ['', '?token=', '?token=c0ffee', '/?token=c0ffee', '/any/path?token=x&other=y']) {
      const client = await connected(`${tickcast.wsUrl}${suffix}`);
      client.subscribe('AAPL');
      await until('a trade', async () => {
        simulator.send(messageOf(tradeOf('AAPL', 1)));
        return client.trades.length > 0;
      });
    }
  });

  it('is checked where one is set: 401 without it, as at Finnhub', async () => {
    const { simulator, tickcast } = await startRig(FROZEN, { env: { ACCESS_TOKEN } });
    for (const suffix of ['', '?token=', '?token=wrong', `?token=${ACCESS_TOKEN}x`, `?Token=${ACCESS_TOKEN}`]) {
      expect(await refusal(`${tickcast.wsUrl}${suffix}`), suffix).toBe(401);
    }
    const bearer = { headers: { authorization: `Bearer ${ACCESS_TOKEN}` } };
    const clients = [
      await connected(`${tickcast.wsUrl}?token=${ACCESS_TOKEN}`),
      await connected(tickcast.wsUrl, bearer),
    ];
    for (const client of clients) {
      client.subscribe('AAPL');
      await until('a trade', async () => {
        simulator.send(messageOf(tradeOf('AAPL', 1)));
        return client.trades.length > 0;
      });
    }
    expect(tickcast.output()).not.toContain(ACCESS_TOKEN);
  });
});

describe('a Tickcast fed by another Tickcast', () => {
  it("delivers the first one's trades, its access token as the second one's key", async () => {
    const rig = await startRig(FROZEN, { env: { ACCESS_TOKEN } });
    const { simulator, tickcast: first } = rig;
    const flags = ['--finnhub-ws-url', first.wsUrl, '--finnhub-rest-url', simulator.restUrl];
    const second = await startTickcast({ flags, env: { FINNHUB_API_KEY: ACCESS_TOKEN } });
    later(() => second.kill());
    const near = await connected(`${first.wsUrl}?token=${ACCESS_TOKEN}`);
    const far = await connected(second.wsUrl);
    const numbered = await TickcastClient.connect(second.wsUrl);
    later(async () => numbered.ws.terminate());

    const symbols = ['AAPL', 'BINANCE:BTCUSDT', SPACED];
    const ready = 'TEST:READY';
    for (const client of [near, far, numbered]) for (const symbol of [...symbols, ready]) client.subscribe(symbol);
    await until('everybody is subscribed', () => {
      simulator.send(messageOf(tradeOf(ready, 1)));
      return [near, far, numbered].every((client) => client.tradesOf(ready).length > 0);
    });
    const sent: RawTrade[] = [];
    for (let i = 1; i <= 300; i += 1) {
      // Several symbols a message, several trades a millisecond, all the shapes of `c`.
      const c = [['1', '12'], null, []][i % 4];
      const trades = symbols.slice(i % 2).map((symbol, j) => {
        const trade = { p: i + j / 7, s: symbol, t: 1_700_000_000_000 + Math.floor(i / 3), v: i % 5 };
        return c === undefined ? trade : { c, ...trade };
      });
      sent.push(...trades);
      simulator.send(messageOf(...trades));
    }
    for (const symbol of symbols) {
      const own = sent.filter(({ s }) => s === symbol);
      for (const client of [near, far, numbered]) {
        await until(`all of ${symbol}`, () => client.tradesOf(symbol).length >= own.length);
      }
      expect(near.tradesOf(symbol)).toEqual(own);
      expect(far.tradesOf(symbol)).toEqual(own);
      expect(numbered.tradesOf(symbol).map(({ seq, t, p, v }) => ({ seq, t, p, v }))).toEqual(
        own.map(({ t, p, v }, i) => ({ seq: i + 1, t, p, v })),
      );
    }
    expect([...near.errors, ...far.errors, ...numbered.faults]).toEqual([]);
    expect(simulator.subscriptions()).toEqual([[...symbols, ready]]);
  });

  it('is told that its key is wrong where the first one wants another token', async () => {
    const { simulator, tickcast: first } = await startRig(FROZEN, { env: { ACCESS_TOKEN } });
    const flags = ['--finnhub-ws-url', first.wsUrl, '--finnhub-rest-url', simulator.restUrl];
    const second = await startTickcast({ flags, env: { FINNHUB_API_KEY: 'not-the-token' } });
    later(() => second.kill());
    const client = await TickcastClient.connect(second.wsUrl);
    later(async () => client.ws.terminate());
    await until('the status', () => client.of('status').some(({ upstream }) => upstream === 'unauthorized'));
  });
});
