import * as uWS from 'uWebSockets.js';
import { type MessagePort, parentPort, workerData } from 'node:worker_threads';
import { ensureNever } from '../../protocol/brand.ts';
import type { FeedPost } from '../../protocol/feed-messages.ts';
import type { FromShard, Recording, ShardOptions, ToShard } from '../../protocol/threads.ts';
import { takePost } from '../../runtime/feed-port.ts';
import { createLog, errorText } from '../../runtime/log.ts';
import { inject, startHeartbeat, type ThreadData } from '../../runtime/thread.ts';
import { Api } from './api.ts';
import { Http } from './http.ts';
import { Hub } from './hub.ts';
import { CLOSE_GRACE_MS, DRAIN_MS } from './limits.ts';
import { QueryPool } from './query-pool.ts';
import { SearchPool } from './search-pool.ts';
import { Searches } from './searches.ts';
import { Sockets } from './sockets.ts';

/** Entry of a shard: one uWebSockets.js App, one data port from upstream, one control port to main. */
function run({ options, heartbeat, logLevel }: ThreadData<ShardOptions>): void {
  const control = parentPort;
  if (!control) throw new Error('a shard runs as a thread of Tickcast');
  const log = createLog(logLevel, `shard-${options.shard}`);
  const tell = (message: FromShard): void => control.postMessage(message);
  const listener = `${options.host}:${options.port}`;
  const fail = (reason: string): void => {
    log.error(reason);
    tell({ type: 'failed', reason });
  };
  let app: uWS.TemplatedApp;
  try {
    app = openApp(options.tls);
  } catch (error) {
    // uWebSockets.js does not say more than that.
    fail(`${listener} cannot be served with TLS (${errorText(error)}): is it a certificate of an unusual kind?`);
    process.exit(1);
  }

  let listening: uWS.us_listen_socket | undefined;
  let feed: MessagePort | undefined;
  let recording: Recording | undefined;
  let isDraining = false;
  let isClosed = false;

  // A thread that ends with an open App takes the whole process with it, so this comes before every other end.
  const closeApp = (): void => {
    if (isClosed) return;
    isClosed = true;
    feed?.close();
    // Its threads end with this one; what they were asked is not awaited any more.
    void pool.close();
    void searchPool.close();
    app.close();
  };
  const end = (code: number): void => {
    closeApp();
    process.exit(code);
  };
  process.on('uncaughtException', (error) => {
    log.fatal({ error: error.message, stack: error.stack }, 'shard failed');
    end(1);
  });

  const hub = new Hub(app, options.maxSubscriptions, tell);
  const sockets = new Sockets(app, hub, options);
  const tasks = new URL('./tasks.mjs', import.meta.url);
  const pool = new QueryPool(tasks, options.connections.length === 1 ? 2 : 1);
  const searchPool = new SearchPool(tasks);
  const searches = new Searches(searchPool);
  const api = new Api(pool, searches, options.tapeFile, log, tell);
  const state = {
    isReady: () => feed !== undefined && hub.tape.epoch !== 0 && !isDraining,
    status: () => ({
      version: options.version,
      feed: options.feed,
      time: Date.now(),
      epoch: hub.tape.epoch,
      status: hub.tape.status,
      counts: hub.tape.counts,
      connections: sockets.connections,
      recording,
      symbols: [...hub.tape.symbols()]
        .filter(({ open }) => open)
        .map(({ symbol, ring, last }) => ({ symbol, seq: ring.seq, last })),
    }),
  };
  const http = new Http(app, options, state, api);

  const receive = (port: MessagePort): void => {
    feed?.close();
    feed = port;
    port.on('message', (post: FeedPost) => {
      if (port !== feed) return;
      takePost(port, post, (message) => hub.receive(message));
    });
    port.on('close', () => {
      if (port !== feed || isClosed) return;
      feed = undefined;
      hub.upstreamGone();
    });
  };

  const drain = (): void => {
    isDraining = true;
    sockets.drain();
    setTimeout(() => {
      if (listening) uWS.us_listen_socket_close(listening);
      listening = undefined;
      sockets.closeAll();
      setTimeout(() => end(0), CLOSE_GRACE_MS);
    }, DRAIN_MS);
  };

  control.on('message', (message: ToShard<MessagePort>) => {
    switch (message.type) {
      case 'feed':
        receive(message.port);
        return;
      case 'recording':
        recording = message.recording;
        return;
      case 'fetched':
        api.fetched(message.ref, message.result);
        return;
      case 'recorder':
        hub.connectRecorder(message.port);
        return;
      case 'catalogue':
        http.catalogue = message.catalogue;
        void searches.take(message.catalogue);
        return;
      case 'limit':
        sockets.limit = message.limit;
        return;
      case 'waiting':
        hub.answers.waiting(message.symbol, message.position);
        return;
      case 'refused':
        hub.answers.refused(message.ref);
        return;
      case 'invalid':
        hub.answers.invalid(message.symbol);
        return;
      case 'drain':
        drain();
        return;
      case 'stop':
        end(0);
        return;
      case 'fault':
        inject(message);
        return;
      default:
        ensureNever(message);
    }
  });

  app.listen(options.host, options.port, (socket) => {
    if (socket) {
      listening = socket;
      startHeartbeat(heartbeat);
      tell({ type: 'ready' });
      // What is wrong with the file is said to whoever asks for what is in it.
      pool.warmUpLater(options.tapeFile, (error) => log.debug({ error: errorText(error) }, 'no warm-up'));
      return;
    }
    fail(`cannot listen on ${listener}`);
    end(1);
  });
}

function openApp(tls: ShardOptions['tls']): uWS.TemplatedApp {
  return tls ? uWS.SSLApp({ cert_file_name: tls.certFile, key_file_name: tls.keyFile }) : uWS.App();
}

run(workerData as ThreadData<ShardOptions>);
