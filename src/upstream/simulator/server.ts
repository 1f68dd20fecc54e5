import { createServer } from 'node:http';
import type { Duplex } from 'node:stream';
import { WebSocketServer } from 'ws';
import { ensureNever } from '../../protocol/brand.ts';
import type { SimulatorFault } from './faults.ts';
import { handshakeOf, refusal } from './handshake.ts';
import { createHandler } from './http.ts';
import { Hub, type Received } from './hub.ts';
import { MAX_PAYLOAD_BYTES } from './limits.ts';
import { DEFAULTS, type SimulatorSettings } from './settings.ts';

/** A running simulator, and what tests do to it. */
export interface Simulator {
  readonly port: number;
  /** What `FINNHUB_WS_URL` and `FINNHUB_REST_URL` are set to. */
  readonly wsUrl: string;
  readonly restUrl: string;
  readonly inject: (fault: SimulatorFault) => void;
  /** Sends a message as it is to every connection: a string as text, bytes as binary (or as text, with `asText`). */
  readonly send: (data: string | Uint8Array, asText?: boolean) => void;
  /** Writes bytes onto every connection's TCP stream: half a frame, for example. */
  readonly sendBytes: (bytes: Uint8Array) => void;
  /** How many connections are open and answer. */
  readonly connections: () => number;
  /** The symbols of each of them. */
  readonly subscriptions: () => readonly (readonly string[])[];
  /** Every subscribe and unsubscribe since the start, refused ones included. */
  readonly received: () => readonly Received[];
  readonly restartReplay: () => void;
  /** Cuts every connection and frees the port. */
  readonly close: () => Promise<void>;
}

/** Starts a server that speaks Finnhub's protocol. Rejects when the port cannot be had. */
export async function startSimulator(settings: Partial<SimulatorSettings> = {}): Promise<Simulator> {
  const all: SimulatorSettings = { ...DEFAULTS, ...settings };
  const hub = new Hub(all);
  const server = createServer(createHandler(hub, all));
  const sockets = new WebSocketServer({ noServer: true, clientTracking: false, maxPayload: MAX_PAYLOAD_BYTES });
  /** TCP connections the HTTP server has let go of: hung handshakes and WebSockets. */
  const upgraded = new Set<Duplex>();

  server.on('upgrade', (req, stream, head) => {
    upgraded.add(stream);
    stream.on('close', () => upgraded.delete(stream));
    stream.on('error', () => stream.destroy());
    const token = URL.parse(req.url ?? '', 'http://simulator')?.searchParams.get('token') ?? null;
    const handshake = handshakeOf(token, all.keys, hub.troubles);
    switch (handshake.type) {
      case 'hang':
        return;
      case 'refuse':
        stream.end(refusal(handshake.status));
        return;
      case 'accept':
        sockets.handleUpgrade(req, stream, head, (socket) => hub.accept(handshake.key, socket, stream));
        return;
      default:
        ensureNever(handshake);
    }
  });

  const close = (): Promise<void> => {
    hub.close();
    for (const stream of upgraded) stream.destroy();
    server.closeAllConnections();
    return new Promise((resolve) => server.close(() => resolve()));
  };

  try {
    await new Promise<void>((resolve, reject) => {
      server.once('error', reject);
      server.listen(all.port, all.host, resolve);
    });
  } catch (error) {
    hub.close();
    throw error;
  }

  const address = server.address();
  const port = typeof address === 'object' && address !== null ? address.port : all.port;
  const authority = `${urlHost(all.host)}:${port}`;
  return {
    port,
    wsUrl: `ws://${authority}`,
    restUrl: `http://${authority}/api/v1`,
    inject: (fault) => hub.inject(fault),
    send: (data, asText) => hub.send(data, asText),
    sendBytes: (bytes) => hub.sendBytes(bytes),
    connections: () => hub.connections.length,
    subscriptions: () => hub.connections.map(({ symbols }) => [...symbols]),
    received: () => hub.received,
    restartReplay: () => hub.restartReplay(),
    close,
  };
}

/** An address as it stands in a URL; one that means "every address" is reached at this machine's own. */
function urlHost(host: string): string {
  if (host === '0.0.0.0' || host === '::') return '127.0.0.1';
  return host.includes(':') ? `[${host}]` : host;
}
