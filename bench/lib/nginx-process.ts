import { once } from 'node:events';
import { existsSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { startProgram } from './child.ts';
import { sleep } from './clock.ts';
import type { Server } from './servers.ts';

/** Where Debian's packages put it. */
const NGINX = '/usr/sbin/nginx';
const START_WITHIN_MS = 5_000;
const LOOK_MS = 20;

export function hasNginx(): boolean {
  return existsSync(NGINX);
}

export interface NginxConfiguration {
  /** Before everything else. */
  readonly main: string;
  readonly connections: number;
  /** Within `http`. */
  readonly http: string;
  /** Within its one `server`. */
  readonly server: string;
}

/** One process of nginx with its files in `folder`; resolves when `isServing` says so of its port. */
export async function startNginxProcess(
  folder: string,
  configuration: NginxConfiguration,
  isServing: (port: number) => Promise<boolean>,
): Promise<Server> {
  const port = await freePort();
  writeFileSync(join(folder, 'nginx.conf'), textOf(configuration, port));
  const nginx = startProgram(NGINX, ['-p', folder, '-c', 'nginx.conf', '-e', 'error.log'], { stdio: 'ignore' });
  const deadline = performance.now() + START_WITHIN_MS;
  while (!(await isServing(port))) {
    if (performance.now() > deadline) throw new Error('nginx did not start');
    await sleep(LOOK_MS);
  }
  return {
    port,
    pid: nginx.pid ?? 0,
    stop: async () => {
      // At a gentler end nchan aborts where there is no master process.
      nginx.kill('SIGKILL');
      await once(nginx, 'exit');
    },
  };
}

/** Without a master, so that it ends with whoever kills it. */
function textOf({ main, connections, http, server }: NginxConfiguration, port: number): string {
  return `${main}
daemon off;
master_process off;
pid nginx.pid;
error_log error.log;
events { worker_connections ${connections}; }
http {
  access_log off;
  client_body_temp_path body;
  proxy_temp_path proxy;
  fastcgi_temp_path fastcgi;
  uwsgi_temp_path uwsgi;
  scgi_temp_path scgi;
  ${http}
  server {
    listen 127.0.0.1:${port};
    ${server}
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
