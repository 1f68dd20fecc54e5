// What Tickcast is measured against: the least one can do with uWebSockets.js. It publishes Finnhub's text as it comes,
// one message a trade, to one topic a symbol; with WINDOW_MS, what comes within such a window leaves together
// (FROM_FIRST=1: a window that begins with the first trade that waits, as Tickcast's does).
// Usage: FEED_URL=ws://… [WINDOW_MS=20 [FROM_FIRST=1]] node bench/peers/bare-uws.ts
import * as uWS from 'uWebSockets.js';
import { parseFinnhubRequest } from '../../src/protocol/finnhub.ts';
import { openFeed, serving } from './feed.ts';
import { gathered, gatheredFromFirst } from './window.ts';

/** As Tickcast has it. */
const MAX_BACKPRESSURE_BYTES = 64 * 1024;
const windowMs = Number(process.env.WINDOW_MS ?? 0);
const decoder = new TextDecoder();
const app = uWS.App();
const publish = (symbol: string, text: string): void => void app.publish(symbol, text);
const gather = process.env.FROM_FIRST === '1' ? gatheredFromFirst : gathered;
const feed = openFeed(windowMs > 0 ? gather(windowMs, publish) : publish);

app.ws('/*', {
  maxBackpressure: MAX_BACKPRESSURE_BYTES,
  idleTimeout: 120,
  message: (ws, bytes) => {
    const request = parseFinnhubRequest(decoder.decode(bytes));
    if (request.type === 'unsubscribe') ws.unsubscribe(request.symbol);
    if (request.type !== 'subscribe') return;
    ws.subscribe(request.symbol);
    feed.want(request.symbol);
  },
});

await feed.opened;
app.listen('127.0.0.1', 0, (socket) => {
  if (socket) serving(uWS.us_socket_local_port(socket));
  else process.exit(1);
});
