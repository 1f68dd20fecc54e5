import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';

/** The examples of docs/, and what runs each. Debian's Python first: another one may lack its packages. */
const EXAMPLES = fileURLToPath(new URL('../../docs/examples/', import.meta.url));
const PYTHONS = ['/usr/bin/python3', 'python3'];

/** A Python that has the package websockets; `undefined` where there is none. */
export function pythonWithWebsockets(): string | undefined {
  return PYTHONS.find((python) => spawnSync(python, ['-c', 'import websockets']).status === 0);
}

export interface PrintedTrade {
  readonly symbol: string;
  readonly epoch: number;
  readonly seq: number;
  readonly t: number;
  readonly p: number;
  readonly v: number;
}

/** An example that runs, and what it has printed so far. */
export interface Follower {
  readonly process: ChildProcess;
  lines(): readonly string[];
  trades(symbol: string): PrintedTrade[];
  /** Standard output and error, for when something is wrong. */
  output(): string;
  stop(): Promise<unknown>;
}

export function startFollower(command: string, file: string, args: readonly string[], token?: string): Follower {
  const env = { PATH: process.env.PATH, HOME: process.env.HOME, ...(token === undefined ? {} : { TOKEN: token }) };
  const child = spawn(command, [`${EXAMPLES}${file}`, ...args], { env, stdio: ['ignore', 'pipe', 'pipe'] });
  let printed = '';
  let errors = '';
  child.stdout.on('data', (chunk) => {
    printed += chunk;
  });
  child.stderr.on('data', (chunk) => {
    errors += chunk;
  });
  const ended = new Promise((resolve) => child.on('close', resolve));
  const lines = (): string[] => printed.split('\n').slice(0, -1);
  return {
    process: child,
    lines,
    trades: (symbol) =>
      lines()
        .filter((line) => line.startsWith(`trade ${symbol} `))
        .map(readTrade),
    output: () => `${printed.slice(-2000)}\n${errors}`,
    stop: () => {
      child.kill('SIGTERM');
      return ended;
    },
  };
}

function readTrade(line: string): PrintedTrade {
  const [, symbol = '', number = '', t, p, v] = line.split(' ');
  const [epoch, seq] = number.split('.');
  return { symbol, epoch: Number(epoch), seq: Number(seq), t: Number(t), p: Number(p), v: Number(v) };
}

/**
 * What a reader of the lines was never told: trades that are not the next one although no gap or reset says so. Only a
 * `gap` without numbers or a `reset` leads to another epoch.
 */
export function untold(lines: readonly string[], symbol: string): string[] {
  const faults: string[] = [];
  let at: { epoch: number; seq: number } | undefined;
  let mayChange = false;
  for (const line of lines) {
    const [kind, whose, ...words] = line.split(' ');
    if (whose !== symbol) continue;
    const [epoch = Number.NaN, seq = Number.NaN] = (words[0] ?? '').split('.').map(Number);
    if (kind === 'reset') {
      at = { epoch, seq };
    } else if (kind === 'gap') {
      const toSeq = Number(words[4]);
      if (toSeq > 0 && at) at = { ...at, seq: Math.max(at.seq, toSeq - 1) };
      else mayChange = true;
    } else if (kind === 'trade') {
      const isNext = at === undefined || (epoch === at.epoch && seq === at.seq + 1);
      const isFirst = mayChange && at !== undefined && epoch > at.epoch && seq === 1;
      if (!isNext && !isFirst) faults.push(`${line} after ${at?.epoch}.${at?.seq}`);
      at = { epoch, seq };
      mayChange = false;
    }
  }
  return faults;
}
