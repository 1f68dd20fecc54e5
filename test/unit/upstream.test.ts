import { describe, expect, it } from 'vitest';
import { asSeq } from '../../src/protocol/brand.ts';
import { Backoff } from '../../src/upstream/backoff.ts';
import { Book } from '../../src/upstream/book.ts';
import { HealthMonitor } from '../../src/upstream/health.ts';
import { missed, Numbering, seen } from '../../src/upstream/numbering.ts';
import { Outbox } from '../../src/upstream/outbox.ts';
import { type Phase, statusOf } from '../../src/upstream/status.ts';

describe('the backoff', () => {
  it('waits anywhere below a ceiling that doubles from the minimum to the maximum', () => {
    const backoff = new Backoff(500, 60_000);
    const ceilings = Array.from({ length: 10 }, () => backoff.next(1));
    expect(ceilings).toEqual([500, 1_000, 2_000, 4_000, 8_000, 16_000, 32_000, 60_000, 60_000, 60_000]);
    backoff.reset();
    expect(backoff.next(0.5)).toBe(250);
    expect(backoff.next(0)).toBe(0);
  });
});

describe('the book of subscriptions', () => {
  function connected(limit: number, ...symbols: readonly string[]): Book {
    const book = new Book(limit);
    for (const symbol of symbols) book.add(symbol);
    book.connected();
    return book;
  }

  it('asks for everything on a new connection, and for nothing while there is none', () => {
    const book = new Book(50);
    expect(book.add('A').subscribe).toEqual([]);
    expect(book.connected().subscribe).toEqual(['A']);
    expect(book.add('B').subscribe).toEqual(['B']);
    expect(book.add('B').subscribe).toEqual([]);
    book.disconnected();
    expect(book.remove('A').unsubscribe).toEqual([]);
    expect(book.connected().subscribe).toEqual(['B']);
  });

  it('takes back what no trade has confirmed when the cap is exceeded, and adds it again one at a time', () => {
    const book = connected(50, 'A', 'B', 'C', 'D');
    book.confirm('B');
    expect(book.capExceeded().sends).toEqual({ unsubscribe: ['A', 'C', 'D'], subscribe: [] });
    expect(book.capExceeded().learned, 'errors still on their way mean nothing').toBeUndefined();
    expect(book.probeNext()).toBe('A');
    expect(book.probeNext()).toBe('C');
    expect(book.capExceeded().learned).toEqual({ capacity: 2, rejected: ['C', 'D'] });
    expect(book.capacity).toBe(2);
    expect([...book.symbols()]).toEqual(['A', 'B']);
  });

  it('learns nothing when all of them fit after all', () => {
    const book = connected(50, 'A', 'B');
    book.capExceeded();
    expect([book.probeNext(), book.probeNext(), book.probeNext()]).toEqual(['A', 'B', undefined]);
    expect(book.isProbing).toBe(false);
    expect(book.capacity).toBe(50);
  });

  it('lets symbols come and go while it learns', () => {
    const book = connected(50, 'A', 'B');
    book.capExceeded();
    expect(book.add('C').subscribe, 'not before its turn').toEqual([]);
    book.remove('A');
    expect([book.probeNext(), book.probeNext(), book.probeNext()]).toEqual(['B', 'C', undefined]);
  });

  it('forgets on a new connection what it has learned', () => {
    const book = connected(50, 'A', 'B');
    book.capExceeded();
    book.probeNext();
    book.capExceeded();
    expect(book.capacity).toBe(0);
    book.disconnected();
    book.connected();
    expect(book.capacity).toBe(50);
  });
});

describe('the numbering', () => {
  it('keeps id and numbers of a symbol that is closed and opened again, and knows what was missed', () => {
    const numbering = new Numbering();
    const state = numbering.open('A', 1_000);
    expect(seen(state, 1_000), 'seen at once').toBeUndefined();
    state.seq = asSeq(5);
    numbering.close('A', 2_000);
    expect(numbering.openSymbols()).toEqual([]);
    expect(numbering.open('A', 9_000)).toBe(state);
    expect(seen(state, 9_000)).toEqual({ cause: 'unwatched', from: 2_000, to: 9_000, fromSeq: 5, toSeq: 6 });
    expect(seen(state, 9_500), 'told once').toBeUndefined();
  });

  it('dates a stretch from its first cause', () => {
    const numbering = new Numbering();
    const state = numbering.open('A', 0);
    seen(state, 0);
    missed(state, 100, 'upstream');
    missed(state, 200, 'upstream');
    numbering.close('A', 300);
    expect(seen(state, 400)).toMatchObject({ cause: 'upstream', from: 100, to: 400 });
  });
});

describe('the health of the feed', () => {
  // A Friday: noon in New York, and Saturday.
  const NOON = Date.parse('2026-11-20T12:00:00-05:00');
  const SATURDAY = Date.parse('2026-11-21T12:00:00-05:00');
  const SILENT_MS = 60_000;

  function trade(monitor: HealthMonitor, symbol: string, from: number, count: number, everyMs: number): number {
    let now = from;
    for (let i = 0; i < count; i += 1) {
      now += everyMs;
      monitor.traded(symbol, now, now);
      monitor.check(now);
    }
    return now;
  }

  it('is not troubled by a quiet symbol', () => {
    const monitor = new HealthMonitor(SILENT_MS);
    monitor.watch('AAPL', NOON);
    const last = trade(monitor, 'AAPL', NOON, 30, 20_000);
    expect(monitor.check(last + 10 * SILENT_MS).stale).toBe(false);
  });

  it('is stale once every busy symbol is silent for a minute, and not while one trades', () => {
    const monitor = new HealthMonitor(SILENT_MS);
    monitor.watch('AAPL', NOON);
    monitor.watch('BINANCE:BTCUSDT', NOON);
    trade(monitor, 'AAPL', NOON, 100, 500);
    const last = trade(monitor, 'BINANCE:BTCUSDT', NOON, 200, 500);
    expect(monitor.check(last + SILENT_MS - 1).stale).toBe(false);
    expect(monitor.check(last + SILENT_MS).stale).toBe(true);
    monitor.traded('AAPL', last + SILENT_MS, last + SILENT_MS);
    expect(monitor.check(last + SILENT_MS + 1).stale).toBe(false);
  });

  it('takes the silence of a closed market for normal, also just after it opens', () => {
    const monitor = new HealthMonitor(SILENT_MS);
    const close = Date.parse('2026-11-20T16:00:00-05:00');
    monitor.watch('AAPL', close - 50_000);
    trade(monitor, 'AAPL', close - 50_000, 100, 500);
    const open = Date.parse('2026-11-23T09:30:00-05:00');
    for (let t = close; t < open; t += 1_000 * 7) expect(monitor.check(t).stale).toBe(false);
    expect(monitor.check(open + SILENT_MS / 2).stale).toBe(false);
    expect(monitor.check(open + 2 * SILENT_MS).stale).toBe(true);
  });

  it('says closed when every market is, and nothing trades all the same', () => {
    const monitor = new HealthMonitor(SILENT_MS);
    monitor.watch('AAPL', SATURDAY);
    monitor.watch('OANDA:EUR_USD', SATURDAY);
    expect(monitor.check(SATURDAY).closed).toBe(true);
    monitor.traded('AAPL', SATURDAY, SATURDAY);
    expect(monitor.check(SATURDAY + 1).closed).toBe(false);
    monitor.watch('BINANCE:BTCUSDT', SATURDAY);
    expect(monitor.check(SATURDAY + 10 * SILENT_MS).closed).toBe(false);
  });

  it('tells the median lateness, not one late trade', () => {
    const monitor = new HealthMonitor(SILENT_MS);
    for (let i = 0; i < 20; i += 1) monitor.traded('A', NOON - 100, NOON);
    for (let i = 0; i < 5; i += 1) monitor.traded('A', NOON - 90_000, NOON);
    expect(monitor.check(NOON).delayMs).toBeUndefined();
    for (let i = 0; i < 40; i += 1) monitor.traded('A', NOON - 12_000, NOON);
    expect(monitor.check(NOON).delayMs).toBe(12_000);
    expect(monitor.check(NOON + 2 * SILENT_MS).delayMs, 'of the last minute only').toBeUndefined();
  });
});

describe('the status of the feed', () => {
  const WELL = { stale: false, closed: false, delayMs: undefined };
  const connected: Phase = { phase: 'connected', since: 100 };

  it('is that of the worst connection', () => {
    const connecting: Phase = { phase: 'connecting', since: 200, retryAt: 300, suspect: false };
    const refused: Phase = { phase: 'unauthorized', since: 150, retryAt: 400 };
    expect(statusOf([connected], WELL, 500, undefined)).toEqual({ upstream: 'live', since: 100 });
    expect(statusOf([connected, connecting], WELL, 500, undefined)).toEqual({
      upstream: 'connecting',
      since: 200,
      retryAt: 300,
    });
    expect(statusOf([connecting, refused], WELL, 500, undefined).upstream).toBe('unauthorized');
    expect(statusOf([{ ...connecting, suspect: true }], WELL, 500, undefined).reason).toBe('key-in-use');
  });

  it('dates a state from its beginning and rounds the lateness to seconds', () => {
    const stale = statusOf([connected], { ...WELL, stale: true }, 500, undefined);
    expect(stale).toEqual({ upstream: 'stale', since: 500 });
    expect(statusOf([connected], { ...WELL, stale: true }, 900, stale).since).toBe(500);
    expect(statusOf([connected], { ...WELL, delayMs: 6_401 }, 900, undefined).delayMs).toBe(6_000);
  });
});

describe("a consumer's outbox", () => {
  it('admits up to its bound, then loses ranges, one a symbol, until half of it is acknowledged', () => {
    const outbox = new Outbox(100);
    expect([outbox.admit(40), outbox.admit(40)]).toEqual([1, 2]);
    expect(outbox.admit(40)).toBeUndefined();
    outbox.lose('A', 5, 9);
    outbox.lose('B', 1, 1);
    outbox.lose('A', 10, 12);
    expect(outbox.admit(1), 'nothing more, however small').toBeUndefined();
    expect(outbox.ack(0)).toBeUndefined();
    expect(outbox.ack(1)).toEqual([
      { symbol: 'A', from: 5, to: 12 },
      { symbol: 'B', from: 1, to: 1 },
    ]);
    expect(outbox.isBehind).toBe(false);
    expect(outbox.unackedBytes).toBe(40);
    expect(outbox.admit(10)).toBe(3);
  });

  it('admits one batch of any size to a consumer that is idle', () => {
    expect(new Outbox(100).admit(1_000)).toBe(1);
  });
});
