import { createServer } from 'node:net';

/** Why the address cannot be listened on, in one line. */
export class PortError extends Error {}

/** An address to listen on: `name` is what the settings call it. */
export interface Wanted {
  readonly name: string;
  readonly host: string;
  readonly port: number;
}

/**
 * Makes sure that nobody listens on `host`:`port` yet, and picks a free port for 0. The shards share their port by
 * SO_REUSEPORT, with which a second server would start without an error and take half of the clients; this socket is bound
 * without it, so it fails where anybody listens.
 */
export function probePort({ name, host, port }: Wanted): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', (error: NodeJS.ErrnoException) => {
      reject(portError({ name, host, port }, error));
    });
    server.listen({ host, port, exclusive: true }, () => {
      const address = server.address();
      const picked = typeof address === 'object' && address !== null ? address.port : port;
      server.close(() => resolve(picked));
    });
  });
}

/** Says why `wanted` cannot be listened on. */
export function portError({ name, host, port }: Wanted, error: NodeJS.ErrnoException): PortError {
  const why = error.code === 'EADDRINUSE' ? 'is in use by another program' : `cannot be used: ${error.message}`;
  return new PortError(`${name}: ${host.includes(':') ? `[${host}]` : host}:${port} ${why}`, { cause: error });
}
