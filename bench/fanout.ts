import { writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { FIRST_CONNECTIONS, MORE_CONNECTIONS, measureMemory } from './lib/memory.ts';
import { hasNchan } from './lib/nchan.ts';
import type { Options } from './lib/options.ts';
import { barsPicture } from './lib/picture.ts';
import { show, table } from './lib/report.ts';
import { caveats, cost, difference, latency, measureRounds, quotient, type Rounds, spread } from './lib/rounds.ts';
import {
  BARE,
  barePeer,
  DROP_IN,
  FROM_FIRST,
  fanoutPeers,
  NCHAN,
  type Peer,
  TICKCAST,
  UNGATHERED,
  WINDOWED,
  WS,
} from './lib/servers.ts';
import { median } from './lib/stats.ts';
import { verdicts } from './lib/thresholds.ts';

const PICTURE = fileURLToPath(new URL('./results.svg', import.meta.url));
const AGAIN = `${BARE}, again`;

/** What one trade to one client costs: CPU, bytes and time, for each peer, in turn and in several rounds. */
export async function runFanout(options: Options): Promise<string> {
  const lineUp = chooseLineUp(options);
  if (!hasNchan()) process.stdout.write(`fanout: ${WITHOUT_NCHAN}\n`);
  const kilobytes = await measureMemory(lineUp, options);
  const rounds = await measureRounds('fanout', lineUp, options.rounds, options);
  if (!options.printOnly) writeFileSync(PICTURE, picture(options, lineUp, rounds));
  return section(options, lineUp, rounds, kilobytes);
}

const WITHOUT_NCHAN = 'nchan is not installed (Debian: nginx-light and libnginx-mod-nchan) and is left out.';

function chooseLineUp(options: Options): readonly Peer[] {
  const others = fanoutPeers({ flushMs: options['flush-ms'], shards: options.shards });
  const names = others.map(({ name }) => name);
  const unknown = options.peers.filter((name) => !names.includes(name));
  if (unknown.length > 0) throw new Error(`there is no peer ${unknown.join(', ')}: ${names.join(', ')}`);
  const chosen = others.filter(({ name }) => options.peers.length === 0 || options.peers.includes(name));
  // The reference twice a round: how far apart the same thing is from itself.
  return [barePeer(), ...chosen, barePeer(AGAIN)];
}

function picture(options: Options, lineUp: readonly Peer[], rounds: Rounds): string {
  const { clients, symbols, rate } = options;
  const bars = lineUp
    .filter(({ name }) => name !== AGAIN)
    .map(({ name }) => ({ label: name, value: rounds.median(name, cost), isOurs: name.startsWith('tickcast') }));
  return barsPicture(
    'CPU time for each trade that reaches a client, µs',
    `Less is better. ${clients} clients × ${symbols} symbols × ${rate} trades a second; window ${options['flush-ms']} ms. One run, one machine.`,
    bars,
  );
}

function section(
  options: Options,
  lineUp: readonly Peer[],
  rounds: Rounds,
  kilobytes: ReadonlyMap<string, number>,
): string {
  const { clients, symbols, rate, seconds } = options;
  const head = ['', 'CPU µs a trade', '× bare (least–most)', '× bare + window', 'bytes a trade', 'trades a frame'];
  const latencies = ['p50 ms', 'p99 ms (least–most)', 'p99.9 ms', 'most ms'];
  const rows = lineUp.map(({ name }) => row(name, rounds, kilobytes.get(name) ?? Number.NaN));
  return `## Fan-out

![CPU time for each trade that reaches a client](results.svg)

${clients} clients × ${symbols} symbols × ${rate} trades a second each at random times: about ${clients * symbols * rate} trades delivered a
second. ${options.rounds} rounds of ${seconds} s, peers in turn (another first each time), each in a fresh process after ${options.warmup} s of warm-up. Tickcast with
FLUSH_MS=${options['flush-ms']} and SHARDS=${options.shards}, recording.

${table([...head, ...latencies, 'RSS MB', 'kB a connection', 'missing'], rows)}

What is promised, at 300 clients × 4 symbols × 50 trades a second:

${promises(rounds)}

How to read it:

- CPU: user and system time of all threads of the server process, by trade delivered to a client; the median of the rounds.
  "× …": of the ratios to that row within each round, the median and the range. "again" is the same server once more,
  so its range is the noise.
- ${WINDOWED}: it gathers for ${options['flush-ms']} ms, one window for all symbols, one after the other while trades come, and sends
  Finnhub's framing. ${FROM_FIRST}: a window begins with the first trade that waits, so that there are fewer of them and
  no trade waits longer. All it does is publish: no numbers, no recording, nothing for those who come back.
- ${hasNchan() ? 'nchan: nginx alone is counted, one process without stored messages; a second one publishes to it. A client has one WebSocket for all symbols.' : WITHOUT_NCHAN}
- ${WS}, Socket.IO: on Node's own HTTP server, without compression; Socket.IO by WebSocket, a room a symbol.
- Bytes: WebSocket frames with their headers, without TCP and IP.
- Latency: from just before the source sends a trade to when ${options.probes} of the clients, spread among all, have read it: medians of
  the rounds' percentiles. A gathering window is part of it.
- RSS: of the server process under load. A connection: what a process of its own grew by for each of ${MORE_CONNECTIONS} that subscribed and got
  nothing, after the first ${FIRST_CONNECTIONS}; not what the kernel holds.
- Missing: trades sent but not received by a client, of ${show(median(rounds.all.map((m) => m.sent * m.clients)), 0)} a round; and holes in the sequence numbers.
${caveats(rounds)}`;
}

function row(name: string, rounds: Rounds, kilobytes: number): string[] {
  const own = rounds.of(name);
  const missing = own.reduce((sum, m) => sum + m.sent * m.clients - m.trades, 0);
  const holes = own.reduce((sum, m) => sum + m.holes, 0);
  const ms = (q: number): string => show(rounds.median(name, latency(q)), 2);
  return [
    name,
    show(rounds.median(name, cost), 2),
    spread(rounds.pairs(name, BARE, cost, quotient), 2),
    spread(rounds.of(WINDOWED).length > 0 ? rounds.pairs(name, WINDOWED, cost, quotient) : [], 2),
    show(
      rounds.median(name, (m) => m.bytes / m.trades),
      1,
    ),
    show(
      rounds.median(name, (m) => m.trades / m.frames),
      2,
    ),
    ms(0.5),
    spread(own.map(latency(0.99)), 2),
    ms(0.999),
    show(Math.max(...own.map(latency(1))), 2),
    show(
      rounds.median(name, (m) => m.residentMb),
      0,
    ),
    show(kilobytes, 1),
    holes === 0 ? String(missing) : `${missing}, ${holes} holes`,
  ];
}

function promises(rounds: Rounds): string {
  const times = (peer: string, base: string, most: number) => ({
    what: `CPU of ${peer} × ${base}`,
    value: median(rounds.pairs(peer, base, cost, quotient)),
    most,
    unit: '',
    digits: 3,
  });
  return verdicts([
    times(TICKCAST, BARE, 0.45),
    times(TICKCAST, WINDOWED, 1.1),
    times(TICKCAST, NCHAN, 0.4),
    times(TICKCAST, WS, 0.3),
    {
      what: `bytes a trade of ${TICKCAST}`,
      value: rounds.median(TICKCAST, (m) => m.bytes / m.trades),
      most: 40,
      unit: '',
      digits: 1,
    },
    { what: `p99 of ${TICKCAST}`, value: rounds.median(TICKCAST, latency(0.99)), most: 25, unit: ' ms', digits: 2 },
    times(DROP_IN, BARE, 0.55),
    times(UNGATHERED, BARE, 1.2),
    {
      what: `p99 of ${UNGATHERED} over that of ${BARE}`,
      value: median(rounds.pairs(UNGATHERED, BARE, latency(0.99), difference)),
      most: 1.5,
      unit: ' ms',
      digits: 2,
    },
  ]);
}
