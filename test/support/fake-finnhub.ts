import { type WebSocket, WebSocketServer } from 'ws';
import { parseFinnhubRequest, TOO_MANY_SYMBOLS } from '../../src/protocol/finnhub.ts';
import { later } from './rig.ts';

/** One connection to the fake, and what it carries. */
export interface FakeConnection {
  readonly key: string;
  readonly symbols: Set<string>;
  /** Whether its trades stay away, while it answers everything else. */
  frozen: boolean;
  /** Ends it as an outage does. */
  cut(): void;
}

export interface FakeFinnhub {
  readonly wsUrl: string;
  /** Every connection ever made, oldest first. */
  readonly connections: readonly FakeConnection[];
  /** Every subscribe and unsubscribe. */
  readonly received: readonly { readonly type: string; readonly symbol: string }[];
}

const TRADE_MS = 5;

/**
 * A server that does two things the simulator does not: it answers late but in order, pings too, as one does that is far
 * away or busy; and it freezes one connection alone. Every symbol trades every 5 ms.
 */
export function startFakeFinnhub({ answerMs = 0, cap = 50 } = {}): Promise<FakeFinnhub> {
  const connections: FakeConnection[] = [];
  const received: { type: string; symbol: string }[] = [];
  const server = new WebSocketServer({ port: 0, host: '127.0.0.1', autoPong: false });
  server.on('connection', (ws, request) => {
    const key = new URL(request.url ?? '', 'http://fake').searchParams.get('token') ?? '';
    const connection = { key, symbols: new Set<string>(), frozen: false, cut: () => ws.terminate() };
    connections.push(connection);
    const trading = setInterval(() => trade(ws, connection), TRADE_MS);
    ws.on('close', () => clearInterval(trading));
    ws.on('error', () => ws.terminate());
    ws.on('ping', (data) => setTimeout(() => ws.readyState === ws.OPEN && ws.pong(data), answerMs));
    ws.on('message', (data) => {
      const message = parseFinnhubRequest(data.toString());
      if (message.type !== 'subscribe' && message.type !== 'unsubscribe') return;
      received.push({ type: message.type, symbol: message.symbol });
      setTimeout(() => {
        if (message.type === 'unsubscribe') connection.symbols.delete(message.symbol);
        else if (connection.symbols.size < cap) connection.symbols.add(message.symbol);
        else ws.send(JSON.stringify({ type: 'error', msg: TOO_MANY_SYMBOLS }));
      }, answerMs);
    });
  });
  later(async () => {
    for (const client of server.clients) client.terminate();
    server.close();
  });
  return new Promise((resolve) => {
    server.on('listening', () => {
      const address = server.address();
      const port = typeof address === 'object' && address !== null ? address.port : 0;
      resolve({ wsUrl: `ws://127.0.0.1:${port}`, connections, received });
    });
  });
}

function trade(ws: WebSocket, { symbols, frozen }: FakeConnection): void {
  if (frozen || symbols.size === 0 || ws.readyState !== ws.OPEN) return;
  const t = Date.now();
  ws.send(JSON.stringify({ type: 'trade', data: [...symbols].map((s) => ({ s, p: 1, t, v: 1, c: null })) }));
}
