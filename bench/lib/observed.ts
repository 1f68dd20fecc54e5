import { readdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { Child, temporaryFolder } from './child.ts';
import { sleep } from './clock.ts';
import { residentMb } from './proc.ts';

const TICKCAST = fileURLToPath(new URL('../../dist/main.mjs', import.meta.url));
const BARE = fileURLToPath(new URL('../peers/bare-uws.ts', import.meta.url));
const INTROSPECT = new URL('./introspect.mjs', import.meta.url).href;
/** After garbage is collected: what is freed goes back to the system. */
const SETTLE_MS = 500;
/** A start is over: the catalogue is loaded, the pool's threads are warm. */
const QUIET_AFTER_MS = 6_000;

/** What a server holds once it has collected its garbage. */
export interface Look {
  readonly residentKb: number;
  /** Of all threads but those of pools. */
  readonly heapKb: number;
  /** Memory of JavaScript objects outside of the heap. */
  readonly externalKb: number;
  readonly threads: number;
  /** Timers, ports and sockets of the same threads, as far as libuv has them. */
  readonly handles: number;
  /** Open files of the process, sockets among them. */
  readonly files: number;
}

type Introspected = {
  readonly type: 'introspected';
  readonly threads: readonly { readonly heapUsed: number; readonly external: number; readonly handles: number }[];
};
type Word = { readonly worker: string; readonly kind?: 'throw' | 'block'; readonly ms?: number };

/** A server of which the memory can be looked into. */
export interface ObservedServer {
  readonly port: number;
  readonly pid: number;
  look(): Promise<Look>;
  /** Ends one of its threads by an error. Tickcast only. */
  breakThread(worker: string): void;
  stop(): Promise<void>;
}

export async function startObserved(feedPort: number, shards: number, flushMs: number): Promise<ObservedServer> {
  const folder = temporaryFolder();
  const flags = {
    port: 0,
    'data-dir': folder,
    'finnhub-ws-url': `ws://127.0.0.1:${feedPort}`,
    'finnhub-rest-url': `http://127.0.0.1:${feedPort}`,
    'flush-ms': flushMs,
    shards,
  };
  const args = Object.entries(flags).flatMap(([name, value]) => [`--${name}`, String(value)]);
  return observe(TICKCAST, args, { FINNHUB_API_KEY: 'bench', TICKCAST_FAULTS: '1' }, folder);
}

/** Bare uWebSockets.js, as the other parts measure it. */
export function startObservedBare(feedPort: number): Promise<ObservedServer> {
  return observe(BARE, [], { FEED_URL: `ws://127.0.0.1:${feedPort}` }, temporaryFolder());
}

async function observe(
  file: string,
  args: readonly string[],
  env: Readonly<Record<string, string>>,
  cwd: string,
): Promise<ObservedServer> {
  const child = new Child<Word, Introspected>(file, args, {
    env: { ...env, NODE_OPTIONS: `--import=${INTROSPECT}` },
    cwd,
  });
  const port = await child.port();
  await sleep(QUIET_AFTER_MS);
  const { pid } = child;
  return {
    port,
    pid,
    look: async () => {
      const { threads } = await child.ask('introspected', { worker: 'introspect' });
      await sleep(SETTLE_MS);
      const sum = (value: (thread: Introspected['threads'][number]) => number): number =>
        threads.reduce((all, each) => all + value(each), 0);
      return {
        residentKb: residentMb(pid) * 1024,
        heapKb: sum(({ heapUsed }) => heapUsed) / 1024,
        externalKb: sum(({ external }) => external) / 1024,
        threads: readdirSync(`/proc/${pid}/task`).length,
        handles: sum(({ handles }) => handles),
        files: readdirSync(`/proc/${pid}/fd`).length,
      };
    },
    breakThread: (worker) => child.send({ worker, kind: 'throw', ms: 0 }),
    stop: () => child.stop(),
  };
}
