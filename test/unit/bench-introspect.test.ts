import { fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, expect, it } from 'vitest';

const INTROSPECT = new URL('../../bench/lib/introspect.mjs', import.meta.url).href;
const cleanups: (() => unknown)[] = [];

afterEach(async () => {
  for (const cleanup of cleanups.splice(0).reverse()) await cleanup();
});

/** Three threads, one within the other; the second is busy for a while from when all are there. */
const PROGRAM = `
  import { isMainThread, parentPort, Worker, workerData } from 'node:worker_threads';
  const depth = isMainThread ? 0 : workerData;
  const tell = isMainThread ? () => process.send({ type: 'ready' }) : () => parentPort.postMessage('ready');
  const busy = () => { for (const end = Date.now() + 2_500; Date.now() < end; ); };
  (isMainThread ? process : parentPort).on('message', () => undefined);
  if (depth === 2) tell();
  else new Worker(new URL(import.meta.url), { workerData: depth + 1 }).on('message', () => {
    tell();
    if (depth === 1) setImmediate(busy);
  });
`;

it('a look waits for every thread, also for one that is busy', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'tickcast-introspect-'));
  cleanups.push(() => rmSync(folder, { recursive: true }));
  const file = join(folder, 'program.mjs');
  writeFileSync(file, PROGRAM);
  const child = fork(file, { execArgv: [`--import=${INTROSPECT}`], stdio: 'inherit' });
  cleanups.push(async () => {
    child.kill();
    await once(child, 'exit');
  });
  const said = async (): Promise<{ readonly type: string; readonly threads?: readonly object[] }> =>
    (await once(child, 'message'))[0];
  expect((await said()).type).toBe('ready');
  child.send({ worker: 'introspect' });
  const look = await said();
  expect(look.type).toBe('introspected');
  expect(look.threads).toHaveLength(3);
}, 60_000);
