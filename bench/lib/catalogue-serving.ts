import { sleep } from './clock.ts';
import type { Options } from './options.ts';
import { startSimulator, startTickcast } from './servers.ts';
import { distinctSearches } from './words.ts';

/** How long each of some answers took. */
export interface Timed {
  readonly ms: readonly number[];
}
export interface Loaded {
  readonly loadMs: number;
  readonly shard: { readonly quiet: Timed; readonly loading: Timed };
  readonly main: { readonly quiet: Timed; readonly loading: Timed };
  readonly candles: { readonly quiet: Timed; readonly storm: Timed };
  readonly search: Timed;
  readonly firstSearchMs: number;
  readonly stormConnections: number;
  readonly stormPerSecond: number;
  readonly stormBusy: number;
}

const SEARCHES = 400;
const STORM_CONNECTIONS = 8;
const LOADED_WITHIN_MS = 60_000;
const PAUSE_MS = 2;
/** How often it is looked whether the list is Finnhub's by now. */
const LOOK_MS = 100;

/** Starts a server on a simulator with many symbols, and watches how it answers while it loads them and while it searches. */
export async function measureServing(options: Options, flags: readonly string[]): Promise<Loaded> {
  const simulator = await startSimulator(flags);
  const started = performance.now();
  const settings = { flushMs: options['flush-ms'], shards: options.shards, restPath: '/api/v1' };
  const server = await startTickcast(simulator.port, settings);
  const get = async (path: string): Promise<number> => {
    const response = await fetch(`http://127.0.0.1:${server.port}${path}`);
    await response.arrayBuffer();
    return response.status;
  };
  /** Asks again and again as long as `isOn`. */
  const watch = async (path: string, isOn: () => boolean): Promise<Timed> => {
    const ms: number[] = [];
    while (isOn()) {
      const at = performance.now();
      await get(path);
      ms.push(performance.now() - at);
      await sleep(PAUSE_MS);
    }
    return { ms };
  };
  const forSeconds = (seconds: number): (() => boolean) => {
    const until = performance.now() + seconds * 1e3;
    return () => performance.now() < until;
  };
  try {
    // The first of each has the start to wait for.
    await get('/healthz');
    await get('/api/market');
    let isLoading = true;
    const [shardLoading, mainLoading, loadMs] = await Promise.all([
      watch('/healthz', () => isLoading),
      watch('/api/market', () => isLoading),
      whenLoaded(server.port).then((at) => {
        isLoading = false;
        return at - started;
      }),
    ]);
    const shardQuiet = await watch('/healthz', forSeconds(options.seconds));
    const mainQuiet = await watch('/api/market', forSeconds(options.seconds));
    const first = performance.now();
    await get('/api/search?q=apple');
    const firstSearchMs = performance.now() - first;
    const words = distinctSearches();
    const ms: number[] = [];
    for (let i = 0; i < SEARCHES; i += 1) {
      const at = performance.now();
      await get(`/api/search?q=${encodeURIComponent(words())}`);
      ms.push(performance.now() - at);
    }
    const candles = '/api/candles?symbol=AAPL&interval=1m';
    await watch(candles, forSeconds(options.warmup));
    const candlesQuiet = await watch(candles, forSeconds(options.seconds));
    const isStorm = forSeconds(options.seconds);
    const counts = { found: 0, busy: 0 };
    const storm = Array.from({ length: STORM_CONNECTIONS }, async () => {
      while (isStorm()) {
        if ((await get(`/api/search?q=${encodeURIComponent(words())}`)) === 200) counts.found += 1;
        else counts.busy += 1;
      }
    });
    const candlesStorm = await watch(candles, isStorm);
    await Promise.all(storm);
    return {
      loadMs,
      shard: { quiet: shardQuiet, loading: shardLoading },
      main: { quiet: mainQuiet, loading: mainLoading },
      candles: { quiet: candlesQuiet, storm: candlesStorm },
      search: { ms },
      firstSearchMs,
      stormConnections: STORM_CONNECTIONS,
      stormPerSecond: counts.found / options.seconds,
      stormBusy: counts.busy,
    };
  } finally {
    await server.stop();
    await simulator.stop();
  }
}

/** When the list is not the built-in one any more. */
async function whenLoaded(port: number): Promise<number> {
  const deadline = performance.now() + LOADED_WITHIN_MS;
  let first: string | null = null;
  for (;;) {
    const response = await fetch(`http://127.0.0.1:${port}/api/symbols`, { method: 'HEAD' });
    const length = response.ok ? response.headers.get('content-length') : null;
    // The built-in list is a hundredth of the whole one.
    if (Number(length) > 10 * Number(first ?? length ?? 0)) return performance.now();
    first ??= length;
    if (performance.now() > deadline) throw new Error('the list of symbols is not loaded');
    await sleep(LOOK_MS);
  }
}
