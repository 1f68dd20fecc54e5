// Loaded into every thread of a server under test, by NODE_OPTIONS=--import=…: on request each thread collects its garbage
// and says what is left, so that what is measured is held and not merely not yet freed. A pool's threads are left out: they
// sleep between two tasks, and hear nothing.
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { BroadcastChannel, isMainThread, threadId } from 'node:worker_threads';

/** All are asked anew where one has not answered by then, ms: it may have ended meanwhile, or begun after it was asked. */
const ASK_AGAIN_MS = 5_000;

setFlagsFromString('--expose-gc');
const gc = runInNewContext('gc');

const channel = new BroadcastChannel('introspect');
channel.unref();

/** In a thread, what it runs. */
const isOfPool = !isMainThread && /[\\/]piscina[\\/]/.test(process.argv[1] ?? '');

/** The threads that this one has started and that have not ended. */
const children = new Set();
process.on('worker', (worker) => {
  const id = worker.threadId;
  children.add(id);
  worker.once('exit', () => children.delete(id));
});

function look(round) {
  gc({ type: 'major', execution: 'sync', flavor: 'last-resort' });
  const { heapUsed, external } = process.memoryUsage();
  return { round, threadId, children, heapUsed, external, handles: process.getActiveResourcesInfo().length };
}

if (isMainThread) {
  let round = 0;
  let answers = new Map();
  const sleepers = new Set();
  let timer;
  const hear = (answer) => {
    if (timer === undefined || answer.round !== round) return;
    answers.set(answer.threadId, answer);
    // Each names those it has started: all are known once all that are named have answered.
    const threads = [...answers.values()];
    if (threads.some(({ children }) => [...children].some((id) => !answers.has(id) && !sleepers.has(id)))) return;
    clearTimeout(timer);
    timer = undefined;
    process.send({ type: 'introspected', threads: threads.map(({ children, ...rest }) => rest) });
  };
  const ask = () => {
    round += 1;
    answers = new Map();
    timer = setTimeout(ask, ASK_AGAIN_MS);
    channel.postMessage(round);
    hear(look(round));
  };
  channel.onmessage = ({ data }) => {
    if (typeof data.sleeper === 'number') sleepers.add(data.sleeper);
    else hear(data);
  };
  process.on('message', (message) => {
    // Told as a fault of a worker that no server has: Tickcast takes every message of its parent for one.
    if (message?.worker === 'introspect') ask();
  });
  // A listener would keep the process alive for as long as the benchmark lives.
  process.channel?.unref();
} else if (isOfPool) {
  channel.postMessage({ sleeper: threadId });
} else {
  channel.onmessage = ({ data }) => {
    if (typeof data === 'number') channel.postMessage(look(data));
  };
}
