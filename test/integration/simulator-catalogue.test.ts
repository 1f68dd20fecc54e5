import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { brotliDecompressSync, gunzipSync } from 'node:zlib';
import { Piscina } from 'piscina';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { BUILTIN_CATALOGUE, INSTRUMENTS } from '../../src/catalogue/builtin.ts';
import { compactCatalogue, expandCatalogue } from '../../src/protocol/catalogue.ts';
import type { ListProgress, LoadCatalogue, LoadedCatalogue } from '../../src/protocol/catalogue-task.ts';
import { type Simulator, startSimulator } from '../../src/upstream/simulator/server.ts';
import { encodeCatalogue } from '../../src/workers/tasks/encode-catalogue.ts';
import { LISTS } from '../../src/workers/tasks/finnhub-lists.ts';
import { MAX_LIST_BYTES } from '../../src/workers/tasks/limits.ts';
import { loadCatalogue } from '../../src/workers/tasks/load-catalogue.ts';
import { json, type RestReply, startFakeRest } from '../support/fake-rest.ts';
import { stopAfter } from '../support/rig.ts';
import { writeTape } from '../support/tape-file.ts';

stopAfter('each');

const KEY = 'secret-key-0123456789';
const NOW = 1_760_000_000_000;
const DAY = 24 * 3_600_000;

let dir: string;
let simulator: Simulator;
beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'tickcast-'));
  simulator = await startSimulator({ keys: [KEY], callsAMinute: 1_000, callsASecond: 1_000 });
});
afterEach(async () => {
  await simulator.close();
  await rm(dir, { recursive: true });
});

const task = (changes: Partial<LoadCatalogue> = {}): LoadCatalogue => ({
  restUrl: simulator.restUrl,
  key: KEY,
  source: 'finnhub',
  cacheDir: dir,
  tape: join(dir, 'none.sqlite'),
  maxAgeMs: DAY,
  maxCalls: LISTS.length,
  now: NOW,
  paceMs: 0,
  ...changes,
});
const symbolsOf = (loaded: LoadedCatalogue): string[] =>
  (expandCatalogue(JSON.parse(Buffer.from(loaded.catalogue.identity).toString())) ?? []).map((entry) => entry.symbol);
const BUILTIN = BUILTIN_CATALOGUE.map((entry) => entry.symbol).sort();

describe('loading the catalogue', () => {
  it('fetches every list, in every encoding, under one ETag', async () => {
    const loaded = await loadCatalogue(task());
    expect(loaded).toMatchObject({
      source: 'finnhub',
      from: 'network',
      catalogue: { asOf: NOW },
      count: INSTRUMENTS.length,
      dropped: 0,
    });
    expect(loaded.problem).toBeUndefined();
    expect(symbolsOf(loaded).sort()).toEqual(BUILTIN);
    const { identity, brotli, gzip, etag } = loaded.catalogue;
    expect(Buffer.from(brotliDecompressSync(brotli)).equals(identity)).toBe(true);
    expect(Buffer.from(gunzipSync(gzip)).equals(identity)).toBe(true);
    expect(etag).toMatch(/^[\w-]{22}$/);
    expect((await loadCatalogue(task())).catalogue.etag).toBe(etag);
  });

  it('takes a young cache without asking, and asks again when it is old', async () => {
    await loadCatalogue(task());
    const later = { restUrl: 'http://127.0.0.1:9', now: NOW + DAY - 1 };
    expect(await loadCatalogue(task(later))).toMatchObject({ from: 'cache', catalogue: { asOf: NOW } });
    expect(await loadCatalogue(task({ now: NOW + DAY }))).toMatchObject({
      from: 'network',
      catalogue: { asOf: NOW + DAY },
    });
    expect(await readdir(dir)).toEqual(['catalogue-finnhub.json']);
  });

  it('has the same ETag as long as the lists say the same, however old they are', async () => {
    const { catalogue } = await loadCatalogue(task());
    const later = (await loadCatalogue(task({ now: NOW + DAY }))).catalogue;
    expect([catalogue.asOf, later.asOf]).toEqual([NOW, NOW + DAY]);
    expect(later.etag).toBe(catalogue.etag);
    const elsewhere = await loadCatalogue(task({ cacheDir: join(dir, 'elsewhere') }));
    expect(elsewhere.catalogue.etag).toBe(catalogue.etag);
    simulator.inject({ type: 'rest-status', status: 503 });
    const builtin = await loadCatalogue(task({ cacheDir: join(dir, 'none') }));
    expect(builtin.catalogue.etag).not.toBe(catalogue.etag);
  });

  it('gives what is at hand without a call, and tells how it goes with each list', async () => {
    expect(await loadCatalogue(task({ maxCalls: 0, restUrl: 'http://127.0.0.1:9' }))).toMatchObject({
      from: 'builtin',
      source: 'builtin',
      count: INSTRUMENTS.length,
      lists: LISTS.map(({ name }) => ({ name, asOf: undefined })),
    });
    const told: ListProgress[] = [];
    let isClosed = false;
    const progress = {
      postMessage: (each: ListProgress) => told.push(each),
      close: () => {
        isClosed = true;
      },
    };
    const { lists } = await loadCatalogue(task({ progress }));
    expect(told.map(({ type, list }) => [type, list])).toEqual(LISTS.map(({ name }) => ['fetched', name]));
    expect(told[0]).toMatchObject({ symbols: BUILTIN.filter((symbol) => !symbol.includes(':')).length, dropped: 0 });
    expect(isClosed).toBe(true);
    expect(lists).toEqual(LISTS.map(({ name }) => ({ name, asOf: NOW })));
  });

  it.each([
    [401, 1],
    [429, 1],
    [500, 2],
  ])('does not go on asking when Finnhub says %d', async (status, calls) => {
    simulator.inject({ type: 'rest-status', status });
    const told: ListProgress[] = [];
    await loadCatalogue(task({ progress: { postMessage: (each) => told.push(each), close: () => undefined } }));
    expect(told).toHaveLength(calls);
    expect(told[0]).toMatchObject({ type: 'failed', list: 'US', status });
  });

  it('keeps an old cache when Finnhub is down, and says so', async () => {
    await loadCatalogue(task());
    simulator.inject({ type: 'rest-status', status: 503 });
    const loaded = await loadCatalogue(task({ now: NOW + 2 * DAY }));
    expect(loaded).toMatchObject({
      source: 'finnhub',
      from: 'cache',
      catalogue: { asOf: NOW },
      count: INSTRUMENTS.length,
    });
    expect(loaded.problem).toContain('US: HTTP 503');
  });

  it.each([
    ['refuses the key', { type: 'rest-status', status: 401 }, 'HTTP 401'],
    ['is over its limit', { type: 'rest-status', status: 429 }, 'HTTP 429'],
    ['never answers', { type: 'rest-hang' }, 'no answer in time'],
  ] as const)('falls back to the built-in one when Finnhub %s', async (_name, fault, said) => {
    simulator.inject(fault);
    const loaded = await loadCatalogue(task({ timeoutMs: 150 }));
    expect(loaded).toMatchObject({
      source: 'builtin',
      from: 'builtin',
      catalogue: { asOf: 0 },
      count: INSTRUMENTS.length,
    });
    expect(loaded.problem).toContain(said);
    expect(await readdir(dir)).toEqual([]);
  });

  it('says that nobody is there', async () => {
    expect((await loadCatalogue(task({ restUrl: 'http://127.0.0.1:9' }))).problem).toMatch(/^US: \w+/);
  });

  it('reads around a damaged cache and still answers when none can be written', async () => {
    await writeFile(join(dir, 'catalogue-finnhub.json'), '{"version":2,"li');
    expect(await loadCatalogue(task())).toMatchObject({ from: 'network' });
    const file = join(dir, 'catalogue-finnhub.json');
    const loaded = await loadCatalogue(task({ cacheDir: join(file, 'below') }));
    expect(loaded).toMatchObject({ from: 'network', problem: 'the cache could not be written (ENOTDIR)' });
  });

  it('keeps what Finnhub lists no longer where the tape has history of it', async () => {
    const tape = join(dir, 'tape.sqlite');
    for (const symbol of ['GONE', 'BINANCE:BTCUSDT'])
      writeTape(tape, { symbol, epoch: NOW, trades: [{ t: NOW, p: 1 }] });
    const row = (symbol: string) => ({ symbol, description: `${symbol} INC`, type: 'ADR', figi: '', mic: '' });
    const before = await startSimulator({ stocks: [row('GONE'), row('FORGOTTEN')] });
    await loadCatalogue(task({ tape, restUrl: before.restUrl }));
    await before.close();
    const after = { tape, now: NOW + DAY };
    const loaded = await loadCatalogue(task(after));
    expect(loaded).toMatchObject({ delisted: 1, count: INSTRUMENTS.length + 1 });
    const entries = expandCatalogue(JSON.parse(Buffer.from(loaded.catalogue.identity).toString())) ?? [];
    expect(entries.filter(({ delisted }) => delisted)).toEqual([
      { symbol: 'GONE', description: 'GONE INC', market: 'us', type: 'ADR', delisted: true },
    ]);
    expect(await loadCatalogue(task({ ...after, maxCalls: 0 }))).toMatchObject({ from: 'cache', delisted: 1 });
  });

  it('is none the worse for a tape that cannot be read', async () => {
    const tape = join(dir, 'broken.sqlite');
    await writeFile(tape, 'this is no database at all, however long one looks at it');
    const loaded = await loadCatalogue(task({ tape }));
    expect(loaded).toMatchObject({ from: 'network', count: INSTRUMENTS.length, delisted: 0 });
    expect(loaded.problem).toContain('the tape could not be read');
  });

  it('does not take for lists what is none, or too much, or has no symbol in it', async () => {
    const answer = async (reply: RestReply) => {
      const rest = await startFakeRest(() => reply);
      return loadCatalogue(task({ restUrl: rest.restUrl }));
    };
    expect((await answer(json({ error: 'x' }))).problem).toContain('US: the answer is not a list');
    expect((await answer({ status: 200, text: '[{"symbol":"A","descr' })).problem).toContain(
      'US: the answer is not JSON',
    );
    expect((await answer(json([]))).problem).toBe('Finnhub gave no list with a symbol in it');
    expect((await answer(json({}, 403))).problem).toBe('Finnhub gave no list with a symbol in it');
    const long = await answer({ status: 200, text: ' '.repeat(MAX_LIST_BYTES + 1) });
    expect(long).toMatchObject({ source: 'builtin', problem: expect.stringContaining('US: the answer is too long') });
  });

  it('keeps simulated lists apart from real ones', async () => {
    expect(await loadCatalogue(task({ source: 'simulated' }))).toMatchObject({ source: 'simulated' });
    expect(await readdir(dir)).toEqual(['catalogue-simulated.json']);
  });

  it('searches the built-in list of a market that could not be had', async () => {
    const stub = createServer((req, res) => {
      const stocks = req.url?.startsWith('/stock') === true;
      res
        .writeHead(stocks ? 500 : 200)
        .end(stocks ? '' : JSON.stringify([{ symbol: 'X:1', displaySymbol: '1', description: '' }, null]));
    });
    await new Promise<void>((resolve) => stub.listen(0, '127.0.0.1', resolve));
    try {
      const address = stub.address();
      const port = typeof address === 'object' && address ? address.port : 0;
      const loaded = await loadCatalogue(task({ restUrl: `http://127.0.0.1:${port}` }));
      expect(loaded).toMatchObject({ dropped: LISTS.length - 1, problem: 'US: HTTP 500' });
      const symbols = symbolsOf(loaded);
      expect(symbols).toContain('AAPL');
      expect(symbols).toContain('X:1');
      expect(symbols).not.toContain('BINANCE:BTCUSDT');
    } finally {
      stub.close();
    }
  });

  it('does not follow a redirect, which would carry the key away, and tells nobody the key', async () => {
    const asked: string[] = [];
    const stub = createServer((req, res) => {
      asked.push(`${req.url}`);
      res.writeHead(302, { location: `http://127.0.0.1:${simulator.port}/api/v1/quote?symbol=A` }).end();
    });
    await new Promise<void>((resolve) => stub.listen(0, '127.0.0.1', resolve));
    try {
      const address = stub.address();
      const port = typeof address === 'object' && address ? address.port : 0;
      const loaded = await loadCatalogue(task({ restUrl: `http://127.0.0.1:${port}/` }));
      expect(loaded.from).toBe('builtin');
      expect(loaded.problem).not.toContain(KEY);
      expect(asked.join()).not.toContain(KEY);
    } finally {
      stub.close();
    }
    await loadCatalogue(task());
    expect(await readFile(join(dir, 'catalogue-finnhub.json'), 'utf8')).not.toContain(KEY);
  });

  it('runs in the task pool', async () => {
    const pool = new Piscina({
      filename: new URL('../../src/workers/tasks/worker.ts', import.meta.url).href,
      maxThreads: 1,
    });
    try {
      const loaded = (await pool.run(task(), { name: 'loadCatalogue' })) as LoadedCatalogue;
      expect(loaded).toMatchObject({ from: 'network', count: INSTRUMENTS.length });
      expect(symbolsOf(loaded).sort()).toEqual(BUILTIN);
    } finally {
      await pool.destroy();
    }
  });

  it('is sent in less than half of its bytes, and in less than 450 kB where it has 30,000 symbols', async () => {
    const entries = Array.from({ length: 30_000 }, (_, i) => ({
      symbol: `S${i.toString(36).toUpperCase()}`,
      description: `${BUILTIN_CATALOGUE[i % 500]?.description} NUMBER ${(i * 2_654_435_761) % 4_294_967_296}`,
      market: 'us' as const,
      type: 'Common Stock',
    }));
    const { identity, brotli } = await encodeCatalogue(compactCatalogue('finnhub', entries), NOW);
    expect(brotli.byteLength).toBeLessThan(Math.min(450_000, identity.byteLength / 2));
  });
});
