import { statSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import type { Options } from './lib/options.ts';
import { show, table } from './lib/report.ts';
import type { Measured } from './lib/round.ts';
import { measureRounds } from './lib/rounds.ts';
import { type Peer, startTickcast, type TickcastServer } from './lib/servers.ts';
import { median, percentile } from './lib/stats.ts';

/** The load: so many symbols and clients, the trades a second shared out evenly. */
const SYMBOLS = 50;
const CLIENTS = 20;

const RECORDING = 'recording';
const AGAIN = 'recording, again';
const BLOCKED = 'recorder standing still';

interface Recorded {
  readonly trades: number;
  readonly bytes: number;
}

/**
 * What recording does to the stream: the same load with a recorder that writes and with one whose thread stands still (as
 * under a disk that does not answer), the first one twice a round for the noise.
 */
export async function runRecording(options: Options): Promise<string> {
  const recorded: Recorded[] = [];
  const peer = (name: string, isBlocked: boolean): Peer => ({
    name,
    framing: 'tickcast',
    start: async (feedPort) => {
      const server = await startTickcast(feedPort, { flushMs: options['flush-ms'], shards: options.shards });
      if (isBlocked) server.block('recorder', 10 * 60_000);
      return { ...server, stop: () => stop(server, isBlocked, recorded) };
    },
  });
  const lineUp = [peer(RECORDING, false), peer(BLOCKED, true), peer(AGAIN, false)];
  const load: Options = {
    ...options,
    seconds: options['record-seconds'],
    clients: CLIENTS,
    probes: CLIENTS,
    symbols: SYMBOLS,
    rate: options['record-rate'] / SYMBOLS,
  };
  const { all } = await measureRounds('recording', lineUp, options.rounds, load);
  return section(options, all, recorded);
}

/** What the file holds once the server has ended. One whose recorder stands still cannot be asked to end. */
async function stop(server: TickcastServer, isBlocked: boolean, recorded: Recorded[]): Promise<void> {
  await server.stop();
  if (isBlocked) return;
  const file = join(server.dataDir, 'tape-finnhub.sqlite');
  const db = new DatabaseSync(file);
  db.exec('PRAGMA wal_checkpoint(TRUNCATE)');
  const trades = Number(db.prepare('SELECT COUNT(*) AS n FROM trades').get()?.n);
  db.close();
  recorded.push({ trades, bytes: statSync(file).size });
}

function section(options: Options, measured: readonly Measured[], recorded: readonly Recorded[]): string {
  const of = (name: string): Measured[] => measured.filter(({ peer }) => peer === name);
  const rows = [RECORDING, BLOCKED, AGAIN].map((name) => {
    const rounds = of(name);
    const p99s = rounds.map(({ latenciesUs }) => percentile(latenciesUs, 0.99) / 1e3);
    const all = rounds.flatMap(({ latenciesUs }) => latenciesUs).sort((a, b) => a - b);
    const missing = rounds.reduce((sum, m) => sum + m.sent * m.clients - m.trades, 0);
    return [
      name,
      show(percentile(all, 0.5) / 1e3, 2),
      `${show(median(p99s), 2)} (${show(Math.min(...p99s), 2)}–${show(Math.max(...p99s), 2)})`,
      show(percentile(all, 0.999) / 1e3, 2),
      show(percentile(all, 1) / 1e3, 2),
      show(median(rounds.map((m) => m.cpuUs / m.sent)), 1),
      String(missing),
    ];
  });
  const ratios = (name: string): string => {
    const p99 = (m: Measured): number => percentile(m.latenciesUs, 0.99);
    const base = of(BLOCKED).map(p99);
    const values = of(name).map((m, i) => p99(m) / (base[i] ?? Number.NaN));
    return `${show(median(values), 3)} (${show(Math.min(...values), 3)}–${show(Math.max(...values), 3)})`;
  };
  const trades = recorded.reduce((sum, each) => sum + each.trades, 0);
  const bytes = recorded.reduce((sum, each) => sum + each.bytes, 0);
  return `## Recording

${options['record-rate']} trades a second of ${SYMBOLS} symbols to ${CLIENTS} clients for ${options['record-seconds']} s, ${options.rounds} rounds in turn, SHARDS=${options.shards}.

${table(['', 'p50 ms', 'p99 ms (least–most)', 'p99.9 ms', 'most ms', 'server CPU µs a trade', 'missing'], rows)}

- p99 over that with the recorder standing still, in the same round: recording ${ratios(RECORDING)}, again ${ratios(AGAIN)}.
- On disk: ${show(bytes / trades, 1)} bytes a trade, candles and all (${recorded.length} files, ${trades.toLocaleString('en')} trades); ${show(trades / recorded.length / (options['record-seconds'] + options.warmup), 0)} rows a second.`;
}
