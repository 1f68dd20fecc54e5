import type { Fault } from '../protocol/threads.ts';
import type { LogLevel } from './log.ts';

/** How often a worker shows that its event loop turns. */
const HEARTBEAT_MS = 250;

/** What every worker is started with: its own options, and a counter on shared memory that main watches. */
export interface ThreadData<Options> {
  readonly options: Options;
  readonly heartbeat: Int32Array;
  readonly logLevel: LogLevel;
}

/** Counts up for as long as the event loop of this thread turns. */
export function startHeartbeat(counter: Int32Array): void {
  const beat = (): number => Atomics.add(counter, 0, 1);
  beat();
  setInterval(beat, HEARTBEAT_MS).unref();
}

/** Does to this thread what a test asked for: an uncaught error, or an event loop that stands still. */
export function inject(fault: Fault): void {
  if (fault.kind === 'block') {
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, fault.ms);
    return;
  }
  setImmediate(() => {
    throw new Error('injected fault');
  });
}
