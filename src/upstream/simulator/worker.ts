import { parentPort, workerData } from 'node:worker_threads';
import type { Fault, FromSimulator, SimulatorOptions } from '../../protocol/threads.ts';
import { inject, startHeartbeat, type ThreadData } from '../../runtime/thread.ts';
import { startSimulator } from './server.ts';

/** Entry of the simulator's worker: the feed of a start without a key, on this machine's own address only. */
async function run({ options, heartbeat }: ThreadData<SimulatorOptions>): Promise<void> {
  const control = parentPort;
  if (!control) throw new Error('the simulator worker runs as a thread of Tickcast');
  control.on('message', (message: Fault) => inject(message));
  startHeartbeat(heartbeat);
  const simulator = await startSimulator({
    host: '127.0.0.1',
    port: options.port,
    seed: options.seed,
    // Tickcast's own limit holds, whatever it is set to.
    limit: Number.POSITIVE_INFINITY,
    control: false,
  });
  control.postMessage({ type: 'ready', port: simulator.port } satisfies FromSimulator);
}

await run(workerData as ThreadData<SimulatorOptions>);
