import { describe, expect, it } from 'vitest';
import { asSeq } from '../../src/protocol/brand.ts';
import { Attempts, type Ending } from '../../src/upstream/attempts.ts';
import { Backoff } from '../../src/upstream/backoff.ts';
import { HealthMonitor, healthOf, type LinkHealth } from '../../src/upstream/health.ts';
import { TIMING, type Timing } from '../../src/upstream/limits.ts';
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

describe('what the end of a connection means', () => {
  const timing: Timing = { ...TIMING, backoffMinMs: 500, earlyDropMs: 10_000 };
  const lost: Ending = { kind: 'lost', reason: 'closed', lastHeard: 0 };
  const since = (at: number): Phase => ({ phase: 'connected', since: at });

  it('is a pause, none when the end was our own wish, and a longer one with every failure', () => {
    const attempts = new Attempts(timing);
    expect(attempts.after(lost, since(0), false, 90_000, 1).retryAt).toBe(90_500);
    expect(attempts.after({ kind: 'failed', reason: '' }, since(0), false, 90_000, 1).retryAt).toBe(91_000);
    expect(attempts.after(lost, since(0), true, 90_000, 1).retryAt).toBe(90_000);
  });

  it('is a suspicion after three drops right after connecting, none of them our own', () => {
    const attempts = new Attempts(timing);
    const suspicions = [false, false, true, false, false, false].map((isOwn) => {
      const pause = attempts.after(lost, since(0), isOwn, 100, 0);
      return pause.phase === 'connecting' && pause.suspect;
    });
    expect(suspicions).toEqual([false, false, false, false, false, true]);
  });
});

describe('the numbering', () => {
  it('keeps id and numbers of a symbol that is closed and opened again, and knows what was missed', () => {
    const numbering = new Numbering(0);
    const state = numbering.open('A', 1_000);
    expect(seen(state, 1_000), 'seen at once').toBeUndefined();
    state.seq = asSeq(5);
    numbering.close('A', 2_000);
    expect(numbering.openSymbols()).toEqual([]);
    expect(numbering.open('A', 9_000)).toBe(state);
    expect(seen(state, 9_000)).toEqual({ cause: 'unwatched', from: 2_000, to: 9_000, fromSeq: 5, toSeq: 6 });
    expect(seen(state, 9_500), 'told once').toBeUndefined();
  });

  it('tells a stretch however short, also when the clock was set back, and none of what is new and seen at once', () => {
    const numbering = new Numbering(0);
    const state = numbering.open('A', 5_000);
    seen(state, 5_000);
    missed(state, 6_000, 'upstream');
    expect(seen(state, 3_000), 'the clock went back').toMatchObject({ from: 2_999, to: 3_000 });
    numbering.close('A', 7_000);
    numbering.open('A', 7_000);
    expect(seen(state, 7_000), 'within a millisecond').toMatchObject({ cause: 'unwatched', from: 6_999, to: 7_000 });
    const late = numbering.open('B', 9_000);
    expect(seen(late, 8_000), 'asked for later').toMatchObject({ from: 7_999, to: 8_000 });
  });

  it('dates a stretch from its first cause', () => {
    const numbering = new Numbering(0);
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

  it('knows since when each symbol of a frozen connection may be missed, until one that fell silent trades', () => {
    const monitor = new HealthMonitor(SILENT_MS);
    const QUIET = 'BINANCE:ETHUSDT';
    monitor.watch('BINANCE:BTCUSDT', NOON);
    monitor.watch(QUIET, NOON);
    const last = trade(monitor, 'BINANCE:BTCUSDT', NOON, 100, 500);
    monitor.traded(QUIET, last + 5_000, last + 5_000);
    expect(monitor.frozenSince(QUIET), 'not before it is noticed').toBeUndefined();
    expect(monitor.check(last + SILENT_MS)).toMatchObject({ stale: true, staleMs: 0 });
    expect(monitor.check(last + SILENT_MS + 10)).toMatchObject({ stale: true, staleMs: 10 });
    expect(monitor.frozenSince('BINANCE:BTCUSDT')).toBe(last);
    expect(monitor.frozenSince(QUIET), 'it has traded since').toBe(last + 5_000);
    expect(monitor.isThawedBy(QUIET)).toBe(false);
    expect(monitor.isThawedBy('BINANCE:BTCUSDT')).toBe(true);
    monitor.unwatch('BINANCE:BTCUSDT');
    expect(monitor.isThawedBy(QUIET), 'nobody else is left to tell').toBe(true);
    monitor.connected(last + 2 * SILENT_MS);
    expect(monitor.frozenSince(QUIET)).toBeUndefined();
  });

  it('is for all connections as stale and as late as the worst, and closed only when every market is', () => {
    const well: LinkHealth = { stale: false, staleMs: 0, isWatching: true, closed: false, delayMs: undefined };
    const unused: LinkHealth = { ...well, isWatching: false };
    const closed: LinkHealth = { ...well, closed: true };
    expect(healthOf([well, { ...well, stale: true, delayMs: 6_000 }, { ...well, delayMs: 9_000 }])).toEqual({
      stale: true,
      closed: false,
      delayMs: 9_000,
    });
    expect(healthOf([closed, unused]).closed).toBe(true);
    expect(healthOf([closed, well]).closed).toBe(false);
    expect(healthOf([unused]).closed).toBe(false);
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

  it('dates a change now, or when the connection came to be, where that is news', () => {
    const stale = statusOf([connected], { ...WELL, stale: true }, 500, undefined);
    expect(statusOf([connected], WELL, 900, stale)).toEqual({ upstream: 'live', since: 900 });
    const connecting = statusOf([{ phase: 'connecting', since: 950, suspect: false }], WELL, 960, stale);
    expect(connecting.since).toBe(950);
    expect(statusOf([{ phase: 'connected', since: 990 }], WELL, 1_000, connecting).since).toBe(990);
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
    expect([outbox.admit(40), outbox.admit(40)].map((each) => each?.number)).toEqual([1, 2]);
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
    expect(outbox.admit(60)?.number).toBe(3);
    expect(outbox.admit(1), 'the bound is reached').toBeUndefined();
  });

  it('says of a symbol about which something else is missed that no trade of it is', () => {
    const outbox = new Outbox(10);
    outbox.admit(10);
    outbox.admit(10);
    outbox.touch('A', 7);
    outbox.touch('B', 3);
    outbox.lose('B', 4, 6);
    outbox.lose('C', 1, 2);
    outbox.touch('C', 2);
    expect(outbox.ack(1)).toEqual([
      { symbol: 'A', from: 8, to: 7 },
      { symbol: 'B', from: 4, to: 6 },
      { symbol: 'C', from: 1, to: 2 },
    ]);
  });

  it('admits one batch of any size to a consumer that is idle', () => {
    expect(new Outbox(100).admit(1_000)?.number).toBe(1);
  });

  it('asks for an acknowledgement each time a sixteenth of its bound was posted, and so goes on whatever the sizes', () => {
    const outbox = new Outbox(160);
    expect([1, 2, 3, 4, 5].map(() => outbox.admit(4)?.ack)).toEqual([false, false, true, false, false]);
    let asked = 0;
    for (let batch = outbox.admit(7); batch; batch = outbox.admit(7)) if (batch.ack) asked = batch.number;
    expect(outbox.isBehind).toBe(true);
    expect(outbox.ack(asked), 'the last one asked for is enough to go on').toEqual([]);
  });
});
