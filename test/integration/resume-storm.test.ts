import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { describe, expect, it } from 'vitest';
import { startSimulator } from '../../src/upstream/simulator/server.ts';
import { Follower } from '../support/follower.ts';
import { later, stopAfter } from '../support/rig.ts';
import { startTickcast, type Tickcast } from '../support/server.ts';
import { sleep, until } from '../support/until.ts';

stopAfter('each');

const IS_LONG = process.env.TICKCAST_LONG === '1';
const SYMBOLS = ['BTC', 'ETH', 'SOL', 'XRP', 'DOGE'].map((coin) => `BINANCE:${coin}USDT`);
const CLIENTS = IS_LONG ? 200 : 40;
/** How long each stretch between two troubles lasts, and how long a client stays away. */
const STRETCH_MS = IS_LONG ? 15_000 : 3_000;
const AWAY_MS = IS_LONG ? 20_000 : 1_500;

describe('clients that come and go on two shards', () => {
  it(
    'have every trade once and in order, but for what a gap or a reset told, whatever breaks meanwhile',
    async () => {
      const dataDir = mkdtempSync(join(tmpdir(), 'tickcast-storm-'));
      later(async () => rmSync(dataDir, { recursive: true, force: true }));
      const simulator = await startSimulator({ anySymbol: true, pace: IS_LONG ? 40 : 15 });
      later(() => simulator.close());
      const start = async (port?: number): Promise<Tickcast> => {
        const tickcast = await startTickcast({
          dataDir,
          ...(port === undefined ? {} : { port }),
          flags: ['--finnhub-ws-url', simulator.wsUrl, '--finnhub-rest-url', simulator.restUrl, '--shards', '2'],
          env: { FINNHUB_API_KEY: 'test-key', RECORD: SYMBOLS.join(',') },
        });
        later(() => tickcast.stop());
        return tickcast;
      };
      let tickcast = await start();
      const { port, wsUrl } = tickcast;
      const followers = Array.from({ length: CLIENTS }, () => new Follower(wsUrl, SYMBOLS));
      let isOver = false;
      const storm = followers.map(async (follower) => {
        while (!isOver) {
          await follower.follow(100 + Math.random() * 2_000, () => isOver);
          if (!isOver) await sleep(100 + Math.random() * AWAY_MS);
        }
      });

      await sleep(STRETCH_MS);
      tickcast.inject('upstream', 'throw');
      await sleep(STRETCH_MS);
      await tickcast.stop();
      tickcast = await start(port);
      await sleep(STRETCH_MS);
      tickcast.process.kill('SIGKILL');
      await tickcast.exited;
      tickcast = await start(port);
      await sleep(STRETCH_MS);
      isOver = true;
      await Promise.all(storm);

      // Everybody comes back once more, and stays until it has what there is.
      const witness = new Follower(wsUrl, SYMBOLS);
      await witness.follow(300);
      const isCaughtUp = (follower: Follower): boolean =>
        SYMBOLS.every((symbol) => {
          const [has, wants] = [follower.position(symbol), witness.position(symbol)];
          return has !== undefined && wants !== undefined && has.epoch === wants.epoch && has.seq >= wants.seq;
        });
      await Promise.all(followers.map((follower) => follower.follow(20_000, () => isCaughtUp(follower))));
      expect(followers.filter((follower) => !isCaughtUp(follower))).toEqual([]);
      await until('everything is written', async () => {
        const { recording } = await (await fetch(`${tickcast.url}/api/status`)).json();
        return recording !== undefined;
      });
      await tickcast.stop();

      const db = new DatabaseSync(join(dataDir, 'tape-finnhub.sqlite'));
      later(async () => db.close());
      const rows = db.prepare('SELECT symbol, epoch, seq, p FROM tape ORDER BY symbol, epoch, seq').all();
      expect(new Set(rows.map(({ epoch }) => epoch)).size).toBe(4);
      for (const [number, follower] of followers.entries()) {
        const { faults, prices, resets, began, causes } = follower;
        expect(faults, `client ${number}`).toEqual([]);
        expect(causes).toContain('restart');
        const lacking = rows.filter(({ symbol, epoch, seq, p }) => {
          const price = prices.get(`${symbol}|${epoch}`)?.[Number(seq)];
          if (price !== undefined) return price !== p;
          const first = began.get(String(symbol));
          const last = follower.position(String(symbol));
          if (!first || !last) return true;
          const isBefore = Number(epoch) < first.epoch || (epoch === first.epoch && Number(seq) <= first.seq);
          const isAfter = epoch === last.epoch && Number(seq) > last.seq;
          return !isBefore && !isAfter && Number(seq) > (resets.get(`${symbol}|${epoch}`) ?? 0);
        });
        expect(lacking.slice(0, 5), `client ${number} after ${follower.connections} connections`).toEqual([]);
      }
    },
    IS_LONG ? 240_000 : 90_000,
  );
});
