// Prints every trade of some symbols once, and says what is missing. It survives restarts of the server.
// Usage: node follow.mjs ws://localhost:8080 BINANCE:BTCUSDT AAPL     (TOKEN: the access token, where there is one)
import { connect } from 'tickcast/client';

const [url = 'ws://localhost:8080', ...symbols] = process.argv.slice(2);

const feed = connect(url, {
  token: process.env.TOKEN,
  onTrades(trades) {
    for (const { symbol, epoch, seq, t, p, v } of trades) console.log(`trade ${symbol} ${epoch}.${seq} ${t} ${p} ${v}`);
  },
  onGap({ symbol, cause, from, to, fromSeq = '', toSeq = '' }) {
    console.log(`gap ${symbol} ${cause} ${from} ${to} ${fromSeq} ${toSeq}`);
  },
  onReset({ symbol, epoch, seq, reason }) {
    console.log(`reset ${symbol} ${epoch}.${seq} ${reason}`);
  },
  onStanding(standing) {
    if (standing.state === 'live') console.log(`subscribed ${standing.symbol} ${standing.epoch}.${standing.seq}`);
    else console.error(`${standing.symbol} waits for a slot, ${standing.position} in line`);
  },
  onStatus({ connection, upstream }) {
    console.error(`connection ${connection}`, upstream?.upstream ?? '');
    // Nothing is tried any more then, and the program ends.
    if (connection === 'locked') process.exitCode = 1;
  },
  onError({ code, message, symbol = '' }) {
    console.error(`error ${code} ${symbol} ${message}`);
  },
});

for (const symbol of symbols) feed.watch(symbol);
process.once('SIGINT', () => feed.close());
