import { isDeepStrictEqual } from 'node:util';
import { describe, expect, it } from 'vitest';
import { type Candle, INTERVALS, type Interval } from '../../src/protocol/candles.ts';
import { marketOf } from '../../src/protocol/symbols.ts';
import type { GapCause, Rate } from '../../src/protocol/wire.ts';
import { parseReplay } from '../../src/upstream/simulator/replay.ts';
import { hasSharedData, readSharedData } from '../shared-data.ts';
import type { NumberedTrade, RawTrade, TickcastClient } from '../support/clients.ts';
import { foldAll } from '../support/folding.ts';
import { startFollower } from '../support/followers.ts';
import { later, type Rig, startRig, stopAfter } from '../support/rig.ts';
import { sleep, until } from '../support/until.ts';

stopAfter('each');

const SYMBOL = 'BINANCE:BTCUSDT';
const CLOSED = { type: 'closed-market' } as const;
const ALL_INTERVALS = Object.keys(INTERVALS) as Interval[];

/** Sends trades of one symbol as Finnhub would, and counts them. */
class Source {
  readonly #rig: Rig;
  readonly #symbol: string;
  sent = 0;
  #last: RawTrade | undefined;

  constructor(rig: Rig, symbol: string) {
    this.#rig = rig;
    this.#symbol = symbol;
  }

  /** Trades of now; some came late, some are price updates, and those of a stock have conditions. */
  send(count: number): void {
    const data = Array.from({ length: count }, () => {
      this.sent += 1;
      const n = this.sent;
      const t = Date.now() - (n % 7 === 0 ? (n % 29) * 100 : 0);
      const v = n % 11 === 0 ? 0 : ((n * 7_919) % 99_991) / 1e8;
      return { c: codesOf(this.#symbol, n), p: 100 + ((n * 31) % 97) / 100, s: this.#symbol, t, v };
    });
    this.#last = data.at(-1);
    this.#rig.simulator.send(JSON.stringify({ data, type: 'trade' }));
  }

  /** Whether a client has the last trade that was sent, and so all that will come. */
  isThrough({ trades }: TickcastClient): boolean {
    const [sent, had] = [this.#last, trades.at(-1)];
    return sent?.t === had?.t && sent?.p === had?.p && sent?.v === had?.v;
  }

  /** About 200 trades a second while `during` takes. */
  async pour(during: () => Promise<unknown>): Promise<void> {
    let isOver = false;
    const pouring = (async () => {
      while (!isOver) {
        this.send(2);
        await sleep(10);
      }
    })();
    try {
      await during();
    } finally {
      isOver = true;
      await pouring;
    }
  }
}

function codesOf(symbol: string, n: number): string[] | null {
  if (marketOf(symbol) !== 'us') return null;
  return [['1'], ['1', '12'], ['1', '24'], ['1', '24', '12'], ['1', '30'], ['16']][n % 6] ?? null;
}

async function getJson(rig: Rig, path: string) {
  const response = await fetch(`${rig.tickcast.url}${path}`);
  expect(response.status, path).toBe(200);
  return response.json();
}

/** What is recorded of a symbol. */
async function recordedCandles(rig: Rig, symbol: string, interval: Interval): Promise<Candle[]> {
  const query = `symbol=${encodeURIComponent(symbol)}&interval=${interval}&limit=20000`;
  const { candles }: { candles: Candle[] } = await getJson(rig, `/api/candles?${query}&to=${Date.now() + 60_000}`);
  return candles;
}

/** What is served; only one symbol is, and its trades are the source's. */
async function start(symbol: string, shards = 1) {
  const rig = await startRig({ faults: [CLOSED] }, { flags: ['--record', symbol, '--shards', String(shards)] });
  const source = new Source(rig, symbol);
  await until('Finnhub is asked', () => rig.simulator.subscriptions()[0]?.includes(symbol));
  return { rig, source };
}

async function client(rig: Rig, symbol: string, rate?: Rate): Promise<TickcastClient> {
  const one = await rig.tickcastClient();
  one.subscribe(symbol, undefined, rate);
  await one.subscribed(symbol);
  return one;
}

/** Waits until every client has all that was sent, in trades or bars, and the recording too. */
async function caughtUp(rig: Rig, source: Source, clients: readonly TickcastClient[]): Promise<void> {
  await until('everybody has it', () => clients.every(({ trades, inBars }) => trades.length + inBars === source.sent));
  await until('it is recorded', async () => (await getJson(rig, '/api/status')).recording?.written === source.sent);
}

async function expectSameCandles(rig: Rig, symbol: string, clients: readonly TickcastClient[]): Promise<void> {
  for (const interval of ALL_INTERVALS) {
    const right = await recordedCandles(rig, symbol, interval);
    for (const { trades, bars, faults } of clients) {
      expect(faults).toEqual([]);
      expect(foldAll(marketOf(symbol), interval, trades, bars), interval).toEqual(right);
    }
  }
}

describe.each([
  { symbol: SYMBOL, name: 'a coin' },
  { symbol: 'AAPL', name: 'a stock, with odd lots, trades out of sequence and of extended hours' },
])('candles of $name', ({ symbol }) => {
  it('are the same from every rate, and those that are recorded', async () => {
    const { rig, source } = await start(symbol);
    const clients = await Promise.all(
      (['full', '1hz', '4hz', '1hz'] as const).map((rate) => client(rig, symbol, rate)),
    );
    const began = performance.now();
    await source.pour(() => sleep(4_000));
    await caughtUp(rig, source, clients);
    const seconds = (performance.now() - began) / 1_000;
    await expectSameCandles(rig, symbol, clients);
    const [full, slow, quick] = clients;
    expect(full?.bars).toEqual([]);
    // What came before the first bars came as trades.
    for (const one of [slow, quick]) expect(one?.inBars).toBeGreaterThan(source.sent / 2);
    // Three quarters of a bar's length lie between two messages, however slow the machine is.
    const messages = (one?: TickcastClient) => one?.texts.filter((text) => text.startsWith('["b"')).length;
    expect(messages(slow)).toBeLessThanOrEqual(seconds / 0.75 + 1);
    expect(messages(quick)).toBeLessThanOrEqual((4 * seconds) / 0.75 + 1);
    expect(slow?.texts.length).toBeLessThan(full?.texts.length ?? 0);
  });
});

const REPLAYS = ['trades-binance-ethusdt-2023-02-02.csv', 'trades-binance-xrpeth-2019-10-11.csv'];

describe.each(REPLAYS)('candles of %s', (name) => {
  it.skipIf(!hasSharedData(name))(
    'are the same from bars as recorded, of every interval (skipped without ../shared/data)',
    async () => {
      const replay = parseReplay(readSharedData(name));
      if (!replay.ok) throw new Error(replay.reason);
      const [first] = replay.trades;
      const symbol = first?.symbol ?? '';
      const rig = await startRig({ replay: { trades: replay.trades, speed: 0, rebase: false } }, {});
      const clients = await Promise.all(
        (['1hz', '4hz'] as const).map(async (rate) => {
          const one = await rig.tickcastClient();
          one.subscribe(symbol, undefined, rate);
          return one;
        }),
      );
      await until('all is played', async () => {
        const { recording } = await getJson(rig, '/api/status');
        return recording?.written === replay.trades.length;
      });
      await until('everybody has it', () =>
        clients.every(({ trades, inBars }) => trades.length + inBars === replay.trades.length),
      );
      for (const { bars, inBars } of clients) expect([bars.length > 0, inBars > 0]).toEqual([true, true]);
      await expectSameCandles(rig, symbol, clients);
    },
    60_000,
  );
});

describe('a client that changes its rate while trades pour in', () => {
  it('has every trade once, and the same candles', async () => {
    const { rig, source } = await start(SYMBOL, 2);
    const rates = ['full', '1hz', '4hz', 'full', '4hz', '1hz'] as const;
    const clients = await Promise.all(rates.map((rate) => client(rig, SYMBOL, rate)));
    await source.pour(async () => {
      for (let change = 1; change <= 12; change += 1) {
        for (const [i, one] of clients.entries()) {
          one.subscribe(SYMBOL, undefined, rates[(change + i) % rates.length]);
          await sleep(change % 3 === 0 ? 150 : 5);
        }
      }
      for (const one of clients) one.subscribe(SYMBOL, undefined, '4hz');
      await until('bars for all', () => clients.every(({ inBars }) => inBars > 0));
      for (const one of clients) one.subscribe(SYMBOL, undefined, 'full');
      await until('trades for all', () => clients.every(({ trades }) => trades.length > 0));
    });
    await caughtUp(rig, source, clients);
    await expectSameCandles(rig, SYMBOL, clients);
    for (const one of clients) {
      expect(one.inBars).toBeGreaterThan(0);
      expect(one.trades.length).toBeGreaterThan(0);
      const [, ...changes] = one.of('subscribed');
      expect(changes.every(({ recovered }) => recovered)).toBe(true);
    }
  }, 60_000);
});

describe('bars', () => {
  it('are what comes on both shards, also after the last who wanted them has left and another one comes', async () => {
    const { rig, source } = await start(SYMBOL, 2);
    for (let round = 0; round < 3; round += 1) {
      const clients = await Promise.all(Array.from({ length: 8 }, () => client(rig, SYMBOL, '4hz')));
      const before = clients.map((one) => one.position(SYMBOL)?.seq ?? 0);
      await source.pour(() => until('bars for all', () => clients.every(({ bars }) => bars.length > 2)));
      await until('all of it', () =>
        clients.every(({ trades, inBars }, i) => (before[i] ?? 0) + trades.length + inBars === source.sent),
      );
      for (const one of clients) {
        expect(one.faults).toEqual([]);
        await one.close();
      }
    }
  }, 60_000);

  it('go on after a crash of the upstream worker, with what came before it, the gap, and the new epoch', async () => {
    const { rig, source } = await start(SYMBOL, 2);
    const clients = await Promise.all((['full', '1hz', '4hz'] as const).map((rate) => client(rig, SYMBOL, rate)));
    const [full, ...conflated] = clients;
    await source.pour(() => sleep(1_300));
    rig.tickcast.inject('upstream', 'throw');
    await until('a new epoch', () => clients.every((one) => one.of('subscribed').length > 1));
    const epoch = full?.of('subscribed').at(-1)?.epoch ?? 0;
    await until('Finnhub is asked again', () => rig.simulator.subscriptions().some((all) => all.includes(SYMBOL)));
    await source.pour(() =>
      until('bars of the new one', () => conflated.every(({ bars }) => bars.some((bar) => bar.epoch === epoch))),
    );
    await until('all of it', () => {
      if (!full || !source.isThrough(full)) return false;
      return clients.every((one) => isDeepStrictEqual(one.position(SYMBOL), full.position(SYMBOL)));
    });
    for (const one of conflated) {
      expect(gapsFromCrash(one)).toEqual(gapsFromCrash(full));
      expect(one.of('reset')).toEqual([]);
    }
    await until('it is recorded', async () => isDeepStrictEqual(await recordedPlaces(rig, SYMBOL), placesOf(full)));
    await expectSameCandles(rig, SYMBOL, clients);
  }, 60_000);

  it('are preceded by trades where a client comes back with what it has', async () => {
    const { rig, source } = await start(SYMBOL);
    const witness = await client(rig, SYMBOL);
    const first = await client(rig, SYMBOL, '1hz');
    await source.pour(() => sleep(1_500));
    await caughtUp(rig, source, [witness, first]);
    await first.close();
    const second = await rig.tickcastClient();
    await source.pour(async () => {
      await sleep(500);
      second.subscribe(SYMBOL, first.position(SYMBOL), '1hz');
      await until('bars again', () => second.bars.length > 1);
    });
    const sum = (): number => first.inBars + first.trades.length + second.inBars + second.trades.length;
    await until('all of it', () => sum() === source.sent);
    expect(second.of('subscribed')[0]).toMatchObject({ recovered: true, seq: first.position(SYMBOL)?.seq });
    expect(second.trades.length).toBeGreaterThan(0);
    expect([...first.faults, ...second.faults]).toEqual([]);
    await caughtUp(rig, source, [witness]);
    for (const interval of ALL_INTERVALS) {
      const both = foldAll('crypto', interval, [...first.trades, ...second.trades], [...first.bars, ...second.bars]);
      expect(both).toEqual(await recordedCandles(rig, SYMBOL, interval));
    }
  }, 60_000);
});

describe('the example that makes candles', () => {
  it('makes those that are recorded', async () => {
    const { rig, source } = await start(SYMBOL);
    const program = startFollower(process.execPath, 'candles.mjs', [rig.tickcast.wsUrl, SYMBOL]);
    later(() => program.stop());
    await until('it is served', () => program.output().includes(`${SYMBOL} live`));
    await source.pour(() => sleep(2_500));
    const printed = (): Candle[] => {
      const byStart = new Map<number, Candle>();
      for (const line of program.lines()) {
        const [kind, , ...numbers] = line.split(' ');
        const [t = 0, o = 0, h = 0, l = 0, c = 0, v = 0, n = 0] = numbers.map(Number);
        if (kind === 'candle') byStart.set(t, { t, o, h, l, c, v, n });
      }
      return [...byStart.values()].sort((a, b) => a.t - b.t);
    };
    await until('it is recorded', async () => (await getJson(rig, '/api/status')).recording?.written === source.sent);
    const right = await recordedCandles(rig, SYMBOL, '1m');
    await until('it has made them', () => isDeepStrictEqual(printed(), right)).catch(() => undefined);
    expect(printed(), program.output()).toEqual(right);
  });
});

/** One that came a moment before the others may have been told of a gap before; each shard has its own times. */
function gapsFromCrash(one: TickcastClient | undefined): GapCause[] {
  const causes = (one?.of('gap') ?? []).map(({ cause }) => cause);
  expect(causes).toContain('restart');
  return causes.slice(causes.indexOf('restart'));
}

function placesOf(one: TickcastClient | undefined): Pick<NumberedTrade, 'epoch' | 'seq' | 't' | 'p' | 'v'>[] {
  return (one?.trades ?? []).map(({ epoch, seq, t, p, v }) => ({ epoch, seq, t, p, v }));
}

/** The recorded trades of a symbol, price updates too. */
async function recordedPlaces(rig: Rig, symbol: string): Promise<ReturnType<typeof placesOf>> {
  const { trades } = await getJson(rig, `/api/trades?symbol=${encodeURIComponent(symbol)}&limit=10000`);
  return trades.map(({ epoch, seq, t, p, v }: NumberedTrade) => ({ epoch, seq, t, p, v }));
}
