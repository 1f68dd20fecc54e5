import type { Options } from './lib/options.ts';
import { show, table } from './lib/report.ts';
import { caveats, difference, latency, measureRounds, type Rounds, spread } from './lib/rounds.ts';
import { BARE, barePeer, DROP_IN, type Peer, TICKCAST, tickcastPeer } from './lib/servers.ts';
import { median } from './lib/stats.ts';
import { verdicts } from './lib/thresholds.ts';

const CLIENTS = 10;
const AGAIN = `${BARE}, again`;

/** How long a trade of a quiet symbol takes, when nothing is gathered and everything has fallen asleep. */
export async function runQuiet(options: Options): Promise<string> {
  const settings = { flushMs: options['flush-ms'], shards: options.shards };
  const lineUp = [
    barePeer(),
    tickcastPeer(TICKCAST, settings),
    tickcastPeer(DROP_IN, settings, 'finnhub'),
    barePeer(AGAIN),
  ];
  const load: Options = {
    ...options,
    clients: CLIENTS,
    probes: CLIENTS,
    sample: 1,
    symbols: 1,
    rate: 1,
    seconds: options['quiet-seconds'],
  };
  return section(load, lineUp, await measureRounds('quiet', lineUp, options['quiet-rounds'], load));
}

function section(options: Options, lineUp: readonly Peer[], rounds: Rounds): string {
  const rows = lineUp.map(({ name }) => {
    const own = rounds.of(name);
    return [
      name,
      spread(own.map(latency(0.5)), 3),
      spread(rounds.pairs(name, BARE, latency(0.5), difference), 3),
      show(rounds.median(name, latency(0.99)), 2),
      show(Math.max(...own.map(latency(1))), 2),
      String(own.reduce((sum, m) => sum + m.sent, 0)),
    ];
  });
  return `## A quiet symbol

One symbol with one trade a second at random times, ${CLIENTS} clients; ${options['quiet-rounds']} rounds of ${options.seconds} s, peers in turn. Tickcast with
FLUSH_MS=${options['flush-ms']} and SHARDS=${options.shards}. From just before the source sends a trade to when a client has read it.

${table(['', 'p50 ms (least–most)', 'less that of bare (least–most)', 'p99 ms', 'most ms', 'trades'], rows)}

What is promised:

${verdicts([
  {
    what: `p50 of ${TICKCAST} over that of ${BARE}`,
    value: median(rounds.pairs(TICKCAST, BARE, latency(0.5), difference)),
    most: 0.3,
    unit: ' ms',
    digits: 3,
  },
])}

How far the same server is from itself is to be seen in the row "again".

${caveats(rounds)}`;
}
