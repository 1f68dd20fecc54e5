import { connect as connectTcp } from 'node:net';
import { describe, expect, it } from 'vitest';
import type { Trade } from '../../src/protocol/trade.ts';
import { parseReplay } from '../../src/upstream/simulator/replay.ts';
import { type Simulator, startSimulator } from '../../src/upstream/simulator/server.ts';
import { hasSharedData, readSharedData } from '../shared-data.ts';
import { cleanups, dial, type FinnhubClient, open, pause, refusedWith, simulate, soon } from '../support/simulated.ts';

const FILE = 'trades-binance-ethusdt-2023-02-02.csv';

describe('a good day', () => {
  it('sends trades of exactly what is subscribed, several symbols in a message', async () => {
    const simulator = await simulate();
    const client = await open(simulator);
    client.subscribe('AAPL', 'BINANCE:BTCUSDT', 'OANDA:EUR_USD');
    const symbolsOf = (trades: readonly Trade[]) => new Set(trades.map((trade) => trade.symbol));
    await soon(() => expect(symbolsOf(client.trades).size).toBe(3));
    await soon(() =>
      expect(client.messages.some((m) => m.type === 'trades' && symbolsOf(m.trades).size > 1)).toBe(true),
    );
    for (const trade of client.trades) expect(Math.abs(Date.now() - trade.t)).toBeLessThan(5_000);
    expect(simulator.subscriptions()).toEqual([['AAPL', 'BINANCE:BTCUSDT', 'OANDA:EUR_USD']]);
  });

  it('stops when unsubscribed, and remembers what it was asked', async () => {
    const simulator = await simulate();
    const client = await open(simulator);
    client.subscribe('AAPL');
    await soon(() => expect(client.trades.length).toBeGreaterThan(0));
    client.unsubscribe('AAPL');
    await soon(() => expect(simulator.subscriptions()).toEqual([[]]));
    await pause(60);
    const count = client.trades.length;
    await pause(200);
    expect(client.trades).toHaveLength(count);
    expect(simulator.received()).toMatchObject([
      { type: 'subscribe', symbol: 'AAPL' },
      { type: 'unsubscribe', symbol: 'AAPL' },
    ]);
  });

  it('shows two subscribers the same trades', async () => {
    const simulator = await simulate();
    const [one, two] = [await open(simulator, 'a'), await open(simulator, 'b')];
    one.subscribe('NVDA');
    two.subscribe('NVDA');
    await soon(() => expect(Math.min(one.trades.length, two.trades.length)).toBeGreaterThan(5));
    const start = Math.max(one.trades[0]?.t ?? 0, two.trades[0]?.t ?? 0) + 50;
    const end = Math.min(one.trades.at(-1)?.t ?? 0, two.trades.at(-1)?.t ?? 0) - 50;
    const within = (client: FinnhubClient) => client.trades.filter((trade) => trade.t > start && trade.t < end);
    expect(within(one)).toEqual(within(two));
  });

  it('pings, answers pings, and trades symbols nobody knows where allowed', async () => {
    const simulator = await simulate({ pingMs: 30, anySymbol: true });
    const client = await open(simulator);
    const pong = new Promise((resolve) => client.socket.once('pong', resolve));
    client.socket.ping();
    await pong;
    client.subscribe('SYM1');
    await soon(() => expect(client.trades[0]?.symbol).toBe('SYM1'));
    expect(client.messages.some((message) => message.type === 'ping')).toBe(true);
  });

  it('answers requests that are none with an error, and goes on', async () => {
    const simulator = await simulate();
    const client = await open(simulator);
    for (const text of ['', '{', '[]', '{"type":"subscribe"}', '{"type":"x","symbol":"AAPL"}'])
      client.socket.send(text);
    client.subscribe('NOPE', 'AAPL');
    await soon(() => expect(client.errors).toHaveLength(6));
    expect(client.errors.at(-1)).toBe('Invalid symbol NOPE');
    await soon(() => expect(client.trades.length).toBeGreaterThan(0));
  });

  it('answers the REST calls, counts them, and checks the key in the address or a header', async () => {
    const simulator = await simulate({ keys: ['good'], callsAMinute: 3 });
    const get = (path: string, headers: Record<string, string> = {}) =>
      fetch(`${simulator.restUrl}${path}`, { headers });
    expect((await get('/quote?symbol=AAPL&token=good')).status).toBe(200);
    expect((await get('/quote?symbol=AAPL', { 'X-Finnhub-Token': 'good' })).status).toBe(200);
    const wrong = await get('/quote?symbol=AAPL&token=bad');
    expect([wrong.status, await wrong.json()]).toEqual([401, { error: 'Invalid API key.' }]);
    expect((await get('/stock/candle?token=good')).status).toBe(403);
    expect((await get('/quote?symbol=AAPL&token=good')).status).toBe(429);
  });
});

describe('the cap', () => {
  it('refuses what is over it, keeps what is live, and frees a slot', async () => {
    const simulator = await simulate({ limit: 2, capSlack: 1 });
    const client = await open(simulator);
    client.subscribe('AAPL', 'MSFT', 'NVDA', 'TSLA', 'AAPL');
    await soon(() => expect(client.errors).toEqual(['Subscribing to too many symbols']));
    expect(simulator.subscriptions()).toEqual([['AAPL', 'MSFT', 'NVDA']]);
    client.unsubscribe('AAPL');
    client.subscribe('TSLA');
    await soon(() => expect(simulator.subscriptions()).toEqual([['MSFT', 'NVDA', 'TSLA']]));
  });

  it('can turn out lower than promised', async () => {
    const simulator = await simulate({ faults: [{ type: 'cap', limit: 1 }] });
    const client = await open(simulator);
    client.subscribe('AAPL', 'MSFT');
    await soon(() => expect(client.errors).toHaveLength(1));
    expect(simulator.subscriptions()).toEqual([['AAPL']]);
  });
});

describe('the key', () => {
  it('is refused at the handshake with 401 when it is wrong', async () => {
    const simulator = await simulate({ keys: ['good'] });
    expect(await refusedWith(dial(simulator, 'bad'))).toBe(401);
    expect(await refusedWith(dial(simulator, ''))).toBe(401);
    await open(simulator, 'good');
  });

  it('used twice drops both connections; with two keys both live', async () => {
    const simulator = await simulate();
    const [one, two, other] = [await open(simulator), await open(simulator), await open(simulator, 'other')];
    await soon(() => expect([one.closed, two.closed]).toEqual([true, true]));
    expect(other.closed).toBe(false);
    expect(simulator.connections()).toBe(1);
  });
});

describe('a replay', () => {
  const csv = 'symbol,t_ms,price,volume\nX:A,1000,1.5,2\nX:A,1000,1.25,0\nX:A,1100,1.75,3\n';
  const tradesOf = (text: string) => {
    const parsed = parseReplay(text);
    if (!parsed.ok) throw new Error(parsed.reason);
    return parsed.trades;
  };

  it('plays at its pace with the recorded times, from the first subscription, once', async () => {
    const simulator = await simulate({ replay: { trades: tradesOf(csv), speed: 1, rebase: false } });
    const client = await open(simulator);
    client.subscribe('X:A');
    await soon(() => expect(client.trades).toHaveLength(3));
    expect(client.trades).toEqual(tradesOf(csv));
    client.unsubscribe('X:A');
    client.subscribe('X:A');
    await pause(150);
    expect(client.trades).toHaveLength(3);
    simulator.restartReplay();
    await soon(() => expect(client.trades).toHaveLength(6));
  });

  it.skipIf(!hasSharedData(FILE))(
    'sends 1,000 real trades in order as fast as it can (skipped without ../shared/data)',
    async () => {
      const trades = tradesOf(readSharedData(FILE));
      const simulator = await simulate({ replay: { trades, speed: 0, rebase: false } });
      const client = await open(simulator);
      client.subscribe('BINANCE:ETHUSDT');
      await soon(() => expect(client.trades.length).toBe(1000));
      expect(client.trades).toEqual(trades);
      const sizes = client.messages.map((message) => (message.type === 'trades' ? message.trades.length : 0));
      expect(Math.max(...sizes)).toBe(20);
    },
  );
});

describe('control over HTTP', () => {
  const post = (simulator: Simulator, body: string, type = 'application/json') =>
    fetch(`http://127.0.0.1:${simulator.port}/control`, { method: 'POST', body, headers: { 'content-type': type } });

  it('takes faults and tells the state', async () => {
    const simulator = await simulate();
    const client = await open(simulator);
    client.subscribe('AAPL');
    await soon(() => expect(simulator.subscriptions()).toEqual([['AAPL']]));
    const answer = await post(simulator, '{"type":"delay","ms":9}');
    expect(await answer.json()).toMatchObject({ connections: [{ symbols: ['AAPL'] }], troubles: { delayMs: 9 } });
    expect((await post(simulator, '{"type":"boom"}')).status).toBe(400);
    expect((await post(simulator, '{"type":"replay"}')).status).toBe(200);
    expect((await post(simulator, '{"type":"clear"}', 'text/plain')).status).toBe(415);
    expect((await post(simulator, ' '.repeat(20_000))).status).toBe(400);
  });

  it('is not there when switched off', async () => {
    const simulator = await simulate({ control: false });
    expect((await post(simulator, '{"type":"clear"}')).status).toBe(404);
  });
});

describe('stopping', () => {
  it('frees the port, whatever hangs', async () => {
    const simulator = await simulate({ faults: [{ type: 'hang-handshake' }, { type: 'rest-hang' }] });
    const client = dial(simulator);
    const call = fetch(`${simulator.restUrl}/quote?symbol=AAPL&token=x`).catch(() => 'cut');
    const idle = connectTcp(simulator.port, '127.0.0.1');
    idle.on('error', () => undefined);
    cleanups.push(() => idle.destroy());
    await pause(50);
    await simulator.close();
    expect(await call).toBe('cut');
    await soon(() => expect(client.closed).toBe(true));
    const next = await simulate({ port: simulator.port });
    expect(next.port).toBe(simulator.port);
  });

  it('refuses a port that is taken', async () => {
    const simulator = await simulate();
    await expect(startSimulator({ port: simulator.port })).rejects.toThrow('EADDRINUSE');
  });
});
