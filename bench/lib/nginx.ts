import { once } from 'node:events';
import { copyFileSync, existsSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { basename, join } from 'node:path';
import { startProgram, temporaryFolder } from './child.ts';
import { sleep } from './clock.ts';
import type { Server } from './servers.ts';

/** Where Debian's packages put it. */
const NGINX = '/usr/sbin/nginx';
const START_WITHIN_MS = 5_000;
const LOOK_MS = 20;

export function hasNginx(): boolean {
  return existsSync(NGINX);
}

/**
 * How it reads files: as Debian's configuration has it, or as is fastest for small ones (measured: opened once, and sent together
 * with the headers).
 */
const READING = {
  usual: 'sendfile on; tcp_nopush on;',
  tuned: 'sendfile off; open_file_cache max=100; open_file_cache_valid 1h;',
};

/** One process of nginx that serves `file` from its gzipped form beside it. */
export async function startNginx(file: string, reading: keyof typeof READING): Promise<Server> {
  const folder = temporaryFolder();
  for (const suffix of ['', '.gz']) copyFileSync(`${file}${suffix}`, join(folder, `${basename(file)}${suffix}`));
  const port = await freePort();
  writeFileSync(join(folder, 'nginx.conf'), configuration(port, folder, basename(file), READING[reading]));
  const nginx = startProgram(NGINX, ['-p', folder, '-c', 'nginx.conf', '-e', 'error.log'], { stdio: 'ignore' });
  await serving(port);
  return {
    port,
    pid: nginx.pid ?? 0,
    stop: async () => {
      nginx.kill('SIGKILL');
      await once(nginx, 'exit');
    },
  };
}

/** Without a master, so that it ends with whoever kills it. Connections last as long as the measurement does. */
function configuration(port: number, root: string, index: string, reading: string): string {
  return `user root;
daemon off;
master_process off;
pid nginx.pid;
error_log error.log;
events { worker_connections 4096; }
http {
  access_log off;
  client_body_temp_path body;
  proxy_temp_path proxy;
  fastcgi_temp_path fastcgi;
  uwsgi_temp_path uwsgi;
  scgi_temp_path scgi;
  types { text/html html; }
  ${reading}
  keepalive_requests 1000000000;
  server {
    listen 127.0.0.1:${port};
    root ${root};
    index ${index};
    gzip_static on;
    add_header Cache-Control no-cache;
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

async function serving(port: number): Promise<void> {
  const deadline = performance.now() + START_WITHIN_MS;
  for (;;) {
    const response = await fetch(`http://127.0.0.1:${port}/`).catch(() => undefined);
    await response?.arrayBuffer();
    if (response?.ok) return;
    if (performance.now() > deadline) throw new Error('nginx did not start');
    await sleep(LOOK_MS);
  }
}
