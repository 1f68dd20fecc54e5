import { describe, expect, it } from 'vitest';
import { parseReplay, type ReplayOptions } from '../../src/upstream/simulator/replay.ts';
import { hasSharedData, readSharedData } from '../shared-data.ts';
import type { FinnhubClient, RawTrade, TickcastClient } from '../support/clients.ts';
import { CONDITIONS_FILE, publishedFlags, publishedRules } from '../support/published-conditions.ts';
import { type Rig, startRig, stopAfter } from '../support/rig.ts';
import { until } from '../support/until.ts';

const TRADES_FILE = 'trades-binance-ethusdt-2023-02-02.csv';
const FRAME_FILE = 'finnhub-frame-2022-12-29.json';
const SYMBOL = 'BINANCE:ETHUSDT';
/** Enough of each kind that with two shards both shards serve both kinds. */
const CLIENTS_OF_A_KIND = 4;

/** The file's lines as numbers, read without the simulator's own parser. */
function recordedTrades(): { t: number; p: number; v: number }[] {
  const lines = readSharedData(TRADES_FILE).trim().split('\n').slice(1);
  return lines.map((line) => {
    const [symbol, t, p, v] = line.split(',');
    if (symbol !== SYMBOL) throw new Error(`another symbol: ${symbol}`);
    return { t: Number(t), p: Number(p), v: Number(v) };
  });
}

function replayOf(text: string): ReplayOptions {
  const parsed = parseReplay(text);
  if (!parsed.ok) throw new Error(parsed.reason);
  return { trades: parsed.trades, speed: 0, rebase: false };
}

/** Clients of both kinds that certainly get every trade of `symbols` from now on. The simulator must be frozen. */
async function subscribeAll(
  rig: Rig,
  symbols: readonly string[],
): Promise<{ dropIns: FinnhubClient[]; numbered: TickcastClient[] }> {
  const dropIns: FinnhubClient[] = [];
  const numbered: TickcastClient[] = [];
  for (let i = 0; i < CLIENTS_OF_A_KIND; i += 1) {
    dropIns.push(await rig.finnhubClient());
    numbered.push(await rig.tickcastClient());
  }
  // A drop-in client is not told when it is subscribed, but symbols open in the order in which they were asked for: the
  // first trade of the last one says that all are.
  const last = 'TEST:READY';
  for (const client of [...dropIns, ...numbered]) for (const symbol of [...symbols, last]) client.subscribe(symbol);
  await until('everybody is subscribed', () => {
    rig.simulator.send(JSON.stringify({ data: [{ p: 1, s: last, t: 1, v: 1 }], type: 'trade' }));
    return [...dropIns, ...numbered].every((client) => client.tradesOf(last).length > 0);
  });
  for (const client of [...dropIns, ...numbered]) client.unsubscribe(last);
  return { dropIns, numbered };
}

stopAfter('each');

describe.each([1, 2])('with SHARDS=%i', (shards) => {
  const settings = { env: { SHARDS: String(shards) } };

  it.skipIf(!hasSharedData(TRADES_FILE))(
    '1,000 recorded trades reach both kinds of client: all, in order, exact, seq 1 to 1000 (skipped without ../shared/data)',
    async () => {
      const recorded = recordedTrades();
      expect(recorded).toHaveLength(1000);
      const replay = replayOf(readSharedData(TRADES_FILE));
      const rig = await startRig({ replay, faults: [{ type: 'freeze' }] }, settings);
      const { dropIns, numbered } = await subscribeAll(rig, [SYMBOL]);
      rig.simulator.inject({ type: 'clear' });

      await until('everybody has 1,000 trades', () =>
        [...dropIns, ...numbered].every((client) => client.tradesOf(SYMBOL).length >= 1000),
      );
      for (const client of dropIns) {
        expect(client.tradesOf(SYMBOL)).toEqual(recorded.map(({ t, p, v }) => ({ c: null, p, s: SYMBOL, t, v })));
        expect(client.errors).toEqual([]);
      }
      for (const client of numbered) {
        expect(client.tradesOf(SYMBOL).map(({ t, p, v, flags }) => ({ t, p, v, flags }))).toEqual(
          recorded.map((trade) => ({ ...trade, flags: 0 })),
        );
        expect(client.tradesOf(SYMBOL).map(({ seq }) => seq)).toEqual(recorded.map((_, i) => i + 1));
        expect(new Set(client.tradesOf(SYMBOL).map(({ epoch }) => epoch)).size).toBe(1);
        expect(client.faults).toEqual([]);
        expect([...client.of('reset'), ...client.of('error')]).toEqual([]);
        // A stretch before the first trade may have been missed (while it was being subscribed), none after.
        expect(client.of('gap', SYMBOL).filter(({ fromSeq }) => fromSeq !== 0)).toEqual([]);
      }
    },
  );

  it.skipIf(!hasSharedData(FRAME_FILE) || !hasSharedData(CONDITIONS_FILE))(
    'a genuine frame keeps its condition codes for the drop-in client, and has the right flags for the other (skipped without ../shared/data)',
    async () => {
      const frame = readSharedData(FRAME_FILE).trim();
      const genuine: readonly (RawTrade & { readonly c: readonly string[] })[] = JSON.parse(frame).data;
      expect(genuine).toHaveLength(9);
      const rules = publishedRules();
      const symbols = [...new Set(genuine.map(({ s }) => s))];
      expect(symbols).toEqual(['TSLA', 'AAPL']);

      const rig = await startRig({ faults: [{ type: 'freeze' }] }, settings);
      const { dropIns, numbered } = await subscribeAll(rig, symbols);
      rig.simulator.send(frame);

      for (const symbol of symbols) {
        const own = genuine.filter(({ s }) => s === symbol);
        for (const client of [...dropIns, ...numbered]) {
          await until(`every trade of ${symbol}`, () => client.tradesOf(symbol).length >= own.length);
        }
        for (const client of dropIns) expect(client.tradesOf(symbol)).toEqual(own);
        for (const client of numbered) {
          expect(client.tradesOf(symbol).map(({ seq, t, p, v, flags }) => ({ seq, t, p, v, flags }))).toEqual(
            own.map(({ t, p, v, c }, i) => ({ seq: i + 1, t, p, v, flags: publishedFlags(c, rules) })),
          );
          // Odd lots outside regular hours: none of them may become the last price.
          expect(client.tradesOf(symbol).every(({ flags }) => (flags & 0b1001) === 0b1001)).toBe(true);
          expect(client.faults).toEqual([]);
          expect(client.of('reset')).toEqual([]);
        }
      }
      const late = await rig.tickcastClient();
      late.subscribe('TSLA');
      await late.subscribed('TSLA');
      expect(late.of('subscribed', 'TSLA')).toMatchObject([{ seq: 7 }]);
      expect(late.of('subscribed', 'TSLA')[0]).not.toHaveProperty('last');
    },
  );
});
