import { createServer } from 'node:net';

/** Why the address cannot be listened on, in one line. */
export class PortError extends Error {}

/**
 * Makes sure that nobody listens on `host`:`port` yet, and picks a free port for 0. The shards share their port by
 * SO_REUSEPORT, with which a second server would start without an error and take half of the clients; this socket is bound
 * without it, so it fails where anybody listens.
 */
export function probePort(host: string, port: number): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', (error: NodeJS.ErrnoException) => {
      const why = error.code === 'EADDRINUSE' ? 'is in use by another program' : `cannot be used: ${error.message}`;
      reject(new PortError(`HOST and PORT: ${host}:${port} ${why}`));
    });
    server.listen({ host, port, exclusive: true }, () => {
      const address = server.address();
      const picked = typeof address === 'object' && address !== null ? address.port : port;
      server.close(() => resolve(picked));
    });
  });
}
