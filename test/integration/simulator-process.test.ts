import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { Worker } from 'node:worker_threads';
import { describe, expect, it, vi } from 'vitest';
import { MALFORMED } from '../../src/upstream/simulator/malformed.ts';

const CLI = fileURLToPath(new URL('../../src/upstream/simulator/cli.ts', import.meta.url));
const WORKER = new URL('../../src/upstream/simulator/worker.ts', import.meta.url);

interface Run {
  readonly code: number | null;
  readonly out: string;
  readonly err: string;
}

/** Runs the command line to its end, or until its output has `until`: then it gets SIGTERM. */
function run(args: readonly string[], until?: string): Promise<Run> {
  return new Promise((resolve) => {
    const child = spawn(process.execPath, ['--no-warnings', CLI, ...args]);
    let [out, err] = ['', ''];
    child.stdout.on('data', (chunk) => {
      out += String(chunk);
      if (until !== undefined && out.includes(until)) child.kill('SIGTERM');
    });
    child.stderr.on('data', (chunk) => {
      err += String(chunk);
    });
    child.on('close', (code) => resolve({ code, out, err }));
  });
}

describe('the simulator as a program', () => {
  it('says where it listens, and ends with 0 on SIGTERM', async () => {
    const { code, out, err } = await run(['--port', '0', '--fault', 'delay:100'], '\n');
    expect([code, err]).toEqual([0, '']);
    expect(out).toMatch(
      /^simulated Finnhub: FINNHUB_WS_URL=ws:\/\/127\.0\.0\.1:\d+ FINNHUB_REST_URL=http:\S+\/api\/v1\n$/,
    );
  });

  it.each([
    ['--port', 'x'],
    ['--unheard-of'],
    ['--fault', 'boom'],
    ['--replay', '/nowhere/at/all.csv'],
    ['--replay', CLI],
    ['stray'],
  ])('ends with 2 and one line for %s %s', async (...args) => {
    const { code, out, err } = await run(args);
    expect([code, out]).toEqual([2, '']);
    expect(err).toMatch(/^simulator: [^\n]+\n$/);
    expect(err).not.toContain('    at ');
  });

  it('explains itself', async () => {
    const { code, out } = await run(['--help']);
    expect(code).toBe(0);
    for (const flag of ['--replay', '--fault', 'invalid-symbol:SYMBOL:MS']) expect(out).toContain(flag);
  });
});

describe('the simulator as a worker', () => {
  it('says its port, beats, has no control, and can be made to fail', async () => {
    const heartbeat = new Int32Array(new SharedArrayBuffer(4));
    const workerData = { options: { port: 0, seed: 1 }, heartbeat, logLevel: 'silent' };
    const worker = new Worker(WORKER, { workerData });
    const failed = new Promise<Error>((resolve) => worker.once('error', resolve));
    const { type, port } = await new Promise<{ type: string; port: number }>((resolve) =>
      worker.once('message', resolve),
    );
    expect(type).toBe('ready');
    const quote = await fetch(`http://127.0.0.1:${port}/api/v1/quote?symbol=SPY&token=any`);
    expect(await quote.json()).toMatchObject({ c: expect.closeTo(665, -3) });
    expect((await fetch(`http://127.0.0.1:${port}/control`)).status).toBe(404);
    await vi.waitFor(() => expect(Atomics.load(heartbeat, 0)).toBeGreaterThan(0), { timeout: 2_000 });
    worker.postMessage({ type: 'fault', kind: 'throw', ms: 0 });
    expect((await failed).message).toBe('injected fault');
  });
});

it('has no malformed message twice', () => {
  const texts = MALFORMED.map((message) => (typeof message === 'string' ? message : `bytes ${message.join()}`));
  expect(new Set(texts).size).toBe(MALFORMED.length);
});
