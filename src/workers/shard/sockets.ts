import type { TemplatedApp } from 'uWebSockets.js';
import { FINNHUB_PING } from '../../protocol/finnhub.ts';
import type { ShardOptions } from '../../protocol/threads.ts';
import {
  CLOSE_RESTART,
  CLOSE_TRY_AGAIN,
  CLOSE_UNAUTHORIZED,
  PING_AFTER_MS,
  SUBPROTOCOL,
  WIRE_VERSION,
} from '../../protocol/wire.ts';
import { type AccessRules, isAllowedHost, isAllowedOrigin, isAuthorized, isToken } from './access.ts';
import { Client, type SocketData } from './client.ts';
import { ALL_FINNHUB, ALL_TICKCAST, type Hub } from './hub.ts';
import {
  AUTH_WITHIN_MS,
  FINNHUB_PING_MS,
  IDLE_TIMEOUT_S,
  MAX_BACKPRESSURE_BYTES,
  MAX_PAYLOAD_BYTES,
  STUCK_MS,
  SWEEP_MS,
} from './limits.ts';
import { serveMessage } from './messages.ts';
import { remoteAddress } from './remote.ts';

const decoder = new TextDecoder();

/** The WebSocket side of a shard: upgrades, messages, backpressure, pings and closing. */
export class Sockets {
  readonly #app: TemplatedApp;
  readonly #hub: Hub;
  readonly #options: ShardOptions;
  readonly #rules: AccessRules;
  readonly #clients = new Set<Client>();
  readonly #timers: readonly NodeJS.Timeout[];
  #limit: number;
  #isDraining = false;

  constructor(app: TemplatedApp, hub: Hub, options: ShardOptions) {
    this.#app = app;
    this.#hub = hub;
    this.#options = options;
    this.#rules = options;
    this.#limit = options.limit;
    // The former thread of this number may have ended without counting its clients down.
    Atomics.store(options.connections, options.shard, 0);
    this.#listen();
    this.#timers = [
      setInterval(() => this.#sweep(Date.now()), SWEEP_MS),
      setInterval(() => this.#app.publish(ALL_FINNHUB, FINNHUB_PING), FINNHUB_PING_MS),
    ];
  }

  set limit(limit: number) {
    this.#limit = limit;
  }

  /** All shards' connections. */
  get connections(): number {
    return this.#options.connections.reduce((sum, each) => sum + each, 0);
  }

  /** No new connections from now on. */
  drain(): void {
    this.#isDraining = true;
  }

  /** Asks every client to come back later. */
  closeAll(): void {
    for (const timer of this.#timers) clearInterval(timer);
    for (const client of [...this.#clients]) client.end(CLOSE_RESTART, 'restarting');
  }

  #listen(): void {
    const context = {
      hub: this.#hub,
      isToken: (token: string) => isToken(token, this.#rules),
      welcome: (client: Client) => this.#welcome(client),
    };
    this.#app.ws<SocketData>('/*', {
      maxPayloadLength: MAX_PAYLOAD_BYTES,
      maxBackpressure: MAX_BACKPRESSURE_BYTES,
      closeOnBackpressureLimit: false,
      idleTimeout: IDLE_TIMEOUT_S,
      sendPingsAutomatically: true,
      upgrade: (response, request, socketContext) => {
        const header = (name: string): string => request.getHeader(name);
        const protocol = header('sec-websocket-protocol');
        const refusal = this.#refusal(header, protocol, request.getQuery('token') ?? '');
        if (typeof refusal === 'string') {
          response.cork(() => response.writeStatus(refusal).end());
          return;
        }
        const address = remoteAddress(response, request, this.#options.trustedProxies);
        const kind = protocol === '' ? 'finnhub' : 'tickcast';
        response.upgrade(
          { client: new Client(kind, address, refusal.authorized, Date.now()) },
          header('sec-websocket-key'),
          kind === 'tickcast' ? SUBPROTOCOL : '',
          header('sec-websocket-extensions'),
          socketContext,
        );
      },
      open: (ws) => {
        const client = ws.getUserData().client;
        client.ws = ws;
        this.#clients.add(client);
        Atomics.add(this.#options.connections, this.#options.shard, 1);
        if (client.kind === 'finnhub') this.#hub.greetProgram(client);
        else if (client.authorized) this.#welcome(client);
      },
      message: (ws, message, isBinary) => {
        serveMessage(ws.getUserData().client, isBinary ? undefined : decoder.decode(message), context);
      },
      drain: (ws) => this.#hub.drained(ws.getUserData().client),
      // Nothing may be ended or unsubscribed in here: it is called from within a publish.
      dropped: (ws) => this.#markLagging(ws.getUserData().client),
      close: (ws) => {
        const client = ws.getUserData().client;
        this.#clients.delete(client);
        Atomics.sub(this.#options.connections, this.#options.shard, 1);
        this.#hub.gone(client);
      },
    });
  }

  /** The HTTP status that refuses an upgrade, or whether the client has shown its token already. */
  #refusal(header: (name: string) => string, protocol: string, queryToken: string): string | { authorized: boolean } {
    const host = header('host');
    if (!isAllowedHost(host, this.#rules)) return '421 Misdirected Request';
    if (!isAllowedOrigin(header('origin'), host, this.#rules)) return '403 Forbidden';
    const offered = protocol.split(',').map((each) => each.trim());
    if (protocol !== '' && !offered.includes(SUBPROTOCOL)) return '400 Bad Request';
    if (this.#isDraining || this.connections >= this.#options.maxConnections) return '503 Service Unavailable';
    const credentials = { authorization: header('authorization'), cookie: header('cookie'), queryToken };
    const authorized = isAuthorized(credentials, this.#rules);
    if (!authorized && protocol === '') return '401 Unauthorized';
    return { authorized };
  }

  #welcome(client: Client): void {
    client.ws?.subscribe(ALL_TICKCAST);
    const { feed } = this.#options;
    client.tell({ type: 'hello', version: WIRE_VERSION, feed, limit: this.#limit, time: Date.now() });
    client.tell({ type: 'status', ...this.#hub.tape.status });
  }

  #markLagging(client: Client): void {
    if (client.laggingSince !== undefined) return;
    client.laggingSince = Date.now();
    setImmediate(() => {
      if (client.ws) this.#hub.suspend(client);
    });
  }

  /** Pings who has heard nothing for a while, and closes who is stuck or has not shown its token. */
  #sweep(now: number): void {
    for (const client of [...this.#clients]) {
      if (client.laggingSince !== undefined) {
        if (now - client.laggingSince > STUCK_MS) client.end(CLOSE_TRY_AGAIN, 'too slow');
      } else if (!client.authorized) {
        if (now - client.connectedAt > AUTH_WITHIN_MS) client.end(CLOSE_UNAUTHORIZED, 'no token');
      } else if (client.kind === 'tickcast' && now - this.#hub.lastFrameAt(client) > PING_AFTER_MS - SWEEP_MS) {
        client.tell({ type: 'ping' });
      }
    }
  }
}
