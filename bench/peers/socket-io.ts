// Socket.IO as its documentation has it: a room a symbol, an event a trade; by WebSocket only and without compression, which
// is the cheapest it can do. Usage: FEED_URL=ws://… node bench/peers/socket-io.ts
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Server } from 'socket.io';
import { openFeed, serving } from './feed.ts';

const server = createServer();
const io = new Server(server, { transports: ['websocket'], perMessageDeflate: false, serveClient: false });
const feed = openFeed((symbol, _text, trades) => {
  for (const trade of trades) io.to(symbol).emit('trade', trade);
});

io.on('connection', (socket) => {
  socket.on('subscribe', (symbol: unknown) => {
    if (typeof symbol !== 'string') return;
    void socket.join(symbol);
    feed.want(symbol);
  });
  socket.on('unsubscribe', (symbol: unknown) => {
    if (typeof symbol === 'string') void socket.leave(symbol);
  });
});

await feed.opened;
server.listen(0, '127.0.0.1', () => serving((server.address() as AddressInfo).port));
