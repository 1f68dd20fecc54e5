import { resolve } from 'node:path';
import type { Listener } from '../protocol/threads.ts';
import { isLoopback } from './config.ts';
import type { Settings } from './settings.ts';

/** Where the server listens by its own settings; `port` is the one that was found free. */
export function ownListener(settings: Settings, port: number): Listener {
  const { host, tlsCert, tlsKey, accessToken, allowedHosts } = settings;
  const tls =
    tlsCert === undefined || tlsKey === undefined
      ? undefined
      : { certFile: resolve(tlsCert), keyFile: resolve(tlsKey) };
  return {
    host,
    port,
    tls,
    accessToken,
    allowedHosts,
    // On loopback the name is `localhost`, and with it would go every other program that is developed on this machine.
    isHttpsOnly: tls !== undefined && !isLoopback(host),
    isHealthShared: false,
  };
}
