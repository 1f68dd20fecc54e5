import type { Options } from './options.ts';
import { show } from './report.ts';
import { type Measured, measure, startFeeder } from './round.ts';
import type { Peer, Server } from './servers.ts';
import { median, percentile } from './stats.ts';

/** All measurements of a part. */
export class Rounds {
  readonly all: readonly Measured[];

  constructor(all: readonly Measured[]) {
    this.all = all;
  }

  /** A peer's, in the order of the rounds. */
  of(peer: string): readonly Measured[] {
    return this.all.filter((measured) => measured.peer === peer);
  }

  /** A figure of a peer: the median of the rounds, NaN where it was not measured. */
  median(peer: string, figure: (measured: Measured) => number): number {
    return median(this.of(peer).map(figure));
  }

  /** How one peer's figure stands to another's within each round. */
  pairs(
    peer: string,
    to: string,
    figure: (measured: Measured) => number,
    stand: (value: number, base: number) => number,
  ): readonly number[] {
    const bases = this.of(to).map(figure);
    return this.of(peer).map((measured, round) => stand(figure(measured), bases[round] ?? Number.NaN));
  }
}

/** Measures every peer of the line-up once a round, each time another first. */
export async function measureRounds(
  part: string,
  lineUp: readonly Peer[],
  count: number,
  options: Options,
  connected?: (peer: Peer, server: Server) => void,
): Promise<Rounds> {
  const { feeder, port } = await startFeeder();
  const all: Measured[] = [];
  try {
    for (let round = 1; round <= count; round += 1) {
      // Nobody always runs on a cooler or a fuller machine.
      const first = (round - 1) % lineUp.length;
      for (const peer of [...lineUp.slice(first), ...lineUp.slice(0, first)]) {
        const one = await measure(peer, feeder, port, options, (server) => connected?.(peer, server));
        all.push(one);
        process.stdout.write(`${part} ${round}/${count} ${progress(one)}\n`);
      }
    }
  } finally {
    await feeder.stop();
  }
  return new Rounds(all);
}

/** CPU of the server, in µs, for a trade that is delivered to a client. */
export const cost = (m: Measured): number => m.cpuUs / m.trades;
export const quotient = (value: number, base: number): number => value / base;
export const difference = (value: number, base: number): number => value - base;
/** A percentile of a round's latencies, in ms. */
export const latency =
  (q: number) =>
  (m: Measured): number =>
    percentile(m.latenciesUs, q) / 1e3;

/** Median and range of some rounds. */
export function spread(values: readonly number[], digits: number): string {
  if (values.length === 0) return '–';
  return `${show(median(values), digits)} (${show(Math.min(...values), digits)}–${show(Math.max(...values), digits)})`;
}

function progress(m: Measured): string {
  return [
    m.peer.padEnd(28),
    `${show(cost(m), 2)} µs a trade`,
    `${m.trades} of ${m.sent * m.clients} trades`,
    `p50 ${show(latency(0.5)(m), 2)}, p99 ${show(latency(0.99)(m), 2)} ms`,
    `server ${show((m.cpuUs / m.wallUs) * 100, 0)} %, receiver ${show(m.receiverShare * 100, 0)} %, others ${show(m.strangersShare * 100, 0)} %`,
  ].join('; ');
}

/** A helper process that works more than this share of a core may have been what was measured. */
const BUSY_SHARE = 0.8;
/** Other work on the machine, in cores, from which numbers are to be doubted. */
const STRANGERS_SHARE = 0.1;

/** What stands for and against believing the numbers. */
export function caveats({ all }: Rounds): string {
  const most = (value: (m: Measured) => number): number => Math.max(...all.map(value));
  const receiver = most((m) => m.receiverShare);
  const feeder = most((m) => m.feederShare);
  const strangers = most((m) => m.strangersShare);
  const percent = (share: number): string => `${show(share * 100, 0)} %`;
  const waited = (m: Measured): number => m.waitedUs / m.wallUs;
  const late = show(
    most((m) => m.feederLateMs),
    1,
  );
  const lines = [
    `- The receivers used at most ${percent(receiver)} of a core, the source ${percent(feeder)}; a trade left the source at most ${late} ms late.`,
    `- The server's threads were ready but had no core for ${percent(median(all.map(waited)))} of the time, at most ${percent(most(waited))}.`,
  ];
  if (receiver > BUSY_SHARE) lines.push('- **The receiver was the bottleneck**: latencies are its own.');
  if (feeder > BUSY_SHARE) lines.push('- **The source was the bottleneck**: it sent less than it should have.');
  if (strangers > STRANGERS_SHARE) {
    const typical = percent(median(all.map((m) => m.strangersShare)));
    lines.push(
      `- **The machine had other work**: ${typical} of a core typically, ${percent(strangers)} at most. Doubt the latencies first.`,
    );
  }
  const closed = most((m) => m.closed);
  if (closed > 0) lines.push(`- **Connections were closed** by the server: up to ${closed} in a round.`);
  return lines.join('\n');
}
