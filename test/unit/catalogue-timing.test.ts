import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { Catalogue } from '../../src/main/catalogue.ts';
import { dueCount, nextLookMs } from '../../src/main/catalogue-timing.ts';
import type { Pool } from '../../src/main/pool.ts';
import { RestBudget } from '../../src/main/rest-budget.ts';
import type {
  EncodedCatalogue,
  ListProgress,
  LoadCatalogue,
  LoadedCatalogue,
} from '../../src/protocol/catalogue-task.ts';
import { createLog } from '../../src/runtime/log.ts';

const DAY = 24 * 3_600_000;
const HOUR = 3_600_000;
const MINUTE = 60_000;
const RETRY = 5_000;
const at = (...times: readonly (number | undefined)[]) => times.map((asOf, i) => ({ name: `L${i}`, asOf }));

describe('when the lists are fetched', () => {
  it('counts those that are old, missing or from the future', () => {
    expect(dueCount(at(100, 100), 199, 100)).toBe(0);
    expect(dueCount(at(99, undefined, 200, 100), 199, 100)).toBe(3);
  });

  it('is when the oldest is a day old', () => {
    expect(nextLookMs(at(0, 5_000), 10_000, 0)).toBe(DAY - 10_000);
    expect(nextLookMs(at(0), 3 * DAY, 0)).toBe(RETRY);
    expect(nextLookMs(at(50 * DAY), 0, 0)).toBe(DAY);
  });

  it('is soon after a failure, and ever later, at most an hour', () => {
    const waits = [1, 2, 3, 10, 11, 500].map((failures) => nextLookMs(at(0), 0, failures));
    expect(waits).toEqual([RETRY, 2 * RETRY, 4 * RETRY, 512 * RETRY, HOUR, HOUR]);
  });
});

describe('the catalogue of a server', () => {
  beforeEach(() => {
    vi.useFakeTimers({ now: 100 * DAY });
  });
  afterEach(() => {
    vi.useRealTimers();
  });

  const LISTS = ['US', 'OANDA'];
  /** A pool whose task is answered by `answer`: the names of the lists that cannot be had. */
  function serverWith(failing: () => readonly string[]) {
    const asked: number[] = [];
    const served: string[] = [];
    const encoded: EncodedCatalogue[] = [];
    const had = new Map<string, number>();
    const loadCatalogue = async (
      { maxCalls, now }: LoadCatalogue,
      tell: (progress: ListProgress) => void,
    ): Promise<LoadedCatalogue> => {
      asked.push(maxCalls);
      const failed = maxCalls > 0 ? failing() : [];
      for (const list of failed) tell({ type: 'failed', list, problem: `${list}: HTTP 429`, status: 429, ms: 1 });
      for (const list of LISTS) if (maxCalls > 0 && !failed.includes(list)) had.set(list, now);
      const etag = [...had.keys()].join();
      const bytes = new Uint8Array();
      return {
        catalogue: { etag, asOf: Math.min(...had.values()), identity: bytes, brotli: bytes, gzip: bytes },
        figis: '',
        source: had.size > 0 ? 'finnhub' : 'builtin',
        count: 1,
        delisted: 0,
        from: had.size > 0 ? 'network' : 'builtin',
        dropped: 0,
        lists: LISTS.map((name) => ({ name, asOf: had.get(name) })),
        ...(failed.length > 0 ? { problem: failed.join() } : {}),
      };
    };
    const budget = new RestBudget();
    const options = { restUrl: '', key: '', source: 'finnhub', cacheDir: '', tape: '' } as const;
    const pool = { loadCatalogue } as unknown as Pool;
    const catalogue = new Catalogue(pool, budget, options, createLog('silent', 'test'), (loaded) => {
      served.push(loaded.source);
      encoded.push(loaded.catalogue);
    });
    return { catalogue, asked, served, encoded, budget };
  }

  it('is the built-in one at once, and Finnhub’s as soon as it answers', async () => {
    let failing = LISTS;
    const { catalogue, asked, served } = serverWith(() => failing);
    await catalogue.run();
    expect(served).toEqual(['builtin']);
    expect(asked).toEqual([0, 2]);
    failing = [];
    await vi.advanceTimersByTimeAsync(2 * MINUTE);
    expect(served).toEqual(['builtin', 'finnhub']);
    catalogue.stop();
  });

  it('is refreshed once a day, and of a refresh that failed in part only that part again', async () => {
    let failing: readonly string[] = ['OANDA'];
    const { catalogue, asked } = serverWith(() => failing);
    await catalogue.run();
    failing = [];
    await vi.advanceTimersByTimeAsync(2 * MINUTE);
    expect(asked).toEqual([0, 2, 1]);
    await vi.advanceTimersByTimeAsync(DAY - 3 * MINUTE);
    expect(asked).toEqual([0, 2, 1]);
    await vi.advanceTimersByTimeAsync(5 * MINUTE);
    expect(asked.length).toBeGreaterThan(3);
    catalogue.stop();
  });

  it('that says the same is not handed out again, only its new age', async () => {
    const { catalogue, encoded } = serverWith(() => []);
    await catalogue.run();
    await vi.advanceTimersByTimeAsync(DAY + MINUTE);
    const [, before, after] = encoded;
    expect(encoded).toHaveLength(3);
    expect(after?.asOf).toBeGreaterThanOrEqual((before?.asOf ?? 0) + DAY);
    expect(after?.etag).toBe(before?.etag);
    for (const form of ['identity', 'brotli', 'gzip'] as const) expect(after?.[form]).toBe(before?.[form]);
    catalogue.stop();
  });

  it('makes quotes wait too when Finnhub said that it was too much', async () => {
    const { catalogue, budget } = serverWith(() => ['US']);
    await catalogue.run();
    expect(budget.take(Date.now())).toBeGreaterThan(0);
    catalogue.stop();
  });

  it('waits for its turn where quotes have used up the minute', async () => {
    const { catalogue, asked, budget } = serverWith(() => []);
    for (let call = 0; call < 60; call += 1) budget.take(Date.now());
    await catalogue.run();
    expect(asked).toEqual([0]);
    await vi.advanceTimersByTimeAsync(MINUTE);
    expect(asked).toEqual([0, 2]);
    catalogue.stop();
  });
});
