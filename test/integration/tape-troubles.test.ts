import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { describe, expect, it } from 'vitest';
import { startSimulator } from '../../src/upstream/simulator/server.ts';
import { TickcastClient } from '../support/clients.ts';
import { later, startRig, stopAfter } from '../support/rig.ts';
import { runTickcast, startTickcast } from '../support/server.ts';
import { sleep, until } from '../support/until.ts';

stopAfter('each');

const SYMBOLS = ['BINANCE:BTCUSDT', 'BINANCE:ETHUSDT', 'BINANCE:SOLUSDT'];
const FIRST = 'BINANCE:BTCUSDT';
/** How often the server is killed: 50 in the long form (TICKCAST_LONG=1). */
const KILLS = process.env.TICKCAST_LONG === '1' ? 50 : 6;
/** The window of a transaction, and what a thread may need to get to it on a busy machine. */
const COMMITTED_AFTER_MS = 250 + 1_000;

function folder(): string {
  const dir = mkdtempSync(join(tmpdir(), 'tickcast-trouble-'));
  later(async () => rmSync(dir, { recursive: true, force: true }));
  return dir;
}

const tapeFile = (dir: string): string => join(dir, 'tape-finnhub.sqlite');

describe('kill -9', () => {
  it(
    'loses nothing older than the last window, and no number is ever used twice',
    async () => {
      const dataDir = folder();
      const simulator = await startSimulator({ anySymbol: true, pace: 20 });
      later(() => simulator.close());
      const args = {
        dataDir,
        flags: ['--finnhub-ws-url', simulator.wsUrl, '--finnhub-rest-url', simulator.restUrl],
        env: { FINNHUB_API_KEY: 'test-key', RECORD: SYMBOLS.join(',') },
      };
      /** Everything a client had, and when it came. */
      const received: { key: string; price: number; at: number }[] = [];
      const kills: number[] = [];
      for (let round = 0; round < KILLS; round += 1) {
        const tickcast = await startTickcast(args);
        later(() => tickcast.kill());
        const client = await TickcastClient.connect(tickcast.wsUrl);
        for (const symbol of SYMBOLS) client.subscribe(symbol);
        await until('trades', () => client.trades.length > 20);
        let noted = 0;
        const note = (): void => {
          for (; noted < client.trades.length; noted += 1) {
            const trade = client.trades[noted];
            if (!trade) continue;
            const { symbol, epoch, seq, p } = trade;
            received.push({ key: `${symbol}|${epoch}|${seq}`, price: p, at: Date.now() });
          }
        };
        const timer = setInterval(note, 5);
        await sleep(1_400 + Math.random() * 1_000);
        note();
        clearInterval(timer);
        kills.push(Date.now());
        tickcast.process.kill('SIGKILL');
        await tickcast.exited;
      }

      const db = new DatabaseSync(tapeFile(dataDir));
      later(async () => db.close());
      expect(db.prepare('PRAGMA integrity_check').get()).toEqual({ integrity_check: 'ok' });
      const rows = db.prepare('SELECT symbol, epoch, seq, p FROM tape').all();
      const recorded = new Map(rows.map(({ symbol, epoch, seq, p }) => [`${symbol}|${epoch}|${seq}`, Number(p)]));
      expect(recorded.size).toBe(rows.length);
      const prices = new Map<string, number>();
      for (const { key, price, at } of received) {
        expect(prices.get(key) ?? price, `${key} is one trade`).toBe(price);
        prices.set(key, price);
        const killed = kills.find((each) => each >= at) ?? 0;
        if (killed - at > COMMITTED_AFTER_MS) expect(recorded.get(key), key).toBe(price);
        else expect(recorded.get(key) ?? price, key).toBe(price);
      }
      const epochs = db.prepare('SELECT COUNT(DISTINCT epoch) AS n FROM epochs').get();
      expect(epochs).toEqual({ n: KILLS });
      const restarts = db.prepare("SELECT COUNT(*) AS n FROM gaps WHERE cause = 'restart'").get();
      expect(restarts).toEqual({ n: (KILLS - 1) * SYMBOLS.length });
      const early = db.prepare(`SELECT COUNT(*) AS n FROM gaps g JOIN trades t USING (symbol, epoch)
        JOIN epochs e ON e.id = g.epoch WHERE g.cause = 'restart' AND t.seq <= g.seq AND e.epoch + t.t > g.from_t`);
      expect(early.get(), 'no gap begins before a trade that was seen').toEqual({ n: 0 });
    },
    KILLS * 10_000 + 30_000,
  );
});

/** Whether a file system of a test's own can be made here: only for root, and not in every container. */
function canMount(): boolean {
  const dir = mkdtempSync(join(tmpdir(), 'tickcast-mount-'));
  try {
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=64k', 'tmpfs', dir], { stdio: 'ignore' });
    execFileSync('umount', [dir], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  } finally {
    rmSync(dir, { recursive: true, force: true });
  }
}

function mount(options: string): string {
  const dir = mkdtempSync(join(tmpdir(), 'tickcast-mount-'));
  execFileSync('mount', ['-t', 'tmpfs', '-o', options, 'tmpfs', dir]);
  later(async () => {
    execFileSync('umount', ['-l', dir]);
    rmSync(dir, { recursive: true, force: true });
  });
  return dir;
}

describe('a disk', () => {
  it.skipIf(!canMount())(
    'that is full keeps no price back, is spoken of, and gets what was held once there is room (needs mount)',
    async () => {
      const dataDir = mount('size=4m');
      const rig = await startRig({ pace: 20 }, { dataDir, flags: ['--record', SYMBOLS.join(',')] });
      const client = await rig.tickcastClient();
      for (const symbol of SYMBOLS) client.subscribe(symbol);
      const recording = async () => (await (await fetch(`${rig.tickcast.url}/api/status`)).json()).recording;
      await until('it records', async () => (await recording())?.written > 0);
      const ballast = join(dataDir, 'ballast');
      for (let size = 4 << 20; size >= 4096; size >>= 1) {
        try {
          writeFileSync(ballast, new Uint8Array(size), { flag: 'a' });
        } catch (error) {
          expect(String(error)).toContain('ENOSPC');
        }
      }

      await until('it says that it fails', async () => (await recording()).state === 'failing', 20_000);
      expect((await recording()).reason).toMatch(/full/);
      expect(rig.tickcast.log.filter(({ msg }) => msg.startsWith('the recording cannot be written'))).toHaveLength(1);
      const before = client.trades.length;
      await until('prices go on', () => client.trades.length > before + 100);
      expect(client.faults).toEqual([]);

      rmSync(ballast);
      await until('it records again', async () => (await recording()).state === 'recording', 20_000);
      await client.close();
      await rig.tickcast.stop();
      const db = new DatabaseSync(tapeFile(dataDir));
      const recorded = new Set(
        db
          .prepare('SELECT symbol, seq FROM tape')
          .all()
          .map(({ symbol, seq }) => `${symbol}|${seq}`),
      );
      db.close();
      expect(client.trades.filter(({ symbol, seq }) => !recorded.has(`${symbol}|${seq}`))).toEqual([]);
    },
    60_000,
  );

  it.skipIf(!canMount())('that only reads stops the start with one line (needs mount)', async () => {
    const dataDir = mount('size=4m');
    execFileSync('mount', ['-o', 'remount,ro', dataDir]);
    const { code, err } = await runTickcast(['--port', '0', '--data-dir', dataDir]);
    expect(code).toBe(1);
    expect(err.trim().split('\n')).toHaveLength(1);
    expect(err).toContain(dataDir);
  });
});

describe('a recording', () => {
  it('that is damaged is set aside and named, and a new one begun', async () => {
    const dataDir = folder();
    mkdirSync(dataDir, { recursive: true });
    writeFileSync(tapeFile(dataDir), 'this is no database, but it is somebody’s file\n'.repeat(100));
    const rig = await startRig({}, { dataDir, flags: ['--record', FIRST] });
    const aside = readdirSync(dataDir).find((name) => name.startsWith('tape-finnhub.sqlite.corrupt-'));
    expect(aside).toBeDefined();
    expect(rig.tickcast.output()).toContain(aside);
    await until('it records', async () => {
      const { recording } = await (await fetch(`${rig.tickcast.url}/api/status`)).json();
      return recording?.written > 0;
    });
  });

  it('of a newer version stops the start with one line, and stays as it is', async () => {
    const dataDir = folder();
    const db = new DatabaseSync(tapeFile(dataDir));
    db.exec('CREATE TABLE theirs (x); PRAGMA user_version = 99');
    db.close();
    const env = { FINNHUB_API_KEY: 'test-key' };
    const { code, err } = await runTickcast(['--port', '0', '--data-dir', dataDir], env);
    expect(code).toBe(1);
    expect(err.trim().split('\n')).toHaveLength(1);
    expect(err).toMatch(/version 99/);
    expect(existsSync(tapeFile(dataDir))).toBe(true);
    expect(readdirSync(dataDir).filter((name) => name.includes('corrupt'))).toEqual([]);
  });
});
