import { once } from 'node:events';
import { existsSync, writeFileSync } from 'node:fs';
import { connect, createServer } from 'node:net';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Child, startProgram, temporaryFolder } from './child.ts';
import { sleep } from './clock.ts';
import type { Server } from './servers.ts';

/** Where Debian's packages nginx and libnginx-mod-nchan put them. */
const NGINX = '/usr/sbin/nginx';
const MODULE = '/usr/lib/nginx/modules/ngx_nchan_module.so';
const PUBLISHER = fileURLToPath(new URL('../peers/nchan-publisher.ts', import.meta.url));
const START_WITHIN_MS = 5_000;
const LOOK_MS = 20;

export function hasNchan(): boolean {
  return existsSync(NGINX) && existsSync(MODULE);
}

/** One process of nginx (its `pid` is all that is counted), and a process that publishes the feed to it. */
export async function startNchan(feedPort: number, symbols: readonly string[]): Promise<Server> {
  const folder = temporaryFolder();
  const port = await freePort();
  writeFileSync(join(folder, 'nginx.conf'), configuration(port));
  const nginx = startProgram(NGINX, ['-p', folder, '-c', 'nginx.conf', '-e', 'error.log'], { stdio: 'ignore' });
  await listening(port);
  const env = { FEED_URL: `ws://127.0.0.1:${feedPort}`, NCHAN_PORT: `${port}`, SYMBOLS: symbols.join(',') };
  const publisher = new Child(PUBLISHER, [], { env });
  await publisher.port();
  return {
    port,
    pid: nginx.pid ?? 0,
    helperPids: [publisher.pid],
    stop: async () => {
      await publisher.stop();
      // At a gentler end nchan aborts where there is no master process.
      nginx.kill('SIGKILL');
      await once(nginx, 'exit');
    },
  };
}

/** Nothing is stored: what is measured is handing on. One process without a master: it ends with whoever kills it. */
function configuration(port: number): string {
  return `load_module ${MODULE};
daemon off;
master_process off;
pid nginx.pid;
error_log error.log;
events { worker_connections 16384; }
http {
  access_log off;
  client_body_temp_path body;
  proxy_temp_path proxy;
  fastcgi_temp_path fastcgi;
  uwsgi_temp_path uwsgi;
  scgi_temp_path scgi;
  server {
    listen 127.0.0.1:${port};
    location = /publish {
      nchan_publisher websocket;
      nchan_channel_id $arg_id;
      nchan_store_messages off;
    }
    location = / {
      nchan_subscriber websocket;
      nchan_channel_id $arg_id;
      nchan_channel_id_split_delimiter ",";
      nchan_subscriber_first_message newest;
    }
  }
}
`;
}

/** nginx does not say which port it got, so it is given one that was free a moment ago. */
function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const address = server.address();
      server.close(() => resolve(typeof address === 'object' && address ? address.port : 0));
    });
  });
}

async function listening(port: number): Promise<void> {
  const deadline = performance.now() + START_WITHIN_MS;
  while (!(await canConnect(port))) {
    if (performance.now() > deadline) throw new Error('nginx did not start');
    await sleep(LOOK_MS);
  }
}

function canConnect(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1');
    socket.once('connect', () => resolve(true)).once('error', () => resolve(false));
    socket.once('connect', () => socket.destroy());
  });
}
