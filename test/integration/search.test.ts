import { describe, expect, it } from 'vitest';
import { expandCatalogue } from '../../src/protocol/catalogue.ts';
import { madeUpStocks } from '../../src/upstream/simulator/stocks.ts';
import { startFakeFinnhub } from '../support/fake-finnhub.ts';
import { type FakeRest, json, startFakeRest } from '../support/fake-rest.ts';
import { later, startRig, stopAfter } from '../support/rig.ts';
import { startTickcast, type Tickcast } from '../support/server.ts';
import { until } from '../support/until.ts';

stopAfter('all');

const SOURCE = 'finnhub';
const MADE_UP = 30_000;

const loaded = (tickcast: Tickcast) => () => tickcast.log.some(({ msg }) => msg === 'catalogue loaded');

async function resultsOf(response: Response): Promise<{ symbol: string }[]> {
  expect(response.status).toBe(200);
  return ((await response.json()) as { results: { symbol: string }[] }).results;
}

describe('/api/search', async () => {
  const stocks = madeUpStocks(MADE_UP, new Set());
  const { tickcast } = await startRig({ stocks }, { flags: ['--shards', '1'] });
  await until('the lists are loaded', loaded(tickcast));
  const search = (query: string, init?: RequestInit) => fetch(`${tickcast.url}/api/search?${query}`, init);

  it('finds a symbol, and says what there is to know of it', async () => {
    const response = await search('q=%20aapl%20&limit=3');
    expect(response.headers.get('content-type')).toBe('application/json; charset=utf-8');
    expect(response.headers.get('cache-control')).toBe('no-store');
    const results = await resultsOf(response);
    expect(results[0]).toEqual({ symbol: 'AAPL', description: 'Apple Inc', market: 'us', type: 'Common Stock' });
    expect(results.length).toBeLessThanOrEqual(3);
  });

  it('finds one of 30,000', async () => {
    for (const { symbol } of [stocks[0], stocks[MADE_UP - 1]].filter((stock) => stock !== undefined)) {
      expect((await resultsOf(await search(`q=${symbol}`)))[0]).toMatchObject({ symbol });
    }
  });

  it('has 10 results unless more are asked for, and none where nothing is found', async () => {
    expect(await resultsOf(await search('q=INC'))).toHaveLength(10);
    expect(await resultsOf(await search('q=INC&limit=50'))).toHaveLength(50);
    expect(await resultsOf(await search('q=%F0%9F%90%88%F0%9F%90%88%F0%9F%90%88'))).toEqual([]);
  });

  it('answers HEAD as it does GET, without a body', async () => {
    const length = (await (await search('q=msft')).arrayBuffer()).byteLength;
    const head = await search('q=msft', { method: 'HEAD' });
    expect([head.status, head.headers.get('content-length')]).toEqual([200, String(length)]);
    expect(await head.text()).toBe('');
  });

  it.each([
    ['', 'q is missing'],
    ['q=', 'q is ""'],
    ['q=%20%20', 'q is "  "'],
    [`q=${'a'.repeat(65)}`, 'q is "a'],
    ['q=a&limit=0', 'limit is "0": it must be a whole number from 1 to 50'],
    ['q=a&limit=51', 'limit is "51"'],
    ['q=a&q=b', 'q is given twice'],
    ['q=a&page=2', 'There is no parameter "page" here'],
  ])('refuses %j by the parameter’s name', async (query, message) => {
    const response = await search(query);
    expect(response.status).toBe(400);
    expect(await response.json()).toEqual({
      error: { code: 'bad-parameter', message: expect.stringContaining(message) },
    });
  });

  it('tells a storm to come back, and lets candles through in the middle of it', async () => {
    const storm = Promise.all(Array.from({ length: 300 }, (_, i) => search(`q=storm${i}`)));
    const candles = await fetch(`${tickcast.url}/api/candles?symbol=AAPL&interval=1m`);
    expect(candles.status).toBe(200);
    const answers = await storm;
    const busy = answers.filter(({ status }) => status === 503);
    expect(answers.filter(({ status }) => status === 200).length + busy.length).toBe(300);
    expect(busy.length).toBeGreaterThan(0);
    expect(busy[0]?.headers.get('retry-after')).toBe('1');
    expect(await busy[0]?.json()).toMatchObject({ error: { code: 'busy' } });
    expect((await search('q=after')).status).toBe(200);
  });
});

describe('/api/symbols', async () => {
  const { tickcast } = await startRig({ stocks: madeUpStocks(MADE_UP, new Set()) });
  await until('the lists are loaded', loaded(tickcast));

  it('is 30,000 symbols in less than 450 kB, sent again only when it has changed', async () => {
    const ask = (init?: RequestInit) => fetch(`${tickcast.url}/api/symbols`, init);
    const response = await ask({ headers: { 'accept-encoding': 'br' } });
    expect(response.headers.get('content-encoding')).toBe('br');
    expect(response.headers.get('vary')).toContain('Accept-Encoding');
    expect(Number(response.headers.get('content-length'))).toBeLessThan(450_000);
    const etag = response.headers.get('etag') ?? '';
    expect(etag).toMatch(/^"[\w-]{22}-br"$/);
    const body: unknown = await response.json();
    expect(body).toMatchObject({ source: SOURCE });
    expect(expandCatalogue(body)?.length).toBeGreaterThan(MADE_UP);
    const again = await ask({ headers: { 'accept-encoding': 'br', 'if-none-match': etag } });
    expect([again.status, await again.text()]).toEqual([304, '']);
    const head = await ask({ method: 'HEAD', headers: { 'accept-encoding': 'br' } });
    expect([head.status, head.headers.get('etag'), await head.text()]).toEqual([200, etag, '']);
  });

  it('says how old it is, also where it is not sent again, and is not sent again after a restart', async () => {
    const { simulator, tickcast: first } = await startRig();
    await until('the lists are loaded', loaded(first));
    const ask = ({ url }: Tickcast, headers: Record<string, string> = {}) => fetch(`${url}/api/symbols`, { headers });
    const before = await ask(first);
    await before.arrayBuffer();
    await first.stop();
    const startedAt = Date.now();
    const second = await startTickcast({
      flags: ['--finnhub-ws-url', simulator.wsUrl, '--finnhub-rest-url', simulator.restUrl],
      env: { FINNHUB_API_KEY: 'test-key' },
    });
    later(() => second.kill());
    // Until then it is the built-in list, which has no age.
    await until('the lists are loaded', loaded(second));
    const after = await ask(second, { 'if-none-match': before.headers.get('etag') ?? '' });
    expect([after.status, await after.text()]).toEqual([304, '']);
    const asOf = (response: Response) => Date.parse(response.headers.get('last-modified') ?? '');
    // (The header is exact to a second.)
    expect(asOf(before)).toBeLessThanOrEqual(startedAt);
    expect(asOf(after)).toBeGreaterThan(startedAt - 1000);
    expect(asOf(after)).toBeLessThanOrEqual(Date.now());
  });

  it('is logged list by list', () => {
    const lists = tickcast.log.filter(({ msg }) => msg === 'list of symbols fetched');
    expect(lists.map(({ list }) => list)).toEqual(expect.arrayContaining(['US', 'OANDA', 'BINANCE']));
    expect(lists[0]).toMatchObject({ list: 'US', ms: expect.any(Number), dropped: 0 });
    expect(tickcast.output()).not.toContain('test-key');
  });
});

describe('a first start', () => {
  const startWith = async (rest: FakeRest): Promise<Tickcast> => {
    const { wsUrl } = await startFakeFinnhub();
    const tickcast = await startTickcast({
      flags: ['--finnhub-ws-url', wsUrl, '--finnhub-rest-url', rest.restUrl],
      env: { FINNHUB_API_KEY: 'test-key' },
    });
    later(() => tickcast.kill());
    return tickcast;
  };
  const sourceOf = async (tickcast: Tickcast): Promise<unknown> =>
    ((await (await fetch(`${tickcast.url}/api/symbols`)).json()) as { source?: unknown }).source;

  it('without Finnhub serves the built-in list at once, says so, and searches it', async () => {
    const tickcast = await startWith(await startFakeRest(() => 'hang'));
    await until('there is a list', async () => (await sourceOf(tickcast)) !== undefined, 5_000);
    expect(await sourceOf(tickcast)).toBe('builtin');
    expect((await fetch(`${tickcast.url}/api/symbols`)).headers.get('last-modified')).toBeNull();
    const found = await resultsOf(await fetch(`${tickcast.url}/api/search?q=AAPL`));
    expect(found[0]).toMatchObject({ symbol: 'AAPL' });
  });

  it('replaces it as soon as Finnhub answers', async () => {
    const rest = await startFakeRest(() => 'cut');
    const tickcast = await startWith(rest);
    await until('there is a list', async () => (await sourceOf(tickcast)) === 'builtin', 5_000);
    await until('Finnhub was asked', () => rest.calls.length >= 2);
    rest.answer((call) => json(call.startsWith('/stock') ? [{ symbol: 'NEWCO', description: 'NEWCO INC' }] : []));
    await until('the list is Finnhub’s', async () => (await sourceOf(tickcast)) === 'finnhub', 15_000);
    const found = await resultsOf(await fetch(`${tickcast.url}/api/search?q=NEWCO`));
    expect(found[0]).toMatchObject({ symbol: 'NEWCO', description: 'NEWCO INC' });
  }, 30_000);
});
