import { existsSync } from 'node:fs';
import { connect } from 'node:net';
import { fileURLToPath } from 'node:url';
import { Child, temporaryFolder } from './child.ts';
import { hasNginx, startNginxProcess } from './nginx-process.ts';
import type { Server } from './servers.ts';

/** Where Debian's package libnginx-mod-nchan puts it. */
const MODULE = '/usr/lib/nginx/modules/ngx_nchan_module.so';
const PUBLISHER = fileURLToPath(new URL('../peers/nchan-publisher.ts', import.meta.url));

/** Nothing is stored: what is measured is handing on. */
const CONFIGURATION = {
  main: `load_module ${MODULE};`,
  connections: 16384,
  http: '',
  server: `location = /publish {
      nchan_publisher websocket;
      nchan_channel_id $arg_id;
      nchan_store_messages off;
    }
    location = / {
      nchan_subscriber websocket;
      nchan_channel_id $arg_id;
      nchan_channel_id_split_delimiter ",";
      nchan_subscriber_first_message newest;
    }`,
};

export function hasNchan(): boolean {
  return hasNginx() && existsSync(MODULE);
}

/** One process of nginx (its `pid` is all that is counted), and a process that publishes the feed to it. */
export async function startNchan(feedPort: number, symbols: readonly string[]): Promise<Server> {
  const nginx = await startNginxProcess(temporaryFolder(), CONFIGURATION, canConnect);
  const env = { FEED_URL: `ws://127.0.0.1:${feedPort}`, NCHAN_PORT: `${nginx.port}`, SYMBOLS: symbols.join(',') };
  const publisher = new Child(PUBLISHER, [], { env });
  await publisher.port();
  return {
    ...nginx,
    helperPids: [publisher.pid],
    stop: async () => {
      await publisher.stop();
      await nginx.stop();
    },
  };
}

function canConnect(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1');
    socket.once('connect', () => resolve(true)).once('error', () => resolve(false));
    socket.once('connect', () => socket.destroy());
  });
}
