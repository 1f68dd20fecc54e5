import { type ClientOptions, WebSocket } from 'ws';
import type { Bar, BarsFrame } from '../../src/protocol/bars.ts';
import { decodeServerFrame } from '../../src/protocol/decode-server.ts';
import type { TradesFrame } from '../../src/protocol/frame.ts';
import { type Rate, type ServerMessage, type Since, SUBPROTOCOL } from '../../src/protocol/wire.ts';
import { until } from './until.ts';

/** A trade as Finnhub's framing has it. */
export interface RawTrade {
  readonly s: string;
  readonly t: number;
  readonly p: number;
  readonly v: number;
  readonly c?: readonly string[] | null;
}

/** What both kinds of test client share: a real socket, and everything it received. */
class SocketClient {
  readonly ws: WebSocket;
  readonly texts: string[] = [];
  readonly opened: Promise<void>;
  readonly closed: Promise<number>;

  constructor(url: string, protocols: string[], options: ClientOptions = {}) {
    this.ws = new WebSocket(url, protocols, options);
    this.opened = new Promise((resolve, reject) => {
      this.ws.once('open', resolve);
      this.ws.once('error', reject);
    });
    this.opened.catch(() => undefined);
    this.ws.on('error', () => undefined);
    this.closed = new Promise((resolve) => this.ws.once('close', resolve));
    this.ws.on('message', (data) => this.received(data.toString()));
  }

  protected received(text: string): void {
    this.texts.push(text);
  }

  send(message: object | string): void {
    this.ws.send(typeof message === 'string' ? message : JSON.stringify(message));
  }

  unsubscribe(symbol: string): void {
    this.send({ type: 'unsubscribe', symbol });
  }

  async close(): Promise<void> {
    this.ws.close();
    await this.closed;
  }
}

/** A program written for Finnhub. */
export class FinnhubClient extends SocketClient {
  readonly trades: RawTrade[] = [];
  readonly errors: string[] = [];
  pings = 0;

  static async connect(url: string, options?: ClientOptions): Promise<FinnhubClient> {
    const client = new FinnhubClient(url, [], options);
    await client.opened;
    return client;
  }

  subscribe(symbol: string): void {
    this.send({ type: 'subscribe', symbol });
  }

  tradesOf(symbol: string): RawTrade[] {
    return this.trades.filter(({ s }) => s === symbol);
  }

  protected override received(text: string): void {
    super.received(text);
    const message = JSON.parse(text);
    if (message.type === 'trade') this.trades.push(...message.data);
    else if (message.type === 'error') this.errors.push(message.msg);
    else if (message.type === 'ping') this.pings += 1;
  }
}

/** A numbered trade as a `tickcast.v1` client has it. */
export interface NumberedTrade {
  readonly symbol: string;
  readonly epoch: number;
  readonly seq: number;
  readonly t: number;
  readonly p: number;
  readonly v: number;
  readonly flags: number;
}

/** A bar as a `tickcast.v1` client has it. */
export interface NumberedBar extends Bar {
  readonly symbol: string;
  readonly epoch: number;
}

/** A `tickcast.v1` client that follows the protocol strictly: a hole in the numbers is noted as a fault. */
export class TickcastClient extends SocketClient {
  readonly messages: ServerMessage[] = [];
  readonly trades: NumberedTrade[] = [];
  readonly bars: NumberedBar[] = [];
  /** How many trades the bars stand for. */
  inBars = 0;
  /** What the protocol does not allow: holes, repeats, unknown ids. */
  readonly faults: string[] = [];
  readonly #bySymbol = new Map<string, { id: number; epoch: number; seq: number }>();

  static async connect(url: string, options?: ClientOptions): Promise<TickcastClient> {
    const client = new TickcastClient(url, [SUBPROTOCOL], options);
    await client.opened;
    return client;
  }

  subscribe(symbol: string, since?: Since, rate?: Rate): void {
    this.send({ type: 'subscribe', symbol, ...(since ? { since } : {}), ...(rate ? { rate } : {}) });
  }

  /** The messages of one type, oldest first. */
  of<T extends ServerMessage['type']>(type: T, symbol?: string): Extract<ServerMessage, { type: T }>[] {
    return this.messages.filter(
      (m): m is Extract<ServerMessage, { type: T }> =>
        m.type === type && (symbol === undefined || ('symbol' in m && m.symbol === symbol)),
    );
  }

  tradesOf(symbol: string): NumberedTrade[] {
    return this.trades.filter((trade) => trade.symbol === symbol);
  }

  position(symbol: string): Since | undefined {
    const at = this.#bySymbol.get(symbol);
    return at && { epoch: at.epoch, seq: at.seq };
  }

  async subscribed(symbol: string): Promise<void> {
    await until(`subscribed ${symbol}`, () => this.of('subscribed', symbol).length > 0);
  }

  protected override received(text: string): void {
    super.received(text);
    const frame = decodeServerFrame(text);
    if (!frame) {
      this.faults.push(`cannot be decoded: ${text.slice(0, 200)}`);
      return;
    }
    if (frame.type === 'trades') {
      this.#frame(frame);
      return;
    }
    if (frame.type === 'bars') {
      this.#bars(frame);
      return;
    }
    this.messages.push(frame);
    if (frame.type === 'subscribed') {
      this.#bySymbol.set(frame.symbol, { id: frame.id, epoch: frame.epoch, seq: frame.seq });
    } else if (frame.type === 'gap') {
      const at = this.#bySymbol.get(frame.symbol);
      if (at && frame.toSeq !== undefined) at.seq = Math.max(at.seq, frame.toSeq - 1);
    } else if (frame.type === 'reset') {
      const at = this.#bySymbol.get(frame.symbol);
      if (at) Object.assign(at, { epoch: frame.epoch, seq: frame.seq });
    }
  }

  #bars({ id, seq, count, bars }: BarsFrame): void {
    const [symbol, at] = [...this.#bySymbol].find(([, each]) => each.id === id) ?? [];
    if (symbol === undefined || !at) {
      this.faults.push(`bars with unknown id ${id}`);
      return;
    }
    if (seq !== at.seq + 1) this.faults.push(`${symbol}: bars of ${seq} after ${at.seq}`);
    this.bars.push(...bars.map((bar) => ({ symbol, epoch: at.epoch, ...bar })));
    this.inBars += count;
    at.seq = seq + count - 1;
  }

  #frame({ id, seq, trades }: TradesFrame): void {
    for (const [symbol, at] of this.#bySymbol) {
      if (at.id !== id) continue;
      if (seq !== at.seq + 1) this.faults.push(`${symbol}: ${seq} after ${at.seq}`);
      for (const [i, trade] of trades.entries()) {
        this.trades.push({ symbol, epoch: at.epoch, seq: seq + i, ...trade });
      }
      at.seq = seq + trades.length - 1;
      return;
    }
    this.faults.push(`frame with unknown id ${id}`);
  }
}
