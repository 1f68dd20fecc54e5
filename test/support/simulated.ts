import { afterEach, vi } from 'vitest';
import { WebSocket } from 'ws';
import { type FinnhubMessage, parseFinnhubMessage } from '../../src/protocol/finnhub.ts';
import type { Trade } from '../../src/protocol/trade.ts';
import { type Simulator, startSimulator } from '../../src/upstream/simulator/server.ts';
import type { SimulatorSettings } from '../../src/upstream/simulator/settings.ts';

/** A plain client of Finnhub's protocol that keeps all it gets. */
export class FinnhubClient {
  readonly socket: WebSocket;
  readonly texts: string[] = [];
  closed = false;

  constructor(url: string) {
    this.socket = new WebSocket(url);
    this.socket.on('message', (data) => this.texts.push(String(data)));
    this.socket.on('close', () => {
      this.closed = true;
    });
    this.socket.on('error', () => undefined);
  }

  get messages(): FinnhubMessage[] {
    return this.texts.map(parseFinnhubMessage);
  }
  get trades(): Trade[] {
    return this.messages.flatMap((message) => (message.type === 'trades' ? message.trades : []));
  }
  get errors(): string[] {
    return this.messages.flatMap((message) => (message.type === 'error' ? [message.msg] : []));
  }
  subscribe(...symbols: readonly string[]): void {
    for (const symbol of symbols) this.socket.send(JSON.stringify({ type: 'subscribe', symbol }));
  }
  unsubscribe(symbol: string): void {
    this.socket.send(JSON.stringify({ type: 'unsubscribe', symbol }));
  }
}

/** What is undone after each test, last first. */
export const cleanups: (() => unknown)[] = [];
afterEach(async () => {
  for (const cleanup of cleanups.splice(0).reverse()) await cleanup();
});

export async function simulate(settings: Partial<SimulatorSettings> = {}): Promise<Simulator> {
  const simulator = await startSimulator(settings);
  cleanups.push(() => simulator.close());
  return simulator;
}

export function dial(simulator: Simulator, token = 'key'): FinnhubClient {
  const client = new FinnhubClient(`${simulator.wsUrl}?token=${token}`);
  cleanups.push(() => client.socket.terminate());
  return client;
}

export async function open(simulator: Simulator, token?: string): Promise<FinnhubClient> {
  const client = dial(simulator, token);
  await new Promise((resolve, reject) => client.socket.once('open', resolve).once('error', reject));
  return client;
}

export const soon = (check: () => void) => vi.waitFor(check, { timeout: 4_000, interval: 10 });
export const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

/** The status a refused handshake was answered with. */
export function refusedWith(client: FinnhubClient): Promise<number | undefined> {
  return new Promise((resolve) => client.socket.once('unexpected-response', (_req, res) => resolve(res.statusCode)));
}
