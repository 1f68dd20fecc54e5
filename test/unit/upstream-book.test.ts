import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Book } from '../../src/upstream/book.ts';
import { Pacer } from '../../src/upstream/pacer.ts';

/** Everything there is to say now, as `+A` and `-A`. */
function said(book: Book): string[] {
  const said: string[] = [];
  for (let request = book.next(); request; request = book.next()) {
    said.push(`${request.type === 'subscribe' ? '+' : '-'}${request.symbol}`);
  }
  return said;
}

function connected(limit: number, ...symbols: readonly string[]): Book {
  const book = new Book(limit);
  for (const symbol of symbols) book.add(symbol);
  book.connected();
  expect(said(book)).toEqual(symbols.map((symbol) => `+${symbol}`));
  return book;
}

describe('the book of subscriptions', () => {
  it('asks for everything on a new connection, and for nothing while there is none', () => {
    const book = new Book(50);
    book.add('A');
    expect(said(book)).toEqual([]);
    book.connected();
    expect(said(book)).toEqual(['+A']);
    book.add('B');
    book.add('B');
    expect(said(book)).toEqual(['+B']);
    book.disconnected();
    book.remove('A');
    expect(said(book)).toEqual([]);
    book.connected();
    expect(said(book)).toEqual(['+B']);
  });

  it('never says what was taken back before it was said', () => {
    const book = connected(50, 'A');
    book.add('B');
    book.remove('B');
    book.remove('A');
    book.add('A');
    expect(said(book)).toEqual([]);
    expect(book.isSeen('A')).toBe(true);
  });

  it('gives a slot back before it uses it, and waits where there is none', () => {
    const book = connected(2, 'A', 'B');
    book.add('C');
    expect(said(book)).toEqual([]);
    expect(book.isSeen('C')).toBe(false);
    book.remove('A');
    expect(book.isSeen('A'), 'nobody wants it').toBe(false);
    expect(said(book)).toEqual(['-A', '+C']);
  });

  it('takes trades only of what is wanted and was asked for', () => {
    const book = connected(50, 'A');
    book.add('B');
    expect([book.takes('A'), book.takes('B'), book.takes('C')]).toEqual([true, false, false]);
    book.remove('A');
    expect(book.takes('A')).toBe(false);
  });

  it('does not tell Finnhub to drop a symbol that it has called invalid', () => {
    const book = connected(50, 'A', 'B');
    book.remove('A');
    book.refused('A');
    book.refused('B');
    expect(said(book)).toEqual([]);
    book.add('B');
    expect(said(book)).toEqual(['+B']);
  });

  it('agrees with Finnhub in the end, never over the cap, whatever comes and goes at whatever pace', () => {
    const LIMIT = 3;
    const symbol = fc.constantFrom('A', 'B', 'C', 'D', 'E');
    const step = fc.record({
      type: fc.constantFrom('add', 'add', 'remove', 'say', 'say', 'invalid', 'trade', 'over', 'probe', 'reconnect'),
      symbol,
    });
    fc.assert(
      fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
        const book = new Book(LIMIT);
        book.connected();
        const finnhub = new Set<string>();
        const wanted = new Set<string>();
        const say = (): boolean => {
          const request = book.next();
          if (request?.type === 'subscribe') {
            expect(finnhub, 'asked for twice').not.toContain(request.symbol);
            finnhub.add(request.symbol);
          } else if (request) expect(finnhub.delete(request.symbol), 'dropped what is not there').toBe(true);
          expect(finnhub.size).toBeLessThanOrEqual(book.capacity);
          return request !== undefined;
        };
        for (const each of steps) {
          if (each.type === 'add' && wanted.size < book.capacity) {
            wanted.add(each.symbol);
            book.add(each.symbol);
          } else if (each.type === 'remove') {
            wanted.delete(each.symbol);
            book.remove(each.symbol);
          } else if (each.type === 'say') say();
          else if (each.type === 'invalid' && finnhub.delete(each.symbol)) {
            wanted.delete(each.symbol);
            book.refused(each.symbol);
          } else if (each.type === 'trade') {
            expect(book.takes(each.symbol)).toBe(wanted.has(each.symbol) && finnhub.has(each.symbol));
          } else if (each.type === 'over') {
            const { learned } = book.capExceeded();
            for (const rejected of learned?.rejected ?? []) {
              wanted.delete(rejected);
              finnhub.delete(rejected);
            }
            // As the shell does it: what is in doubt is dropped before anything else happens.
            while (book.isProbing && say());
          } else if (each.type === 'probe') {
            while (say());
            book.probeNext();
          } else if (each.type === 'reconnect') {
            finnhub.clear();
            book.connected();
          }
          for (const one of ['A', 'B', 'C', 'D', 'E']) {
            expect(book.isSeen(one)).toBe(wanted.has(one) && finnhub.has(one));
          }
        }
        do while (say());
        while (endProbing(book));
        expect([...finnhub].sort()).toEqual([...wanted].sort());
      }),
      { numRuns: 2_000 },
    );
  });
});

function endProbing(book: Book): boolean {
  if (!book.isProbing) return false;
  book.probeNext();
  return true;
}

describe('the search for the true cap', () => {
  it('takes back what no trade has confirmed, and adds it again one at a time', () => {
    const book = connected(50, 'A', 'B', 'C', 'D');
    book.takes('B');
    expect(book.capExceeded().doubtful).toEqual(['A', 'C', 'D']);
    expect(said(book)).toEqual(['-A', '-C', '-D']);
    expect(book.capExceeded().learned, 'errors still on their way mean nothing').toBeUndefined();
    book.probeNext();
    expect(said(book)).toEqual(['+A']);
    book.probeNext();
    expect(said(book)).toEqual(['+C']);
    expect(book.capExceeded().learned).toEqual({ capacity: 2, rejected: ['C', 'D'] });
    expect(book.capacity).toBe(2);
    expect(book.symbols()).toEqual(['A', 'B']);
    expect(said(book), 'Finnhub has none of them').toEqual([]);
  });

  it('learns nothing when all of them fit after all', () => {
    const book = connected(50, 'A', 'B');
    book.capExceeded();
    expect(probed(book)).toEqual(['-A', '-B', '+A', '+B']);
    expect(book.isProbing).toBe(false);
    expect(book.capacity).toBe(50);
  });

  it('lets symbols come and go, also such as were not asked for yet', () => {
    const book = connected(50, 'A', 'B');
    book.add('C');
    book.capExceeded();
    book.add('D');
    book.remove('A');
    expect(probed(book)).toEqual(['-A', '-B', '+B', '+C', '+D']);
  });

  it('forgets on a new connection what it has learned', () => {
    const book = connected(50, 'A', 'B');
    book.capExceeded();
    book.probeNext();
    said(book);
    book.capExceeded();
    expect(book.capacity).toBe(0);
    book.disconnected();
    book.connected();
    expect(book.capacity).toBe(50);
  });

  function probed(book: Book): string[] {
    const all = said(book);
    while (book.isProbing) {
      book.probeNext();
      all.push(...said(book));
    }
    return all;
  }
});

describe('the pace', () => {
  it('lets a burst pass at once, then one message after another', () => {
    const pacer = new Pacer(3, 20);
    for (let i = 0; i < 3; i += 1) {
      expect(pacer.waitMs(1_000)).toBe(0);
      pacer.spend(1_000);
    }
    expect(pacer.waitMs(1_000)).toBe(50);
    expect(pacer.waitMs(1_049)).toBe(1);
    expect(pacer.waitMs(1_050)).toBe(0);
    expect(pacer.waitMs(1_050), 'asking costs nothing').toBe(0);
  });

  it('puts what must leave into debt, and takes no harm from a clock that is set back', () => {
    const pacer = new Pacer(1, 20);
    pacer.spend(10_000);
    pacer.spend(10_000);
    expect(pacer.waitMs(10_000)).toBe(100);
    expect(pacer.waitMs(2_000)).toBe(100);
    expect(pacer.waitMs(2_100)).toBe(0);
  });

  it('never lets more pass than the burst and its pace, and never makes anybody wait for ever', () => {
    fc.assert(
      fc.property(fc.array(fc.nat(200), { maxLength: 200 }), (pauses) => {
        const pacer = new Pacer(10, 20);
        let now = 0;
        let sent = 0;
        for (const pause of pauses) {
          now += pause;
          if (pacer.waitMs(now) === 0) {
            pacer.spend(now);
            sent += 1;
          } else {
            now += pacer.waitMs(now);
            expect(pacer.waitMs(now)).toBe(0);
          }
          expect(sent).toBeLessThanOrEqual(10 + (now / 1_000) * 20 + 1e-6);
        }
      }),
    );
  });
});
