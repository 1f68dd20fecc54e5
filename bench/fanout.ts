import type { Options } from './lib/options.ts';
import { show, table } from './lib/report.ts';
import { type Measured, measure, startFeeder } from './lib/round.ts';
import { fanoutPeers, type Peer } from './lib/servers.ts';
import { median, percentile } from './lib/stats.ts';

/** A helper process that works more than this share of a core may have been what was measured. */
const BUSY_SHARE = 0.8;
/** Other work on the machine, in cores, from which numbers are to be doubted. */
const STRANGERS_SHARE = 0.1;

/** What one trade to one client costs: CPU, bytes and time, for each peer, in turn and in several rounds. */
export async function runFanout(options: Options): Promise<string> {
  const [reference, ...others] = fanoutPeers({ flushMs: options['flush-ms'], shards: options.shards });
  const chosen = others.filter(({ name }) => options.peers.length === 0 || options.peers.includes(name));
  // The reference twice a round: how far apart the same thing is from itself.
  const lineUp: readonly Peer[] = [reference, ...chosen, { ...reference, name: `${reference.name}, again` }];

  const { feeder, port } = await startFeeder();
  const measured: Measured[] = [];
  try {
    for (let round = 1; round <= options.rounds; round += 1) {
      // Who comes first changes, so that nobody always runs on a cooler or a fuller machine.
      const first = (round - 1) % lineUp.length;
      for (const peer of [...lineUp.slice(first), ...lineUp.slice(0, first)]) {
        const one = await measure(peer, feeder, port, options);
        measured.push(one);
        process.stdout.write(`fanout ${round}/${options.rounds} ${progress(one)}\n`);
      }
    }
  } finally {
    await feeder.stop();
  }
  return section(options, lineUp, measured);
}

function progress(m: Measured): string {
  return [
    m.peer.padEnd(26),
    `${show(m.cpuUs / m.trades, 2)} µs a trade`,
    `${m.trades} of ${m.sent * m.clients} trades`,
    `p99 ${show(percentile(m.latenciesUs, 0.99) / 1e3, 2)} ms`,
    `server ${show((m.cpuUs / m.wallUs) * 100, 0)} %, receiver ${show(m.receiverShare * 100, 0)} %, others ${show(m.strangersShare * 100, 0)} %`,
  ].join('; ');
}

function section(options: Options, lineUp: readonly Peer[], measured: readonly Measured[]): string {
  const { clients, symbols, rate, seconds, rounds } = options;
  const of = (peer: string): Measured[] => measured.filter((m) => m.peer === peer);
  const [reference] = lineUp;
  const base = reference ? of(reference.name).map(cost) : [];
  const rows = lineUp.map(({ name }) => row(name, of(name), base));
  const head = ['', 'CPU µs a trade', '× bare (least–most)', 'bytes a trade', 'trades a frame'];
  const latency = ['p50 ms', 'p99 ms', 'p99.9 ms', 'most ms'];
  return `## Fan-out

${clients} clients × ${symbols} symbols × ${rate} trades a second each at random times: about ${clients * symbols * rate} trades delivered a
second. ${rounds} rounds of ${seconds} s, peers in turn (another first each time), each in a fresh process after ${options.warmup} s of warm-up. Tickcast with
FLUSH_MS=${options['flush-ms']} and SHARDS=${options.shards}.

${table([...head, ...latency, 'RSS MB', 'missing'], rows)}

- CPU: user and system time of all threads of the server process, by trade delivered to a client; the median of the rounds.
  "× bare": of the ratios to the first row within each round, the median and the range. "again" is the same server once more,
  so its range is the noise.
- Bytes: WebSocket frames with their headers, without TCP and IP.
- Latency: from just before the source sends a trade to when ${options.probes} of the clients, spread among all, have read it. Tickcast's
  gathering window is part of it.
- Missing: trades sent but not received by a client, of ${show(median(measured.map((m) => m.sent * m.clients)), 0)} a round; and holes in the sequence numbers.
${warnings(measured).join('\n')}`.trimEnd();
}

const cost = (m: Measured): number => m.cpuUs / m.trades;

function row(name: string, rounds: readonly Measured[], base: readonly number[]): string[] {
  const ratios = rounds.map((m, i) => cost(m) / (base[i] ?? Number.NaN));
  const all = rounds.flatMap(({ latenciesUs }) => latenciesUs).sort((a, b) => a - b);
  const ms = (q: number): string => show(percentile(all, q) / 1e3, 2);
  const missing = rounds.reduce((sum, m) => sum + m.sent * m.clients - m.trades, 0);
  const holes = rounds.reduce((sum, m) => sum + m.holes, 0);
  return [
    name,
    show(median(rounds.map(cost)), 2),
    `${show(median(ratios), 2)} (${show(Math.min(...ratios), 2)}–${show(Math.max(...ratios), 2)})`,
    show(median(rounds.map((m) => m.bytes / m.trades)), 1),
    show(median(rounds.map((m) => m.trades / m.frames)), 2),
    ms(0.5),
    ms(0.99),
    ms(0.999),
    ms(1),
    show(median(rounds.map((m) => m.residentMb)), 0),
    holes === 0 ? String(missing) : `${missing}, ${holes} holes`,
  ];
}

/** What stands against believing the numbers. */
function warnings(measured: readonly Measured[]): string[] {
  const most = (value: (m: Measured) => number): number => Math.max(...measured.map(value));
  const receiver = most((m) => m.receiverShare);
  const feeder = most((m) => m.feederShare);
  const strangers = most((m) => m.strangersShare);
  const percent = (share: number): string => `${show(share * 100, 0)} %`;
  const lines = [
    `- The receivers used at most ${percent(receiver)} of a core, the source ${percent(feeder)}; a trade left the source at most ${show(
      most((m) => m.feederLateMs),
      1,
    )} ms late.`,
    `- The server's threads were ready but had no core for ${percent(median(measured.map((m) => m.waitedUs / m.wallUs)))} of the time, at most ${percent(most((m) => m.waitedUs / m.wallUs))}.`,
  ];
  if (receiver > BUSY_SHARE) lines.push('- **The receiver was the bottleneck**: latencies are its own.');
  if (feeder > BUSY_SHARE) lines.push('- **The source was the bottleneck**: it sent less than it should have.');
  if (strangers > STRANGERS_SHARE) {
    const typical = median(measured.map((m) => m.strangersShare));
    lines.push(
      `- **The machine had other work**: ${percent(typical)} of a core typically, ${percent(strangers)} at most. Doubt the latencies first.`,
    );
  }
  const closed = most((m) => m.closed);
  if (closed > 0) lines.push(`- **Connections were closed** by the server: up to ${closed} in a round.`);
  return lines;
}
