// Makes candles of a minute from bars: about one message a second, however many trades there are. Prints each as it grows.
// Usage: node candles.mjs ws://localhost:8080 BINANCE:BTCUSDT     (TOKEN: the access token, where there is one)
import { connect } from 'tickcast/client';

const MINUTE_MS = 60_000;
const [url = 'ws://localhost:8080', ...symbols] = process.argv.slice(2);
const candles = new Map();

function candleAt(symbol, t) {
  const start = t - (t % MINUTE_MS);
  const key = `${symbol} ${start}`;
  if (!candles.has(key)) {
    candles.set(key, {
      key,
      high: -Infinity,
      low: Infinity,
      sum: 0,
      lost: 0,
      count: 0,
      open: undefined,
      close: undefined,
    });
  }
  return candles.get(key);
}

/** Bars of one second may come in several messages, and late: what comes first and last is decided by time, then by number. */
function isBefore(a, b) {
  return a.t !== b.t ? a.t < b.t : a.epoch !== b.epoch ? a.epoch < b.epoch : a.seq < b.seq;
}

/** Adds to the volume without losing what does not fit into a number (Neumaier's sum). */
function addVolume(candle, volume) {
  const sum = candle.sum + volume;
  candle.lost += Math.abs(candle.sum) >= Math.abs(volume) ? candle.sum - sum + volume : volume - sum + candle.sum;
  candle.sum = sum;
}

function add({ symbol, epoch, t, open, close, high, low, volume, rest, count }) {
  const candle = candleAt(symbol, t);
  if (open && !(candle.open && isBefore(candle.open, { ...open, epoch }))) candle.open = { ...open, epoch };
  if (close && !(candle.close && isBefore({ ...close, epoch }, candle.close))) candle.close = { ...close, epoch };
  candle.high = Math.max(candle.high, high ?? -Infinity);
  candle.low = Math.min(candle.low, low ?? Infinity);
  addVolume(candle, volume);
  addVolume(candle, rest);
  candle.count += count;
  if (!candle.open) return;
  const prices = [candle.open.p, candle.high, candle.low, candle.close.p];
  console.log('candle', candle.key, ...prices, candle.sum + candle.lost, candle.count);
}

const feed = connect(url, {
  token: process.env.TOKEN,
  // Of a stock, what was made in extended hours (flag 8) but is reported within the regular ones is in no candle: see CLIENT.md.
  onBars: (bars) => bars.forEach(add),
  // At first, and where it comes back, it gets trades: each is a bar of one.
  onTrades(trades) {
    for (const { symbol, epoch, seq, t, p, v, flags } of trades) {
      const print = flags & 1 ? undefined : { p, t, seq };
      const price = flags & 2 ? undefined : p;
      const volume = flags & 4 ? 0 : v;
      add({
        symbol,
        epoch,
        t,
        open: print,
        close: print,
        high: price,
        low: price,
        volume,
        rest: 0,
        count: volume > 0 ? 1 : 0,
      });
    }
  },
  onGap: ({ symbol, cause, from, to }) => console.log(`gap ${symbol} ${cause} ${from} ${to}`),
  onReset: ({ symbol, reason }) => console.log(`reset ${symbol} ${reason}`),
  onStanding: ({ symbol, state }) => console.error(`${symbol} ${state}`),
});

for (const symbol of symbols) feed.watch(symbol, { rate: '1hz' });
process.once('SIGINT', () => feed.close());
