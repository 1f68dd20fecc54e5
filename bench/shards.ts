import type { Options } from './lib/options.ts';
import { show, table } from './lib/report.ts';
import { caveats, cost, latency, measureRounds, quotient, type Rounds, spread } from './lib/rounds.ts';
import { tickcastPeer } from './lib/servers.ts';
import { connectionsByThread, unevenness } from './lib/split.ts';
import { median } from './lib/stats.ts';
import { verdicts } from './lib/thresholds.ts';

const ONE = 'SHARDS=1';
const TWO = 'SHARDS=2';
const AGAIN = 'SHARDS=1, again';
const SHARDS: ReadonlyMap<string, number> = new Map([
  [ONE, 1],
  [TWO, 2],
  [AGAIN, 1],
]);

type Splits = ReadonlyMap<string, readonly (readonly number[])[]>;

/** What a second shard costs for each trade, under the load of the fan-out, and how the connections spread over both. */
export async function runShards(options: Options): Promise<string> {
  const splits = new Map<string, (readonly number[])[]>([...SHARDS.keys()].map((name) => [name, []]));
  const lineUp = [...SHARDS].map(([name, shards]) => tickcastPeer(name, { flushMs: options['flush-ms'], shards }));
  const rounds = await measureRounds('shards', lineUp, options.rounds, options, ({ name }, server) => {
    splits.get(name)?.push(connectionsByThread(server));
  });
  return section(options, rounds, splits);
}

function section(options: Options, rounds: Rounds, splits: Splits): string {
  const { clients, symbols, rate } = options;
  const uneven = (name: string): number[] =>
    (splits.get(name) ?? []).map((counts) => unevenness(counts, SHARDS.get(name) ?? 1) * 100);
  const rows = [...SHARDS.keys()].map((name) => [
    name,
    show(rounds.median(name, cost), 2),
    spread(rounds.pairs(name, ONE, cost, quotient), 2),
    show(rounds.median(name, latency(0.5)), 2),
    show(rounds.median(name, latency(0.99)), 2),
    show(
      rounds.median(name, (m) => m.residentMb),
      0,
    ),
    (splits.get(name) ?? []).map((counts) => counts.join(' + ')).join(', '),
  ]);
  const head = ['', 'CPU µs a trade', '× SHARDS=1 (least–most)', 'p50 ms', 'p99 ms', 'RSS MB', 'connections, by round'];
  return `## Shards

${clients} clients × ${symbols} symbols × ${rate} trades a second each, ${options.rounds} rounds of ${options.seconds} s in turn, tickcast.v1 with FLUSH_MS=${options['flush-ms']}.

${table(head, rows)}

What is promised:

${verdicts([
  {
    what: `CPU of ${TWO} × ${ONE}`,
    value: median(rounds.pairs(TWO, ONE, cost, quotient)),
    most: 1.15,
    unit: '',
    digits: 3,
  },
  {
    what: 'connections of the fuller shard over its half, median of the rounds',
    value: median(uneven(TWO)),
    most: 10,
    unit: ' %',
    digits: 1,
  },
])}

The kernel deals connections out by a hash of their addresses, so ${clients} of them differ by chance; at most by ${show(Math.max(...uneven(TWO)), 1)} % here.

${caveats(rounds)}`;
}
