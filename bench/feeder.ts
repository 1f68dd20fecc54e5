// A load source that speaks Finnhub's protocol, in a process of its own: one trade a message, every symbol at random
// times of its own. Usage: started by bench/fanout.ts and bench/http.ts.
import { createServer } from 'node:http';
import { type WebSocket, WebSocketServer } from 'ws';
import { parseFinnhubRequest } from '../src/protocol/finnhub.ts';
import { nowUs, stampOf } from './lib/clock.ts';
import type { FeederSetup, FromFeeder, ToFeeder } from './lib/messages.ts';
import { seededRandom } from './lib/stats.ts';

interface Stream {
  readonly symbol: string;
  price: number;
  /** When its next trade is made, in µs. */
  nextUs: number;
}

const LOWEST_PRICE = 100;
const PRICES = 800;

function tell(message: FromFeeder): void {
  process.send?.(message);
}

const subscriptions = new Map<WebSocket, Set<string>>();
let setup: FeederSetup = { symbols: [], rate: 1, seed: 1, clockOffset: 0 };
let random = seededRandom(1);
let streams: Stream[] = [];
let timer: NodeJS.Timeout | undefined;
let awaited = false;
let sent = 0;
let latestUs = 0;
let startedUs = 0;
let cpuAtStart = process.cpuUsage();

// Finnhub's lists are empty here: Tickcast then uses its built-in ones, and does not ask again while it is measured.
const http = createServer((_request, response) =>
  response.writeHead(200, { 'content-type': 'application/json' }).end('[]'),
);
const sockets = new WebSocketServer({ server: http, perMessageDeflate: false });
sockets.on('connection', (socket) => {
  const symbols = new Set<string>();
  subscriptions.set(socket, symbols);
  socket.on('error', () => socket.terminate());
  socket.on('close', () => subscriptions.delete(socket));
  socket.on('message', (data) => {
    const request = parseFinnhubRequest(data.toString());
    if (request.type === 'subscribe') symbols.add(request.symbol);
    else if (request.type === 'unsubscribe') symbols.delete(request.symbol);
    tellWhenSubscribed();
  });
});

function tellWhenSubscribed(): void {
  if (!awaited || ![...subscriptions.values()].some((held) => setup.symbols.every((symbol) => held.has(symbol))))
    return;
  awaited = false;
  tell({ type: 'subscribed' });
}

/** The time to a symbol's next trade, in µs: arrivals that know nothing of each other (a Poisson process). */
function pause(): number {
  return (-Math.log(1 - random()) / setup.rate) * 1e6;
}

function start(): void {
  sent = 0;
  latestUs = 0;
  startedUs = nowUs(setup.clockOffset);
  cpuAtStart = process.cpuUsage();
  for (const stream of streams) stream.nextUs = startedUs + pause();
  wait();
}

function wait(): void {
  const next = Math.min(...streams.map((stream) => stream.nextUs));
  timer = setTimeout(work, Math.max(0, (next - nowUs(setup.clockOffset)) / 1e3));
}

function work(): void {
  for (const stream of streams) {
    while (stream.nextUs <= nowUs(setup.clockOffset)) {
      latestUs = Math.max(latestUs, nowUs(setup.clockOffset) - stream.nextUs);
      trade(stream);
      stream.nextUs += pause();
    }
  }
  wait();
}

function trade(stream: Stream): void {
  stream.price = Math.max(LOWEST_PRICE, stream.price + Math.round(random() * 10 - 5) / 100);
  for (const [socket, symbols] of subscriptions) {
    if (!symbols.has(stream.symbol)) continue;
    const { t, v } = stampOf(nowUs(setup.clockOffset));
    const price = Math.round(stream.price * 100) / 100;
    socket.send(`{"data":[{"c":["1"],"p":${price},"s":"${stream.symbol}","t":${t},"v":${v}}],"type":"trade"}`);
    sent += 1;
  }
}

function stop(): void {
  clearTimeout(timer);
  const { user, system } = process.cpuUsage(cpuAtStart);
  const cpuShare = (user + system) / Math.max(1, nowUs(setup.clockOffset) - startedUs);
  tell({ type: 'stopped', sent, latestMs: latestUs / 1e3, cpuShare });
}

process.on('message', (message: ToFeeder) => {
  switch (message.type) {
    case 'setup':
      setup = message.setup;
      random = seededRandom(setup.seed);
      streams = setup.symbols.map((symbol) => ({ symbol, price: LOWEST_PRICE + random() * PRICES, nextUs: 0 }));
      return;
    case 'await-subscribed':
      awaited = true;
      tellWhenSubscribed();
      return;
    case 'start':
      start();
      return;
    case 'stop':
      stop();
  }
});
process.on('disconnect', () => process.exit());

http.listen(0, '127.0.0.1', () => {
  const address = http.address();
  if (typeof address === 'object' && address) tell({ type: 'listening', port: address.port });
});
