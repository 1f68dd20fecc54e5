import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { ARGS, chromiumPath } from '../../test/browser/browser.ts';
import { startProgram, temporaryFolder } from './child.ts';
import { sleep } from './clock.ts';

const START_WITHIN_MS = 30_000;
const LOOK_MS = 50;

/** A Chromium that listens for a debugger at `port` of 127.0.0.1. */
export interface Chromium {
  readonly port: number;
  readonly stop: () => Promise<void>;
}

/** Starts Chromium with a profile of its own that nobody has used before. */
export async function startChromium(args: readonly string[]): Promise<Chromium> {
  const profile = temporaryFolder();
  const flags = ['--headless', '--remote-debugging-port=0', `--user-data-dir=${profile}`, ...ARGS, ...args];
  const child = startProgram(chromiumPath(), [...flags, 'about:blank'], { stdio: 'ignore' });
  const exited = new Promise<void>((resolve) => child.once('exit', () => resolve()));
  const stop = async (): Promise<void> => {
    child.kill('SIGTERM');
    await exited;
  };
  // Chromium writes its port there, and an address in a second line.
  const file = join(profile, 'DevToolsActivePort');
  const deadline = Date.now() + START_WITHIN_MS;
  while (Date.now() < deadline && child.exitCode === null) {
    const port = existsSync(file) ? Number(readFileSync(file, 'utf8').split('\n')[0]) : 0;
    if (port > 0) return { port, stop };
    await sleep(LOOK_MS);
  }
  await stop();
  throw new Error('Chromium did not start');
}
