import { FinnhubWS } from '@stoqey/finnhub';

/** A program on the npm package `@stoqey/finnhub`, as its README has it: subscribes to its arguments, prints its data. */
const [token, ...symbols] = process.argv.slice(2);
const feed = new FinnhubWS(token);
feed.on('onReady', () => {
  for (const symbol of symbols) feed.addSymbol(symbol);
  console.log('ready');
});
feed.on('onError', (error) => console.log('error', error));
feed.on('onData', (data) => console.log('data', JSON.stringify(data)));
process.stdin.on('data', (line) => feed.removeSymbol(String(line).trim()));
