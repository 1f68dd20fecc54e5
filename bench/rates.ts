import { createServer } from 'node:http';
import { WebSocket, WebSocketServer } from 'ws';
import { decodeServerFrame } from '../src/protocol/decode-server.ts';
import { parseFinnhubRequest } from '../src/protocol/finnhub.ts';
import { type Rate, SUBPROTOCOL } from '../src/protocol/wire.ts';
import { sleep } from './lib/clock.ts';
import type { Options } from './lib/options.ts';
import { show, table } from './lib/report.ts';
import { startTickcast } from './lib/servers.ts';
import { median, seededRandom } from './lib/stats.ts';

const TRADES_PER_SECOND = 200;
const SECONDS = 20;
/** Until bars are in step with the seconds. */
const SETTLE_MS = 5_000;
const RATES: readonly Rate[] = ['full', '4hz', '1hz'];
/** Of two bytes up to so much payload, of four beyond (RFC 6455, 5.2). */
const MAX_SHORT = 125;
/** The share of the bytes of every trade that bars of a second may be. */
const PROMISED = 0.02;

interface Kind {
  readonly name: string;
  readonly symbol: string;
  readonly price: number;
  readonly priceDecimals: number;
  /** Volumes are mostly of one to a thousand of the smallest unit that people trade in. */
  readonly unit: number;
  readonly volumeDecimals: number;
  readonly c: readonly string[] | null;
}

const KINDS: readonly Kind[] = [
  {
    name: 'a stock in whole shares',
    symbol: 'AAPL',
    price: 122,
    priceDecimals: 2,
    unit: 1,
    volumeDecimals: 0,
    c: ['1'],
  },
  {
    ...{ name: 'a coin like BTC/USDT', symbol: 'BINANCE:BTCUSDT', price: 16_578, priceDecimals: 2 },
    ...{ unit: 0.001, volumeDecimals: 5, c: null },
  },
  {
    ...{ name: 'a coin like XRP/ETH', symbol: 'BINANCE:XRPETH', price: 0.0014, priceDecimals: 8 },
    ...{ unit: 1, volumeDecimals: 1, c: null },
  },
];

/** What one client got while it was counted. */
interface Received {
  readonly kind: Kind;
  readonly rate: Rate;
  readonly bytes: number;
  readonly frames: number;
  readonly trades: number;
}

/** What the rates save: the same trades to a client of each. */
export async function runRates(options: Options): Promise<string> {
  const source = await startSource(options.seed);
  const rounds: Received[][] = [];
  try {
    for (let round = 1; round <= options.rounds; round += 1) {
      const server = await startTickcast(source.port, { flushMs: options['flush-ms'], shards: options.shards });
      try {
        const received = await measure(server.port);
        rounds.push(received);
        for (const { kind, rate, bytes, trades } of received) {
          process.stdout.write(
            `rates ${round}/${options.rounds} ${kind.symbol} ${rate}: ${bytes} bytes of ${trades} trades\n`,
          );
        }
      } finally {
        await server.stop();
      }
    }
  } finally {
    source.stop();
  }
  return section(options, rounds);
}

async function measure(port: number): Promise<Received[]> {
  const clients = await Promise.all(KINDS.flatMap((kind) => RATES.map((rate) => connect(port, kind, rate))));
  await sleep(SETTLE_MS);
  for (const client of clients) client.begin();
  await sleep(SECONDS * 1e3);
  const received = clients.map((client) => client.received());
  for (const client of clients) client.close();
  return received;
}

/** A client of one symbol that counts frames of trades and bars, with the headers of WebSocket. */
async function connect(port: number, kind: Kind, rate: Rate) {
  let counts = { bytes: 0, frames: 0, trades: 0 };
  const socket = new WebSocket(`ws://127.0.0.1:${port}`, SUBPROTOCOL, { perMessageDeflate: false });
  socket.on('message', (data: Buffer) => {
    const message = decodeServerFrame(data.toString());
    if (message?.type !== 'trades' && message?.type !== 'bars') return;
    counts.bytes += data.length + (data.length > MAX_SHORT ? 4 : 2);
    counts.frames += 1;
    counts.trades += message.type === 'bars' ? message.count : message.trades.length;
  });
  await new Promise((resolve, reject) => socket.once('open', resolve).once('error', reject));
  socket.send(JSON.stringify({ type: 'subscribe', symbol: kind.symbol, rate }));
  return {
    begin: () => {
      counts = { bytes: 0, frames: 0, trades: 0 };
    },
    received: (): Received => ({ kind, rate, ...counts }),
    close: () => socket.close(),
  };
}

/** Speaks Finnhub's protocol: one trade a message, at random times that know nothing of each other. */
async function startSource(seed: number): Promise<{ readonly port: number; readonly stop: () => void }> {
  const random = seededRandom(seed);
  const http = createServer((_request, response) => response.writeHead(404).end());
  const server = new WebSocketServer({ server: http, perMessageDeflate: false });
  const streams = KINDS.map((kind) => ({ kind, price: kind.price, next: 0, wanted: new Set<WebSocket>() }));
  server.on('connection', (socket) => {
    socket.on('error', () => socket.terminate());
    socket.on('close', () => {
      for (const { wanted } of streams) wanted.delete(socket);
    });
    socket.on('message', (data) => {
      const request = parseFinnhubRequest(data.toString());
      const stream = streams.find(({ kind }) => 'symbol' in request && kind.symbol === request.symbol);
      if (request.type === 'subscribe') stream?.wanted.add(socket);
      else if (request.type === 'unsubscribe') stream?.wanted.delete(socket);
    });
  });
  const timer = setInterval(() => {
    const now = performance.now();
    for (const stream of streams) {
      if (stream.next < now - 1e3) stream.next = now;
      for (; stream.next <= now; stream.next += (-Math.log(1 - random()) / TRADES_PER_SECOND) * 1e3) {
        const { priceDecimals, unit, volumeDecimals, symbol, c } = stream.kind;
        stream.price +=
          (Math.round(random() * 10 - 5) / 10 ** priceDecimals) * (stream.price > stream.kind.price / 2 ? 1 : -1);
        const p = Number(stream.price.toFixed(priceDecimals));
        const v = Number(Math.max(unit * 1e3 ** random(), 10 ** -volumeDecimals).toFixed(volumeDecimals));
        const text = JSON.stringify({ data: [{ c, p, s: symbol, t: Date.now(), v }], type: 'trade' });
        for (const socket of stream.wanted) socket.send(text);
      }
    }
  }, 1);
  await new Promise<void>((resolve) => http.listen(0, '127.0.0.1', resolve));
  const address = http.address();
  return {
    port: typeof address === 'object' && address ? address.port : 0,
    stop: () => {
      clearInterval(timer);
      for (const socket of server.clients) socket.terminate();
      http.close();
    },
  };
}

function section(options: Options, rounds: readonly (readonly Received[])[]): string {
  const find = (received: readonly Received[], kind: Kind, rate: Rate): Received | undefined =>
    received.find((each) => each.kind === kind && each.rate === rate);
  const shares = (kind: Kind, rate: Rate): number[] =>
    rounds.map((each) => perTrade(find(each, kind, rate)) / perTrade(find(each, kind, 'full')));
  const rows = KINDS.flatMap((kind) =>
    RATES.map((rate) => {
      const received = rounds.flatMap((each) => find(each, kind, rate) ?? []);
      const share = shares(kind, rate).map((value) => value * 100);
      return [
        `${kind.name}, ${rate}`,
        show(median(received.map(({ trades }) => trades / SECONDS)), 0),
        show(median(received.map(({ bytes }) => bytes / SECONDS)), 0),
        show(median(received.map(({ frames }) => frames / SECONDS)), 2),
        `${show(median(share), 2)} (${show(Math.min(...share), 2)}–${show(Math.max(...share), 2)})`,
      ];
    }),
  );
  const worst = Math.max(...KINDS.flatMap((kind) => shares(kind, '1hz')));
  const verdict = worst <= PROMISED ? 'kept' : '**not kept**';
  return `## Rates

${TRADES_PER_SECOND} trades a second of each symbol at random times to a client of each rate, ${options.rounds} rounds of ${SECONDS} s, FLUSH_MS=${options['flush-ms']}, SHARDS=${options.shards}.

${table(['', 'trades/s', 'bytes/s', 'frames/s', '% of full (least–most)'], rows)}

- Bytes: WebSocket frames of trades and bars with their headers, without TCP and IP; the share is of bytes by trade.
- At most ${PROMISED * 100} % of full at 1hz: ${verdict}, ${show(worst * 100, 2)} % at most.`;
}

const perTrade = (received: Received | undefined): number => (received ? received.bytes / received.trades : Number.NaN);
