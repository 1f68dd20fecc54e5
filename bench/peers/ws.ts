// The package `ws` as a server: Finnhub's text as it comes, made into bytes once, to a set of sockets for each symbol.
// Usage: FEED_URL=ws://… node bench/peers/ws.ts
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { type WebSocket, WebSocketServer } from 'ws';
import { parseFinnhubRequest } from '../../src/protocol/finnhub.ts';
import { openFeed, serving } from './feed.ts';

const rooms = new Map<string, Set<WebSocket>>();
const feed = openFeed((symbol, text) => {
  const bytes = Buffer.from(text);
  for (const socket of rooms.get(symbol) ?? []) socket.send(bytes, { binary: false });
});

const server = createServer();
const sockets = new WebSocketServer({ server, perMessageDeflate: false });
sockets.on('connection', (socket) => {
  const joined = new Set<Set<WebSocket>>();
  socket.on('error', () => socket.terminate());
  socket.on('close', () => {
    for (const room of joined) room.delete(socket);
  });
  socket.on('message', (data) => {
    const request = parseFinnhubRequest(data.toString());
    if (request.type === 'unsubscribe') rooms.get(request.symbol)?.delete(socket);
    if (request.type !== 'subscribe') return;
    const room = rooms.get(request.symbol) ?? new Set();
    rooms.set(request.symbol, room.add(socket));
    joined.add(room);
    feed.want(request.symbol);
  });
});

await feed.opened;
server.listen(0, '127.0.0.1', () => serving((server.address() as AddressInfo).port));
