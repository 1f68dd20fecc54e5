import { describe, expect, it } from 'vitest';
import type { EncodedCatalogue } from '../../src/protocol/catalogue-task.ts';
import type { Answer, SearchQuery } from '../../src/protocol/queries.ts';
import { MAX_KEPT_SEARCHES } from '../../src/workers/shard/limits.ts';
import { Searches } from '../../src/workers/shard/searches.ts';

const catalogue = (etag: string): EncodedCatalogue => {
  const bytes = new Uint8Array();
  return { etag, identity: bytes, brotli: bytes, gzip: bytes };
};

/** Searches whose answers are held back until `answer` lets them go. */
function held() {
  const asked: SearchQuery[] = [];
  const waiting: (() => void)[] = [];
  const searches = new Searches(
    (query) =>
      new Promise<Answer>((resolve) => {
        asked.push(query);
        waiting.push(() => resolve({ bytes: new TextEncoder().encode(`${query.etag} ${query.q}`), count: 1 }));
      }),
  );
  return { searches, asked, answer: () => waiting.shift()?.() };
}
const text = (bytes: Uint8Array | undefined) => new TextDecoder().decode(bytes);

describe('searches', () => {
  it('find nothing before there is a catalogue', async () => {
    const { searches, asked } = held();
    expect(await searches.find({ q: 'a', limit: 1 })).toBeUndefined();
    expect(asked).toEqual([]);
  });

  it('are asked once for the same words and limit, and anew in a new catalogue', async () => {
    const { searches, asked, answer } = held();
    searches.catalogue = catalogue('1');
    const find = async (q: string, limit: number) => {
      const found = searches.find({ q, limit });
      answer();
      return text(await found);
    };
    expect(await find('a', 1)).toBe('1 a');
    expect(await find('a', 1)).toBe('1 a');
    expect(asked).toHaveLength(1);
    await find('a', 2);
    searches.catalogue = catalogue('1');
    await find('a', 2);
    expect(asked).toHaveLength(2);
    searches.catalogue = catalogue('2');
    expect(await find('a', 1)).toBe('2 a');
  });

  it('that end after a new catalogue has come are not kept for it', async () => {
    const { searches, answer } = held();
    searches.catalogue = catalogue('1');
    const old = searches.find({ q: 'a', limit: 1 });
    searches.catalogue = catalogue('2');
    answer();
    expect(text(await old)).toBe('1 a');
    const fresh = searches.find({ q: 'a', limit: 1 });
    answer();
    expect(text(await fresh)).toBe('2 a');
  });

  it('are kept only so many: the one used longest ago goes first', async () => {
    const { searches, asked, answer } = held();
    searches.catalogue = catalogue('1');
    const find = async (q: string) => {
      const found = searches.find({ q, limit: 1 });
      answer();
      await found;
    };
    await find('first');
    await find('second');
    for (let i = 2; i < MAX_KEPT_SEARCHES; i += 1) await find(`q${i}`);
    await find('first');
    await find('one more');
    expect(asked).toHaveLength(MAX_KEPT_SEARCHES + 1);
    await find('first');
    expect(asked).toHaveLength(MAX_KEPT_SEARCHES + 1);
    await find('second');
    expect(asked).toHaveLength(MAX_KEPT_SEARCHES + 2);
  });
});
