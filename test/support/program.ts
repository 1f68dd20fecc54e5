import { type ChildProcess, spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { later } from './rig.ts';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));

/** A program that runs beside the test: what it printed, line by line, and its standard input. */
export interface Program {
  readonly lines: readonly string[];
  /** What went wrong, if it said so. */
  complaints(): string;
  write(line: string): void;
}

/** Runs Node on `args` in the repository's folder until the test ends. `env` is all of its environment. */
export function runProgram(args: readonly string[], env: Readonly<Record<string, string>> = {}): Program {
  const child: ChildProcess = spawn(process.execPath, ['--no-warnings', ...args], { cwd: ROOT, env: { ...env } });
  const exited = new Promise((resolve) => child.once('exit', resolve));
  const lines: string[] = [];
  let rest = '';
  let complaints = '';
  child.stdout?.on('data', (chunk: Buffer) => {
    const parts = (rest + chunk).split('\n');
    rest = parts.pop() ?? '';
    lines.push(...parts);
  });
  child.stderr?.on('data', (chunk: Buffer) => {
    complaints += chunk;
  });
  later(async () => {
    child.kill('SIGKILL');
    await exited;
  });
  return { lines, complaints: () => complaints, write: (line) => child.stdin?.write(`${line}\n`) };
}
