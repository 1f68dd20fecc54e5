import { WebSocket } from 'ws';
import { decodeServerFrame } from '../../src/protocol/decode-server.ts';
import type { TradesFrame } from '../../src/protocol/frame.ts';
import { type Gap, type Reset, type ServerMessage, type Since, SUBPROTOCOL } from '../../src/protocol/wire.ts';
import { type NumberedSource, volumeOf } from './numbered-source.ts';
import { connectElsewhere, type ServerAddress } from './serving-shard.ts';

/** How long a server that may be ending can take to answer, ms. */
const HANDSHAKE_WITHIN_MS = 5_000;

/** Trades `from` to `to` of a symbol, both included, by the source's numbers: not received, and what was told of them. */
export interface Lack {
  readonly symbol: string;
  readonly from: number;
  readonly to: number;
  readonly told: readonly (Gap | Reset)[];
}

/** What happened to followers, in numbers. */
export interface Counts {
  connections: number;
  /** Connections to another shard than the one before, and to the same one. */
  elsewhere: number;
  sameShard: number;
  trades: number;
  /** How a symbol was gone on with: see `outcomeOf`. */
  fromRing: number;
  fromRecorder: number;
  fromNow: number;
}

export function newCounts(): Counts {
  return { connections: 0, elsewhere: 0, sameShard: 0, trades: 0, fromRing: 0, fromRecorder: 0, fromNow: 0 };
}

/** Which trade has which number of the server's: followers share it, so that all are held to the same. */
export type Numbers = Map<string, number[]>;

interface Following {
  readonly symbol: string;
  /** Where it goes on from after the next reconnect. */
  since: Since | undefined;
  /** Where this connection is. */
  epoch: number;
  seq: number;
  id: number | undefined;
  /** The source's number of the last trade; 0: none yet. */
  last: number;
  /** What was told since that trade. */
  told: (Gap | Reset)[];
  isAnswered: boolean;
  /** `subscribed` has said that not everything will follow: `reset` has to say where it goes on. */
  owesReset: boolean;
}

/**
 * A program that follows symbols over many connections, each time from where the last one ended. It keeps no trades, of
 * hundreds of clients they could not be kept: every one is compared with what the source sent as it comes. What the protocol
 * does not allow is a fault.
 */
export class Follower {
  readonly faults: string[] = [];
  readonly lacks: Lack[] = [];
  /** What was told, also where nothing was lacking. */
  readonly told: (Gap | Reset)[] = [];
  readonly #source: NumberedSource;
  readonly #numbers: Numbers;
  readonly #counts: Counts;
  readonly #followings: ReadonlyMap<string, Following>;
  readonly #byId = new Map<number, Following>();
  #shard: string | undefined;
  #ws: WebSocket | undefined;
  #closed: Promise<unknown> = Promise.resolve();

  constructor(source: NumberedSource, numbers: Numbers, counts: Counts) {
    this.#source = source;
    this.#numbers = numbers;
    this.#counts = counts;
    this.#followings = new Map(source.symbols.map((symbol) => [symbol, newFollowing(symbol)]));
  }

  /** Resolves when the connection is closed, by whomever. */
  get closed(): Promise<unknown> {
    return this.#closed;
  }

  /** Whether it is where every symbol's last trade is: it has that, or was told by a reset to go on after it. */
  get isCaughtUp(): boolean {
    return [...this.#followings.values()].every(({ symbol, since }) => {
      const numbers = since && this.#numbers.get(`${symbol}|${since.epoch}`);
      return numbers?.[since?.seq ?? 0] === this.#source.last(symbol);
    });
  }

  /** Nothing more will come of a follower that is caught up: what a reset has left out at the end is lacking too. */
  settle(): void {
    for (const following of this.#followings.values()) {
      const { symbol, last, told } = following;
      const to = this.#source.last(symbol);
      if (last === to || !this.isCaughtUp) continue;
      // One that has come only now begins here.
      if (last > 0) this.#lack({ symbol, from: last + 1, to, told });
      Object.assign(following, { last: to, told: [] });
    }
  }

  /** Connects, to another shard than the last time, and goes on where it was; `false` where there is no server. */
  async connect(server: ServerAddress): Promise<boolean> {
    const accepted = await connectElsewhere(server, this.#shard).catch(() => undefined);
    // A server that ends takes those along that it has just accepted.
    if (!accepted || accepted.socket.destroyed) return false;
    const { socket, shard } = accepted;
    const ws = new WebSocket(`ws://127.0.0.1:${server.port}`, [SUBPROTOCOL], {
      createConnection: () => socket,
      handshakeTimeout: HANDSHAKE_WITHIN_MS,
      perMessageDeflate: false,
      skipUTF8Validation: true,
    });
    this.#byId.clear();
    ws.on('message', (data) => {
      if (ws === this.#ws) this.#receive(data.toString());
    });
    this.#ws = ws;
    this.#closed = new Promise((resolve) => ws.once('close', resolve));
    const isOpen = await new Promise<boolean>((resolve) => {
      ws.once('open', () => resolve(true));
      ws.on('error', () => resolve(false));
    });
    if (!isOpen) return false;
    this.#counts.connections += 1;
    if (this.#shard !== undefined && shard !== undefined) {
      this.#counts[shard === this.#shard ? 'sameShard' : 'elsewhere'] += 1;
    }
    this.#shard = shard;
    for (const following of this.#followings.values()) {
      const { symbol, since } = following;
      Object.assign(following, { id: undefined, isAnswered: false, owesReset: false });
      ws.send(JSON.stringify({ type: 'subscribe', symbol, ...(since ? { since } : {}) }));
    }
    return true;
  }

  /** Leaves without a word. */
  disconnect(): void {
    this.#ws?.terminate();
    this.#ws = undefined;
  }

  #receive(text: string): void {
    const message = decodeServerFrame(text);
    if (!message) {
      this.faults.push(`cannot be decoded: ${text.slice(0, 200)}`);
      return;
    }
    if (message.type === 'trades') this.#trades(message);
    else if ('symbol' in message && message.symbol !== undefined) this.#message(message, message.symbol);
  }

  #message(message: ServerMessage, symbol: string): void {
    const following = this.#followings.get(symbol);
    if (!following) {
      this.faults.push(`${symbol} was not asked for`);
      return;
    }
    switch (message.type) {
      case 'subscribed':
        this.#subscribed(following, message);
        break;
      case 'gap':
        this.#tell(following, message);
        if (message.toSeq !== undefined) following.seq = Math.max(following.seq, message.toSeq - 1);
        break;
      case 'reset':
        this.#tell(following, message);
        Object.assign(following, { epoch: message.epoch, seq: message.seq, owesReset: false });
        break;
      default:
        this.faults.push(JSON.stringify(message));
    }
    keepPosition(following);
  }

  #tell(following: Following, message: Gap | Reset): void {
    following.told.push(message);
    this.told.push(message);
  }

  #subscribed(following: Following, message: Extract<ServerMessage, { type: 'subscribed' }>): void {
    const { symbol, since, isAnswered } = following;
    const { epoch, seq, id, recovered } = message;
    if (!isAnswered && since) {
      this.#counts[outcomeOf(message)] += 1;
      if (recovered && (epoch !== since.epoch || seq !== since.seq)) {
        this.faults.push(`${symbol}: recovered from ${epoch}.${seq}, asked for ${since.epoch}.${since.seq}`);
      }
    } else if (isAnswered && recovered) {
      // Said again where it is, when the symbol was closed and is open again; else a new epoch.
      const isWhereItWas = epoch === following.epoch && seq === following.seq;
      const isLed = following.told.some((each) => each.type === 'gap' && each.toSeq === undefined);
      if (!isWhereItWas && (epoch <= following.epoch || !isLed)) {
        this.faults.push(`${symbol}: ${epoch}.${seq} begins without a gap after ${following.epoch}.${following.seq}`);
      }
    }
    if (following.id !== undefined) this.#byId.delete(following.id);
    this.#byId.set(id, following);
    const owesReset = !recovered && (isAnswered || since !== undefined);
    Object.assign(following, { id, epoch, seq, owesReset, isAnswered: true });
  }

  #trades({ id, seq, trades }: TradesFrame): void {
    const following = this.#byId.get(id);
    if (!following || following.owesReset) {
      this.faults.push(following ? `${following.symbol}: ${seq} before the reset` : `a frame with unknown id ${id}`);
      return;
    }
    const { symbol, epoch } = following;
    if (seq !== following.seq + 1) this.faults.push(`${symbol}: ${seq} after ${following.seq} of ${epoch}`);
    const key = `${symbol}|${epoch}`;
    const numbers = this.#numbers.get(key) ?? [];
    this.#numbers.set(key, numbers);
    for (const [i, { t, p, v }] of trades.entries()) {
      const former = numbers[seq + i];
      if (former === undefined) numbers[seq + i] = p;
      else if (former !== p) this.faults.push(`${key}|${seq + i} is trade ${former} and trade ${p}`);
      if (t !== this.#source.timeOf(symbol, p) || v !== volumeOf(p)) this.faults.push(`${symbol}: ${p} is not as sent`);
      this.#next(following, p);
    }
    this.#counts.trades += trades.length;
    following.seq = seq + trades.length - 1;
    keepPosition(following);
  }

  /** Trade `n` of the source has come. */
  #next(following: Following, n: number): void {
    const { symbol, last, told } = following;
    following.last = n;
    if (n === last + 1 && told.length === 0) return;
    following.told = [];
    if (last === 0) return;
    if (n <= last) this.faults.push(`${symbol}: trade ${n} came after trade ${last}`);
    if (n > last + 1) this.#lack({ symbol, from: last + 1, to: n - 1, told });
  }

  #lack(lack: Lack): void {
    const { symbol, from, to, told } = lack;
    this.lacks.push(lack);
    if (told.length === 0) this.faults.push(`${symbol}: ${from} to ${to} are lacking, and nothing was told`);
  }
}

function newFollowing(symbol: string): Following {
  const nowhere = { since: undefined, epoch: 0, seq: 0, id: undefined, last: 0 };
  return { symbol, ...nowhere, told: [], isAnswered: false, owesReset: false };
}

/** Whoever is cut off before the reset has come must not take what is lost for received. */
function keepPosition(following: Following): void {
  const { epoch, seq, owesReset } = following;
  if (!owesReset) following.since = { epoch, seq };
}

/**
 * Out of what a symbol that was come back to is served. The wire has no word for it, but a shard that serves out of its ring
 * adds the last price, and one that has the recorder do it does not.
 */
function outcomeOf({ recovered, last }: Extract<ServerMessage, { type: 'subscribed' }>) {
  if (!recovered) return 'fromNow';
  return last ? 'fromRing' : 'fromRecorder';
}
