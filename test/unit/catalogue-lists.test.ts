import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { CatalogueEntry } from '../../src/protocol/catalogue.ts';
import { isSymbol, marketOf } from '../../src/protocol/symbols.ts';
import { type CachedLists, decodeCache, encodeCache } from '../../src/workers/tasks/cache.ts';
import { chooseLists, dueLists } from '../../src/workers/tasks/choose-lists.ts';
import { keepDelisted } from '../../src/workers/tasks/delisted.ts';
import { LISTS, mapList, type SymbolList } from '../../src/workers/tasks/finnhub-lists.ts';
import { hasSharedData, readSharedData } from '../shared-data.ts';

const FILE = 'symbols-finnhub-2020.json';
const US: SymbolList = { name: 'US', path: '', market: 'us' };
const CRYPTO: SymbolList = { name: 'BINANCE', path: '', market: 'crypto' };
const FOREX: SymbolList = { name: 'OANDA', path: '', market: 'forex' };

const entriesOf = (list: SymbolList, rows: readonly unknown[]) => mapList(list, rows)?.entries;

describe('Finnhub’s lists', () => {
  it('give a stock its name and kind', () => {
    const row = {
      currency: 'USD',
      description: 'AGILENT TECHNOLOGIES',
      displaySymbol: 'A',
      mic: 'XNYS',
      symbol: 'A',
      type: 'Common Stock',
    };
    expect(entriesOf(US, [row])).toEqual([
      { symbol: 'A', description: 'AGILENT TECHNOLOGIES', market: 'us', type: 'Common Stock' },
    ]);
  });

  it('give a stock the built-in name where only the case differs', () => {
    const name = (description: string) =>
      entriesOf(US, [{ symbol: 'AAPL', description, type: 'Common Stock' }])?.[0]?.description;
    expect(name('APPLE INC')).toBe('Apple Inc');
    expect(name('ANOTHER COMPANY INC')).toBe('ANOTHER COMPANY INC');
  });

  it('give a pair a name in words, and its venue', () => {
    expect(
      entriesOf(CRYPTO, [
        { description: 'Binance BTCUSDT', displaySymbol: 'BTC/USDT', symbol: 'BINANCE:BTCUSDT' },
        { description: 'Binance QQQZZZ', displaySymbol: 'QQQ/ZZZ', symbol: 'BINANCE:QQQZZZ' },
      ]),
    ).toEqual([
      { symbol: 'BINANCE:BTCUSDT', description: 'Bitcoin / Tether', market: 'crypto', type: 'BINANCE' },
      { symbol: 'BINANCE:QQQZZZ', description: 'QQQ/ZZZ', market: 'crypto', type: 'BINANCE' },
    ]);
    expect(
      entriesOf(FOREX, [{ description: 'Oanda EUR/HUF', displaySymbol: 'EUR/HUF', symbol: 'OANDA:EUR_HUF' }])?.[0],
    ).toMatchObject({ description: 'Euro / Hungarian Forint', type: 'OANDA' });
  });

  it('lose the rows that are none and those that come twice, and count them', () => {
    const good = { symbol: 'A', description: '' };
    const rows = [
      good,
      good,
      null,
      1,
      [],
      {},
      { symbol: 'B' },
      { symbol: ' C', description: '' },
      { symbol: 4, description: '' },
    ];
    expect(mapList(US, rows)).toEqual({
      entries: [{ symbol: 'A', description: 'A', market: 'us', type: 'Other' }],
      dropped: 8,
    });
  });

  it('are in the order of the symbols, whatever order Finnhub has sent them in', () => {
    const rows = ['ZM', 'BRK.B', 'A'].map((symbol) => ({ symbol, description: symbol }));
    expect(entriesOf(US, rows)?.map(({ symbol }) => symbol)).toEqual(['A', 'BRK.B', 'ZM']);
    expect(mapList(US, rows.toReversed())).toEqual(mapList(US, rows));
  });

  it('are no lists when they are something else', () => {
    for (const value of [undefined, null, {}, 'x', { error: 'You have no access' }])
      expect(mapList(US, value)).toBeUndefined();
  });

  it('never hurt, whatever they hold', () => {
    fc.assert(
      fc.property(fc.array(fc.anything()), (rows) => {
        const mapped = mapList(US, rows);
        expect(mapped?.entries.every((entry) => isSymbol(entry.symbol))).toBe(true);
        expect((mapped?.entries.length ?? 0) + (mapped?.dropped ?? 0)).toBe(rows.length);
      }),
    );
  });

  it('cost a third of a minute’s calls, once a day', () => {
    expect(LISTS.length).toBeLessThanOrEqual(20);
    expect(new Set(LISTS.map((list) => list.name)).size).toBe(LISTS.length);
    expect(new Set(LISTS.map((list) => list.path)).size).toBe(LISTS.length);
  });

  it('are of venues whose market the page knows by the name', () => {
    for (const { name, market } of LISTS.slice(1)) expect(marketOf(`${name}:X`), name).toBe(market);
  });

  it.skipIf(!hasSharedData(FILE))('of 2020 are read without a loss (skipped without ../shared/data)', () => {
    const rows = JSON.parse(readSharedData(FILE)) as readonly unknown[];
    expect(mapList(US, rows)).toMatchObject({ dropped: 0 });
  });
});

const entry = (symbol: string): CatalogueEntry => ({ symbol, description: symbol, market: 'us', type: 'Other' });
const cachedAt = (asOf: number, ...symbols: readonly string[]) => ({ asOf, entries: symbols.map(entry) });

describe('the cache', () => {
  it('comes back as it was written', () => {
    const lists: CachedLists = new Map([
      ['US', cachedAt(5, 'A', 'B')],
      ['OANDA', cachedAt(6)],
    ]);
    expect(decodeCache(encodeCache('finnhub', lists))).toEqual(lists);
  });

  it('damaged is as good as none, a damaged list is left out, and nothing throws', () => {
    for (const text of ['', '{', 'null', '[]', '{"version":2,"lists":[]}', '{"version":1,"lists":{}}']) {
      expect(decodeCache(text).size).toBe(0);
    }
    const whole = JSON.parse(encodeCache('finnhub', new Map([['US', cachedAt(5, 'A')]]))) as { lists: unknown[] };
    whole.lists.push(null, [], ['X'], ['Y', {}], [1, whole.lists[0]], ['Z', { asOf: -1, kinds: [], symbols: [] }]);
    expect([...decodeCache(JSON.stringify(whole)).keys()]).toEqual(['US']);
    fc.assert(fc.property(fc.json(), (text) => decodeCache(text).size >= 0));
  });

  it('keeps what is gone apart from what is listed', () => {
    const gone = [{ ...entry('C'), delisted: true as const }];
    const lists: CachedLists = new Map([['US', { ...cachedAt(5, 'A'), gone }]]);
    expect(decodeCache(encodeCache('finnhub', lists))).toEqual(lists);
  });

  it('is due list by list: what is old, missing or from the future', () => {
    const all = (asOf: number): Map<string, ReturnType<typeof cachedAt>> =>
      new Map(LISTS.map(({ name }) => [name, cachedAt(asOf, 'A')]));
    const due = (cached: CachedLists, now: number) => dueLists(cached, now, 1000).map((list) => list.name);
    expect(due(all(1000), 1999)).toEqual([]);
    expect(due(all(1000), 2000)).toHaveLength(LISTS.length);
    expect(due(all(3000), 2000)).toHaveLength(LISTS.length);
    const missing = all(1000);
    missing.delete('US');
    expect(due(missing, 1001)).toEqual(['US']);
    expect(due(all(1000).set('KRAKEN', cachedAt(1)), 1999)).toEqual(['KRAKEN']);
  });
});

describe('choosing lists', () => {
  const cached: CachedLists = new Map([['US', cachedAt(1, 'OLD')]]);

  it('takes the new ones, keeps the old of those that failed, and says which', () => {
    const chosen = chooseLists(
      cached,
      new Map([
        ['US', { problem: 'US: HTTP 500', status: 500 }],
        ['OANDA', { entries: [entry('NEW')], dropped: 2 }],
      ]),
      9,
    );
    expect(chosen.lists.get('US')).toEqual(cachedAt(1, 'OLD'));
    expect(chosen.lists.get('OANDA')).toEqual(cachedAt(9, 'NEW'));
    expect(chosen).toMatchObject({ fetched: 1, dropped: 2 });
    expect(chosen.problems).toEqual(['US: HTTP 500']);
  });

  it('does not believe that a full list has become empty', () => {
    const empty = { entries: [], dropped: 0 };
    const chosen = chooseLists(
      cached,
      new Map([
        ['US', empty],
        ['KRAKEN', empty],
      ]),
      9,
    );
    expect(chosen.lists.get('US')).toEqual(cachedAt(1, 'OLD'));
    expect(chosen.lists.get('KRAKEN')).toEqual(cachedAt(9));
    expect(chosen.problems).toContain('US: the list is empty');
  });

  it('does not believe that most of a list is gone, unless it stays so for a week', () => {
    const full: CachedLists = new Map([['US', cachedAt(1, 'A', 'B', 'C', 'D', 'E')]]);
    const fetched = new Map([['US', { entries: [entry('A'), entry('B')], dropped: 0 }]]);
    const chosen = chooseLists(full, fetched, 9);
    expect(chosen.lists).toEqual(full);
    expect(chosen.problems).toEqual(['US: the list has 2 symbols instead of 5']);
    expect(chooseLists(full, fetched, 1 + 7 * 24 * 3_600_000).lists.get('US')?.entries).toHaveLength(2);
  });

  it('takes for an answer that the key’s tier does not have a list: it is not asked for again before the next day', () => {
    const refused = new Map([['OANDA', { problem: 'OANDA: HTTP 403', status: 403 }]]);
    const chosen = chooseLists(cached, refused, 9);
    expect(chosen.problems).toEqual([]);
    expect(chosen.lists.get('OANDA')).toEqual(cachedAt(9));
    expect(chooseLists(new Map([['OANDA', cachedAt(1, 'X')]]), refused, 9).lists.get('OANDA')).toEqual(
      cachedAt(9, 'X'),
    );
  });
});

describe('what Finnhub lists no longer', () => {
  const cached: CachedLists = new Map([['US', { ...cachedAt(1, 'A', 'GONE', 'QUIET'), gone: [entry('EARLIER')] }]]);
  const chosen: CachedLists = new Map([['US', cachedAt(9, 'A', 'NEW')]]);
  const gone = (recorded: readonly string[], from = cached, to = chosen) =>
    keepDelisted(from, to, new Set(recorded))
      .get('US')
      ?.gone?.map(({ symbol, delisted }) => [symbol, delisted]);

  it('is kept as delisted where the tape has history of it', () => {
    expect(gone(['A', 'GONE', 'EARLIER'])).toEqual([
      ['GONE', true],
      ['EARLIER', true],
    ]);
    expect(gone([])).toBeUndefined();
  });

  it('is listed again when Finnhub lists it again', () => {
    expect(gone(['EARLIER'], cached, new Map([['US', cachedAt(9, 'A', 'EARLIER')]]))).toBeUndefined();
  });

  it('is known from the built-in list too, but never made of what no list had', () => {
    expect(gone(['AAPL', 'XYZZY', 'BINANCE:BTCUSDT'])).toEqual([['AAPL', true]]);
  });

  it('is nothing of a list that could not be had', () => {
    expect(gone(['GONE'], cached, new Map())).toBeUndefined();
    expect(gone(['AAPL'], new Map(), new Map([['US', cachedAt(9)]]))).toBeUndefined();
  });
});
