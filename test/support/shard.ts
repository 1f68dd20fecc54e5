import * as uWS from 'uWebSockets.js';
import type { ShardOptions } from '../../src/protocol/threads.ts';
import { Hub } from '../../src/workers/shard/hub.ts';
import { Sockets } from '../../src/workers/shard/sockets.ts';

const OPTIONS: ShardOptions = {
  shard: 0,
  host: '127.0.0.1',
  port: 0,
  tls: undefined,
  isHttpsOnly: false,
  isHealthShared: false,
  feed: 'finnhub',
  limit: 50,
  maxSubscriptions: 50,
  accessToken: undefined,
  allowedOrigins: [],
  allowedHosts: [],
  trustedProxies: [],
  maxConnections: 100,
  connections: new Int32Array(1),
  pageDir: '',
  tapeFile: '',
  version: 'test',
};

/** What a test has of a shard in its own process. */
export interface ServedShard {
  readonly url: string;
  /** Takes what the feed would say. */
  readonly hub: Hub;
  /** Open ones. */
  readonly connections: () => number;
  readonly close: () => Promise<void>;
}

/** The WebSocket side of a shard in this very process, so that a test can turn its clock. No feed, no main. */
export async function serveInProcess(): Promise<ServedShard> {
  const app = uWS.App();
  const hub = new Hub(app, OPTIONS.maxSubscriptions, () => undefined);
  const sockets = new Sockets(app, hub, OPTIONS);
  const port = await new Promise<number>((resolve, reject) => {
    app.listen(OPTIONS.host, 0, (socket) => {
      if (socket) resolve(uWS.us_socket_local_port(socket));
      else reject(new Error('cannot listen'));
    });
  });
  return {
    url: `ws://${OPTIONS.host}:${port}`,
    hub,
    connections: () => sockets.connections,
    close: async () => {
      sockets.closeAll();
      app.close();
    },
  };
}
