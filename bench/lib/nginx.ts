import { copyFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { temporaryFolder } from './child.ts';
import { startNginxProcess } from './nginx-process.ts';
import type { Server } from './servers.ts';

/**
 * How it reads files: as Debian's configuration has it, or as is fastest for small ones (measured: opened once, and sent together
 * with the headers).
 */
const READING = {
  usual: 'sendfile on; tcp_nopush on;',
  tuned: 'sendfile off; open_file_cache max=100; open_file_cache_valid 1h;',
};

/** One process of nginx that serves `file` from its gzipped form beside it. Connections last as long as the measurement does. */
export function startNginx(file: string, reading: keyof typeof READING): Promise<Server> {
  const folder = temporaryFolder();
  for (const suffix of ['', '.gz']) copyFileSync(`${file}${suffix}`, join(folder, `${basename(file)}${suffix}`));
  const configuration = {
    main: 'user root;',
    connections: 4096,
    http: `types { text/html html; } ${READING[reading]} keepalive_requests 1000000000;`,
    server: `root ${folder}; index ${basename(file)}; gzip_static on; add_header Cache-Control no-cache;`,
  };
  return startNginxProcess(folder, configuration, isServing);
}

async function isServing(port: number): Promise<boolean> {
  const response = await fetch(`http://127.0.0.1:${port}/`).catch(() => undefined);
  await response?.arrayBuffer();
  return response?.ok ?? false;
}
