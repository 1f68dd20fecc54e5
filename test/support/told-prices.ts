import type { AddressInfo } from 'node:net';
import { WebSocketServer } from 'ws';

/** Finnhub's WebSocket as a test wants it: trades that it is told to send, and no other. */
export interface ToldPrices {
  readonly wsUrl: string;
  /** A trade of `symbol` at price `p`, paid at `t`, ms since 1970 UTC: now, where it is left out. */
  say(symbol: string, p: number, t?: number): void;
  close(): void;
}

export async function startToldPrices(): Promise<ToldPrices> {
  const server = new WebSocketServer({ port: 0, host: '127.0.0.1' });
  await new Promise((resolve) => server.on('listening', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    wsUrl: `ws://127.0.0.1:${port}`,
    say(s, p, t = Date.now()) {
      const text = JSON.stringify({ type: 'trade', data: [{ s, p, t, v: 1, c: null }] });
      for (const client of server.clients) client.send(text);
    },
    close() {
      for (const client of server.clients) client.terminate();
      server.close();
    },
  };
}
