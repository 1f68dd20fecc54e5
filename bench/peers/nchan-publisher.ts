// What feeds nchan, which has no feed of its own: Finnhub's text as it comes goes to the symbol's channel, by a publisher's
// WebSocket for each. Usage: FEED_URL=ws://… NCHAN_PORT=… SYMBOLS=AAPL,… node bench/peers/nchan-publisher.ts
import { once } from 'node:events';
import { WebSocket } from 'ws';
import { openFeed, serving } from './feed.ts';

const port = Number(process.env.NCHAN_PORT);
const symbols = (process.env.SYMBOLS ?? '').split(',');
const channels = new Map<string, WebSocket>();
const feed = openFeed((symbol, text) => channels.get(symbol)?.send(text));

await feed.opened;
for (const symbol of symbols) {
  const channel = new WebSocket(`ws://127.0.0.1:${port}/publish?id=${symbol}`, { perMessageDeflate: false });
  await once(channel, 'open');
  channel.on('close', () => process.exit(1));
  channels.set(symbol, channel);
  feed.want(symbol);
}
serving(port);
