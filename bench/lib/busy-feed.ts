import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { INSTRUMENTS } from '../../src/catalogue/builtin.ts';
import { temporaryFolder } from './child.ts';
import { type Server, startSimulator, startTickcast, type TickcastSettings } from './servers.ts';
import { seededRandom } from './stats.ts';
import { generateTape } from './tape.ts';

/** The symbol on the screen, and those of the list beside it. */
export const BUSY = 'BINANCE:BTCUSDT';
export const LISTED = INSTRUMENTS.filter(({ symbol, market }) => market === 'crypto' && symbol !== BUSY).slice(0, 20);

/** What was recorded before: there is something to look back to. */
const PAST_MS = 30 * 60_000;
const PAST_RATE = 50;
/** So many trades in a row differ in price: that tells them apart on the screen. */
const DISTINCT = 2_000;
const STEP = 1;
const LOWEST = 10;

/** Tickcast on the simulator of Finnhub, where one symbol has `rate` trades a second at random times, and all others trade as in life. */
export async function startBusy(
  settings: Pick<TickcastSettings, 'flushMs' | 'shards'>,
  { rate, seconds, seed }: { readonly rate: number; readonly seconds: number; readonly seed: number },
): Promise<Server> {
  const folder = temporaryFolder();
  const now = Date.now();
  const past = { symbols: [BUSY], trades: (PAST_MS / 1e3) * PAST_RATE, from: now - PAST_MS, to: now, seed };
  const price = generateTape(join(folder, 'tape-finnhub.sqlite'), past);
  const file = join(folder, 'replay.csv');
  writeFileSync(file, replayOf(rate, seconds, price, seed));
  const simulator = await startSimulator(['--replay', file, '--rebase', '--any-symbol']);
  const server = await startTickcast(simulator.port, { ...settings, dataDir: folder, restPath: '/api/v1' });
  return {
    ...server,
    helperPids: [simulator.pid],
    stop: async () => {
      await server.stop();
      await simulator.stop();
    },
  };
}

function replayOf(rate: number, seconds: number, first: number, seed: number): string {
  const random = seededRandom(seed);
  const recent = new Set<number>();
  const lines: string[] = [];
  let price = first;
  for (let at = 0; at < seconds; at += -Math.log(1 - random()) / rate) {
    const before = price;
    do {
      price = Math.round((Math.max(LOWEST, before) + (random() - 0.5) * 2 * STEP) * 100) / 100;
      if (recent.has(price)) price = Math.round((price + ((random() - 0.5) * DISTINCT) / 50) * 100) / 100;
    } while (recent.has(price) || price < LOWEST);
    recent.add(price);
    if (recent.size > DISTINCT)
      for (const oldest of recent) {
        recent.delete(oldest);
        break;
      }
    lines.push(`${BUSY},${Math.floor(at * 1e3)},${price},${(0.001 + random()).toFixed(5)}`);
  }
  return lines.join('\n');
}
