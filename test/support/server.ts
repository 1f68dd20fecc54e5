import { type ChildProcess, spawn } from 'node:child_process';
import { randomInt } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const entryIn = (dist: string): string => join(ROOT, dist, 'main.mjs');
/** Two seconds on a machine that has nothing else to do. */
const START_WITHIN_MS = 60_000;

export interface TickcastArgs {
  readonly flags?: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
  /** Kept after the end when given; else a temporary folder of its own. */
  readonly dataDir?: string;
  /** Taken as given when set; else any free port. */
  readonly port?: number;
  /** The folder of another build, from the root of the project. */
  readonly dist?: string;
}

/** One log line of the server. */
export interface LogLine {
  readonly level: number;
  readonly part: string;
  readonly msg: string;
  readonly [field: string]: unknown;
}

/** A real server process: the built one, with a data folder of its own. */
export interface Tickcast {
  /** Such as `http://127.0.0.1:40123`. */
  readonly url: string;
  readonly wsUrl: string;
  readonly port: number;
  readonly process: ChildProcess;
  readonly log: readonly LogLine[];
  /** Standard output and error, whole. */
  output(): string;
  /** Breaks a worker: `upstream`, `shard-0`, `simulator`. */
  inject(worker: string, kind: 'throw' | 'block', ms?: number): void;
  readonly exited: Promise<number | NodeJS.Signals>;
  /** Stops it by SIGTERM; resolves to its exit code. */
  stop(): Promise<number | NodeJS.Signals>;
  /** Ends it at once, where a test is over and nobody looks how it ends: a stop waits more than half a second for its clients. */
  kill(): Promise<number | NodeJS.Signals>;
}

/** Environment of a server in a test: nothing of the caller's settings leaks in. */
function environment(env: Readonly<Record<string, string>> | undefined): NodeJS.ProcessEnv {
  return { PATH: process.env.PATH, HOME: process.env.HOME, TICKCAST_FAULTS: '1', ...env };
}

/** Runs the built server to its end, for starts that must fail. */
export async function runTickcast(
  flags: readonly string[],
  env?: Readonly<Record<string, string>>,
  cwd = tmpdir(),
): Promise<{ readonly code: number | null; readonly out: string; readonly err: string }> {
  const child = spawn(process.execPath, [entryIn('dist'), ...flags], { env: environment(env), cwd });
  let out = '';
  let err = '';
  child.stdout.on('data', (chunk) => {
    out += chunk;
  });
  child.stderr.on('data', (chunk) => {
    err += chunk;
  });
  const code = await new Promise<number | null>((resolve) => child.on('close', resolve));
  return { code, out, err };
}

/**
 * A free port below those that Linux gives out (32768 and up): between the choice of one of those and its use, and while a server
 * is started anew, any connection may take it.
 */
async function freePort(): Promise<number> {
  for (;;) {
    const port = randomInt(11_000, 32_000);
    const probe = createServer();
    const isFree = await new Promise<boolean>((resolve) => {
      probe.once('error', () => resolve(false));
      probe.listen({ host: '127.0.0.1', port }, () => probe.close(() => resolve(true)));
    });
    if (isFree) return port;
  }
}

/** Starts the built server and waits until it serves. */
export async function startTickcast(args: TickcastArgs = {}): Promise<Tickcast> {
  const dataDir = args.dataDir ?? mkdtempSync(join(tmpdir(), 'tickcast-test-'));
  const port = args.port ?? (await freePort());
  const flags = ['--port', String(port), '--data-dir', dataDir, ...(args.flags ?? [])];
  const child = spawn(process.execPath, [entryIn(args.dist ?? 'dist'), ...flags], {
    env: environment(args.env),
    cwd: dataDir,
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
  });
  const log: LogLine[] = [];
  let output = '';
  let rest = '';
  const exited = new Promise<number | NodeJS.Signals>((resolve) => {
    child.on('exit', (code, signal) => {
      if (args.dataDir === undefined) rmSync(dataDir, { recursive: true, force: true });
      resolve(code ?? signal ?? 0);
    });
  });
  await new Promise<void>((resolve, reject) => {
    const timer = setTimeout(() => {
      // Nobody would end it later, and it would take from the machine what it lacks already.
      child.kill('SIGKILL');
      reject(new Error(`no start within ${START_WITHIN_MS} ms: ${output}`));
    }, START_WITHIN_MS);
    child.stderr?.on('data', (chunk) => {
      output += chunk;
    });
    child.stdout?.on('data', (chunk: Buffer) => {
      output += chunk;
      const lines = (rest + chunk).split('\n');
      rest = lines.pop() ?? '';
      for (const text of lines) {
        const line = parseLine(text);
        if (!line) continue;
        log.push(line);
        if (typeof line.url !== 'string' || !line.url.endsWith(`:${port}`)) continue;
        clearTimeout(timer);
        resolve();
      }
    });
    void exited.then((code) => {
      clearTimeout(timer);
      reject(new Error(`ended with ${code} before it served: ${output}`));
    });
  });
  return {
    url: `http://127.0.0.1:${port}`,
    wsUrl: `ws://127.0.0.1:${port}`,
    port,
    process: child,
    log,
    output: () => output,
    inject: (worker, kind, ms = 0) => child.send({ worker, kind, ms }),
    exited,
    stop: () => {
      child.kill('SIGTERM');
      return exited;
    },
    kill: () => {
      child.kill('SIGKILL');
      return exited;
    },
  };
}

function parseLine(text: string): LogLine | undefined {
  try {
    return JSON.parse(text) as LogLine;
  } catch {
    return undefined;
  }
}
