import { existsSync, readdirSync, readFileSync, readlinkSync } from 'node:fs';
import { connect, type Socket } from 'node:net';
import { sleep } from './until.ts';

/** The server's process, and the port that its shards share. */
export interface ServerAddress {
  readonly pid: number;
  readonly port: number;
}

/** A connection that a shard has accepted. `shard` names it as long as the process lives; `undefined` where nobody can tell. */
export interface Accepted {
  readonly socket: Socket;
  readonly shard: string | undefined;
}

/** Whether the system tells which thread waits for which socket: Linux does. */
export const CAN_TELL_SHARDS = existsSync('/proc/self/fdinfo') && existsSync('/proc/net/tcp');

/** Two shards: one of so many connections lands on the other, but for one case in 10¹⁹. */
const MAX_TRIES = 64;
/** How long a shard may take to accept, ms, and how often that is looked for. */
const ACCEPTED_WITHIN_MS = 5_000;
const LOOK_MS = 2;
/** Columns of /proc/net/tcp. */
const LOCAL = 1;
const REMOTE = 2;
const INODE = 9;

/**
 * Connects until another shard than `former` has accepted. All shards listen on one port, and the kernel chooses by a secret
 * of its own, so a client can only look where it has come to, and try again.
 */
export async function connectElsewhere(server: ServerAddress, former: string | undefined): Promise<Accepted> {
  for (let tries = 1; ; tries += 1) {
    const socket = await open(server.port);
    if (!CAN_TELL_SHARDS) return { socket, shard: undefined };
    const shard = await accepted(server, socket);
    if (shard !== former || tries === MAX_TRIES) return { socket, shard };
    socket.resetAndDestroy();
  }
}

function open(port: number): Promise<Socket> {
  const socket = connect({ port, host: '127.0.0.1', noDelay: true });
  return new Promise((resolve, reject) => socket.once('connect', () => resolve(socket)).once('error', reject));
}

/** Waits until a shard has accepted the connection; which one. */
async function accepted(server: ServerAddress, socket: Socket): Promise<string | undefined> {
  for (let waited = 0; waited < ACCEPTED_WITHIN_MS && !socket.destroyed; waited += LOOK_MS) {
    // Another process has the port by now, and the caller does not know it yet.
    if (!existsSync(`/proc/${server.pid}`)) return undefined;
    const shard = shardOf(server, socket.localPort ?? 0);
    if (shard !== undefined) return shard;
    await sleep(LOOK_MS);
  }
  return undefined;
}

/**
 * Each thread waits for its sockets by an epoll of its own, and /proc tells what an epoll has (man 5 proc: fdinfo): that is
 * the shard's name here.
 */
function shardOf({ pid, port }: ServerAddress, clientPort: number): string | undefined {
  const inode = inodeOf(port, clientPort);
  if (inode === undefined) return undefined;
  return epollsOf(pid).find((epoll) => readOrNothing(`/proc/${pid}/fdinfo/${epoll}`).includes(` ino:${inode} `));
}

/** The server's end of a connection, as a file: its inode in hexadecimal. `undefined` until it is accepted. */
function inodeOf(port: number, clientPort: number): string | undefined {
  const [local, remote] = [hexPort(port), hexPort(clientPort)];
  const at = (row: string): readonly string[] => row.trim().split(/\s+/);
  const isWanted = (columns: readonly string[]): boolean =>
    columns[LOCAL]?.endsWith(local) === true && columns[REMOTE]?.endsWith(remote) === true;
  // Most rows are not looked into: thousands of closed connections linger.
  const rows = readOrNothing('/proc/net/tcp').split('\n');
  const columns = rows
    .filter((row) => row.includes(remote))
    .map(at)
    .find(isWanted);
  const inode = Number(columns?.[INODE] ?? 0);
  return inode === 0 ? undefined : inode.toString(16);
}

function hexPort(port: number): string {
  return `:${port.toString(16).toUpperCase().padStart(4, '0')}`;
}

const known = { pid: 0, epolls: [] as readonly string[], at: 0 };
/** Threads come and go (the pools' do), so what was found is looked up again after a while. */
const KNOWN_FOR_MS = 1_000;

function epollsOf(pid: number): readonly string[] {
  if (known.pid === pid && Date.now() - known.at < KNOWN_FOR_MS) return known.epolls;
  const isEpoll = (fd: string): boolean => linkOrNothing(`/proc/${pid}/fd/${fd}`) === 'anon_inode:[eventpoll]';
  known.pid = pid;
  known.at = Date.now();
  known.epolls = existsSync(`/proc/${pid}/fd`) ? readdirSync(`/proc/${pid}/fd`).filter(isEpoll) : [];
  return known.epolls;
}

/** What is read here may be gone in the next moment: the process ends, a thread does. */
function readOrNothing(path: string): string {
  return attempt(() => readFileSync(path, 'utf8'));
}

function linkOrNothing(path: string): string {
  return attempt(() => readlinkSync(path));
}

function attempt(read: () => string): string {
  try {
    return read();
  } catch {
    return '';
  }
}
