import { describe, expect, it } from 'vitest';
import type { EncodedCatalogue } from '../../src/protocol/catalogue-task.ts';
import type { Answer, SearchQuery } from '../../src/protocol/queries.ts';
import { MAX_KEPT_SEARCHES } from '../../src/workers/shard/limits.ts';
import { Searches } from '../../src/workers/shard/searches.ts';

const catalogue = (etag: string): EncodedCatalogue => {
  const bytes = new Uint8Array();
  return { etag, asOf: 0, identity: bytes, brotli: bytes, gzip: bytes };
};

/** Searches whose answers, and new indexes, are held back until they are let go. */
function held() {
  const asked: SearchQuery[] = [];
  const waiting: (() => void)[] = [];
  const preparing: { readonly ready: () => void; readonly fail: () => void }[] = [];
  const searches = new Searches({
    search: (query) =>
      new Promise<Answer>((resolve) => {
        asked.push(query);
        waiting.push(() => resolve({ bytes: new TextEncoder().encode(`${query.etag} ${query.q}`), count: 1 }));
      }),
    prepare: () =>
      new Promise((resolve, reject) => preparing.push({ ready: resolve, fail: () => reject(new Error('broken')) })),
  });
  const find = async (q: string, limit = 1) => {
    const found = searches.find({ q, limit });
    waiting.shift()?.();
    return text(await found);
  };
  return { searches, asked, find, answer: () => waiting.shift()?.(), preparing };
}
const text = (bytes: Uint8Array | undefined) => new TextDecoder().decode(bytes);

describe('searches', () => {
  it('find nothing before there is a catalogue', async () => {
    const { searches, asked } = held();
    expect(await searches.find({ q: 'a', limit: 1 })).toBeUndefined();
    expect(asked).toEqual([]);
  });

  it('are asked once for the same words and limit, and anew in a new catalogue', async () => {
    const { searches, asked, find, preparing } = held();
    await searches.take(catalogue('1'));
    expect(await find('a')).toBe('1 a');
    expect(await find('a')).toBe('1 a');
    expect(asked).toHaveLength(1);
    await find('a', 2);
    await searches.take(catalogue('1'));
    await find('a', 2);
    expect(asked).toHaveLength(2);
    const taken = searches.take(catalogue('2'));
    preparing[0]?.ready();
    await taken;
    expect(await find('a')).toBe('2 a');
  });

  it('are in the old catalogue until the new one’s index is ready', async () => {
    const { searches, find, preparing } = held();
    await searches.take(catalogue('1'));
    const second = searches.take(catalogue('2'));
    expect(await find('a')).toBe('1 a');
    const third = searches.take(catalogue('3'));
    preparing[0]?.ready();
    await second;
    expect(await find('b')).toBe('1 b');
    preparing[1]?.ready();
    await third;
    expect(await find('a')).toBe('3 a');
  });

  it('are in a new catalogue also where its index could not be built: whoever searches is told', async () => {
    const { searches, find, preparing } = held();
    await searches.take(catalogue('1'));
    const taken = searches.take(catalogue('2'));
    preparing[0]?.fail();
    await taken;
    expect(await find('a')).toBe('2 a');
  });

  it('that end after a new catalogue has come are not kept for it', async () => {
    const { searches, find, answer, preparing } = held();
    await searches.take(catalogue('1'));
    const old = searches.find({ q: 'a', limit: 1 });
    const taken = searches.take(catalogue('2'));
    preparing[0]?.ready();
    await taken;
    answer();
    expect(text(await old)).toBe('1 a');
    expect(await find('a')).toBe('2 a');
  });

  it('are kept only so many: the one used longest ago goes first', async () => {
    const { searches, asked, find } = held();
    await searches.take(catalogue('1'));
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
