import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { compactCatalogue } from '../../src/protocol/catalogue.ts';
import type { Answer } from '../../src/protocol/queries.ts';
import { madeUpStocks } from '../../src/upstream/simulator/stocks.ts';
import { MAX_SEARCHES } from '../../src/workers/shard/limits.ts';
import { PoolBusy } from '../../src/workers/shard/query-pool.ts';
import { SearchPool } from '../../src/workers/shard/search-pool.ts';
import { encodeCatalogue } from '../../src/workers/tasks/encode-catalogue.ts';

const TASKS = new URL('../../dist/tasks.mjs', import.meta.url);
const STOCKS = madeUpStocks(30_000, new Set());

let pool: SearchPool;
beforeEach(() => {
  pool = new SearchPool(TASKS);
});
afterEach(async () => {
  await pool.close();
});

async function catalogueOf(count: number) {
  const entries = STOCKS.slice(-count).map(({ symbol, description, type }) => ({
    symbol,
    description,
    market: 'us' as const,
    type,
  }));
  const { identity, etag } = await encodeCatalogue(compactCatalogue('finnhub', entries), 1);
  return { catalogue: identity, etag };
}
const symbolsIn = ({ bytes }: Answer): string[] =>
  (JSON.parse(new TextDecoder().decode(bytes)) as { results: { symbol: string }[] }).results.map((each) => each.symbol);
const LAST = STOCKS.at(-1)?.symbol ?? '';

/** How nice each of this process's threads is: 0 is usual, more gives way to others. */
const niceness = (): number[] =>
  readdirSync('/proc/self/task').map((thread) => {
    // The 17th field after the name, which stands in brackets and may hold spaces.
    const stat = readFileSync(`/proc/self/task/${thread}/stat`, 'utf8');
    return Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[16]);
  });

describe('the thread that searches', () => {
  it.skipIf(!existsSync('/proc/self/task'))('gives way to the threads that serve', async () => {
    expect(Math.max(...niceness())).toBe(0);
    await pool.search({ ...(await catalogueOf(10)), q: LAST, limit: 1 });
    expect(niceness().filter((nice) => nice > 0)).toEqual([10]);
  });

  it('goes on answering while another one prepares a new catalogue, and also what it was asked before that took its place', async () => {
    const old = await catalogueOf(10);
    expect(symbolsIn(await pool.search({ ...old, q: LAST, limit: 1 }))).toEqual([LAST]);
    let isReady = false;
    const prepared = pool.prepare({ ...(await catalogueOf(STOCKS.length)), q: 'a', limit: 1 }).then(() => {
      isReady = true;
    });
    let answered = 0;
    const last: Promise<Answer>[] = [];
    while (!isReady) {
      const search = pool.search({ ...old, q: LAST, limit: 1 });
      last.push(search);
      await search;
      answered += 1;
    }
    await prepared;
    expect(answered).toBeGreaterThan(1);
    for (const each of last) expect(symbolsIn(await each)).toEqual([LAST]);
    const first = STOCKS[0]?.symbol ?? '';
    const found = await pool.search({ ...(await catalogueOf(STOCKS.length)), q: first, limit: 1 });
    expect(symbolsIn(found)).toEqual([first]);
  });

  it('prepares nothing where nobody searches', async () => {
    await pool.prepare({ catalogue: new Uint8Array(new SharedArrayBuffer(1)), etag: 'broken', q: 'a', limit: 1 });
  });

  it('says what is wrong with a catalogue, and searches the next one', async () => {
    const broken = { catalogue: new Uint8Array(new SharedArrayBuffer(1)), etag: 'broken', q: 'a', limit: 1 };
    await expect(pool.search(broken)).rejects.toThrow('the catalogue could not be read');
    await expect(pool.prepare(broken)).rejects.toThrow('the catalogue could not be read');
    expect(symbolsIn(await pool.search({ ...(await catalogueOf(10)), q: LAST, limit: 1 }))).toEqual([LAST]);
  });

  it('takes so many searches at once, and sends the others away', async () => {
    const query = { ...(await catalogueOf(10)), q: LAST, limit: 1 };
    const answers = await Promise.allSettled(Array.from({ length: MAX_SEARCHES + 3 }, () => pool.search(query)));
    const refused = answers.filter((answer) => answer.status === 'rejected');
    expect(refused).toHaveLength(3);
    for (const { reason } of refused) expect(reason).toBeInstanceOf(PoolBusy);
  });
});
