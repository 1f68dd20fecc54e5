import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Simulator, startSimulator } from '../../src/upstream/simulator/server.ts';
import { type Counts, Follower, type Lack, type Numbers, newCounts } from '../support/follower.ts';
import { NumberedSource } from '../support/numbered-source.ts';
import { later, stopAfter } from '../support/rig.ts';
import { startTickcast, type Tickcast } from '../support/server.ts';
import { CAN_TELL_SHARDS } from '../support/serving-shard.ts';
import { storm } from '../support/storm.ts';
import { sleep, until } from '../support/until.ts';

stopAfter('all');

const IS_LONG = process.env.TICKCAST_LONG === '1';
const SYMBOLS = ['BTC', 'ETH', 'SOL', 'XRP', 'DOGE'].map((coin) => `BINANCE:${coin}USDT`);
const CLIENTS = IS_LONG ? 200 : 40;
/** Of all symbols together. */
const TRADES_PER_SECOND = IS_LONG ? 2_000 : 500;
/** How long clients come and go while nothing breaks, how long before and after something does, and how long one stays away. */
const CALM_MS = IS_LONG ? 60_000 : 3_000;
const AROUND_MS = IS_LONG ? 12_000 : 1_500;
const MAX_AWAY_MS = IS_LONG ? 20_000 : 1_500;
/** How long the server, or its connection to Finnhub, may take to be back, ms. */
const BACK_WITHIN_MS = 30_000;
/** What is told of time may be off by the recorder's window (250 ms), and by what threads wait for a busy machine. */
const TIME_SLACK_MS = 250 + 1_000;

/** What may be told when a new epoch begins: the old one is over, and a new connection to Finnhub may carry nothing yet. */
const NEW_EPOCH = ['gap restart', 'gap upstream'];
/** Where the whole server is new, prices do not wait for a recorder that a busy machine keeps from its start; the log says so. */
const newServer = (): string[] =>
  tickcast.output().includes('the recorder is not ready') ? [...NEW_EPOCH, 'gap overrun'] : NEW_EPOCH;

/** What a stretch of the storm brought. */
interface Stretch {
  readonly sent: number;
  readonly counts: Counts;
  readonly lacks: readonly Lack[];
  readonly faults: readonly string[];
  /** `gap` by its cause, `reset` by its reason. */
  readonly told: readonly string[];
  readonly notCaughtUp: number;
}

let simulator: Simulator;
let source: NumberedSource;
let tickcast: Tickcast;
let followers: readonly Follower[];
let dataDir: string;
const counts = newCounts();
const allLacks: Lack[] = [];

async function start(port?: number): Promise<void> {
  const started = await startTickcast({
    dataDir,
    ...(port === undefined ? {} : { port }),
    flags: ['--finnhub-ws-url', simulator.wsUrl, '--finnhub-rest-url', simulator.restUrl, '--shards', '2'],
    env: { FINNHUB_API_KEY: 'test-key', RECORD: SYMBOLS.join(',') },
  });
  later(() => started.kill());
  tickcast = started;
}

async function isRecording(): Promise<boolean> {
  const { recording } = await (await fetch(`${tickcast.url}/api/status`)).json();
  return recording?.written > 0;
}

/** Does what breaks something in the middle of a stretch, and sees to it that there is an after: what is sent before that nobody has. */
async function inTheMiddle(trouble: () => Promise<unknown>): Promise<void> {
  const asked = (): number => simulator.received().filter(({ type }) => type === 'subscribe').length;
  await sleep(AROUND_MS);
  const before = asked();
  await trouble();
  await until('Finnhub is asked for all again', () => asked() >= before + SYMBOLS.length, BACK_WITHIN_MS);
  await sleep(AROUND_MS);
}

/** Lets the clients come and go while `trouble` happens, and everybody catch up once the source has stopped. */
async function stretch(name: string, trouble: () => Promise<unknown>): Promise<Stretch> {
  const [sentBefore, before] = [source.sent, { ...counts }];
  const began = Date.now();
  source.start();
  const server = () => ({ pid: tickcast.process.pid ?? 0, port: tickcast.port });
  await storm(followers, server, MAX_AWAY_MS, async () => {
    await trouble();
    source.stop();
  });
  for (const follower of followers) follower.settle();
  const result = {
    sent: source.sent - sentBefore,
    counts: difference(counts, before),
    lacks: followers.flatMap(({ lacks }) => lacks.splice(0)),
    faults: followers.flatMap(({ faults }, i) => faults.splice(0).map((fault) => `client ${i}: ${fault}`)),
    told: followers.flatMap(({ told }) =>
      told.splice(0).map((each) => `${each.type} ${each.type === 'gap' ? each.cause : each.reason}`),
    ),
    notCaughtUp: followers.filter(({ isCaughtUp }) => !isCaughtUp).length,
  };
  allLacks.push(...result.lacks);
  if (IS_LONG) console.log(summary(name, result, Date.now() - began));
  return result;
}

function difference(now: Counts, before: Counts): Counts {
  return {
    connections: now.connections - before.connections,
    elsewhere: now.elsewhere - before.elsewhere,
    sameShard: now.sameShard - before.sameShard,
    trades: now.trades - before.trades,
    fromRing: now.fromRing - before.fromRing,
    fromRecorder: now.fromRecorder - before.fromRecorder,
    fromNow: now.fromNow - before.fromNow,
  };
}

function summary(name: string, { sent, counts: c, lacks, faults, told, notCaughtUp }: Stretch, ms: number): string {
  const tally: Record<string, number> = {};
  for (const each of told) tally[each] = (tally[each] ?? 0) + 1;
  const lacking = lacks.reduce((sum, { from, to }) => sum + to - from + 1, 0);
  return [
    `${name}, ${(ms / 1_000).toFixed(1)} s: ${CLIENTS} clients × ${SYMBOLS.length} symbols, ${sent} trades sent,`,
    `${c.trades} received; ${c.connections} connections, ${c.elsewhere} to the other shard, ${c.sameShard} to the same;`,
    `symbols gone on with from the ring ${c.fromRing}, the recorder ${c.fromRecorder}, by reset ${c.fromNow};`,
    `told ${JSON.stringify(tally)}; ${lacking} trades lacking in ${lacks.length} places; ${faults.length} faults,`,
    `${notCaughtUp} clients not caught up`,
  ].join(' ');
}

function expectBreak({ told }: Stretch, allowed: readonly string[]): void {
  expect(told).toContain('gap restart');
  expect(told.filter((each) => !allowed.includes(each))).toEqual([]);
}

function expectNoFault({ faults, notCaughtUp, counts: { elsewhere, sameShard } }: Stretch): void {
  expect(faults.slice(0, 5)).toEqual([]);
  expect(notCaughtUp).toBe(0);
  expect(sameShard).toBe(0);
  if (CAN_TELL_SHARDS) expect(elsewhere).toBeGreaterThan(0);
}

/** What was told of lacking trades is true of the time: they were made in it, and what was received was not. */
function expectTrueTimes(lacks: readonly Lack[]): void {
  const wrong = lacks.filter(({ symbol, from, to, told }) => {
    const gaps = told.filter((each) => each.type === 'gap');
    if (gaps.length !== told.length) return false;
    const [begin, end] = [Math.min(...gaps.map((gap) => gap.from)), Math.max(...gaps.map((gap) => gap.to))];
    const time = (n: number): number => source.timeOf(symbol, n);
    const isInside = time(from) > begin - TIME_SLACK_MS && time(to) < end + TIME_SLACK_MS;
    const isOutside = time(from - 1) < begin + TIME_SLACK_MS && time(to + 1) > end - TIME_SLACK_MS;
    return !isInside || !isOutside;
  });
  expect(wrong.slice(0, 3)).toEqual([]);
}

beforeAll(async () => {
  dataDir = mkdtempSync(join(tmpdir(), 'tickcast-storm-'));
  later(async () => rmSync(dataDir, { recursive: true, force: true }));
  simulator = await startSimulator({ anySymbol: true });
  later(() => simulator.close());
  // Its own trades are held back: the source's are counted.
  simulator.inject({ type: 'freeze' });
  source = new NumberedSource(simulator, SYMBOLS, TRADES_PER_SECOND);
  await start();
  await until('Finnhub is asked for all', () => simulator.subscriptions()[0]?.length === SYMBOLS.length);
  const numbers: Numbers = new Map();
  followers = Array.from({ length: CLIENTS }, () => new Follower(source, numbers, counts));
  // So that everybody has something to come back to.
  source.start();
  await until('it is recorded', isRecording);
  source.stop();
});

afterAll(() => {
  source.stop();
  for (const follower of followers) follower.disconnect();
});

describe('clients that come and go on two shards, to the other one each time', () => {
  it(
    'have every trade once and in order',
    async () => {
      const calm = await stretch('nothing breaks', () => sleep(CALM_MS));
      expectNoFault(calm);
      expect(calm.sent).toBeGreaterThan((TRADES_PER_SECOND * CALM_MS * 0.95) / 1_000);
      // Every connection but each one's first.
      if (CAN_TELL_SHARDS) expect(calm.counts.elsewhere).toBeGreaterThanOrEqual(calm.counts.connections - CLIENTS);
      expect(calm.told).toEqual([]);
      expect(calm.lacks).toEqual([]);
    },
    CALM_MS + 90_000,
  );

  it(
    'lack after a restart by SIGTERM what a gap told, and nothing else',
    async () => {
      const restarted = await stretch('SIGTERM and a new start', () =>
        inTheMiddle(async () => {
          expect(await tickcast.stop()).toBe(0);
          await start(tickcast.port);
        }),
      );
      expectNoFault(restarted);
      expect(restarted.counts.fromRecorder).toBeGreaterThan(0);
      expectBreak(restarted, newServer());
      expectTrueTimes(restarted.lacks);
    },
    2 * AROUND_MS + 90_000,
  );

  it(
    'lack after a crash of the upstream worker what a gap told, and nothing else',
    async () => {
      const crashed = await stretch('the upstream worker crashes', () =>
        inTheMiddle(async () => tickcast.inject('upstream', 'throw')),
      );
      expectNoFault(crashed);
      expectBreak(crashed, NEW_EPOCH);
      expectTrueTimes(crashed.lacks);
    },
    2 * AROUND_MS + 90_000,
  );

  it(
    'lack after kill -9 what a gap told, or a reset where they had more than the disk',
    async () => {
      const killed = await stretch('kill -9 and a new start', () =>
        inTheMiddle(async () => {
          tickcast.process.kill('SIGKILL');
          await tickcast.exited;
          await start(tickcast.port);
        }),
      );
      expectNoFault(killed);
      expectBreak(killed, [...newServer(), 'reset ahead']);
      expectTrueTimes(killed.lacks);
    },
    2 * AROUND_MS + 90_000,
  );

  it('lack nothing that is on disk, unless a reset told it; there each trade is once, in order', async () => {
    await tickcast.stop();
    const db = new DatabaseSync(join(dataDir, 'tape-finnhub.sqlite'), { readOnly: true });
    later(async () => db.close());
    expect(db.prepare('PRAGMA integrity_check').get()).toEqual({ integrity_check: 'ok' });
    for (const symbol of SYMBOLS) {
      const rows = db.prepare('SELECT epoch, p FROM tape WHERE symbol = ? ORDER BY epoch, seq').all(symbol);
      const kept = rows.map(({ p }) => Number(p));
      expect(new Set(rows.map(({ epoch }) => epoch)).size).toBe(4);
      expect(kept.filter((n, i) => n <= (kept[i - 1] ?? 0)).slice(0, 5)).toEqual([]);
      expect(kept.at(-1)).toBe(source.last(symbol));
      const onDisk = new Set(kept);
      const withheld = allLacks
        .filter((lack) => lack.symbol === symbol && lack.told.every(({ type }) => type === 'gap'))
        .filter(({ from, to }) => Array.from({ length: to - from + 1 }, (_, i) => from + i).some((n) => onDisk.has(n)));
      expect(withheld.slice(0, 3)).toEqual([]);
    }
  });
});
