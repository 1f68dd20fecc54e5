import { parseArgs } from 'node:util';

/** Every number that can be set on the command line, with its default. */
const NUMBERS = {
  seconds: { value: 6, min: 1, help: 'how long each measurement lasts' },
  rounds: { value: 3, min: 1, help: 'how often each peer is measured, in turn' },
  // Shorter, and compiling is measured too: most of it in the server with the most code.
  warmup: { value: 8, min: 0, help: 'seconds of load before each measurement' },
  clients: { value: 300, min: 1, help: 'fanout, shards: connections, each subscribed to every symbol' },
  symbols: { value: 4, min: 1, help: 'fanout, shards: symbols' },
  rate: { value: 50, min: 1, help: 'fanout, shards: trades a second of each symbol' },
  probes: { value: 10, min: 1, help: 'fanout, shards: how many of the clients measure latency' },
  sample: { value: 1, min: 1, help: 'fanout, shards: a probe looks into one frame of so many' },
  'poll-ms': { value: 50, min: 0, help: 'fanout, shards: how often the other clients read; 0: at once' },
  'flush-ms': { value: 20, min: 0, help: 'FLUSH_MS of Tickcast' },
  shards: { value: 1, min: 1, help: 'SHARDS of Tickcast' },
  seed: { value: 1, min: 0, help: 'fanout, shards: seed of the trades' },
  'quiet-rounds': { value: 5, min: 1, help: 'quiet: how often each peer is measured' },
  'quiet-seconds': { value: 30, min: 1, help: 'quiet: how long each measurement lasts' },
  'record-seconds': { value: 60, min: 1, help: 'recording: how long each measurement lasts' },
  'record-rate': { value: 5_000, min: 50, help: 'recording: trades a second in all' },
  millions: { value: 50, min: 1, help: 'history: millions of trades stored' },
  idle: { value: 15_000, min: 100, help: 'idle: connections' },
  'soak-seconds': { value: 1_800, min: 30, help: 'soak: how long it lasts' },
  'slow-rate': { value: 1_000, min: 1, help: 'slow: trades a second of each symbol' },
  'slow-rounds': { value: 2, min: 1, help: 'slow: how often all is done' },
  'storm-clients': { value: 10_000, min: 100, help: 'storm: connections' },
  'storm-rounds': { value: 2, min: 1, help: 'storm: how often all is done' },
  'page-loads': { value: 5, min: 1, help: 'page: how often the page is loaded anew, and again' },
  'page-rate': { value: 500, min: 1, help: 'page: trades a second of the symbol on the screen' },
  'page-seconds': { value: 600, min: 30, help: 'page: how long its heap is watched' },
  connections: { value: 20, min: 1, help: 'http: connections of the load generator' },
} as const;

type NumberName = keyof typeof NUMBERS;
export type Options = { readonly [Name in NumberName]: number } & {
  /** The parts to run. */
  readonly parts: readonly string[];
  /** Only these peers, by name; empty: all. */
  readonly peers: readonly string[];
  /** Leave bench/results.md as it is. */
  readonly printOnly: boolean;
};

export function helpText(parts: readonly string[]): string {
  const rows = Object.entries(NUMBERS).map(
    ([name, { value, help }]) => `  --${name.padEnd(14)} ${help} (default: ${value})`,
  );
  return `Usage: node bench/run.ts [part …] [options]
Runs the named parts, or all (${parts.join(', ')}), prints their tables and writes them into bench/results.md.
Needs Linux and a build (node build.mjs).

${rows.join('\n')}
  --peers          fanout: only these, separated by commas; a wrong one tells all
  --print-only     leave bench/results.md as it is
  --help           this text
`;
}

/** The options, `'help'`, or what is wrong with the command line. */
export function readOptions(args: readonly string[], parts: readonly string[]): Options | 'help' | Error {
  const names = Object.keys(NUMBERS) as NumberName[];
  const strings = Object.fromEntries([...names, 'peers'].map((name) => [name, { type: 'string' as const }]));
  try {
    const parsed = parseArgs({
      args: [...args],
      allowPositionals: true,
      options: { ...strings, 'print-only': { type: 'boolean' }, help: { type: 'boolean' } },
    });
    const { positionals } = parsed;
    const values: { readonly [name: string]: unknown } = parsed.values;
    if (values.help) return 'help';
    const number = (name: NumberName): number => readNumber(name, values[name]);
    for (const part of positionals) {
      if (!parts.includes(part)) throw new Error(`there is no part ${part}: ${parts.join(', ')}`);
    }
    const chosen = Object.fromEntries(names.map((name) => [name, number(name)])) as { [Name in NumberName]: number };
    if (chosen.probes > chosen.clients) throw new Error('--probes are some of the --clients');
    return {
      ...chosen,
      parts: positionals.length > 0 ? positionals : parts,
      peers: typeof values.peers === 'string' ? values.peers.split(',') : [],
      printOnly: values['print-only'] === true,
    };
  } catch (error) {
    return error instanceof Error ? error : new Error(String(error));
  }
}

function readNumber(name: NumberName, given: unknown): number {
  const { value, min } = NUMBERS[name];
  if (given === undefined) return value;
  const number = Number(given);
  if (!Number.isInteger(number) || number < min) throw new Error(`--${name} is a whole number, at least ${min}`);
  return number;
}
