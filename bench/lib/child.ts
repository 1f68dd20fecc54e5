import { type ChildProcess, type Serializable, type SpawnOptions, spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const STOP_WITHIN_MS = 6_000;
const START_WITHIN_MS = 15_000;
/** Nothing that is asked for takes long: an answer that is still missing then will not come. */
const ANSWER_WITHIN_MS = 30_000;

const running = new Set<ChildProcess>();
const folders = new Set<string>();

/** To be called once: whatever way the run ends, what it started ends too. */
export function cleanUpAtExit(): void {
  process.on('exit', () => {
    for (const child of running) child.kill('SIGKILL');
    for (const folder of folders) rmSync(folder, { recursive: true, force: true });
  });
  process.on('SIGINT', () => process.exit(130));
  process.on('SIGTERM', () => process.exit(143));
}

/** A folder that is gone after the run. */
export function temporaryFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'tickcast-bench-'));
  folders.add(folder);
  return folder;
}

/** Starts a program that ends when the run does, whatever way that is. */
export function startProgram(command: string, args: readonly string[], options: SpawnOptions): ChildProcess {
  const child = spawn(command, args, options);
  running.add(child);
  child.on('exit', () => running.delete(child));
  return child;
}

/** A Node process of the run that talks over an IPC channel. */
export class Child<ToChild extends Serializable, FromChild extends { readonly type: string }> {
  readonly process: ChildProcess;
  readonly name: string;
  #output = '';

  constructor(file: string, args: readonly string[], options: { env?: Record<string, string>; cwd?: string } = {}) {
    this.name = file;
    const child = startProgram(process.execPath, ['--disable-warning=ExperimentalWarning', file, ...args], {
      stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
      // Nothing of the caller's settings leaks in.
      env: { PATH: process.env.PATH, HOME: process.env.HOME, ...options.env },
      ...(options.cwd === undefined ? {} : { cwd: options.cwd }),
    });
    this.process = child;
    for (const stream of [child.stdout, child.stderr]) {
      stream?.on('data', (chunk: Buffer) => {
        this.#output = (this.#output + chunk).slice(-10_000);
      });
    }
  }

  get pid(): number {
    return this.process.pid ?? 0;
  }

  /** The port that the process prints as part of its URL. */
  async port(): Promise<number> {
    const deadline = Date.now() + START_WITHIN_MS;
    while (Date.now() < deadline && this.process.exitCode === null) {
      const port = /http:\/\/[\w.]+:(\d+)/.exec(this.#output)?.[1];
      if (port !== undefined) return Number(port);
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
    throw new Error(`${this.name} did not start:\n${this.#output}`);
  }

  send(message: ToChild): void {
    this.process.send(message);
  }

  /** Sends `message`, if any, and waits for the next answer of a type. */
  ask<T extends FromChild['type']>(type: T, message?: ToChild): Promise<Extract<FromChild, { readonly type: T }>> {
    return new Promise((resolve, reject) => {
      const fail = (what: string): void => {
        stopListening();
        reject(new Error(`${this.name} ${what}:\n${this.#output}`));
      };
      const onExit = (): void => fail('ended');
      const timer = setTimeout(() => fail(`did not say "${type}"`), ANSWER_WITHIN_MS);
      const stopListening = (): void => {
        clearTimeout(timer);
        this.process.off('message', onMessage);
        this.process.off('exit', onExit);
      };
      const onMessage = (answer: unknown): void => {
        if (!isOfType<Extract<FromChild, { readonly type: T }>>(answer, type)) return;
        stopListening();
        resolve(answer);
      };
      this.process.on('message', onMessage);
      this.process.once('exit', onExit);
      if (message !== undefined) this.send(message);
    });
  }

  /** Ends it by SIGTERM, or the hard way where it does not react. */
  async stop(): Promise<void> {
    const { process: child } = this;
    if (child.exitCode !== null || child.signalCode !== null) return;
    const exited = new Promise((resolve) => child.once('exit', resolve));
    const timer = setTimeout(() => child.kill('SIGKILL'), STOP_WITHIN_MS);
    child.kill('SIGTERM');
    await exited;
    clearTimeout(timer);
  }
}

function isOfType<M extends { readonly type: string }>(message: unknown, type: string): message is M {
  return typeof message === 'object' && message !== null && 'type' in message && message.type === type;
}
