import { readdirSync, readFileSync, readlinkSync } from 'node:fs';
import type { Server } from './servers.ts';

/** Columns of /proc/net/tcp, and the state of a connection that stands. */
const LOCAL = 1;
const STATE = 3;
const INODE = 9;
const ESTABLISHED = '01';

/**
 * How many of a server's connections each of its threads has, without those that have none. Each waits for its sockets by an
 * epoll of its own, and /proc tells which an epoll has (man 5 proc: fdinfo).
 */
export function connectionsByThread({ pid, port }: Pick<Server, 'pid' | 'port'>): readonly number[] {
  const inodes = connectionInodes(port);
  return readdirSync(`/proc/${pid}/fd`)
    .filter((fd) => isEpoll(`/proc/${pid}/fd/${fd}`))
    .map((fd) => {
      const watched = readFileSync(`/proc/${pid}/fdinfo/${fd}`, 'utf8').matchAll(/ ino:([0-9a-f]+) /g);
      return [...watched].filter(([, inode]) => inodes.has(Number.parseInt(inode ?? '', 16))).length;
    })
    .filter((count) => count > 0);
}

function isEpoll(path: string): boolean {
  try {
    return readlinkSync(path) === 'anon_inode:[eventpoll]';
  } catch {
    // Closed since it was listed.
    return false;
  }
}

/** The server's ends of the connections to its port. */
function connectionInodes(port: number): ReadonlySet<number> {
  const suffix = `:${port.toString(16).toUpperCase().padStart(4, '0')}`;
  const rows = readFileSync('/proc/net/tcp', 'utf8')
    .split('\n')
    .map((row) => row.trim().split(/\s+/))
    .filter((columns) => columns[LOCAL]?.endsWith(suffix) && columns[STATE] === ESTABLISHED);
  return new Set(rows.map((columns) => Number(columns[INODE])));
}

/** How far the fullest thread is above its even share, as a share of that. */
export function unevenness(counts: readonly number[], threads: number): number {
  const even = counts.reduce((sum, count) => sum + count, 0) / threads;
  return Math.max(...counts) / even - 1;
}
