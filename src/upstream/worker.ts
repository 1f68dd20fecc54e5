import { type MessagePort, parentPort, workerData } from 'node:worker_threads';
import { ensureNever } from '../protocol/brand.ts';
import type { FromUpstream, ToUpstream, UpstreamOptions } from '../protocol/threads.ts';
import { createLog } from '../runtime/log.ts';
import { inject, startHeartbeat, type ThreadData } from '../runtime/thread.ts';
import { Feed } from './feed.ts';
import { TIMING } from './limits.ts';

/** Entry of the upstream worker: the feed on one side, main's control port on the other. */
function run(data: ThreadData<UpstreamOptions>): void {
  const control = parentPort;
  if (!control) throw new Error('the upstream worker runs as a thread of Tickcast');
  const tell = (message: FromUpstream): void => control.postMessage(message);
  const feed = new Feed(data.options, TIMING, createLog(data.logLevel, 'upstream'), tell);

  control.on('message', (message: ToUpstream<MessagePort>) => {
    switch (message.type) {
      case 'consumer':
        feed.addConsumer(message.name, message.port, message.patienceMs);
        return;
      case 'subscribe':
        feed.subscribe(message.symbol);
        return;
      case 'unsubscribe':
        feed.unsubscribe(message.symbol);
        return;
      case 'bars':
        feed.conflate(message);
        return;
      case 'fault':
        inject(message);
        return;
      default:
        ensureNever(message);
    }
  });

  // Also where an error ends the thread: what clients have is to be on the tape.
  process.on('exit', () => feed.postAll());
  startHeartbeat(data.heartbeat);
  feed.start();
  tell({ type: 'ready' });
}

run(workerData as ThreadData<UpstreamOptions>);
