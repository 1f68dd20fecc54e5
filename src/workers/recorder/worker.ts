import { type MessagePort, parentPort, receiveMessageOnPort, workerData } from 'node:worker_threads';
import { ensureNever } from '../../protocol/brand.ts';
import type { FeedPost } from '../../protocol/feed-messages.ts';
import type { FromRecorder, RecorderOptions, ToRecorder } from '../../protocol/threads.ts';
import { takePost } from '../../runtime/feed-port.ts';
import { createLog } from '../../runtime/log.ts';
import { inject, startHeartbeat, type ThreadData } from '../../runtime/thread.ts';
import { REPORT_MS } from './limits.ts';
import { Recalls } from './recalls.ts';
import { Recorder } from './recorder.ts';

/** Entry of the recorder: a data port from upstream, a port to every shard, one control port to main. */
function run({ options, heartbeat, logLevel }: ThreadData<RecorderOptions>): void {
  const control = parentPort;
  if (!control) throw new Error('the recorder runs as a thread of Tickcast');
  const log = createLog(logLevel, 'recorder');
  const tell = (message: FromRecorder): void => control.postMessage(message);
  const recorder = new Recorder(options, log);
  const recalls = new Recalls(recorder, (reason) => {
    log.error({ reason }, 'the recording cannot be read: clients that come back go on with the present');
  });
  let feed: MessagePort | undefined;
  let told = '';

  const take = (port: MessagePort, post: FeedPost): void => {
    takePost(port, post, (message) => recorder.receive(message));
    recalls.advanced();
  };
  const receive = (port: MessagePort): void => {
    feed?.close();
    feed = port;
    port.on('message', (post: FeedPost) => {
      if (port === feed) take(port, post);
    });
  };
  const stop = (): void => {
    // What upstream has posted is taken too: clients may have it already.
    for (let next = feed && receiveMessageOnPort(feed); feed && next; next = receiveMessageOnPort(feed)) {
      take(feed, next.message);
    }
    recorder.stop();
    process.exit(0);
  };
  const report = (): void => {
    const recording = recorder.status();
    const text = JSON.stringify(recording);
    if (text === told) return;
    told = text;
    tell({ type: 'recording', recording });
  };

  control.on('message', (message: ToRecorder<MessagePort>) => {
    switch (message.type) {
      case 'feed':
        receive(message.port);
        return;
      case 'shard':
        recalls.connect(message.port);
        return;
      case 'figis':
        recorder.setFigis(message.figis);
        return;
      case 'split': {
        const { symbol, t, close, previousClose } = message;
        recorder.markSplit({ symbol, t, close, previousClose });
        return;
      }
      case 'stop':
        stop();
        return;
      case 'fault':
        inject(message);
        return;
      default:
        ensureNever(message);
    }
  });

  startHeartbeat(heartbeat);
  setInterval(report, REPORT_MS);
  tell({ type: 'ready' });
  report();
}

run(workerData as ThreadData<RecorderOptions>);
