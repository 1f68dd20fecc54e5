import { describe, expect, it } from 'vitest';
import { chooseList, retryAfterMs, type ServerAnswer } from '../../pwa/search/choose-list.ts';
import { type DeskTools, SearchDesk } from '../../pwa/search/desk.ts';
import type { KeptList } from '../../pwa/search/kept-list.ts';
import { BUILTIN_AGAIN_MS, CURRENT_MS, RETRIES, RETRY_MOST_MS } from '../../pwa/search/limits.ts';
import type { SearchAnswer } from '../../pwa/search/messages.ts';
import { parseList } from '../../pwa/search/parse-list.ts';
import { type CatalogueSource, compactCatalogue } from '../../src/protocol/catalogue.ts';

const textOf = (source: CatalogueSource, ...symbols: string[]): string =>
  JSON.stringify(
    compactCatalogue(
      source,
      symbols.map((symbol) => ({ symbol, description: `${symbol} Inc`, market: 'us', type: 'Common Stock' })),
    ),
  );

function answerOf(etag: string, asOf: number, text: string): ServerAnswer {
  const list = parseList(text);
  if (!list) throw new Error('no list');
  return { type: 'list', etag, asOf, text, list };
}

const settled = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, 0));

/** A desk whose server answers as it is told, in order; what it has kept, asked and said. */
function stage(replies: (ServerAnswer | Promise<ServerAnswer>)[], kept = new Map<string, KeptList>()) {
  const said: SearchAnswer[] = [];
  const asked: (string | undefined)[] = [];
  const waits: number[] = [];
  const clock = { now: 0 };
  const tools: DeskTools = {
    post: (answer) => said.push(answer),
    fetchList: async (etag) => {
      asked.push(etag);
      return replies.shift() ?? { type: 'none', problem: 'unreachable' };
    },
    readKept: async (feed) => kept.get(feed),
    keep: async (feed, list) => kept.set(feed, list),
    now: () => clock.now,
    wait: async (ms) => {
      waits.push(ms);
    },
  };
  return { desk: new SearchDesk(tools), said, asked, waits, kept, clock };
}

const hitsOf = (answer: SearchAnswer | undefined): string[] =>
  answer?.type === 'hits' ? answer.hits.map(({ entry }) => entry.symbol) : [];

describe('which list is searched', () => {
  it("is the server's, which is kept unless it is the built-in one", () => {
    expect(chooseList(undefined, answerOf('"1"', 5, textOf('finnhub', 'A')))).toEqual({ use: 'new', keep: true });
    expect(chooseList(undefined, answerOf('"1"', 0, textOf('builtin', 'A')))).toEqual({ use: 'new', keep: false });
  });

  it("is Finnhub's kept one rather than the built-in one, or none", () => {
    expect(chooseList('finnhub', answerOf('"1"', 0, textOf('builtin', 'A')))).toEqual({
      use: 'kept',
      standing: 'kept',
    });
    expect(chooseList('finnhub', { type: 'none', problem: 'unreachable' })).toEqual({ use: 'kept', standing: 'kept' });
    expect(chooseList('finnhub', { type: 'same', asOf: 5 })).toEqual({ use: 'kept', standing: 'confirmed' });
    expect(chooseList(undefined, { type: 'none', problem: 'loading' })).toEqual({ use: 'none', problem: 'loading' });
  });
});

describe('the search desk', () => {
  it('keeps the list by feed, asks with its ETag, and uses it when it is the same', async () => {
    const first = stage([answerOf('"1"', 5, textOf('finnhub', 'AAPL'))]);
    first.desk.handle({ type: 'load', feed: 'finnhub' });
    await settled();
    expect(first.asked).toEqual([undefined]);
    expect([...first.kept.keys()]).toEqual(['finnhub']);

    const second = stage([{ type: 'same', asOf: 5 }], first.kept);
    second.desk.handle({ type: 'load', feed: 'finnhub' });
    await settled();
    expect(second.asked).toEqual(['"1"']);
    expect(second.said).toEqual([
      { type: 'list', list: { source: 'finnhub', asOf: 5, size: 1, standing: 'checking' } },
      { type: 'list', list: { source: 'finnhub', asOf: 5, size: 1, standing: 'confirmed' } },
    ]);
    const other = stage([], first.kept);
    other.desk.handle({ type: 'load', feed: 'simulated' });
    await settled();
    expect(other.said).toEqual([{ type: 'problem', problem: 'unreachable' }]);
  });

  it('learns how old a list is that the server has fetched anew and found the same, and keeps that too', async () => {
    const kept = new Map([['finnhub', { etag: '"1"', asOf: 5, text: textOf('finnhub', 'AAPL') }]]);
    const { desk, said } = stage([{ type: 'same', asOf: 8 }], kept);
    desk.handle({ type: 'load', feed: 'finnhub' });
    await settled();
    expect(said.map((answer) => answer.type === 'list' && answer.list.asOf)).toEqual([5, 8]);
    expect(kept.get('finnhub')).toEqual({ etag: '"1"', asOf: 8, text: textOf('finnhub', 'AAPL') });
  });

  it('does not keep what another feed answered', async () => {
    const { desk, kept } = stage([answerOf('"1"', 5, textOf('simulated', 'AAPL'))]);
    desk.handle({ type: 'load', feed: 'finnhub' });
    await settled();
    expect(kept.size).toBe(0);
  });

  it('answers from the old list until the new one is here', async () => {
    const kept = new Map([['finnhub', { etag: '"1"', asOf: 5, text: textOf('finnhub', 'OLD') }]]);
    let reply: (answer: ServerAnswer) => void = () => undefined;
    const { desk, said } = stage([new Promise((resolve) => (reply = resolve))], kept);
    desk.handle({ type: 'load', feed: 'finnhub' });
    await settled();
    desk.handle({ type: 'search', n: 1, query: 'old' });
    expect(hitsOf(said.at(-1))).toEqual(['OLD']);
    reply(answerOf('"2"', 6, textOf('finnhub', 'NEW')));
    await settled();
    desk.handle({ type: 'search', n: 2, query: 'new' });
    expect(said.at(-1)).toMatchObject({ type: 'hits', n: 2, isListed: true });
    expect(hitsOf(said.at(-1))).toEqual(['NEW']);
    desk.handle({ type: 'find', n: 3, symbol: 'NEW' });
    expect(said.at(-1)).toMatchObject({ type: 'found', n: 3, entry: { description: 'NEW Inc' } });
  });

  it('says that it goes on with what it kept', async () => {
    const kept = new Map([['finnhub', { etag: '"1"', asOf: 5, text: textOf('finnhub', 'OLD') }]]);
    const { desk, said } = stage([{ type: 'none', problem: 'unreachable' }], kept);
    desk.handle({ type: 'load', feed: 'finnhub' });
    await settled();
    expect(said.at(-1)).toMatchObject({ type: 'list', list: { standing: 'kept' } });
  });

  it('does without a kept list that cannot be read', async () => {
    const kept = new Map([['finnhub', { etag: '"1"', asOf: 5, text: '{"kinds":' }]]);
    const { desk, said, asked } = stage([answerOf('"2"', 6, textOf('finnhub', 'NEW'))], kept);
    desk.handle({ type: 'load', feed: 'finnhub' });
    await settled();
    expect(asked).toEqual([undefined]);
    expect(said).toHaveLength(1);
  });

  it('asks a server that is still loading again and again, ever slower, and in the end no more', async () => {
    const loading: ServerAnswer = { type: 'none', problem: 'loading' };
    const good = stage([loading, loading, answerOf('"1"', 5, textOf('finnhub', 'A'))]);
    good.desk.handle({ type: 'load', feed: 'finnhub' });
    await settled();
    expect(good.waits).toEqual([1000, 2000]);
    expect(good.said.map(({ type }) => type)).toEqual(['problem', 'problem', 'list']);
    const bad = stage(Array.from({ length: 100 }, () => loading));
    bad.desk.handle({ type: 'load', feed: 'finnhub' });
    await settled();
    expect(bad.waits).toHaveLength(RETRIES);
    expect(retryAfterMs(50)).toBe(RETRY_MOST_MS);
  });

  it('asks a server that has only the built-in list until it has a better one', async () => {
    const builtin = answerOf('"b"', 0, textOf('builtin', 'A'));
    const { desk, said, asked, waits, kept } = stage([
      builtin,
      { type: 'same', asOf: 0 },
      answerOf('"1"', 5, textOf('finnhub', 'A')),
    ]);
    desk.handle({ type: 'load', feed: 'finnhub' });
    await settled();
    expect(asked).toEqual([undefined, '"b"', '"b"']);
    expect(waits).toEqual([1000, 2000]);
    expect(said.at(-1)).toMatchObject({ type: 'list', list: { source: 'finnhub', standing: 'confirmed' } });
    expect(kept.size).toBe(1);
  });

  it('asks a server with the built-in list soon at first, as one that has just started has a better one in a moment', async () => {
    const same: ServerAnswer = { type: 'same', asOf: 0 };
    const builtin = answerOf('"b"', 0, textOf('builtin', 'A'));
    const { desk, waits } = stage([builtin, ...Array.from({ length: 6 }, () => same)]);
    desk.handle({ type: 'load', feed: 'finnhub' });
    await settled();
    expect(waits).toEqual([1000, 2000, 4000, 8000, RETRY_MOST_MS, BUILTIN_AGAIN_MS, BUILTIN_AGAIN_MS]);
  });

  it('takes a list for current for a while', async () => {
    const { desk, asked, clock } = stage([answerOf('"1"', 5, textOf('finnhub', 'A')), { type: 'same', asOf: 5 }]);
    desk.handle({ type: 'load', feed: 'finnhub' });
    await settled();
    desk.handle({ type: 'load', feed: 'finnhub' });
    await settled();
    expect(asked).toHaveLength(1);
    clock.now = CURRENT_MS;
    desk.handle({ type: 'load', feed: 'finnhub' });
    await settled();
    expect(asked).toEqual([undefined, '"1"']);
  });
});
