// What Tickcast is measured against: the least one can do with uWebSockets.js. It publishes Finnhub's text as it comes,
// one message a trade, to one topic a symbol. Usage: FEED_URL=ws://… node bench/peers/bare-uws.ts
import * as uWS from 'uWebSockets.js';
import { WebSocket } from 'ws';
import { parseFinnhubRequest } from '../../src/protocol/finnhub.ts';

/** As Tickcast has it. */
const MAX_BACKPRESSURE_BYTES = 64 * 1024;
const decoder = new TextDecoder();
const wanted = new Set<string>();
const app = uWS.App();
const upstream = new WebSocket(process.env.FEED_URL ?? '', { perMessageDeflate: false, skipUTF8Validation: true });

upstream.on('message', (data) => {
  const text = data.toString();
  const message: { readonly data?: readonly { readonly s: string }[] } = JSON.parse(text);
  const trades = message.data ?? [];
  const [first] = trades;
  if (first && trades.every(({ s }) => s === first.s)) {
    app.publish(first.s, text);
    return;
  }
  for (const trade of trades) app.publish(trade.s, JSON.stringify({ data: [trade], type: 'trade' }));
});

app.ws('/*', {
  maxBackpressure: MAX_BACKPRESSURE_BYTES,
  idleTimeout: 120,
  message: (ws, bytes) => {
    const request = parseFinnhubRequest(decoder.decode(bytes));
    if (request.type === 'unsubscribe') ws.unsubscribe(request.symbol);
    if (request.type !== 'subscribe') return;
    ws.subscribe(request.symbol);
    if (wanted.has(request.symbol)) return;
    wanted.add(request.symbol);
    upstream.send(JSON.stringify({ type: 'subscribe', symbol: request.symbol }));
  },
});

upstream.on('open', () => {
  app.listen('127.0.0.1', 0, (socket) => {
    if (socket) console.log(`http://127.0.0.1:${uWS.us_socket_local_port(socket)}`);
    else process.exit(1);
  });
});
process.on('disconnect', () => process.exit());
