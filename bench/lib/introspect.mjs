// Loaded into every thread of a server under test, by NODE_OPTIONS=--import=…: on request each thread collects its garbage
// and says what is left, so that what is measured is held and not merely not yet freed.
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { BroadcastChannel, isMainThread, threadId } from 'node:worker_threads';

/** How long the main thread waits for the others' words, ms; one that is blocked is left out. */
const ANSWER_WITHIN_MS = 1_500;

setFlagsFromString('--expose-gc');
const gc = runInNewContext('gc');

const channel = new BroadcastChannel('introspect');
channel.unref();

function look() {
  gc({ type: 'major', execution: 'sync', flavor: 'last-resort' });
  const { heapUsed, external } = process.memoryUsage();
  return { threadId, heapUsed, external, handles: process.getActiveResourcesInfo().length };
}

let threads = [];
channel.onmessage = ({ data }) => {
  if (data === 'look') channel.postMessage(look());
  else if (isMainThread) threads.push(data);
};

if (isMainThread) {
  const onMessage = (message) => {
    // Told as a fault of a worker that no server has: Tickcast takes every message of its parent for one.
    if (message?.worker !== 'introspect') return;
    threads = [look()];
    channel.postMessage('look');
    setTimeout(() => process.send({ type: 'introspected', threads }), ANSWER_WITHIN_MS);
  };
  process.on('message', onMessage);
  // A listener would keep the process alive for as long as the benchmark lives.
  process.channel?.unref();
}
