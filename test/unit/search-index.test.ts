import { describe, expect, it } from 'vitest';
import type { CatalogueEntry } from '../../src/protocol/catalogue.ts';
import { marketOf } from '../../src/protocol/symbols.ts';
import { SearchIndex } from '../../src/search/search-index.ts';

const entry = (symbol: string, description: string, type = 'Common Stock'): CatalogueEntry => ({
  symbol,
  description,
  market: marketOf(symbol),
  type,
});

const entries = [
  entry('AAPL', 'APPLE INC'),
  entry('APLE', 'APPLE HOSPITALITY REIT INC', 'REIT'),
  entry('A', 'AGILENT TECHNOLOGIES INC'),
  entry('AA', 'ALCOA CORP'),
  entry('MSFT', 'MICROSOFT CORP'),
  entry('MBOT', 'MICROBOT MEDICAL INC'),
  entry('GOOGL', 'ALPHABET INC-CL A'),
  entry('GOOG', 'ALPHABET INC-CL C'),
  entry('FB', 'FACEBOOK INC-CLASS A'),
  entry('BRK.A', 'BERKSHIRE HATHAWAY INC-CL A'),
  entry('BRK.B', 'BERKSHIRE HATHAWAY INC-CL B'),
  entry('BRKL', 'BROOKLINE BANCORP INC'),
  entry('MS', 'MORGAN STANLEY'),
  entry('IIF', 'MORGAN STANLEY INDIA INVEST', 'Closed-End Fund'),
  entry('T', 'AT&T INC'),
  entry('LRLCY', "L'OREAL-UNSPONSORED ADR", 'ADR'),
  entry('NSRGY', 'NESTLÉ SA-SPONS ADR', 'ADR'),
  entry('SPY', 'SPDR S&P 500 ETF TRUST', 'ETP'),
  entry('SP', 'SP PLUS CORP'),
  entry('GLD', 'SPDR GOLD SHARES', 'ETP'),
  entry('GOLD', 'BARRICK GOLD CORP'),
  entry('B', 'BARNES GROUP INC'),
  entry('JPM', 'JPMORGAN CHASE & CO'),
  entry('ACME', 'ACME ROCKETS INC'),
  entry('ACME.WS', 'ACME ROCKETS INC-CW25', 'Equity WRT'),
  entry('ACME.U', 'ACME ROCKETS INC', 'Unit'),
  entry('ACMR', 'ACM RESEARCH INC-CLASS A'),
  entry('BINANCE:BTCUSDT', 'Binance BTCUSDT', 'BINANCE'),
  entry('BINANCE:BTCUSDC', 'Binance BTCUSDC', 'BINANCE'),
  entry('BINANCE:ETHBTC', 'Binance ETHBTC', 'BINANCE'),
  entry('BINANCE:ETHUSDT', 'Binance ETHUSDT', 'BINANCE'),
  entry('COINBASE:BTC-USD', 'Bitcoin / US Dollar', 'COINBASE'),
  entry('OANDA:EUR_USD', 'Euro / US Dollar', 'OANDA'),
  entry('OANDA:USD_JPY', 'US Dollar / Japanese Yen', 'OANDA'),
  entry('OANDA:XAU_USD', 'Gold / US Dollar', 'OANDA'),
  entry('IC MARKETS:1', 'IC MARKETS Euro vs US Dollar EURUSD', 'IC MARKETS'),
];
const index = new SearchIndex(entries);
const found = (query: string, limit = 10): string[] => index.search(query, limit).map(({ entry }) => entry.symbol);
const first = (query: string): string | undefined => found(query)[0];

describe('searching for a symbol', () => {
  it('puts the symbol itself first, whatever its case', () => {
    for (const { symbol } of entries) {
      expect(first(symbol)).toBe(symbol);
      expect(first(symbol.toLowerCase())).toBe(symbol);
    }
  });

  it('takes a share class however it is written', () => {
    for (const query of ['BRK-B', 'BRK/B', 'brk b', 'brk.b', 'brkb', ' brk_b '])
      expect(first(query), query).toBe('BRK.B');
  });

  it('puts symbols that begin so before names that have such a word', () => {
    expect(found('brk').slice(0, 3)).toEqual(['BRK.B', 'BRK.A', 'BRKL']);
    expect(found('acm')).toEqual(['ACME', 'ACMR', 'ACME.U', 'ACME.WS']);
  });

  it('does not take s&p for the ticker SP', () => {
    expect(first('s&p')).toBe('SPY');
    expect(first('sp')).toBe('SP');
  });

  it('has something sensible for one letter', () => {
    expect(found('a').slice(0, 2)).toEqual(['A', 'AAPL']);
    expect(first('t')).toBe('T');
  });
});

describe('searching for a pair', () => {
  it('finds it joined, slashed, spaced and underscored, with or without its venue', () => {
    for (const query of [
      'btcusdt',
      'btc/usdt',
      'BTC USDT',
      'btc_usdt',
      'btc-usdt',
      'binance btcusdt',
      'btc usdt binance',
    ]) {
      expect(first(query), query).toBe('BINANCE:BTCUSDT');
    }
    for (const query of ['eurusd', 'eur/usd', 'eur usd', 'EUR_USD', 'oanda eur'])
      expect(first(query), query).toBe('OANDA:EUR_USD');
    expect(first('ic markets eurusd')).toBe('IC MARKETS:1');
  });

  it('means the dollar by a bare code, and the base before the quote', () => {
    expect(first('btc')).toBe('BINANCE:BTCUSDT');
    expect(first('jpy')).toBe('OANDA:USD_JPY');
    expect(first('binance btc')).toBe('BINANCE:BTCUSDT');
    expect(first('btc/usd')).toBe('COINBASE:BTC-USD');
  });

  it('finds it the wrong way round', () => {
    expect(first('btc/eth')).toBe('BINANCE:ETHBTC');
    expect(first('usdeur')).toBe('OANDA:EUR_USD');
  });
});

describe('searching for a name', () => {
  it('takes beginnings of words in any order', () => {
    for (const query of ['stanley morgan', 'morgan st', 'mor sta']) expect(first(query), query).toBe('MS');
  });

  it('folds diacritics and punctuation', () => {
    for (const query of ["l'oreal", 'L’Oréal', 'loreal']) expect(first(query), query).toBe('LRLCY');
    for (const query of ['nestle', 'Nestlé', 'NESTLÈ']) expect(first(query), query).toBe('NSRGY');
    for (const query of ['at&t', 'at & t', 'at and t', 'att']) expect(first(query), query).toBe('T');
  });

  it('takes words written together or apart', () => {
    expect(first('jp morgan')).toBe('JPM');
    expect(first('sp500')).toBe('SPY');
    expect(first('face book')).toBe('FB');
  });

  it('passes over what is not in the name', () => {
    expect(first('microsoft stock')).toBe('MSFT');
    expect(first('agilent laboratories')).toBe('A');
  });

  it('puts the well-known before the obscure, and shares before their warrants and units', () => {
    expect(found('micro').slice(0, 2)).toEqual(['MSFT', 'MBOT']);
    expect(found('apple').slice(0, 2)).toEqual(['AAPL', 'APLE']);
    expect(first('acme rockets')).toBe('ACME');
  });
});

describe('searching by what people call things', () => {
  it('knows brands, indices, metals and coins', () => {
    expect(found('google').slice(0, 2)).toEqual(['GOOGL', 'GOOG']);
    expect(first('facebook')).toBe('FB');
    expect(first('s&p 500')).toBe('SPY');
    expect(first('bitcoin')).toBe('BINANCE:BTCUSDT');
    expect(found('gold').slice(0, 3)).toEqual(['GOLD', 'GLD', 'OANDA:XAU_USD']);
  });

  it('leaves a ticker that was given away to whom it belongs', () => {
    expect(found('barrick')).not.toContain('B');
    expect(new SearchIndex([entry('B', 'BARRICK MINING CORP')]).search('barrick gold', 1)[0]?.entry.symbol).toBe('B');
  });

  it('finds nothing that the catalogue lacks', () => {
    expect(found('tesla')).toEqual([]);
  });
});

describe('searching with a typo', () => {
  it('forgives a missing, swapped, wrong or doubled letter, the first included', () => {
    for (const query of ['microsft', 'mircosoft', 'nicrosoft', 'microosoft', 'imcrosoft', 'icrosoft']) {
      expect(first(query), query).toBe('MSFT');
    }
  });

  it('forgives it in a ticker, in a name that people use, and in an unfinished word', () => {
    expect(first('mfst')).toBe('MSFT');
    expect(first('gogle')).toBe('GOOGL');
    expect(first('facebok')).toBe('FB');
    expect(first('mircos')).toBe('MSFT');
  });

  it('takes a ticker whose letters were swapped, missed or doubled before one with a wrong letter and before names', () => {
    const near = ['ZQXV', 'ZVQ', 'ZQ', 'ZQQV'].map((symbol) => entry(symbol, 'A NAME THAT IS NOT SHORT INC'));
    const others = [entry('ZQX', 'B'), entry('YQV', 'B'), entry('BBBB', 'ZQW INC'), entry('CCCC', 'ZQ V')];
    const index = new SearchIndex([...others, ...near]);
    const found = (query: string): string[] => index.search(query, 10).map(({ entry }) => entry.symbol);
    expect(new Set(found('zqv').slice(0, 3))).toEqual(new Set(['ZQXV', 'ZVQ', 'ZQQV']));
    expect(found('zqv')).toEqual(expect.arrayContaining(['ZQX', 'YQV', 'BBBB']));
    expect(found('zqq').slice(0, 2)).toEqual(['ZQQV', 'ZQ']);
  });

  it('does not take a word of two letters for one of three with a wrong one', () => {
    const index = new SearchIndex([entry('BAC', 'BANK OF AMERICA CORP'), entry('OFVX', 'OFVX INC')]);
    expect(index.search('ofw', 10).map(({ entry }) => entry.symbol)).not.toContain('BAC');
    expect(index.search('off', 10).map(({ entry }) => entry.symbol)).toContain('BAC');
  });

  it('forgives it in one of several words', () => {
    expect(first('morgn stanley')).toBe('MS');
    expect(first('stanley mrogan')).toBe('MS');
  });
});

describe('searching with a space in the wrong place', () => {
  it('finds names whose words were typed as one, also while they are being typed', () => {
    for (const query of ['morganstanley', 'morganstan', 'agilenttechnologies', 'acmerockets']) {
      expect(first(query), query).toBe(first(query.replace(/^(morgan|agilent|acme)/, '$1 ')));
    }
    expect(first('morganstanley india')).toBe('IIF');
    expect(first('applehospitality reit')).toBe('APLE');
  });

  it('finds names with a space too many', () => {
    for (const query of ['micro soft', 'mic rosoft', 'face book']) expect(found(query)[0]).toMatch(/^(?:MSFT|FB)$/);
    expect(first('hath away')).toMatch(/^BRK/);
  });

  it('takes what is typed for one word where there is such a word', () => {
    const apart = entry('AAAA', 'PINE APPLE TREES');
    const search = (...entries: CatalogueEntry[]): string[] =>
      new SearchIndex(entries).search('pineapple', 10).map(({ entry }) => entry.symbol);
    expect(search(apart, entry('BBBB', 'PINEAPPLE INC'))).toEqual(['BBBB']);
    expect(search(apart)).toEqual(['AAAA']);
  });
});

describe('the index', () => {
  it('gives no more than asked for, no symbol twice, nothing for nothing', () => {
    expect(found('a', 3)).toHaveLength(3);
    const all = found('a', 100);
    expect(new Set(all).size).toBe(all.length);
    for (const query of ['', '  ', '&', '///', '🙂']) expect(found(query)).toEqual([]);
  });

  it('answers the same whatever was asked before, and in whatever order the catalogue comes', () => {
    const other = new SearchIndex([...entries, ...entries].toReversed());
    expect(other.size).toBe(index.size);
    for (const query of ['a', 'apple', 'btc', 'inc', 'corp a', 'mircosoft', 'usd']) {
      const wanted = found(query, 20);
      expect(found(query, 20)).toEqual(wanted);
      expect(
        other.search(query, 20).map(({ entry }) => entry.symbol),
        query,
      ).toEqual(wanted);
    }
  });

  it('survives anything typed', () => {
    for (const query of ['x'.repeat(500), 'a '.repeat(200), '[(*+?', 'ﬁ İ ß', '\u0000', 'constructor __proto__']) {
      expect(() => index.search(query, 10)).not.toThrow();
    }
  });

  it('finds an entry by its whole symbol, and only by that', () => {
    expect(index.find('BRK-B')?.symbol).toBe('BRK.B');
    expect(index.find('brk/b')?.symbol).toBe('BRK.B');
    expect(index.find('ic markets:1')?.symbol).toBe('IC MARKETS:1');
    expect(index.find('BRK')).toBeUndefined();
    expect(new SearchIndex([entry('DMYT+', 'DMYT+')]).find('DMYT')).toBeUndefined();
  });
});

describe('marks', () => {
  const marked = (query: string, symbol: string): { symbol: string[]; description: string[] } => {
    const hit = index.search(query, 20).find(({ entry }) => entry.symbol === symbol);
    const cut = (text: string, marks: readonly (readonly [number, number])[] = []): string[] =>
      marks.map(([start, end]) => text.slice(start, end));
    return {
      symbol: cut(hit?.entry.symbol ?? '', hit?.marks.symbol),
      description: cut(hit?.entry.description ?? '', hit?.marks.description),
    };
  };

  it('show what was typed in the symbol and in the name', () => {
    expect(marked('brkb', 'BRK.B').symbol).toEqual(['BRK.B']);
    expect(marked('btcu', 'BINANCE:BTCUSDT').symbol).toEqual(['BTCU']);
    expect(marked('morgan st', 'MS').description).toEqual(['MORGAN', 'ST']);
    expect(marked('loreal', 'LRLCY').description).toEqual(["L'OREAL"]);
    expect(marked('nestle', 'NSRGY').description).toEqual(['NESTLÉ']);
    expect(marked('mircosoft', 'MSFT').description).toEqual(['MICROSOFT']);
    expect(marked('morganstan', 'MS').description).toEqual(['MORGAN', 'STAN']);
  });
});
